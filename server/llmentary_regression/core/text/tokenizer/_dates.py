"""
Read dates and times in their several forms.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.presentation import fold_case

from ._cursor import Cursor
from ._scan import Lexeme

ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})


def read_date(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a date in digits: with the year first, the day first if it has points, or else whatever cannot be a month.
    """
    first, second, third = (int(part) for part in re.split(r"[-/.]", lexeme.text))
    if first > 99:
        year, month, day = first, second, third
    elif "." in lexeme.text or first > 12:
        year, month, day = third, second, first
    elif second > 12:
        year, month, day = third, first, second
    else:
        # 3/4/2021 is in March to some readers and in April to others.
        cursor.add(lexeme, f"{first}/{second}/{third}", TokenKind.DATE, opens)
        return
    is_date = 1 <= month <= 12 and 1 <= day <= 31
    cursor.add(lexeme, f"{year}-{month:02}-{day:02}" if is_date else lexeme.text, TokenKind.DATE, opens)


def read_time(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a time in digits.
    """
    if not read_clock(cursor, lexeme.text, lexeme, lexeme.start, opens):
        cursor.add(
            lexeme,
            lexeme.text.removeprefix("0") if lexeme.text[1] != ":" else lexeme.text,
            TokenKind.TIME,
            opens,
        )


def read_clock(cursor: Cursor, digits: str, lexeme: Lexeme, start: int, opens: bool) -> bool:
    """
    Read a time on a 12-hour clock: `10 am`, `8:30 p.m.`, `9 o'clock`; return whether it was one.
    """
    following = cursor.peek()
    if following is not None and fold_case(following.text) == "o'clock" and digits.isdigit():
        cursor.read_on(1)
        cursor.tokens.add(f"{int(digits)}:00", TokenKind.TIME, start, following.end, opens=opens)
        return True
    half = {"am": 0, "pm": 12}.get(_half_day(cursor))
    hours, _, minutes = digits.replace(".", ":").partition(":")
    if half is None or not hours.isdigit() or not 1 <= int(hours) <= 12:
        return False
    cursor.read_on(1)
    # A bare "7:30" may mean the evening: only times from noon on have a form of their own.
    clock = f"{int(hours) % 12 + half}:{minutes or '00'}{'' if half else ' am'}"
    cursor.tokens.add(clock, TokenKind.TIME, start, cursor.lexemes[cursor.index].end, opens=opens)
    return True


def _half_day(cursor: Cursor) -> str:
    following = cursor.peek()
    if following is None or following.kind not in ("word", "dotted"):
        return ""
    return fold_case(following.text).replace(".", "")


def read_date_from_month(cursor: Cursor, lexeme: Lexeme, folded: str, opens: bool) -> bool:
    """
    Read `March 3, 2021` or `March 3rd` at a month.
    """
    skipped = 1 if cursor.peek_word() == "the" else 0
    day_lexeme = cursor.peek(1 + skipped)
    if day_lexeme is None or day_lexeme.kind != "number" or not _is_day(day_lexeme.text):
        return False
    steps = 1 + skipped
    after = cursor.peek(steps + 1)
    if after is not None and after.start == day_lexeme.end and fold_case(after.text) in ORDINAL_ENDINGS:
        steps += 1
    elif skipped or (after is not None and after.start == day_lexeme.end):
        return False
    year = _read_year(cursor, steps + 1)
    if year:
        steps += 1
    cursor.read_on(steps)
    _add_date(cursor, year, cursor.lexicon.months[folded], day_lexeme.text, lexeme.start, opens)
    return True


def read_date_from_day(cursor: Cursor, digits: str, start: int, opens: bool) -> bool:
    """
    Read `3 March 2021` or `3rd of March` at a day.
    """
    if not _is_day(digits):
        return False
    steps = 2 if cursor.peek_word() == "of" else 1
    month = cursor.lexicon.months.get(cursor.peek_word(steps))
    if month is None:
        return False
    month_raw = cursor.peek(steps)
    if month_raw is None or (fold_case(month_raw.text) == "may" and not month_raw.text[0].isupper()):
        return False
    year = _read_year(cursor, steps + 1)
    cursor.read_on(steps + bool(year))
    _add_date(cursor, year, month, digits, start, opens)
    return True


def _read_year(cursor: Cursor, ahead: int) -> str:
    lexeme, previous = cursor.peek(ahead), cursor.peek(ahead - 1)
    if (
        lexeme is None
        or previous is None
        or lexeme.kind != "number"
        or len(lexeme.text) != 4
        or not lexeme.text.isdigit()
    ):
        return ""
    gap = cursor.text[previous.end : lexeme.start]
    return lexeme.text if gap and not gap.strip(" \n,.-/") else ""


def _add_date(cursor: Cursor, year: str, month: int, day: str, start: int, opens: bool) -> None:
    form = f"{year or '-'}-{month:02}-{int(day):02}"
    cursor.tokens.add(form, TokenKind.DATE, start, cursor.lexemes[cursor.index].end, opens=opens)


def _is_day(text: str) -> bool:
    return text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31
