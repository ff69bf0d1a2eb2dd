"""
The state of reading lexemes: the lexemes ahead, and the canonical tokens made so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.presentation import fold_case

from ._scan import Lexeme


@dataclass(slots=True)
class Tokens:
    """
    The canonical tokens of an answer, as parallel lists, with their positions in the normalized text.
    """

    forms: list[str] = field(default_factory=list)
    kinds: list[TokenKind] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    openings: list[bool] = field(default_factory=list)
    """Whether a token begins a sentence or line."""

    def add(self, form: str, kind: TokenKind, start: int, end: int, opens: bool = False) -> None:
        """
        Append one token.
        """
        self.forms.append(form)
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.openings.append(opens)

    def insert(self, index: int, form: str, kind: TokenKind, start: int, end: int) -> None:
        """
        Insert a token before the one at `index`.
        """
        self.forms.insert(index, form)
        self.kinds.insert(index, kind)
        self.starts.insert(index, start)
        self.ends.insert(index, end)
        self.openings.insert(index, False)

    def drop_last(self) -> tuple[int, bool]:
        """
        Remove the last token; return where it began and whether it began a sentence.
        """
        self.forms.pop()
        self.kinds.pop()
        self.ends.pop()
        return self.starts.pop(), self.openings.pop()

    def __len__(self) -> int:
        return len(self.forms)


class Cursor:
    """
    One pass over the lexemes of one text.

    A class because each rule needs the position, the lexemes ahead and the tokens made so far. A rule adds the
    tokens of the lexeme at `index`; one that reads further lexemes moves `index` to the last that it used.
    """

    def __init__(self, text: str, lexemes: list[Lexeme], lexicon: Lexicon) -> None:
        self.text = text
        self.lexemes = lexemes
        self.lexicon = lexicon
        self.tokens = Tokens()
        self.index = 0
        self.has_lower = text != text.upper()

    def add(
        self, lexeme: Lexeme, form: str, kind: TokenKind, opens: bool = False, end: int | None = None
    ) -> None:
        """
        Append a token that begins where `lexeme` begins.
        """
        self.tokens.add(form, kind, lexeme.start, lexeme.end if end is None else end, opens=opens)

    def peek(self, ahead: int = 1) -> Lexeme | None:
        """
        Return a lexeme ahead, or None at the end.
        """
        index = self.index + ahead
        return self.lexemes[index] if index < len(self.lexemes) else None

    def peek_word(self, ahead: int = 1) -> str:
        """
        Return the word ahead without case and full stop, or an empty string.
        """
        lexeme = self.peek(ahead)
        if lexeme is None or lexeme.kind not in ("word", "dotted"):
            return ""
        return fold_case(lexeme.text.rstrip("."))

    def gap_before(self, lexeme: Lexeme) -> str:
        """
        Return the text between the lexeme at `index` and a later one.
        """
        return self.text[self.lexemes[self.index].end : lexeme.start]

    def read_on(self, steps: int) -> None:
        """
        Move on by some lexemes.
        """
        self.index += steps

    def kind_of(self, form: str, text: str, opens: bool) -> TokenKind:
        """
        Return the kind of a word by its form, or by its capital if that means something.
        """
        kind = self.lexicon.kinds.get(form)
        if kind is not None:
            return kind
        if self.has_lower and text[:1].isupper() and (not opens or (len(text) > 1 and text.isupper())):
            return TokenKind.NAME
        return TokenKind.WORD
