"""
Choose pins from a numbered list, line by line: by number, by typing a phrase, with aliases and names.

Knows no terminal; the walk through answers and the review of captures ask with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseResult
from llmentary_regression.core.pins import NamedPin, PinSuggestion, WantedPin, name_of, phrases_of
from llmentary_regression.core.safe_text import one_line, printable

from ._pin_choices import check_pins, read_pin

PROMPT = "numbers, or a phrase to pin (`2 = alias`, `name := 2`), empty when done: "
HELP = """\
1 3                 pins these two; the same again unpins them
any phrase          pins it, if the answer contains it
2 = a month         an alias: either of the two has to recur
return window := 2  a name, which messages use for it"""
_WIDTH = 60
_NUMBERS = re.compile(r"\d+(?:[ ,]+\d+)*")
_PARTS = re.compile(r"(?s)(?P<name>.*?:=)?\s*(?P<number>\d+)(?P<aliases>\s*(?:\||= ).*)?")


class PinMenu:
    """
    What is suggested for one answer and what was chosen. A class because the choice grows line by line.
    """

    def __init__(
        self, result: CaseResult, facts: Sequence[PinSuggestion], pins: Sequence[WantedPin] = ()
    ) -> None:
        self._result = result
        self._facts = facts
        self.pins: tuple[WantedPin, ...] = tuple(pins)

    @property
    def text(self) -> str:
        """
        Return the numbered list.
        """
        if not self._facts:
            return "nothing is offered; type a phrase of the answer"
        phrases = [one_line(fact.phrase, _WIDTH) for fact in self._facts]
        width = max(map(len, phrases))
        return "\n".join(
            f"{number:>3}  {phrase:<{width}}  {_note(fact)}"
            for number, (phrase, fact) in enumerate(zip(phrases, self._facts, strict=True), 1)
        )

    @property
    def chosen(self) -> str:
        """
        Return in one line what was chosen.
        """
        if not self.pins:
            return "nothing is pinned"
        return f"pinned: {', '.join(one_line(written(pin)) for pin in self.pins)}"

    def take(self, line: str) -> str:
        """
        Act on one line, and return the reply to show.
        """
        word = line.strip()
        if word == "?":
            return HELP
        if _NUMBERS.fullmatch(word):
            numbers = [int(number) for number in re.findall(r"\d+", word)]
            if all(map(self._is_offered, numbers)):
                for number in numbers:
                    self._tick(self._facts[number - 1].phrase)
                return self.chosen
        try:
            pin = read_pin(self._with_phrase(word))
            check_pins(self._result, [pin])
        except UsageError as exc:
            return printable(str(exc))
        first = phrases_of(pin)[0]
        self.pins = (*(one for one in self.pins if phrases_of(one)[0] != first), pin)
        return self.chosen

    def _is_offered(self, number: int) -> bool:
        return 1 <= number <= len(self._facts)

    def _tick(self, phrase: str) -> None:
        kept = tuple(pin for pin in self.pins if phrases_of(pin)[0] != phrase)
        self.pins = kept if len(kept) < len(self.pins) else (*kept, (phrase,))

    def _with_phrase(self, word: str) -> str:
        """
        Return what was typed with the phrase in the place of its number: `return window := 2 = a month`.
        """
        match = _PARTS.fullmatch(word)
        if match is None or not (match["name"] or match["aliases"]):
            return word
        number = int(match["number"])
        if not self._is_offered(number):
            return word
        return f"{match['name'] or ''} {self._facts[number - 1].phrase}{match['aliases'] or ''}"


def written(pin: WantedPin) -> str:
    """
    Return a pin as it is typed.
    """
    phrases = " = ".join(phrases_of(pin))
    return f"{name_of(pin)} := {phrases}" if isinstance(pin, NamedPin) else phrases


def _note(fact: PinSuggestion) -> str:
    return f"({fact.kind}, in the question as well)" if fact.in_question else f"({fact.kind})"
