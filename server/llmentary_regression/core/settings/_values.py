"""
Readers of setting values: of the text after `@word`, or in a settings file.

Each takes the trimmed text and returns the typed value, or raises `InvalidValue`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import TypeVar

from llmentary_regression.core.json import json_or_text
from llmentary_regression.core.model import JsonValue, Regex

WordT = TypeVar("WordT", bound=Enum)

_MAX_GUESSED_LENGTH = 40
"""Longer words are not guessed: nobody mistypes them, and the time grows with the length."""


class InvalidValue(ValueError):
    """
    A value that is not valid; the message says what to write instead.
    """

    def __init__(self, message: str, better: str | None = None) -> None:
        super().__init__(message)
        self.better = better
        """The whole value as it was probably meant, if that can be guessed."""


def closest(word: str, known: Sequence[str]) -> str | None:
    """
    Return the known word that `word` was probably meant to be.
    """
    if len(word) > _MAX_GUESSED_LENGTH:
        return None
    found = get_close_matches(word.lower().replace("_", "-"), known, n=1, cutoff=0.6)
    return found[0] if found else None


def read_text(text: str) -> str:
    if not text:
        raise InvalidValue("needs a value")
    return text


def read_reason(text: str) -> str:
    return text


def read_flag(text: str) -> bool:
    if text:
        raise InvalidValue("takes no value", better="")
    return True


def read_switch(text: str) -> bool:
    """
    Return whether `true`, `1` or `yes` is meant rather than `false`, `0` or `no`.
    """
    word = text.lower()
    if word not in ("true", "1", "yes", "false", "0", "no"):
        raise InvalidValue("wants `true` or `false`")
    return word in ("true", "1", "yes")


_DOTTED = r"[^\W\d]\w*(\.[^\W\d]\w*)*"
_CALLABLE = re.compile(rf"[^:].*:{_DOTTED}")
_CALLABLE_WITHOUT_COLON = re.compile(rf"({_DOTTED})\.([^\W\d]\w*)")


def read_callable(text: str) -> str:
    """
    Check the shape of `module:function`, `path/to/file.py:function` or an `http:` address.
    """
    read_text(text)
    if text.startswith(("http://", "https://")) or _CALLABLE.fullmatch(text):
        return text
    dotted = _CALLABLE_WITHOUT_COLON.fullmatch(text)
    raise InvalidValue(
        f"wants `module:function` or `path/to/file.py:function`, not `{text[:60]}`",
        better=f"{dotted[1]}:{dotted[3]}" if dotted and dotted[3] != "py" else None,
    )


def read_embed(text: str) -> str:
    return text if text == "wordllama" else read_callable(text)


def read_language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", read_text(text)):
        raise InvalidValue(f"wants a language code such as `en` or `de`, not `{text[:60]}`")
    return text


def count_reader(least: int) -> Callable[[str], int]:
    """
    Return a reader of whole numbers from `least` on.
    """

    def read_count(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            raise InvalidValue(f"wants a whole number, {least} or more")
        return int(text)

    return read_count


def word_reader(kind: type[WordT]) -> Callable[[str], WordT]:
    """
    Return a reader of one of the words of `kind`.
    """
    read = choice_reader([str(word) for word in kind])
    return lambda text: kind(read(text))


def choice_reader(words: Sequence[str]) -> Callable[[str], str]:
    """
    Return a reader of one of the given words.
    """

    def read_choice(text: str) -> str:
        if text not in words:
            raise InvalidValue(f"wants {one_of(words)}", better=closest(text, words))
        return text

    return read_choice


def one_of(words: Sequence[str]) -> str:
    """
    Return the words as alternatives: `` `a`, `b` or `c` ``.
    """
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)[ \t]*(ms|s|m|min|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, None: 1.0}


def read_duration(text: str) -> float:
    """
    Return seconds from `30s`, `2m`, `500ms`, `1h`, or a bare number of seconds.
    """
    found = _DURATION.fullmatch(text)
    if not found or float(found[1]) == 0:
        raise InvalidValue("wants a time such as `30s`, `500ms` or `2m`")
    return float(found[1]) * _SECONDS[found[2]]


_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}")
_FRACTION = re.compile(r"([0-9]{1,9})[ \t]*/[ \t]*([0-9]{1,9})")


def read_share(text: str) -> float:
    """
    Return 0..1 from `2/3`, `0.66` or `66%`.
    """
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[2]) > 0:
        share = int(fraction[1]) / int(fraction[2])
    elif text.endswith("%") and _DECIMAL.fullmatch(text[:-1]):
        share = float(text[:-1]) / 100
    elif _DECIMAL.fullmatch(text):
        share = float(text)
    else:
        share = -1.0
    if not 0 <= share <= 1:
        raise InvalidValue("wants a share between 0 and 1, such as `2/3` or `0.9`")
    return share


def read_amount(text: str) -> float:
    if not _DECIMAL.fullmatch(text):
        raise InvalidValue("wants an amount such as `0.01`")
    return float(text)


_RATE = re.compile(r"([0-9]{1,9})[ \t]*/[ \t]*(s|sec|second|m|min|minute|h|hour)")
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60}


def read_rate(text: str) -> float:
    """
    Return questions per minute from `60/min`, `2/s` or `100/h`.
    """
    found = _RATE.fullmatch(text)
    if not found or int(found[1]) == 0:
        better = f"{text}/min" if text.isascii() and text.isdigit() and int(text[:10]) else None
        raise InvalidValue("wants a rate such as `60/min`, `2/s` or `100/h`", better=better)
    return int(found[1]) * _PER_MINUTE[found[2][0]]


def read_tags(text: str) -> tuple[str, ...]:
    """
    Return the words of `policy, #billing slow` without `#`, in order, without duplicates.
    """
    tags = tuple(dict.fromkeys(tag for word in re.split(r"[ \t,]+", text) if (tag := word.lstrip("#"))))
    if not tags:
        raise InvalidValue("needs a tag")
    return tags


_REGEX_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def read_regex(text: str) -> Regex:
    """
    Read `/pattern/flags`, and compile it once to report a broken pattern early; it is never matched here.
    """
    found = re.fullmatch(r"/(.+)/([A-Za-z]*)", text, re.DOTALL)
    if not found:
        better = f"/{text}/" if text and not text.startswith("/") else None
        raise InvalidValue("wants a regular expression such as `/[0-9]+ days/i`", better=better)
    pattern, flags = found[1], found[2]
    unknown = [flag for flag in flags if flag not in _REGEX_FLAGS]
    if unknown:
        raise InvalidValue(
            f"knows no regular expression flag `{unknown[0]}`; there are `i`, `m`, `s` and `x`",
            better=f"/{pattern}/{''.join(flag for flag in flags if flag in _REGEX_FLAGS)}",
        )
    combined = 0
    for flag in flags:
        combined |= _REGEX_FLAGS[flag]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern, combined)
    except (re.error, OverflowError, RecursionError) as exc:
        raise InvalidValue(f"has a broken regular expression: {exc}") from exc
    return Regex(pattern, "".join(dict.fromkeys(flags)))


def read_env(text: str) -> tuple[str, str]:
    """
    Read `NAME value`; the value may be empty.
    """
    name, value = split_word(text)
    try:
        return check_env_name(name), value
    except InvalidValue as exc:
        raise InvalidValue(str(exc), better=_without_equals(text)) from exc


def read_arg(text: str) -> tuple[str, JsonValue]:
    """
    Read `name value`; the value is JSON if it can be read as JSON, else a string.
    """
    name, value = split_word(text)
    if not value:
        raise InvalidValue(_ARG_WANTED, better=_without_equals(text))
    try:
        return check_arg_name(name), json_or_text(value)
    except InvalidValue as exc:
        raise InvalidValue(str(exc), better=_without_equals(text)) from exc


def check_env_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise InvalidValue("wants a variable's name and its value, such as `REGION eu`")
    return name


_ARG_WANTED = "wants a parameter's name and its value, such as `temperature 0.2`"


def check_arg_name(name: str) -> str:
    if not name.isidentifier():
        raise InvalidValue(_ARG_WANTED)
    return name


def _without_equals(text: str) -> str | None:
    """
    Return `name value` where the author wrote `name=value`.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    return f"{name} {value}" if equals and value and name.isidentifier() else None


def split_word(text: str) -> tuple[str, str]:
    """
    Return the first word, and the rest after the blanks that follow it.
    """
    parts = re.split(r"[ \t]+", text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""
