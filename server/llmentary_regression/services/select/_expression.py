"""
Read `-k` expressions: words joined by `and`, `or`, `not` and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from llmentary_regression.core.errors import UsageError

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

    def read(self) -> Predicate:
        if not self._tokens:
            raise UsageError("`-k` needs an expression such as `refund and not slow`")
        predicate = self._alternatives()
        if self._at < len(self._tokens):
            raise self._unreadable(f"`{self._tokens[self._at][1]}` is not expected there")
        return predicate

    def _alternatives(self) -> Predicate:
        left = self._conjunction()
        while self._take("or"):
            left = _either(left, self._conjunction())
        return left

    def _conjunction(self) -> Predicate:
        left = self._negation()
        while self._take("and"):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Predicate:
        if self._take("not"):
            inner = self._negation()
            return lambda text: not inner(text)
        if self._take("("):
            inner = self._alternatives()
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
            f"cannot read `-k {self._text}`: {reason}; write it like `refund and not (eu or uk)`"
        )


def _tokenize(text: str) -> Iterator[tuple[bool, str]]:
    """
    Yield each token with whether it may be an operator (quoted ones may not).
    """
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise UsageError(f"cannot read `-k {text}`: a closing quote is missing")
        at = found.end()
        if found["quoted"] is not None:
            yield False, found["quoted"]
        else:
            yield True, found["punctuation"] or found["word"]


def _either(left: Predicate, right: Predicate) -> Predicate:
    return lambda text: left(text) or right(text)


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda text: left(text) and right(text)
