"""
Turn lexemes into canonical tokens: one form for all ways to write a number, date, time, unit or contraction.

Two answers with equal canonical tokens say the same in another presentation; so nothing may be merged here that
could ever distinguish two meanings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.presentation import fold_case

from ._cursor import Cursor, Tokens
from ._dates import read_date, read_time
from ._numbers import read_foreign_money, read_number
from ._ranges import name_ranges
from ._scan import Lexeme, scan
from ._symbols import read_address, read_char, read_code, read_phone, read_sign
from ._words import read_dotted, read_word

__all__ = ["Tokens", "tokenize"]

_OPENING = re.compile(r"[.!?:;\n]")


def tokenize(text: str, lexicon: Lexicon) -> Tokens:
    """
    Return the canonical tokens of normalized text.
    """
    lexemes = scan(text, lexicon.quantities.decimal_comma)
    cursor = Cursor(text, lexemes, lexicon)
    count, special, kinds, tokens = len(lexemes), lexicon.special, lexicon.kinds, cursor.tokens
    word = TokenKind.WORD
    add_form, add_kind, add_start = tokens.forms.append, tokens.kinds.append, tokens.starts.append
    add_end, add_opening = tokens.ends.append, tokens.openings.append
    index = last_end = 0
    after_dot = True
    while index < count:
        lexeme = lexemes[index]
        kind, found, start, end = lexeme
        gap = text[last_end:start]
        opens = after_dot or (gap != " " and _OPENING.search(gap) is not None)
        after_dot = False
        if kind == "word":
            folded = found.lower() if found.isascii() else fold_case(found)
            # Nine words in ten are ordinary, and have to be fast.
            if folded not in special and "'" not in folded:
                if "our" in folded or "is" in folded or "ys" in folded:
                    folded = lexicon.american(folded)
                # `Tokens.add` and `Cursor.kind_of`, inlined for speed.
                known = kinds.get(folded)
                if known is None:
                    known = word if found == folded else cursor.kind_of(folded, found, opens)
                add_form(folded)
                add_kind(known)
                add_start(start)
                add_end(end)
                add_opening(opens)
                index += 1
                last_end = end
                continue
        cursor.index = index
        if kind == "word":
            read_word(cursor, lexeme, found, opens)
        elif kind == "dotted":
            after_dot = read_dotted(cursor, lexeme, opens)
        else:
            _RULES[kind](cursor, lexeme, opens)
        # A rule may have read further lexemes.
        last_end = lexemes[cursor.index].end
        index = cursor.index + 1
    name_ranges(tokens, text, lexicon)
    return tokens


_RULES: Mapping[str, Callable[[Cursor, Lexeme, bool], None]] = {
    "number": read_number,
    "sign": read_sign,
    "time": read_time,
    "date": read_date,
    "phone": read_phone,
    "money": read_foreign_money,
    "url": read_address,
    "domain": read_address,
    "email": read_address,
    "tag": read_code,
    "code": read_code,
    "char": read_char,
}
