"""
The walk through answers that wait for a decision: it is given lines and returns what to show next.

Knows neither terminal nor storage; `train` reads the lines and writes what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from llmentary_regression.core.model import CaseId, CaseResult, VerdictKind, Word
from llmentary_regression.core.pins import PinSuggestion, WantedPin
from llmentary_regression.services.approve import PROMPT, PinMenu
from llmentary_regression.training.prompt import Reply, answer_letter

FactsOf = Callable[[CaseResult], Sequence[PinSuggestion]]
"""Gives the phrases of an answer that are worth pinning."""


class Decision(Word):
    """
    The decision about one answer.
    """

    APPROVE = "approve"
    EXAMPLE = "example"
    REJECT = "reject"
    SKIP = "skip"


HELP = """\
a  approve: this answer becomes the baseline, in place of what was approved
e  example: add this answer to what is approved; either passes from then on
p  pin: choose phrases that must recur in every later answer; `?` there explains how
r  reject: the answer is wrong; the baseline stays, and train ends with exit code 1
s  skip: decide later
b  back: return to the case before
q  quit: approve what you approved so far, leave the rest
d  show the case again"""


class Walk:
    """
    Goes from case to case and collects the decisions. A class because `back` needs all of them until the end.
    """

    def __init__(self, results: Sequence[CaseResult], facts_of: FactsOf | None = None) -> None:
        self._results = results
        self._facts_of = facts_of
        self._at = 0
        self._has_quit = False
        self._menu: PinMenu | None = None
        self._decisions: dict[int, Decision] = {}
        self._pins: dict[int, tuple[WantedPin, ...]] = {}

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
        if self._menu is not None:
            return PROMPT
        words = ["[a]pprove", "[p]in", "[r]eject", "[s]kip", "[b]ack", "[q]uit", "[?]"]
        if self._facts_of is None:
            words.remove("[p]in")
        if self._can_add:
            words.insert(1, "[e]xample")
        if self._at == 0:
            words.remove("[b]ack")
        return f"{self._at + 1}/{len(self._results)}  {' '.join(words)}: "

    def take(self, line: str) -> Reply:
        """
        Act on one line that the developer typed.
        """
        word = line.strip()
        if self._menu is not None:
            return self._take_pin(self._menu, word)
        return answer_letter(_LETTERS, self, word)

    def decided(self, decision: Decision) -> list[CaseResult]:
        """
        Return the results with that decision, in order.
        """
        return [self._results[at] for at in sorted(self._decisions) if self._decisions[at] is decision]

    @property
    def pins(self) -> dict[CaseId, tuple[WantedPin, ...]]:
        """
        Return by suite and case key what was pinned.
        """
        return {self._results[at].case_id: pins for at, pins in self._pins.items() if pins}

    # --- what the letters do ---

    def _approve(self) -> Reply:
        return self._decide(Decision.APPROVE)

    def _add(self) -> Reply:
        if not self._can_add:
            return Reply("nothing is approved yet, so there is nothing to add to; `a` approves")
        return self._decide(Decision.EXAMPLE)

    def _reject(self) -> Reply:
        return self._decide(Decision.REJECT)

    def _skip(self) -> Reply:
        return self._decide(Decision.SKIP)

    def _back(self) -> Reply:
        if self._at == 0:
            return Reply("this is the first case")
        self._at -= 1
        previous = self._decisions.pop(self._at, None)
        return Reply(f"back; you had said {previous}" if previous is not None else "back", shows_subject=True)

    def _quit(self) -> Reply:
        self._has_quit = True
        return Reply()

    def _show(self) -> Reply:
        return Reply(shows_subject=True)

    def _help(self) -> Reply:
        return Reply(HELP)

    def _decide(self, decision: Decision) -> Reply:
        self._decisions[self._at] = decision
        self._at += 1
        return Reply(shows_subject=True)

    @property
    def _can_add(self) -> bool:
        current = self.current
        return current is not None and current.verdict.kind is not VerdictKind.NEW

    # --- pins ---

    def _open_pins(self) -> Reply:
        current = self.current
        if self._facts_of is None or current is None:
            return Reply("pins are not available here")
        self._menu = PinMenu(current, self._facts_of(current), self._pins.get(self._at, ()))
        return Reply(self._menu.text)

    def _take_pin(self, menu: PinMenu, word: str) -> Reply:
        if not word:
            self._menu = None
            return Reply(menu.chosen)
        text = menu.take(word)
        self._pins[self._at] = menu.pins
        return Reply(text)


_LETTERS: Mapping[str, Callable[[Walk], Reply]] = {
    "a": Walk._approve,
    "e": Walk._add,
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
