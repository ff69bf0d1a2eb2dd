"""
The words of an answer as pins are looked for in them: one form for spellings that say the same.

Pins are looser than the normalizer: what they do not tell apart (a plural, an accent, `Saint` and `St.`) only
lets a phrase be found that the developer has chosen, and never makes two answers equal.
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
"""As they stand behind names; those of one letter are letters more often."""
_YEAR = re.compile(r"\d{4}")
_DATE = re.compile(r"(\d{4}|-)-(\d\d)-(\d\d)")
_SIBILANT = ("s", "x", "z", "ch", "sh")


class PinnedWord(NamedTuple):
    """
    One word of an answer or of a phrase, with the token it begins at.
    """

    form: str
    place: int
    parts: tuple[str, ...] = ()
    """What it holds besides: a date its year, its month, and the day without the year."""


def pinned_words(text: str, tokens: Tokens, lexicon: Lexicon) -> list[PinnedWord]:
    """
    Return the words that count: without articles, ranges and months with their year in one form.
    """
    words: list[PinnedWord] = []
    at, size = 0, len(tokens)
    while at < size:
        form, kind = tokens.forms[at], tokens.kinds[at]
        month = lexicon.months.get(form)
        if kind is TokenKind.WORD and month is None:  # most of them, and quick
            words.append(PinnedWord(_form(text, tokens, at, lexicon), at))
        elif month is not None and at + 1 < size and _YEAR.fullmatch(tokens.forms[at + 1]):
            year = tokens.forms[at + 1]
            words.append(PinnedWord(f"{year}-{month:02}", at, (year, f"--{month:02}")))
            at += 1
        elif month is not None:
            words.append(PinnedWord(f"--{month:02}", at))
        elif kind is TokenKind.DATE:
            words.append(PinnedWord(form, at, _parts_of_date(form)))
        elif kind is TokenKind.CODE:
            # Code is kept to the letter; who pins a word of it need not be.
            words.append(PinnedWord(form, at, (stem(form.lower()),) if form.isalpha() else ()))
        elif _joins_range(tokens, at):
            words.append(PinnedWord("-", at))
        elif not (_is_article(text, tokens, at) or _opens_range(tokens, at)):
            words.append(PinnedWord(_form(text, tokens, at, lexicon), at))
        at += 1
    return words


def stem(form: str) -> str:
    """
    Return a word without its plural ending; `boxes` and `box`, `cases` and `case` meet.
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


def _form(text: str, tokens: Tokens, at: int, lexicon: Lexicon) -> str:
    form, kind = tokens.forms[at], tokens.kinds[at]
    if kind is TokenKind.URL:
        return form.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    if kind is TokenKind.FUNCTION and len(form) > 1 and _is_shouted(text, tokens, at):
        return form.upper()  # the IT department, and not `it`
    if not form.isascii() and lexicon.lang == "en":
        form = without_accents(form)  # English names lose theirs at will; elsewhere they tell words apart
    form = lexicon.same_words.get(form, form)
    return _ROMAN.get(form) or stem(form)


def without_accents(form: str) -> str:
    """
    Return a word of Latin letters without its accents, any other as it is.
    """
    plain = "".join(char for char in ucd_3_2_0.normalize("NFD", form) if not ucd_3_2_0.combining(char))
    return plain if plain.isascii() else form


def _is_shouted(text: str, tokens: Tokens, at: int) -> bool:
    """
    Tell whether a word alone stands in capitals, and not the text around it.
    """
    if not _raw(text, tokens, at).isupper():
        return False
    near = [place for place in (at - 1, at + 1) if 0 <= place < len(tokens)]
    return not any(
        _raw(text, tokens, place).isupper() and tokens.kinds[place] is TokenKind.FUNCTION for place in near
    )


def _is_article(text: str, tokens: Tokens, at: int) -> bool:
    """
    Tell whether a word is an article, which pins pass over; the letter of `vitamin A` is none.
    """
    form = tokens.forms[at]
    if form in ("an", "the", "'s"):
        return True
    if form != "a" or at + 1 == len(tokens) or tokens.openings[at + 1]:
        return False
    raw_next = _raw(text, tokens, at + 1)
    is_letter = _raw(text, tokens, at) == "A" and not tokens.openings[at] and not raw_next.isupper()
    return not is_letter and not text[tokens.ends[at] : tokens.starts[at + 1]].strip(" \"'*_")


def _joins_range(tokens: Tokens, at: int) -> bool:
    """
    Tell whether a word or dash joins two numbers: `10 to 12`, `between 10 and 12`, `10-12`.
    """
    if not 0 < at < len(tokens) - 1 or not _are_numbers(tokens, at - 1, at + 1):
        return False
    form = tokens.forms[at]
    return form in ("-", "to") or (form == "and" and _opens_range(tokens, at - 2))


def _opens_range(tokens: Tokens, at: int) -> bool:
    """
    Tell whether `between` or `from` says no more than that a range follows.
    """
    if not 0 <= at < len(tokens) - 3 or not _are_numbers(tokens, at + 1, at + 3):
        return False
    return (tokens.forms[at], tokens.forms[at + 2]) in _RANGES


_RANGES = frozenset({("between", "and"), ("from", "to"), ("from", "-")})


def _are_numbers(tokens: Tokens, *places: int) -> bool:
    return all(tokens.kinds[place] is TokenKind.NUMBER for place in places)


def _parts_of_date(form: str) -> tuple[str, ...]:
    match = _DATE.fullmatch(form)
    if match is None:
        return ()
    year, month, day = match.groups()
    if year == "-":
        return (f"--{month}",)
    return f"--{month}-{day}", f"{year}-{month}", f"--{month}", year


def _raw(text: str, tokens: Tokens, at: int) -> str:
    return text[tokens.starts[at] : tokens.ends[at]]
