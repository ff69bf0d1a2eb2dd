"""
The words of an answer in the form in which pins are searched: one form for equivalent spellings.

Pins are less strict than the normalizer. What they treat as equal (a plural, an accent, `Saint` and `St.`) only
helps to find a phrase that the developer has chosen, and never makes two answers equal.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import ucd_3_2_0

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.tokenizer import Tokens

_ROMAN = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
    "xiii": "13",
    "xiv": "14",
    "xv": "15",
    "xvi": "16",
}
"""Roman numerals after names; a single letter is more often just a letter."""
_YEAR = re.compile(r"\d{4}")
_DATE = re.compile(r"(\d{4}|-)-(\d\d)-(\d\d)")
_SIBILANT = ("s", "x", "z", "ch", "sh")


class PinnedWord(NamedTuple):
    """
    One word of an answer or of a phrase, with the index of its first token.
    """

    form: str
    token: int
    parts: tuple[str, ...] = ()
    """Further forms: a date also has its year, its month, and the day without the year."""


def pinned_words(text: str, tokens: Tokens, lexicon: Lexicon) -> list[PinnedWord]:
    """
    Return the words that count: without articles, and with one form for ranges and for months with a year.
    """
    words: list[PinnedWord] = []
    index, size = 0, len(tokens)
    while index < size:
        form, kind = tokens.forms[index], tokens.kinds[index]
        month = lexicon.months.get(form)
        if kind is TokenKind.WORD and month is None:  # most of them, and quick
            words.append(PinnedWord(_form(text, tokens, index, lexicon), index))
        elif month is not None and index + 1 < size and _YEAR.fullmatch(tokens.forms[index + 1]):
            year = tokens.forms[index + 1]
            words.append(PinnedWord(f"{year}-{month:02}", index, (year, f"--{month:02}")))
            index += 1
        elif month is not None:
            words.append(PinnedWord(f"--{month:02}", index))
        elif kind is TokenKind.DATE:
            words.append(PinnedWord(form, index, _parts_of_date(form)))
        elif kind is TokenKind.CODE:
            # Code keeps its exact spelling, but a pin for one of its words need not be exact.
            words.append(PinnedWord(form, index, (stem(form.lower()),) if form.isalpha() else ()))
        elif _joins_range(tokens, index):
            words.append(PinnedWord("-", index))
        elif not (_is_article(text, tokens, index) or _opens_range(tokens, index)):
            words.append(PinnedWord(_form(text, tokens, index, lexicon), index))
        index += 1
    return words


def stem(form: str) -> str:
    """
    Return a word without its plural ending: `boxes` and `box`, `cases` and `case` get the same form.
    """
    if len(form) <= 3 or not form.isalpha() or form.endswith(("ss", "us", "is")):
        return form
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith("es") and form[:-2].endswith(_SIBILANT):
        return form[:-2]
    if form.endswith("e") and form[:-1].endswith(_SIBILANT):
        return form[:-1]
    return form[:-1] if form.endswith("s") else form


def _form(text: str, tokens: Tokens, index: int, lexicon: Lexicon) -> str:
    form, kind = tokens.forms[index], tokens.kinds[index]
    if kind is TokenKind.URL:
        return form.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    if kind is TokenKind.FUNCTION and len(form) > 1 and _is_shouted(text, tokens, index):
        return form.upper()  # the IT department, and not `it`
    if not form.isascii() and lexicon.lang == "en":
        form = without_accents(
            form
        )  # optional in English names; in other languages accents distinguish words
    form = lexicon.same_words.get(form, form)
    return _ROMAN.get(form) or stem(form)


def without_accents(form: str) -> str:
    """
    Return a word of Latin letters without its accents, and any other unchanged.
    """
    plain = "".join(char for char in ucd_3_2_0.normalize("NFD", form) if not ucd_3_2_0.combining(char))
    return plain if plain.isascii() else form


def _is_shouted(text: str, tokens: Tokens, index: int) -> bool:
    """
    Return whether a word is in capitals and the words around it are not.
    """
    if not _lexeme(text, tokens, index).isupper():
        return False
    near = [token for token in (index - 1, index + 1) if 0 <= token < len(tokens)]
    return not any(
        _lexeme(text, tokens, token).isupper() and tokens.kinds[token] is TokenKind.FUNCTION for token in near
    )


def _is_article(text: str, tokens: Tokens, index: int) -> bool:
    """
    Return whether a word is an article, which pins ignore; the letter in `vitamin A` is not one.
    """
    form = tokens.forms[index]
    if form in ("an", "the", "'s"):
        return True
    if form != "a" or index + 1 == len(tokens) or tokens.openings[index + 1]:
        return False
    next_lexeme = _lexeme(text, tokens, index + 1)
    is_letter = (
        _lexeme(text, tokens, index) == "A" and not tokens.openings[index] and not next_lexeme.isupper()
    )
    return not is_letter and not text[tokens.ends[index] : tokens.starts[index + 1]].strip(" \"'*_")


def _joins_range(tokens: Tokens, index: int) -> bool:
    """
    Return whether a word or dash joins two numbers: `10 to 12`, `between 10 and 12`, `10-12`.
    """
    if not 0 < index < len(tokens) - 1 or not _are_numbers(tokens, index - 1, index + 1):
        return False
    form = tokens.forms[index]
    return form in ("-", "to") or (form == "and" and _opens_range(tokens, index - 2))


def _opens_range(tokens: Tokens, index: int) -> bool:
    """
    Return whether `between` or `from` only introduces a range.
    """
    if not 0 <= index < len(tokens) - 3 or not _are_numbers(tokens, index + 1, index + 3):
        return False
    return (tokens.forms[index], tokens.forms[index + 2]) in _RANGES


_RANGES = frozenset({("between", "and"), ("from", "to"), ("from", "-")})


def _are_numbers(tokens: Tokens, *places: int) -> bool:
    return all(tokens.kinds[token] is TokenKind.NUMBER for token in places)


def _parts_of_date(form: str) -> tuple[str, ...]:
    match = _DATE.fullmatch(form)
    if match is None:
        return ()
    year, month, day = match.groups()
    if year == "-":
        return (f"--{month}",)
    return f"--{month}-{day}", f"{year}-{month}", f"--{month}", year


def _lexeme(text: str, tokens: Tokens, index: int) -> str:
    return text[tokens.starts[index] : tokens.ends[index]]
