"""
What must hold of every answer, approved or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._problems import Span
from ._values import Word


@dataclass(frozen=True, slots=True)
class Regex:
    """
    A regular expression from a suite; it runs only where it can be stopped if it takes too long.
    """

    pattern: str
    flags: str = ""
    """Any of `i`, `m`, `s`, `x`."""


class ExpectKind(Word):
    CONTAINS = "contains"
    MATCHES = "matches"
    EQUALS = "equals"
    ONE_OF = "one-of"
    JSON_SCHEMA = "json-schema"
    MAX_LATENCY = "max-latency"
    MAX_CHARS = "max-chars"
    MAX_TOKENS = "max-tokens"
    MAX_COST = "max-cost"
    SATISFIES = "satisfies"


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    One `@expect` line: what must hold of every answer, approved or not.
    """

    kind: ExpectKind
    texts: tuple[str, ...] = ()
    """The quoted arguments: texts, alternatives, a claim, or the name of a schema file."""
    regex: Regex | None = None
    limit: float | None = None
    """`max-*`: seconds, characters, tokens, or cost in the currency the callable reports."""
    negated: bool = False
    span: Span | None = None

    def __str__(self) -> str:
        """
        Return the expectation as the author would write it after `@expect`.
        """
        words = ["not"] if self.negated else []
        words.append(str(self.kind))
        if self.regex is not None:
            words.append(f"/{self.regex.pattern}/{self.regex.flags}")
        words += [in_quotes(text) for text in self.texts]
        if self.limit is not None:
            unit = "s" if self.kind is ExpectKind.MAX_LATENCY else ""
            words.append(f"{self.limit:.12g}{unit}")
        return " ".join(words)


def in_quotes(text: str) -> str:
    """
    Return the text in double quotes, as it is written in an expectation.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
