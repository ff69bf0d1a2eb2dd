"""
Readers of the settings that are small languages of their own: `@match` and `@expect`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from llmentary_regression.core.model import Expectation, ExpectKind, Match, MatchMode, in_quotes

from ._values import (
    InvalidValue,
    closest,
    one_of,
    read_amount,
    read_duration,
    read_regex,
    read_share,
    split_word,
)

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


# --- @match --------------------------------------------------------------------------------------


_MODES = [str(mode) for mode in MatchMode]


def read_match(text: str) -> Match:
    """
    Read `exact`, `similar 0.92`, `json ignore $.id tolerance 0.01 unordered` and their like.
    """
    word, rest = split_word(text)
    if word not in _MODES:
        guess = closest(word, _MODES)
        raise InvalidValue(f"wants {one_of(_MODES)}", better=f"{guess} {rest}".rstrip() if guess else None)
    mode = MatchMode(word)
    if mode is MatchMode.JSON:
        return _read_json_match(rest)
    if not rest:
        if mode is MatchMode.SEMANTIC:
            raise InvalidValue("wants a threshold for `semantic`", better="semantic 0.9")
        return Match(mode)
    if mode not in (MatchMode.SIMILAR, MatchMode.SEMANTIC):
        raise InvalidValue(f"takes nothing after `{word}`", better=word)
    try:
        return Match(mode, threshold=read_share(rest))
    except InvalidValue as exc:
        raise InvalidValue(f"wants a threshold between 0 and 1 after `{word}`", better=f"{word} 0.9") from exc


def _read_json_match(text: str) -> Match:
    words = iter(text.split())
    ignore: list[str] = []
    tolerance = 0.0
    unordered = False
    for word in words:
        if word == "unordered":
            unordered = True
        elif word == "ignore":
            path = next(words, "")
            if not re.fullmatch(r"\$(\.[^.\[\]]+|\[([0-9]+|\*)\])*", path):
                raise InvalidValue("wants a path such as `$.order.id` or `$.items[*].id` after `ignore`")
            ignore.append(path)
        elif word == "tolerance":
            try:
                tolerance = read_amount(next(words, ""))
            except InvalidValue as exc:
                raise InvalidValue("wants a number such as `0.01` after `tolerance`") from exc
        else:
            raise InvalidValue("knows `ignore $.path`, `tolerance 0.01` and `unordered` after `json`")
    return Match(MatchMode.JSON, ignore=tuple(ignore), tolerance=tolerance, unordered=unordered)


# --- @expect -------------------------------------------------------------------------------------

_KINDS = [str(kind) for kind in ExpectKind]
_MAY_BE_NEGATED = (ExpectKind.CONTAINS, ExpectKind.MATCHES, ExpectKind.EQUALS)
_SHAPES = {
    ExpectKind.CONTAINS: 'contains "30 days"',
    ExpectKind.MATCHES: "matches /[0-9]+ days/i",
    ExpectKind.EQUALS: 'equals "yes"',
    ExpectKind.ONE_OF: 'one-of "yes" "no"',
    ExpectKind.JSON_SCHEMA: "json-schema order.schema.json",
    ExpectKind.MAX_LATENCY: "max-latency 2s",
    ExpectKind.MAX_CHARS: "max-chars 400",
    ExpectKind.MAX_TOKENS: "max-tokens 100",
    ExpectKind.MAX_COST: "max-cost 0.01",
    ExpectKind.SATISFIES: 'satisfies "mentions the 30-day limit"',
}


def read_expectation(text: str, fill: RowFill = NO_ROW) -> Expectation:
    """
    Read what stands after `@expect`, and put a row's values into its parts once they are told apart.
    """
    word, rest = split_word(text)
    negated = word == "not"
    if negated:
        word, rest = split_word(rest)
    if word not in _KINDS:
        raise InvalidValue(f"wants {one_of(_KINDS)}", better=_better_kind(word, rest, negated))
    kind = ExpectKind(word)
    if negated and kind not in _MAY_BE_NEGATED:
        raise InvalidValue(f"knows no `not {word}`; `not` goes with `contains`, `matches` and `equals`")
    if kind is ExpectKind.MATCHES:
        return Expectation(kind, regex=read_regex(fill.regex(rest)), negated=negated)
    if kind in (ExpectKind.MAX_LATENCY, ExpectKind.MAX_CHARS, ExpectKind.MAX_TOKENS, ExpectKind.MAX_COST):
        return Expectation(kind, limit=_read_limit(kind, fill.text(rest)))
    if kind is ExpectKind.JSON_SCHEMA and rest and not rest.startswith('"'):
        return Expectation(kind, texts=(fill.text(rest),))
    phrases = _read_phrases(kind, rest, negated)
    return Expectation(kind, texts=tuple(fill.text(phrase) for phrase in phrases), negated=negated)


def _better_kind(word: str, rest: str, negated: bool) -> str | None:
    if word.startswith("not-"):
        negated, word = True, word[4:]
    elif word.startswith('"'):
        return f"{'not ' if negated else ''}contains {word} {rest}".rstrip()
    guess = closest(word, _KINDS)
    return f"{'not ' if negated else ''}{guess} {rest}".rstrip() if guess else None


def _read_limit(kind: ExpectKind, text: str) -> float:
    try:
        if kind is ExpectKind.MAX_LATENCY:
            return read_duration(text)
        if kind is ExpectKind.MAX_COST:
            return read_amount(text)
    except InvalidValue as exc:
        raise InvalidValue(f"wants a limit such as `{_SHAPES[kind]}`") from exc
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise InvalidValue(f"wants a whole number such as `{_SHAPES[kind]}`")
    return float(text)


_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*', re.DOTALL)


def _read_phrases(kind: ExpectKind, text: str, negated: bool) -> list[str]:
    phrases: list[str] = []
    at = 0
    while at < len(text):
        found = _PHRASE.match(text, at)
        if not found:
            lead = "not " if negated else ""
            better = f"{lead}{kind} {in_quotes(text)}" if not phrases and '"' not in text else None
            raise InvalidValue(f"wants its text in double quotes, such as `{_SHAPES[kind]}`", better=better)
        phrases.append(_unescape(found[1]))
        at = found.end()
    if not phrases or (len(phrases) > 1 and kind is not ExpectKind.ONE_OF):
        count = "a text" if not phrases else "one text"
        raise InvalidValue(f"wants {count} in double quotes, such as `{_SHAPES[kind]}`")
    if "" in phrases and kind is not ExpectKind.ONE_OF and kind is not ExpectKind.EQUALS:
        raise InvalidValue(f"wants a text that is not empty, such as `{_SHAPES[kind]}`")
    return phrases


_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text, flags=re.DOTALL)
