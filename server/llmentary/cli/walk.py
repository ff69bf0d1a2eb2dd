"""
The walk through answers that wait for a decision: fed with lines, it says what to show next.

Knows neither terminal nor storage; `train` reads the lines and writes what was decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from llmentary.core.errors import UsageError
from llmentary.core.model import CaseResult, VerdictKind, Word
from llmentary.services.pinning import check_pins, read_pin

FactsOf = Callable[[CaseResult], Sequence[tuple[str, str]]]
"""Gives the phrases of an answer that are worth pinning, each with its kind."""
Pin = tuple[str, ...]
"""A phrase and its aliases."""


class Decision(Word):
    """
    What becomes of one answer.
    """

    APPROVE = "approve"
    VARIANT = "variant"
    REJECT = "reject"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What to show after a line.
    """

    text: str = ""
    shows_case: bool = False
    """Whether the current case is to be shown, because it is another one or was asked for."""


HELP = """\
a  approve: this answer becomes the baseline, in place of what was approved
v  variant: add this answer beside what is approved; either passes from then on
p  pin: choose phrases that must recur in every later answer
r  reject: the answer is wrong; the baseline stays, and train ends with exit code 1
s  skip: decide later
b  back: return to the case before
q  quit: approve what you approved so far, leave the rest
d  show the case again"""


class Walk:
    """
    Goes from case to case and keeps the decisions. A class because `back` needs all of them until the end.
    """

    def __init__(self, results: Sequence[CaseResult], facts_of: FactsOf | None = None) -> None:
        self._results = results
        self._facts_of = facts_of
        self._at = 0
        self._has_quit = False
        self._facts: Sequence[tuple[str, str]] | None = None
        self._decisions: dict[int, Decision] = {}
        self._pins: dict[int, tuple[Pin, ...]] = {}

    @property
    def current(self) -> CaseResult | None:
        """
        Return the case to decide on; None when the walk is over.
        """
        return None if self._has_quit or self._at >= len(self._results) else self._results[self._at]

    @property
    def prompt(self) -> str:
        """
        Return what to ask, with the keys that can be used here.
        """
        if self._facts is not None:
            return "numbers or a phrase to pin (`phrase = alias`), empty when done: "
        words = ["[a]pprove", "[p]in", "[r]eject", "[s]kip", "[b]ack", "[q]uit", "[?]"]
        if self._facts_of is None:
            words.remove("[p]in")
        if self._can_vary:
            words.insert(1, "[v]ariant")
        if self._at == 0:
            words.remove("[b]ack")
        return f"{self._at + 1}/{len(self._results)}  {' '.join(words)}: "

    def take(self, line: str) -> Reply:
        """
        Act on one line of the developer's.
        """
        word = line.strip()
        if self._facts is not None:
            return self._take_pin(word)
        act = _ACTS.get(word.lower())
        if act is None:
            return Reply("type one of the letters in brackets, then Enter; `?` explains them")
        return act(self)

    def decided(self, decision: Decision) -> list[CaseResult]:
        """
        Return the results with that decision, in order.
        """
        return [self._results[at] for at in sorted(self._decisions) if self._decisions[at] is decision]

    @property
    def pins(self) -> dict[tuple[str, str], tuple[Pin, ...]]:
        """
        Return by suite and case key what was pinned.
        """
        return {
            (self._results[at].suite, self._results[at].case.key): pins
            for at, pins in self._pins.items()
            if pins
        }

    # --- what the letters do ---

    def _approve(self) -> Reply:
        return self._decide(Decision.APPROVE)

    def _vary(self) -> Reply:
        if not self._can_vary:
            return Reply("nothing is approved yet, so there is nothing to vary; `a` approves")
        return self._decide(Decision.VARIANT)

    def _reject(self) -> Reply:
        return self._decide(Decision.REJECT)

    def _skip(self) -> Reply:
        return self._decide(Decision.SKIP)

    def _back(self) -> Reply:
        if self._at == 0:
            return Reply("this is the first case")
        self._at -= 1
        former = self._decisions.pop(self._at, None)
        return Reply(f"back; you had said {former}" if former is not None else "back", shows_case=True)

    def _quit(self) -> Reply:
        self._has_quit = True
        return Reply()

    def _show(self) -> Reply:
        return Reply(shows_case=True)

    def _help(self) -> Reply:
        return Reply(HELP)

    def _decide(self, decision: Decision) -> Reply:
        self._decisions[self._at] = decision
        self._at += 1
        return Reply(shows_case=True)

    @property
    def _can_vary(self) -> bool:
        current = self.current
        return current is not None and current.verdict.verdict is not VerdictKind.NEW

    # --- pins ---

    def _open_pins(self) -> Reply:
        current = self.current
        if self._facts_of is None or current is None:
            return Reply("pins are not available here")
        self._facts = list(self._facts_of(current))
        numbered = [f"{number:>3}  {phrase} ({kind})" for number, (phrase, kind) in enumerate(self._facts, 1)]
        return Reply("\n".join(numbered) or "no numbers, names or dates found; type a phrase of the answer")

    def _take_pin(self, word: str) -> Reply:
        facts = self._facts or ()
        if not word:
            self._facts = None
            pinned = self._pins.get(self._at, ())
            return Reply(
                f"pinned: {', '.join(' = '.join(pin) for pin in pinned)}" if pinned else "nothing is pinned"
            )
        if re.fullmatch(r"\d+([ ,]+\d+)*", word):
            numbers = [int(number) for number in re.findall(r"\d+", word)]
            if all(1 <= number <= len(facts) for number in numbers):
                return self._pin([(facts[number - 1][0],) for number in numbers])
        current = self.current
        assert current is not None
        try:
            phrases = read_pin(word)
            check_pins(current, [phrases])
        except UsageError as exc:
            return Reply(str(exc))
        return self._pin([phrases])

    def _pin(self, pins: Sequence[Pin]) -> Reply:
        kept = self._pins.get(self._at, ())
        self._pins[self._at] = (*kept, *(pin for pin in pins if pin not in kept))
        return Reply(f"pinned: {', '.join(' = '.join(pin) for pin in self._pins[self._at])}")


_ACTS: Mapping[str, Callable[[Walk], Reply]] = {
    "a": Walk._approve,
    "v": Walk._vary,
    "p": Walk._open_pins,
    "r": Walk._reject,
    "s": Walk._skip,
    "b": Walk._back,
    "q": Walk._quit,
    "d": Walk._show,
    "?": Walk._help,
    "h": Walk._help,
}
"""What each letter does."""
