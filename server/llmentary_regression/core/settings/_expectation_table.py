"""
The one table of expectations: what may follow `@expect`, how it is read, and what it means.

The reader here, the evaluation, completion, the grammar and `docs/file-format.md` take their lists from it or are
tested against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from llmentary_regression.core.model import Expectation, ExpectKind, Word, in_quotes

from ._values import InvalidValue, closest, one_of, read_amount, read_duration, read_regex, split_word

Fill = Callable[[str], str]
"""Puts a row's values into a text."""


@dataclass(frozen=True, slots=True)
class RowFill:
    """
    How a row's values go into a setting: as they are, and so that a regular expression takes them literally.
    """

    text: Fill
    regex: Fill


NO_ROW = RowFill(text=lambda text: text, regex=lambda text: text)


class Subject(Word):
    """
    What an expectation looks at.
    """

    TEXT = "text"
    """The answer's text, before `@mask`."""
    JSON = "JSON"
    """The value that the callable returned, or the text read as JSON."""
    NUMBER = "number"
    """Something that is counted or measured, and must not exceed a limit."""


@dataclass(frozen=True, slots=True)
class ExpectationSpec:
    """
    Everything there is to know about one kind of expectation, but how it is evaluated.
    """

    kind: ExpectKind
    argument: str
    """What follows the kind, as the documentation shows it."""
    example: str
    """A valid expectation, which messages show to the author."""
    snippet: str
    """What completion inserts; `$1` or `${1:text}` is where the cursor goes."""
    read: Callable[[ExpectationSpec, str, RowFill], Expectation]
    """Reads what follows the kind; raises `InvalidValue`."""
    subject: Subject
    help: str
    """What holds of an answer that keeps it."""
    may_be_negated: bool = False
    """Whether `not` may stand before it."""


def read_expectation(text: str, fill: RowFill = NO_ROW) -> Expectation:
    """
    Read what follows `@expect`, and fill a row's values into its parts after they are split.

    Raises:
        InvalidValue: it is not an expectation.
    """
    word, rest = split_word(text)
    negated = word == "not"
    if negated:
        word, rest = split_word(rest)
    spec = _SPECS_BY_WORD.get(word)
    if spec is None:
        raise InvalidValue(f"wants {one_of(list(_SPECS_BY_WORD))}", better=_better_kind(word, rest, negated))
    if not negated:
        return spec.read(spec, rest, fill)
    if not spec.may_be_negated:
        known = [str(other.kind) for other in EXPECTATIONS.values() if other.may_be_negated]
        raise InvalidValue(f"knows no `not {word}`; `not` goes with {_listed(known)}")
    try:
        return replace(spec.read(spec, rest, fill), negated=True)
    except InvalidValue as exc:
        if exc.better is None or not exc.better.startswith(f"{word} "):
            raise
        raise InvalidValue(str(exc), better=f"not {exc.better}") from exc


def _better_kind(word: str, rest: str, negated: bool) -> str | None:
    if word.startswith("not-"):
        negated, word = True, word[4:]
    elif word.startswith('"'):
        return f"{'not ' if negated else ''}contains {word} {rest}".rstrip()
    guess = closest(word, list(_SPECS_BY_WORD))
    return f"{'not ' if negated else ''}{guess} {rest}".rstrip() if guess else None


def _listed(words: list[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


# --- readers of what follows the kind ------------------------------------------------------------


def _read_regex(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    return Expectation(spec.kind, regex=read_regex(fill.regex(text)))


def _read_duration(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    return Expectation(spec.kind, limit=_limit(spec, read_duration, fill.text(text)))


def _read_amount(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    return Expectation(spec.kind, limit=_limit(spec, read_amount, fill.text(text)))


def _limit(spec: ExpectationSpec, read: Callable[[str], float], text: str) -> float:
    try:
        return read(text)
    except InvalidValue as exc:
        raise InvalidValue(f"wants a limit such as `{spec.example}`") from exc


def _read_count(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    filled = fill.text(text)
    if not re.fullmatch(r"[0-9]{1,12}", filled):
        raise InvalidValue(f"wants a whole number such as `{spec.example}`")
    return Expectation(spec.kind, limit=float(filled))


def _read_file(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    if text and not text.startswith('"'):
        return Expectation(spec.kind, texts=(fill.text(text),))
    return _read_phrase(spec, text, fill)


def _read_phrase(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    phrase = _only_phrase(spec, text)
    if not phrase:
        raise InvalidValue(f"wants a text that is not empty, such as `{spec.example}`")
    return Expectation(spec.kind, texts=(fill.text(phrase),))


def _read_text(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    return Expectation(spec.kind, texts=(fill.text(_only_phrase(spec, text)),))


def _read_choice(spec: ExpectationSpec, text: str, fill: RowFill) -> Expectation:
    return Expectation(spec.kind, texts=tuple(map(fill.text, _phrases(spec, text))))


def _only_phrase(spec: ExpectationSpec, text: str) -> str:
    phrases = _phrases(spec, text)
    if len(phrases) > 1:
        raise InvalidValue(f"wants one text in double quotes, such as `{spec.example}`")
    return phrases[0]


def _phrases(spec: ExpectationSpec, text: str) -> list[str]:
    """
    Return the texts in double quotes, without quotes and escapes; there is at least one.
    """
    phrases: list[str] = []
    index = 0
    while index < len(text):
        found = _PHRASE.match(text, index)
        if not found:
            better = f"{spec.kind} {in_quotes(text)}" if not phrases and '"' not in text else None
            raise InvalidValue(f"wants its text in double quotes, such as `{spec.example}`", better=better)
        phrases.append(_unescape(found[1]))
        index = found.end()
    if not phrases:
        raise InvalidValue(f"wants a text in double quotes, such as `{spec.example}`")
    return phrases


_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*', re.DOTALL)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text, flags=re.DOTALL)


# --- the table -----------------------------------------------------------------------------------

_SPECS = (
    ExpectationSpec(
        ExpectKind.CONTAINS,
        '`"TEXT"`',
        'contains "30 days"',
        'contains "$1"',
        _read_phrase,
        Subject.TEXT,
        "has exactly these characters somewhere",
        may_be_negated=True,
    ),
    ExpectationSpec(
        ExpectKind.MATCHES,
        "`/REGULAR EXPRESSION/`",
        "matches /[0-9]+ days/i",
        "matches /$1/",
        _read_regex,
        Subject.TEXT,
        "has a match somewhere",
        may_be_negated=True,
    ),
    ExpectationSpec(
        ExpectKind.EQUALS,
        '`"TEXT"`',
        'equals "yes"',
        'equals "$1"',
        _read_text,
        Subject.TEXT,
        "is this text, leaving white space at the edges aside",
        may_be_negated=True,
    ),
    ExpectationSpec(
        ExpectKind.ONE_OF,
        '`"TEXT" "TEXT"` ...',
        'one-of "yes" "no"',
        'one-of "$1" "$2"',
        _read_choice,
        Subject.TEXT,
        "is one of these texts, leaving white space at the edges aside",
    ),
    ExpectationSpec(
        ExpectKind.JSON_SCHEMA,
        "`FILE`",
        "json-schema order.schema.json",
        'json-schema "$1"',
        _read_file,
        Subject.JSON,
        "is valid by the JSON schema in a file",
    ),
    ExpectationSpec(
        ExpectKind.MAX_LATENCY,
        "`TIME`",
        "max-latency 2s",
        "max-latency ${1:2s}",
        _read_duration,
        Subject.NUMBER,
        "came within this time",
    ),
    ExpectationSpec(
        ExpectKind.MAX_CHARS,
        "`N`",
        "max-chars 400",
        "max-chars ${1:500}",
        _read_count,
        Subject.NUMBER,
        "has at most so many characters",
    ),
    ExpectationSpec(
        ExpectKind.MAX_TOKENS,
        "`N`",
        "max-tokens 100",
        "max-tokens ${1:200}",
        _read_count,
        Subject.NUMBER,
        "took at most so many tokens, as the callable reports them",
    ),
    ExpectationSpec(
        ExpectKind.MAX_COST,
        "`AMOUNT`",
        "max-cost 0.01",
        "max-cost ${1:0.01}",
        _read_amount,
        Subject.NUMBER,
        "cost at most so much, as the callable reports it",
    ),
    ExpectationSpec(
        ExpectKind.SATISFIES,
        '`"CLAIM"`',
        'satisfies "mentions the 30-day limit"',
        'satisfies "$1"',
        _read_phrase,
        Subject.TEXT,
        "satisfies the claim, says the callable that `@judge` names",
    ),
)

EXPECTATIONS: Mapping[ExpectKind, ExpectationSpec] = MappingProxyType({spec.kind: spec for spec in _SPECS})
_SPECS_BY_WORD = {str(spec.kind): spec for spec in _SPECS}
