"""
Read `-k` expressions: words joined by `and`, `or`, `not` and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.safe_text import one_line

_MAX_DEPTH = 100
"""Of parentheses; each takes a few levels of Python's stack."""

Predicate = Callable[[str], bool]

_TOKEN = re.compile(r"""\s*(?:(?P<punctuation>[()])|"(?P<quoted>[^"]*)"|(?P<word>[^\s()"]+))""")


def read_expression(text: str) -> Predicate:
    """
    Return a test of a text for the words of an expression, ignoring case.

    Adjacent words have to occur as one phrase, so `-k "refund policy"` finds what one expects.

    Raises:
        UsageError: the expression cannot be read.
    """
    return _Reader(text).read()


class _Reader:
    """
    A recursive descent over the tokens of one expression.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokenize(text))
        self._at = 0
        self._depth = 0

    def read(self) -> Predicate:
        if not self._tokens:
            raise UsageError("`-k` needs an expression such as `refund and not slow`")
        predicate = self._alternatives()
        if self._at < len(self._tokens):
            raise self._unreadable(f"`{self._tokens[self._at][1]}` is not expected there")
        return predicate

    def _alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else _any_of(parts)

    def _conjunction(self) -> Predicate:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else _all_of(parts)

    def _negation(self) -> Predicate:
        is_negated = False
        while self._take("not"):
            is_negated = not is_negated
        if is_negated:
            inner = self._negation()
            return lambda text: not inner(text)
        if self._take("("):
            self._depth += 1
            if self._depth > _MAX_DEPTH:
                raise self._unreadable(f"more than {_MAX_DEPTH} parentheses stand in each other")
            inner = self._alternatives()
            self._depth -= 1
            if not self._take(")"):
                raise self._unreadable("a `)` is missing")
            return inner
        return self._phrase()

    def _phrase(self) -> Predicate:
        words: list[str] = []
        while self._at < len(self._tokens):
            is_plain, token = self._tokens[self._at]
            if is_plain and token.lower() in ("and", "or", "not", "(", ")"):
                break
            words.append(token)
            self._at += 1
        if not words:
            raise self._unreadable("a word is missing")
        phrase = " ".join(words).casefold()
        return lambda text: phrase in text.casefold()

    def _take(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] in ((True, token), (True, token.upper())):
            self._at += 1
            return True
        return False

    def _unreadable(self, reason: str) -> UsageError:
        return UsageError(
            f"cannot read `-k {one_line(self._text, 200)}`: {reason}; write it like `refund and not (eu or uk)`"
        )


def _tokenize(text: str) -> Iterator[tuple[bool, str]]:
    """
    Yield each token with whether it may be an operator (quoted ones may not).
    """
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise UsageError(f"cannot read `-k {one_line(text, 200)}`: a closing quote is missing")
        at = found.end()
        if found["quoted"] is not None:
            yield False, found["quoted"]
        else:
            yield True, found["punctuation"] or found["word"]


def _any_of(parts: Sequence[Predicate]) -> Predicate:
    return lambda text: any(part(text) for part in parts)


def _all_of(parts: Sequence[Predicate]) -> Predicate:
    return lambda text: all(part(text) for part in parts)
