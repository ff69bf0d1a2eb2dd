"""
Whether an answer keeps its `@expect` lines.

Pure: regular expressions, JSON schemas and claims need something that can be stopped, read or asked, so their
outcomes come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from llmentary_regression.core.json import SchemaError, find_violation, read_json
from llmentary_regression.core.model import Answer, Expectation, ExpectKind, Regex, assert_never


def check_expectations(
    expectations: Sequence[Expectation],
    answer: Answer,
    *,
    regex_matches: Mapping[Regex, bool],
    schemas: Mapping[str, object],
    claims: Mapping[str, bool],
) -> list[Expectation]:
    """
    Return the expectations that do not hold, in their order.

    What cannot be decided does not hold: tokens or cost that the callable did not report, a schema that is
    broken or missing, a claim that nobody judged.

    Args:
        regex_matches: whether each regular expression of the expectations was found in the answer.
        schemas: decoded JSON schemas by the name that the expectation gives.
        claims: by the claim's text, what the developer's judge says.
    """
    return [
        expectation
        for expectation in expectations
        if _holds(expectation, answer, regex_matches, schemas, claims) is expectation.negated
    ]


def _holds(
    expectation: Expectation,
    answer: Answer,
    regex_matches: Mapping[Regex, bool],
    schemas: Mapping[str, object],
    claims: Mapping[str, bool],
) -> bool:
    """
    Return whether the expectation holds, leaving `not` aside.
    """
    texts = expectation.texts
    match expectation.kind:
        case ExpectKind.CONTAINS:
            return all(text in answer.text for text in texts)
        case ExpectKind.EQUALS | ExpectKind.ONE_OF:
            return answer.text.strip() in [text.strip() for text in texts]
        case ExpectKind.MATCHES:
            return expectation.regex is not None and regex_matches[expectation.regex]
        case ExpectKind.JSON_SCHEMA:
            return all(name in schemas and _violation(schemas[name], answer) is None for name in texts)
        case ExpectKind.SATISFIES:
            return all(claims.get(text, False) for text in texts)
        case ExpectKind.MAX_LATENCY | ExpectKind.MAX_CHARS | ExpectKind.MAX_TOKENS | ExpectKind.MAX_COST:
            measured = _MEASURES[expectation.kind](answer)
        case unknown:
            assert_never(unknown)
    return measured is not None and expectation.limit is not None and measured <= expectation.limit


_MEASURES: Mapping[ExpectKind, Callable[[Answer], float | None]] = MappingProxyType(
    {
        ExpectKind.MAX_LATENCY: lambda answer: answer.elapsed_s,
        ExpectKind.MAX_CHARS: lambda answer: len(answer.text),
        ExpectKind.MAX_TOKENS: lambda answer: answer.tokens,
        ExpectKind.MAX_COST: lambda answer: answer.cost,
    }
)
"""What a limit is compared with; None where the callable did not report it."""


def why_unmet(expectation: Expectation, answer: Answer, schemas: Mapping[str, object]) -> str | None:
    """
    Return what was measured, or where a schema is violated; None where the expectation itself says enough.

    The text may quote the answer.
    """
    if expectation.kind is ExpectKind.JSON_SCHEMA and not expectation.negated:
        violations = (_violation(schemas[name], answer) for name in expectation.texts if name in schemas)
        return next(filter(None, violations), None)
    if expectation.limit is None:
        return None
    measured = _MEASURES[expectation.kind](answer)
    if measured is None:
        return "the callable reported none"
    return f"{measured:.4g}s" if expectation.kind is ExpectKind.MAX_LATENCY else f"{measured:.12g}"


def _violation(schema: object, answer: Answer) -> str | None:
    """
    Return how the answer violates the schema; None where it is valid.
    """
    try:
        data = answer.data if answer.has_data else read_json(answer.text.strip())
    except ValueError:
        return "the answer is not JSON"
    try:
        return find_violation(data, schema)
    except SchemaError as exc:
        return str(exc)
