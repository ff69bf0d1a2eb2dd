"""
Read words: contractions, abbreviations, initials, names with a short form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.presentation import fold_case

from ._cursor import Cursor
from ._dates import read_date_from_month
from ._numbers import read_minus, read_number_in_words, read_sum
from ._scan import Lexeme
from ._units import read_counted


def read_dotted(cursor: Cursor, lexeme: Lexeme, opens: bool) -> bool:
    """
    Read an abbreviation, initials, or a word with a full stop; return whether that ends a sentence.
    """
    folded = fold_case(lexeme.text)
    following = cursor.peek()
    if folded == "no." and not opens and following is not None and following.kind == "number":
        cursor.add(lexeme, "number", TokenKind.WORD)
        return False
    numbered = cursor.lexicon.before_numbers.get(folded)
    if numbered is not None and following is not None and following.kind in ("number", "phone"):
        cursor.add(lexeme, numbered, cursor.kind_of(numbered, numbered, opens), opens)
        return False
    if folded in cursor.lexicon.before_names and (form := _by_place(cursor, folded, following)):
        cursor.add(lexeme, form, cursor.kind_of(form, form, True), opens)
        return False
    phrase = cursor.lexicon.abbreviations.get(folded)
    if phrase is not None and (
        folded.count(".") > 1 or folded not in ("min.", "max.", "temp.", "est.", "inc.", "info.")
    ):
        for word in phrase:
            cursor.add(lexeme, word, cursor.kind_of(word, lexeme.text, opens), opens)
        return lexeme.end == len(cursor.text)
    if len(lexeme.text) == 2 and lexeme.text[0].isupper() and _read_initials(cursor, lexeme, opens):
        return False
    read_word(
        cursor,
        lexeme,
        lexeme.text.rstrip(".") if folded.count(".") == 1 else lexeme.text.replace(".", ""),
        opens,
    )
    return True


def _by_place(cursor: Cursor, folded: str, following: Lexeme | None) -> str | None:
    """
    Return the meaning of an abbreviation by its position: `St. Olav`, `Main St.`; None if it may be either.
    """
    before = cursor.lexemes[cursor.index - 1].text if cursor.index else ""
    follows_name = before[:1].isupper() and len(before) > 1 and cursor.tokens.kinds[-1:] == [TokenKind.NAME]
    precedes_name = following is not None and following.kind == "word" and following.text[:1].isupper()
    if follows_name == precedes_name:
        return None
    return cursor.lexicon.before_names[folded][0 if precedes_name else 1]


def _read_initials(cursor: Cursor, lexeme: Lexeme, opens: bool) -> bool:
    """
    Read `J. R. R.` like `J.R.R.`.
    """
    letters = lexeme.text[0]
    following = cursor.peek()
    while (
        following is not None
        and following.kind == "dotted"
        and len(following.text) == 2
        and following.text[0].isupper()
        and cursor.text[cursor.lexemes[cursor.index].end : following.start].strip(" ") == ""
    ):
        letters += following.text[0]
        cursor.read_on(1)
        following = cursor.peek()
    if len(letters) == 1:
        return False
    cursor.add(lexeme, fold_case(letters), TokenKind.NAME, opens, cursor.lexemes[cursor.index].end)
    return True


def read_word(cursor: Cursor, lexeme: Lexeme, text: str, opens: bool) -> None:
    """
    Read a word that needs more than a look-up: a contraction, a number, a month, a long name.
    """
    lexicon = cursor.lexicon
    folded = fold_case(text)
    if "'" in folded:
        _read_contraction(cursor, lexeme, text, folded, opens)
        return
    if folded not in lexicon.special:
        form = lexicon.american(folded)
        cursor.tokens.add(form, cursor.kind_of(form, text, opens), lexeme.start, lexeme.end, opens)
        return
    if text in lexicon.capitals and cursor.has_lower:
        cursor.add(lexeme, lexicon.capitals[text], TokenKind.NAME, opens)
        return
    if folded in _RARE and _RARE[folded](cursor, lexeme, opens):
        return
    if folded in lexicon.joining_prefixes and _read_joined(cursor, lexeme, folded, opens):
        return
    if folded in lexicon.weekdays and _is_weekday(cursor, folded):
        cursor.add(
            lexeme, lexicon.weekdays[folded], cursor.kind_of(lexicon.weekdays[folded], text, opens), opens
        )
        return
    roman = lexicon.romans.get(folded) or (
        lexicon.unsure_romans.get(folded) if _follows_name(cursor, text) else None
    )
    if roman is not None:
        cursor.add(lexeme, str(roman), TokenKind.NUMBER, opens)
        return
    if folded in lexicon.quantities.codes and read_sum(cursor, lexeme, folded, opens):
        return
    phrase = lexicon.contractions.get(folded) or lexicon.abbreviations.get(folded)
    if phrase is not None:
        for word in phrase:
            cursor.add(lexeme, word, cursor.kind_of(word, word, opens), opens)
        return
    names = lexicon.phrases.get(folded)
    if names is not None and _read_long_name(cursor, lexeme, names, opens):
        return
    if folded in lexicon.numbers or (folded in lexicon.scales):
        read_number_in_words(cursor, lexeme, folded, opens)
        return
    if folded in lexicon.months:
        if not read_date_from_month(cursor, lexeme, folded, opens):
            name = lexicon.month_names[lexicon.months[folded]]
            cursor.add(lexeme, name, cursor.kind_of(name, text, opens), opens)
        return
    if folded in lexicon.ordinals:
        cursor.add(lexeme, f"{lexicon.ordinals[folded]}#", TokenKind.ORDINAL, opens)
        return
    if folded == "per" and cursor.peek_word() == "cent":
        cursor.read_on(1)
        cursor.add(lexeme, "percent", TokenKind.UNIT, opens, cursor.lexemes[cursor.index].end)
        return
    if folded == "per":
        cursor.add(lexeme, "per", TokenKind.FUNCTION, opens)
        read_counted(cursor)
        return
    form = lexicon.american(folded)
    cursor.add(lexeme, form, cursor.kind_of(form, text, opens), opens)


def _read_electronic(cursor: Cursor, lexeme: Lexeme, opens: bool) -> bool:
    """
    Read `e-mail` as `email`.
    """
    following = cursor.peek()
    if following is None or following.kind != "word" or cursor.gap_before(following) != "-":
        return False
    cursor.read_on(1)
    form = "e" + fold_case(following.text)
    cursor.add(lexeme, form, cursor.kind_of(form, form, opens), opens, following.end)
    return True


def _read_with(cursor: Cursor, lexeme: Lexeme, opens: bool) -> bool:
    """
    Read `w/` as "with" and `w/o` as "without".
    """
    stroke, ending = cursor.peek(), cursor.peek(2)
    if (
        stroke is None
        or stroke.text != "/"
        or stroke.start != lexeme.end
        or "with" not in cursor.lexicon.kinds
    ):
        return False
    is_without = ending is not None and ending.start == stroke.end and fold_case(ending.text) == "o"
    form = "without" if is_without else "with"
    cursor.read_on(2 if is_without else 1)
    cursor.add(lexeme, form, cursor.kind_of(form, form, opens), opens, cursor.lexemes[cursor.index].end)
    return True


_RARE: Mapping[str, Callable[[Cursor, Lexeme, bool], bool]] = {
    "e": _read_electronic,
    "w": _read_with,
    "minus": read_minus,
}


def _read_joined(cursor: Cursor, lexeme: Lexeme, folded: str, opens: bool) -> bool:
    """
    Read `non-refundable` and `non refundable` as `nonrefundable`.
    """
    following = cursor.peek()
    if following is None or following.kind != "word" or len(following.text) <= 2:
        return False
    gap = cursor.gap_before(following)
    if len(gap) != 1 or gap not in cursor.lexicon.joining_prefixes[folded]:
        return False
    cursor.read_on(1)
    form = cursor.lexicon.american(folded + fold_case(following.text))
    cursor.add(lexeme, form, cursor.kind_of(form, form, opens), opens, following.end)
    return True


def _is_weekday(cursor: Cursor, folded: str) -> bool:
    """
    Return whether a short name means the weekday: `Sat` does next to another day, a month or a number.
    """
    lexicon = cursor.lexicon
    if folded not in lexicon.unsure_weekdays:
        return True
    for step in (-2, -1, 1, 2):
        index = cursor.index + step
        if not 0 <= index < len(cursor.lexemes):
            continue
        lexeme = cursor.lexemes[index]
        word = fold_case(lexeme.text.rstrip("."))
        if word in lexicon.weekdays or (
            abs(step) == 1 and (word in lexicon.months or lexeme.kind in ("number", "time"))
        ):
            return True
    return False


def _follows_name(cursor: Cursor, text: str) -> bool:
    if not (text.isupper() and cursor.has_lower and cursor.index):
        return False
    return cursor.lexemes[cursor.index - 1].text[:1].isupper()


def _read_long_name(
    cursor: Cursor, lexeme: Lexeme, names: Sequence[tuple[tuple[str, ...], str]], opens: bool
) -> bool:
    """
    Read a name of several words as its short form: `United States` as `usa`.
    """
    for rest, short in names:
        if all(cursor.peek_word(ahead) == word for ahead, word in enumerate(rest, 1)):
            cursor.read_on(len(rest))
            kind = cursor.lexicon.kinds.get(short, TokenKind.WORD)
            cursor.add(lexeme, short, kind, opens, cursor.lexemes[cursor.index].end)
            return True
    return False


def _read_contraction(cursor: Cursor, lexeme: Lexeme, text: str, folded: str, opens: bool) -> None:
    lexicon = cursor.lexicon
    phrase = lexicon.contractions.get(folded)
    if phrase is not None:
        for word in phrase:
            cursor.add(lexeme, word, cursor.kind_of(word, word, True), opens)
        return
    if folded.endswith("n't") and "not" in lexicon.negations:
        cursor.add(lexeme, folded[:-3], cursor.kind_of(folded[:-3], text, opens), opens)
        cursor.add(lexeme, "not", TokenKind.NEGATION)
        return
    stem, _, ending = folded.rpartition("'")
    if ending == "s" and stem in lexicon.is_contractions:
        cursor.add(lexeme, stem, cursor.kind_of(stem, text, opens), opens)
        cursor.add(lexeme, "is", TokenKind.FUNCTION)
        return
    full = lexicon.suffix_contractions.get("'" + ending)
    if full is not None and stem:
        cursor.add(lexeme, stem, cursor.kind_of(stem, text, opens), opens)
        cursor.add(lexeme, full, cursor.kind_of(full, full, True))
        return
    if ending == "s" and stem:
        cursor.add(lexeme, stem, cursor.kind_of(stem, text, opens), opens)
        cursor.add(lexeme, "'s", TokenKind.FUNCTION)
        return
    form = lexicon.american(folded)
    cursor.add(lexeme, form, cursor.kind_of(form, text, opens), opens)
