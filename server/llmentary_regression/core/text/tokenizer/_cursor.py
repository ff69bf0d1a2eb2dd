"""
Where a reading of raw tokens stands: what lies ahead, and the canonical tokens made so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from llmentary_regression.core.model import Kind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.presentation import fold_case

from ._scan import Raw


@dataclass(slots=True)
class Tokens:
    """
    The canonical tokens of an answer, as parallel lists, with their places in the unified text.
    """

    forms: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    openings: list[bool] = field(default_factory=list)
    """Whether a token opens a sentence or line."""

    def add(self, form: str, kind: Kind, start: int, end: int, opens: bool = False) -> None:
        """
        Append one token.
        """
        self.forms.append(form)
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.openings.append(opens)

    def insert(self, place: int, form: str, kind: Kind, start: int, end: int) -> None:
        """
        Put a token between others.
        """
        self.forms.insert(place, form)
        self.kinds.insert(place, kind)
        self.starts.insert(place, start)
        self.ends.insert(place, end)
        self.openings.insert(place, False)

    def drop_last(self) -> tuple[int, bool]:
        """
        Take the last token away; return where it began and whether it opened a sentence.
        """
        self.forms.pop()
        self.kinds.pop()
        self.ends.pop()
        return self.starts.pop(), self.openings.pop()

    def __len__(self) -> int:
        return len(self.forms)


class Cursor:
    """
    One pass over the raw tokens of one text.

    A class because each rule needs the place, the raw tokens ahead and the tokens made so far. A rule adds
    the tokens of the raw token at `at`; one that reads on moves `at` to the last that it used.
    """

    def __init__(self, text: str, raws: list[Raw], lexicon: Lexicon) -> None:
        self.text = text
        self.raws = raws
        self.lexicon = lexicon
        self.tokens = Tokens()
        self.at = 0
        self.has_lower = text != text.upper()

    def add(self, raw: Raw, form: str, kind: Kind, opens: bool = False, end: int | None = None) -> None:
        """
        Append a token that begins where `raw` does.
        """
        self.tokens.add(form, kind, raw.start, raw.end if end is None else end, opens=opens)

    def peek(self, ahead: int = 1) -> Raw | None:
        """
        Return a raw token ahead.
        """
        place = self.at + ahead
        return self.raws[place] if place < len(self.raws) else None

    def peek_word(self, ahead: int = 1) -> str:
        """
        Return the word ahead without case and full stop, or an empty string.
        """
        raw = self.peek(ahead)
        if raw is None or raw.kind not in ("word", "dotted"):
            return ""
        return fold_case(raw.text.rstrip("."))

    def gap_before(self, raw: Raw) -> str:
        """
        Return what stands between the raw token at `at` and a later one.
        """
        return self.text[self.raws[self.at].end : raw.start]

    def read_on(self, steps: int) -> None:
        """
        Move on to a later raw token.
        """
        self.at += steps

    def kind_of(self, form: str, text: str, opens: bool) -> Kind:
        """
        Return the kind of a word by its form, or by its capital where that says something.
        """
        kind = self.lexicon.kinds.get(form)
        if kind is not None:
            return kind
        if self.has_lower and text[:1].isupper() and (not opens or (len(text) > 1 and text.isupper())):
            return Kind.NAME
        return Kind.WORD
