"""
Whether an answer keeps its `@expect` lines.

Pure: regular expressions, JSON schemas and claims need things that can be stopped, read or asked, so their
outcomes and texts come in as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmentary_regression.core.json import SchemaError, find_violation, read_json
from llmentary_regression.core.model import Answer, Expectation, ExpectKind, Regex


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

    What cannot be told does not hold: tokens or cost that the callable did not report, a schema that is
    broken or missing, a claim that nobody judged.

    Args:
        regex_matches: whether each regular expression of the expectations was found in the answer.
        schemas: decoded JSON schemas by the name that the expectation gives.
        claims: by the claim's text, what the developer's judge says.
    """
    return [one for one in expectations if _holds(one, answer, regex_matches, schemas, claims) is one.negated]


def _holds(
    one: Expectation,
    answer: Answer,
    regex_matches: Mapping[Regex, bool],
    schemas: Mapping[str, object],
    claims: Mapping[str, bool],
) -> bool:
    """
    Tell whether the expectation holds, leaving `not` aside.
    """
    match one.kind:
        case ExpectKind.CONTAINS:
            return all(text in answer.text for text in one.texts)
        case ExpectKind.EQUALS | ExpectKind.ONE_OF:
            return answer.text.strip() in [text.strip() for text in one.texts]
        case ExpectKind.MATCHES:
            return one.regex is not None and regex_matches[one.regex]
        case ExpectKind.JSON_SCHEMA:
            return all(name in schemas and _violation(schemas[name], answer) is None for name in one.texts)
        case ExpectKind.SATISFIES:
            return all(claims.get(text, False) for text in one.texts)
        case ExpectKind.MAX_LATENCY | ExpectKind.MAX_CHARS | ExpectKind.MAX_TOKENS | ExpectKind.MAX_COST:
            return _is_within(one, answer)


def why_unmet(one: Expectation, answer: Answer, schemas: Mapping[str, object]) -> str | None:
    """
    Return what was measured, or where a schema is broken; None where the expectation says it all.

    It may quote the answer.
    """
    if one.kind is ExpectKind.JSON_SCHEMA and not one.negated:
        broken = (_violation(schemas[name], answer) for name in one.texts if name in schemas)
        return next(filter(None, broken), None)
    if one.limit is None:
        return None
    measured = _measure(one, answer)
    if measured is None:
        return "the callable reported none"
    return f"{measured:.4g}s" if one.kind is ExpectKind.MAX_LATENCY else f"{measured:.12g}"


def _is_within(one: Expectation, answer: Answer) -> bool:
    measured = _measure(one, answer)
    return measured is not None and one.limit is not None and measured <= one.limit


def _measure(one: Expectation, answer: Answer) -> float | None:
    match one.kind:
        case ExpectKind.MAX_LATENCY:
            return answer.elapsed_s
        case ExpectKind.MAX_CHARS:
            return len(answer.text)
        case ExpectKind.MAX_TOKENS:
            return answer.tokens
        case ExpectKind.MAX_COST:
            return answer.cost
        case _:
            raise AssertionError(f"nothing is measured for `{one.kind}`")


def _violation(schema: object, answer: Answer) -> str | None:
    """
    Return how the answer breaks the schema; None where it keeps to it.
    """
    try:
        data = answer.data if answer.has_data else read_json(answer.text.strip())
    except ValueError:
        return "the answer is not JSON"
    try:
        return find_violation(data, schema)
    except SchemaError as exc:
        return str(exc)
