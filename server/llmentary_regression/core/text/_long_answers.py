"""
Bound the work on very long answers: what lies far into one is kept as passages, and not read.

Reading a text word by word takes about a microsecond a character, and its words take four bytes each for ever.
Behind the first hundred thousand characters, each sentence or line is one token as it stands. So two answers are
never taken for equal where they differ, and a difference there shows as one, though not what it means.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.tokenizer import Tokens

from ._facts import Fact

MAX_READ = 100_000
"""So many characters of an answer are read word by word."""
_MAX_BACK = 2_000
"""How far before that the text may be cut, at the end of a line or a word."""
_PASSAGE = re.compile(r"[^\n.!?]{0,2000}[\n.!?]*")


def cut_long(text: str) -> tuple[str, str]:
    """
    Return the part of an answer that is read, and the rest, which is empty but for very long answers.
    """
    if len(text) <= MAX_READ:
        return text, ""
    floor = MAX_READ - _MAX_BACK
    cut = max(text.rfind("\n", floor, MAX_READ), text.rfind("\r", floor, MAX_READ)) + 1
    cut = cut or text.rfind(" ", floor, MAX_READ) + 1 or MAX_READ
    return text[:cut], text[cut:]


def add_passages(tokens: Tokens, rest: str, offset: int) -> list[Fact]:
    """
    Append a token for each passage of the rest, and return them as facts.

    Args:
        offset: where the rest begins in the text that positions refer to.
    """
    facts: list[Fact] = []
    for match in _PASSAGE.finditer(rest):
        # White space apart: a line may be wrapped and indented otherwise.
        form = " ".join(match[0].split())
        if form:
            facts.append(Fact(TokenKind.PASSAGE, form, len(tokens)))
            tokens.add(form, TokenKind.PASSAGE, offset + match.start(), offset + match.end(), opens=True)
    return facts
