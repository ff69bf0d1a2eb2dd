"""
The talk about one capture: fed with lines, it says what to show next. Knows neither terminal nor notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.model import VerdictKind, Word
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.core.safe_text import one_line, printable
from llmentary_regression.core.suite.editing import plain_tag
from llmentary_regression.services.approve import PROMPT, PinMenu
from llmentary_regression.services.capture import Preview

from ._dialogue import Reply, act_on
from ._keeper import Keeper, NotKept

_LINES = 12
_CHARACTERS = 1500


class Decision(Word):
    """
    What becomes of a capture, and of those after it.
    """

    YES = "yes"
    NO = "no"
    ALL = "all"
    """This one and all that follow are kept."""
    QUIT = "quit"
    """Neither this one nor any that follows is kept."""


HELP = """\
y  yes: keep the question in a suite and approve the answer
n  no: keep nothing of it
p  pin: choose phrases that must recur in every later answer; `?` there explains how
e  edit: another suite, name or tags
t  turns: choose what else of the conversation goes into the suite, turn by turn
a  all: keep this one and all that follow, without asking
q  quit: keep neither this one nor those that follow
d  show it again"""


class Review:
    """
    One capture under review. A class because pins and edits gather over several lines.
    """

    def __init__(self, capture: Capture, keeper: Keeper) -> None:
        self.capture = capture
        self.decision: Decision | None = None
        self.pins: tuple[WantedPin, ...] = ()
        self._keeper = keeper
        self._preview: Preview | None = None
        self._trouble = ""
        self._asks: list[tuple[str, Callable[[str], str]]] = []
        """Questions in between, each with what takes the reply."""
        self._look()

    @property
    def is_approved_already(self) -> bool:
        """
        Tell whether there is nothing to decide, since the answer passes as it is.
        """
        return self._preview is not None and self._preview.is_approved_already

    @property
    def text(self) -> str:
        """
        Return the capture as it is shown: where it would go, question, answer, facts.
        """
        capture = self.capture
        turns = capture.conversation
        lines = [self._where()]
        shown = turns if len(turns) > 1 else turns[-1:]
        for turn in shown:
            mark = f"{turn.role}: " if len(turns) > 1 else "Q: "
            lines.append(mark + _shortened(turn.text).replace("\n", "\n   "))
        lines += [f"> {line}" for line in _shortened(capture.answer).split("\n")]
        facts = self._find_facts()
        if facts:
            lines.append(
                "facts: " + ", ".join(f"{one_line(phrase, 40)} ({kind})" for phrase, kind in facts[:8])
            )
        details = [one_line(capture.model)] if capture.model else []
        details += [f"{capture.usage.tokens} tokens"] if capture.usage.tokens is not None else []
        details += [f"{capture.elapsed_s:.1f} s"] if capture.elapsed_s >= 0.05 else []
        if details:
            lines.append(", ".join(details))
        left_out = [at for at in self.capture.other_turns if at not in self.capture.kept_turns]
        if left_out:
            lines.append(f"{len(left_out)} turns that are not the user's stay out of the suite; `t` chooses")
        if self.capture.cannot_ask_again:
            lines.append(f"it will be skipped: {self.capture.cannot_ask_again}")
        return "\n".join(lines)

    @property
    def prompt(self) -> str:
        """
        Return what to ask.
        """
        if self._asks:
            return self._asks[0][0]
        turns = "[t]urns " if self.capture.other_turns else ""
        return f"Save this Q&A? [y]es [n]o [p]in [e]dit {turns}[a]ll [q]uit [?]: "

    def take(self, line: str) -> Reply:
        """
        Act on one line of the developer's.
        """
        word = line.strip()
        if self._asks:
            _, use = self._asks.pop(0)
            text = use(word)
            return Reply(text, shows_subject=not self._asks and not text)
        return act_on(_LETTERS, self, word)

    # --- what the letters do ---

    def _yes(self) -> Reply:
        return self._decide(Decision.YES)

    def _no(self) -> Reply:
        return self._decide(Decision.NO)

    def _all(self) -> Reply:
        return self._decide(Decision.ALL)

    def _quit(self) -> Reply:
        return self._decide(Decision.QUIT)

    def _decide(self, decision: Decision) -> Reply:
        self.decision = decision
        return Reply()

    def _help(self) -> Reply:
        return Reply(HELP)

    def _show(self) -> Reply:
        return Reply(shows_subject=True)

    def _pin(self) -> Reply:
        if self._preview is None:
            return Reply(f"it cannot be kept: {self._trouble}")
        menu = PinMenu(self._preview.result, self._keeper.facts_of(self._preview), self.pins)
        self._ask_for_pin(menu)
        return Reply(menu.text)

    def _ask_for_pin(self, menu: PinMenu) -> None:
        self._asks = [(PROMPT, partial(self._take_pin, menu))]

    def _edit(self) -> Reply:
        category = self.capture.category or "captured"
        name = self.capture.name or (self._preview.result.case.label if self._preview else "")
        tags = " ".join(f"#{one_line(tag)}" for tag in self.capture.tags) or "none"
        self._asks = [
            (f"suite [{one_line(category)}]: ", self._take_suite),
            (f"name [{one_line(name, 60)}]: ", self._take_name),
            (f"tags [{tags}] (`-` for none): ", self._take_tags),
        ]
        return Reply()

    def _turns(self) -> Reply:
        self._asks = [
            (
                f"{turn.role}: {one_line(turn.text, 70)}\nput this turn into the suite? [y/N]: ",
                lambda word, at=at: self._take_turn(at, word),  # type: ignore[misc]
            )
            for at, turn in enumerate(self.capture.conversation)
            if at in self.capture.other_turns
        ]
        return Reply("" if self._asks else "there are only turns of the user's")

    # --- replies in between ---

    def _take_pin(self, menu: PinMenu, word: str) -> str:
        if not word:
            return ""
        text = menu.take(word)
        self.pins = menu.pins
        self._ask_for_pin(menu)
        return text

    def _take_suite(self, word: str) -> str:
        if word:
            self.capture = replace(self.capture, category=word)
        return ""

    def _take_name(self, word: str) -> str:
        if word:
            self.capture = replace(self.capture, name=word)
        return ""

    def _take_tags(self, word: str) -> str:
        if word:
            tags = () if word == "-" else tuple(filter(None, map(plain_tag, word.replace(",", " ").split())))
            self.capture = replace(self.capture, tags=tags)
        self._look()
        return ""

    def _take_turn(self, at: int, word: str) -> str:
        kept = self.capture.kept_turns
        kept = kept | {at} if word.lower() in ("y", "yes") else kept - {at}
        self.capture = replace(self.capture, kept_turns=kept)
        if not self._asks:
            self._look()
        return ""

    # --- what there is to say ---

    def _look(self) -> None:
        try:
            self._preview, self._trouble = self._keeper.preview(self.capture), ""
        except NotKept as exc:
            self._preview, self._trouble = None, str(exc)

    def _find_facts(self) -> list[tuple[str, str]]:
        if self._preview is None:
            return []
        return [(fact.phrase, fact.kind) for fact in self._keeper.facts_of(self._preview)]

    def _where(self) -> str:
        if self._preview is None:
            return f"captured, but it cannot be kept: {self._trouble}"
        result = self._preview.result
        asked_by = result.settings.callable or "nobody"
        place = f"{asked_by} -> {result.suite}"
        if not self._preview.is_known:
            return one_line(f"{place}: a new case `{result.case.label}`")
        if result.verdict.kind is VerdictKind.NEW:
            return one_line(f"{place}: the first answer of `{result.case.label}`")
        if self._preview.is_approved_already:
            return one_line(f"{place}: `{result.case.label}` passes already")
        return one_line(f"{place}: another variant of `{result.case.label}` ({result.verdict.message})")


_LETTERS: Mapping[str, Callable[[Review], Reply]] = {
    **dict.fromkeys(("y", "yes"), Review._yes),
    **dict.fromkeys(("n", "no"), Review._no),
    **dict.fromkeys(("a", "all"), Review._all),
    **dict.fromkeys(("q", "quit"), Review._quit),
    "p": Review._pin,
    "e": Review._edit,
    "t": Review._turns,
    "d": Review._show,
    "?": Review._help,
    "h": Review._help,
}
"""What each letter does."""


def _shortened(text: str) -> str:
    lines = printable(text[:_CHARACTERS]).strip("\n").split("\n")[:_LINES]
    shown = "\n".join(lines)
    rest = len(text) - len(shown)
    return f"{shown}\n... and {rest} more characters" if rest > 8 else shown
