"""
Turn raw tokens into canonical ones: one form for each way to write a number, date, time, unit or contraction.

Two answers whose canonical forms are equal say the same in another dress; so nothing may be folded here
that could ever tell two meanings apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from llmentary.core.text.cursor import Cursor, Tokens
from llmentary.core.text.dates import read_date, read_time
from llmentary.core.text.lexicon import Lexicon
from llmentary.core.text.numbers import read_number
from llmentary.core.text.scan import Raw, scan
from llmentary.core.text.signs import read_address, read_char, read_code, read_sign
from llmentary.core.text.unify import fold_case
from llmentary.core.text.words import read_dotted, read_word

__all__ = ["Tokens", "tokenise"]

_BRITISH = re.compile("[iy]s|our")
_OPENING = re.compile(r"[.!?:;\n]")


def tokenise(text: str, lexicon: Lexicon) -> Tokens:
    """
    Return the canonical tokens of unified text.
    """
    raws = scan(text)
    cursor = Cursor(text, raws, lexicon)
    count, special, tokens = len(raws), lexicon.special, cursor.tokens
    last_end = 0
    after_dot = True
    while cursor.at < count:
        raw = raws[cursor.at]
        kind, found, start, end = raw
        gap = text[last_end:start]
        opens = after_dot or (gap != " " and _OPENING.search(gap) is not None)
        after_dot = False
        if kind == "word":
            folded = found.lower() if found.isascii() else fold_case(found)
            # Nine words in ten are ordinary ones and must be quick.
            if folded in special or "'" in folded:
                read_word(cursor, raw, found, opens)
            else:
                form = lexicon.american(folded) if _BRITISH.search(folded) else folded
                tokens.add(form, cursor.kind_of(form, found, opens), start, end, opens)
        elif kind == "dotted":
            after_dot = read_dotted(cursor, raw, opens)
        else:
            _RULES[kind](cursor, raw, opens)
        cursor.at += 1
        last_end = raws[cursor.at - 1].end
    return tokens


_RULES: Mapping[str, Callable[[Cursor, Raw, bool], None]] = {
    "number": read_number,
    "sign": read_sign,
    "time": read_time,
    "date": read_date,
    "url": read_address,
    "email": read_address,
    "tag": read_code,
    "code": read_code,
    "char": read_char,
}
