"""
The dialogue about one capture: it is given lines and returns what to show. Knows neither terminal nor notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.model import VerdictKind, Word
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.core.safe_text import one_line, printable
from llmentary_regression.core.suite.editing import plain_tag
from llmentary_regression.services.approve import PROMPT, PinMenu
from llmentary_regression.services.capture import Preview

from ._store import CaptureNotSaved, CaptureStore

_MAX_LINES = 12
_MAX_CHARACTERS = 1500
_Dialogue = TypeVar("_Dialogue")


class Decision(Word):
    """
    What happens to a capture, and to those after it.
    """

    YES = "yes"
    NO = "no"
    ALL = "all"
    """This one and all that follow are saved."""
    QUIT = "quit"
    """Neither this one nor any that follow are saved."""


HELP = """\
y  yes: save the question in a suite and approve the answer
n  no: save nothing of it
p  pin: choose phrases that every later answer must contain; `?` there explains how
e  edit: change the suite, name or tags
t  turns: choose which other turns of the conversation go into the suite
a  all: save this one and all that follow, without asking
q  quit: save neither this one nor those that follow
d  show it again"""


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What to show after a line.
    """

    text: str = ""
    shows_subject: bool = False
    """Whether to show what is being decided on: it is another one, has changed, or was asked for."""


def answer_letter(
    letters: Mapping[str, Callable[[_Dialogue], Reply]], dialogue: _Dialogue, line: str
) -> Reply:
    """
    Do what a letter stands for, or say which ones there are.
    """
    action = letters.get(line.strip().lower())
    if action is None:
        return Reply("type one of the letters in brackets, then Enter; `?` explains them")
    return action(dialogue)


class Review:
    """
    One capture under review. A class because it takes several lines to choose pins and make edits.
    """

    def __init__(self, capture: Capture, store: CaptureStore) -> None:
        self.capture = capture
        self.decision: Decision | None = None
        self.pins: tuple[WantedPin, ...] = ()
        self._store = store
        self._preview: Preview | None = None
        self._problem = ""
        self._follow_ups: list[tuple[str, Callable[[str], str]]] = []
        """Prompts to show first, each with the function that handles the line and returns what to show."""
        self._update_preview()

    @property
    def is_approved_already(self) -> bool:
        """
        Return whether there is nothing to decide, since the answer passes already.
        """
        return self._preview is not None and self._preview.is_approved_already

    @property
    def text(self) -> str:
        """
        Return the capture as it is shown: where it would be saved, question, answer and facts.
        """
        capture = self.capture
        turns = capture.conversation
        lines = [self._destination()]
        shown = turns if len(turns) > 1 else turns[-1:]
        for turn in shown:
            label = f"{turn.role}: " if len(turns) > 1 else "Q: "
            lines.append(label + _shortened(turn.text).replace("\n", "\n   "))
        lines += [f"> {line}" for line in _shortened(capture.answer).split("\n")]
        facts = self._facts()
        if facts:
            lines.append(
                "facts: " + ", ".join(f"{one_line(phrase, 40)} ({kind})" for phrase, kind in facts[:8])
            )
        details = [one_line(capture.model)] if capture.model else []
        details += [f"{capture.usage.tokens} tokens"] if capture.usage.tokens is not None else []
        details += [f"{capture.elapsed_s:.1f} s"] if capture.elapsed_s >= 0.05 else []
        if details:
            lines.append(", ".join(details))
        left_out = [index for index in self.capture.other_turns if index not in self.capture.kept_turns]
        if left_out:
            lines.append(
                f"{len(left_out)} turns that are not the user's are left out of the suite; `t` chooses"
            )
        if self.capture.cannot_ask_again:
            lines.append(f"it will be skipped: {self.capture.cannot_ask_again}")
        return "\n".join(lines)

    @property
    def prompt(self) -> str:
        """
        Return the prompt for the next line.
        """
        if self._follow_ups:
            return self._follow_ups[0][0]
        turns = "[t]urns " if self.capture.other_turns else ""
        return f"Save this Q&A? [y]es [n]o [p]in [e]dit {turns}[a]ll [q]uit [?]: "

    def answer(self, line: str) -> Reply:
        """
        Handle one line that the developer typed.
        """
        word = line.strip()
        if self._follow_ups:
            _, handle = self._follow_ups.pop(0)
            text = handle(word)
            return Reply(text, shows_subject=not self._follow_ups and not text)
        return answer_letter(_LETTERS, self, word)

    # --- the letters ---

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
            return Reply(f"it cannot be saved: {self._problem}")
        menu = PinMenu(self._preview.result, self._store.suggested_pins(self._preview), self.pins)
        self._prompt_for_pin(menu)
        return Reply(menu.text)

    def _prompt_for_pin(self, menu: PinMenu) -> None:
        self._follow_ups = [(PROMPT, partial(self._add_pin, menu))]

    def _edit(self) -> Reply:
        category = self.capture.category or "captured"
        name = self.capture.name or (self._preview.result.case.label if self._preview else "")
        tags = " ".join(f"#{one_line(tag)}" for tag in self.capture.tags) or "none"
        self._follow_ups = [
            (f"suite [{one_line(category)}]: ", self._set_suite),
            (f"name [{one_line(name, 60)}]: ", self._set_name),
            (f"tags [{tags}] (`-` for none): ", self._set_tags),
        ]
        return Reply()

    def _turns(self) -> Reply:
        self._follow_ups = [
            (
                f"{turn.role}: {one_line(turn.text, 70)}\ninclude this turn in the suite? [y/N]: ",
                lambda word, index=index: self._choose_turn(index, word),  # type: ignore[misc]
            )
            for index, turn in enumerate(self.capture.conversation)
            if index in self.capture.other_turns
        ]
        return Reply("" if self._follow_ups else "all turns are the user's")

    # --- follow-ups ---

    def _add_pin(self, menu: PinMenu, word: str) -> str:
        if not word:
            return ""
        text = menu.take(word)
        self.pins = menu.pins
        self._prompt_for_pin(menu)
        return text

    def _set_suite(self, word: str) -> str:
        if word:
            self.capture = replace(self.capture, category=word)
        return ""

    def _set_name(self, word: str) -> str:
        if word:
            self.capture = replace(self.capture, name=word)
        return ""

    def _set_tags(self, word: str) -> str:
        if word:
            tags = () if word == "-" else tuple(filter(None, map(plain_tag, word.replace(",", " ").split())))
            self.capture = replace(self.capture, tags=tags)
        self._update_preview()
        return ""

    def _choose_turn(self, index: int, word: str) -> str:
        kept = self.capture.kept_turns
        kept = kept | {index} if word.lower() in ("y", "yes") else kept - {index}
        self.capture = replace(self.capture, kept_turns=kept)
        if not self._follow_ups:
            self._update_preview()
        return ""

    # --- what is shown ---

    def _update_preview(self) -> None:
        try:
            self._preview, self._problem = self._store.preview(self.capture), ""
        except CaptureNotSaved as exc:
            self._preview, self._problem = None, str(exc)

    def _facts(self) -> list[tuple[str, str]]:
        if self._preview is None:
            return []
        return [(fact.phrase, fact.kind) for fact in self._store.suggested_pins(self._preview)]

    def _destination(self) -> str:
        if self._preview is None:
            return f"captured, but it cannot be saved: {self._problem}"
        result = self._preview.result
        callable_name = result.settings.callable or "nobody"
        route = f"{callable_name} -> {result.suite}"
        if not self._preview.is_known:
            return one_line(f"{route}: a new case `{result.case.label}`")
        if result.verdict.kind is VerdictKind.NEW:
            return one_line(f"{route}: the first answer of `{result.case.label}`")
        if self._preview.is_approved_already:
            return one_line(f"{route}: `{result.case.label}` passes already")
        return one_line(f"{route}: another answer to `{result.case.label}` ({result.verdict.message})")


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
    lines = printable(text[:_MAX_CHARACTERS]).strip("\n").split("\n")[:_MAX_LINES]
    shown = "\n".join(lines)
    rest = len(text) - len(shown)
    return f"{shown}\n... and {rest} more characters" if rest > 8 else shown
