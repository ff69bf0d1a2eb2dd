"""
The reader of `@match`, which is a small language of its own.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import Match, MatchMode

from ._values import InvalidValue, closest, one_of, read_amount, read_share, split_word

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
