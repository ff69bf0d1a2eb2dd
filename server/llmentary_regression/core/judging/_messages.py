"""
The wording of every verdict, in one place for all adapters.

Each reason has a sentence, which is completed from typed evidence. With `quote_answer=False` it contains no word
of any answer, so that it may be written to a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from llmentary_regression.core.model import Evidence, FailureKind, Reason

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        # passed
        Reason.SAME_TEXT: "the same text as approved",
        Reason.SAME_NORMALIZED: "differs from the approved answer in presentation alone",
        Reason.SIMILAR_ENOUGH: "as similar as `@match similar` asks, and no fact differs",
        Reason.SEMANTIC_CLOSE: "as close as `@match semantic` asks, and no fact differs",
        Reason.PINS_HOLD: "every pinned phrase occurs",
        Reason.JSON_EQUAL: "structure and values are as approved",
        Reason.NOT_COMPARED: "`@match none`: only `@expect` decides",
        # new
        Reason.NO_BASELINE: "no answer has been approved yet",
        Reason.QUESTION_EDITED: "the question was edited since approval; approve again, or keep the approval",
        Reason.MASK_EDITED: "`@mask` was edited since approval; approve again",
        Reason.NO_EMBEDDING: "approved without an embedding; approve again to use `@match semantic`",
        # changed
        Reason.NOT_SAME_TEXT: "the text differs, and `@match exact` asks for the same",
        Reason.NOT_SAME_NORMALIZED: "the wording differs, and `@match normalized` asks for the same",
        Reason.EMPTY: "the answer is empty",
        Reason.NO_LONGER_EMPTY: "the approved answer was empty",
        Reason.ERROR_MESSAGE: "the answer is an error message",
        Reason.NO_LONGER_ERROR_MESSAGE: "the approved answer was an error message",
        Reason.REFUSAL: "the answer is a refusal",
        Reason.NO_LONGER_REFUSAL: "the approved answer was a refusal",
        Reason.TRUNCATED: "the answer is cut off",
        Reason.PIN_MISSING: "a pinned phrase is missing",
        Reason.YES_NO_FLIPPED: "yes and no are exchanged",
        Reason.NUMBER_DIFFERS: "a number differs",
        Reason.DATE_DIFFERS: "a date differs",
        Reason.TIME_DIFFERS: "a time differs",
        Reason.UNIT_DIFFERS: "a unit differs",
        Reason.MONEY_DIFFERS: "an amount of money differs",
        Reason.NAME_DIFFERS: "a name differs",
        Reason.NEGATION_DIFFERS: "a negation was added or dropped",
        Reason.URL_DIFFERS: "an address differs",
        Reason.ORDINAL_DIFFERS: "a position in an order differs",
        Reason.SIGN_DIFFERS: "a sign or operator differs",
        Reason.LIMIT_DIFFERS: "a limiting word such as `only` or `at least` differs",
        Reason.CODE_DIFFERS: "code differs",
        Reason.OPPOSITE_WORD: "a word became its opposite",
        Reason.ORDER_DIFFERS: "the same words stand in another order",
        Reason.WORD_REPLACED: "a word was replaced in an otherwise equal answer",
        Reason.SENTENCE_MISSING: "a sentence of the approved answer is missing",
        Reason.OTHER_TOPIC: "reads like the answer to another question",
        Reason.JSON_DIFFERS: "the JSON answer differs",
        Reason.NOT_JSON: "the answer is not JSON",
        # unsure
        Reason.REWORDED: "other words; no known fact differs",
        Reason.SENTENCE_ADDED: "a sentence was added to the approved answer",
        Reason.OTHER_WORDS: "other words, and not the same facts; it cannot be told whether the meaning changed",
        Reason.PRIVACY_TOO_LOW: "the answer differs; `@privacy` kept too little to tell more",
        Reason.BELOW_THRESHOLD: "less similar than `@match` asks; no known fact differs",
        Reason.OLDER_ANALYSIS: "other words, and an older llmentary approved it: the meaning may differ; approve again",
        Reason.NEWER_ANALYSIS: "other words, and a newer llmentary approved it: the meaning may differ; upgrade this",
        # failed
        Reason.EXPECTATION_FAILED: "an `@expect` does not hold",
        # error
        Reason.NOT_AUTHENTIC: "the baseline was altered, or belongs to another case or key; restore its file, "
        "or delete it and approve again",
        Reason.UNKNOWN_ROOT: "no key at hand opens the root it was approved under; run `llmentary key check`",
        Reason.BODY_UNREADABLE: "its sealed part does not open; restore it, or `llmentary examples --drop` it",
        Reason.EMBEDDING_MISSING: "`@match semantic` needs an `embed` callable or llmentary-regression[semantic]",
        # skipped
        Reason.SKIPPED: "skipped",
    }
)
"""The sentence for each reason without evidence."""

FAILURES: Mapping[FailureKind, str] = MappingProxyType(
    {
        FailureKind.NO_CALLABLE: "no callable is set",
        FailureKind.NOT_IMPORTABLE: "the callable cannot be imported",
        FailureKind.RAISED: "the callable raised an exception",
        FailureKind.TIMED_OUT: "the callable gave no answer in time",
        FailureKind.EXITED: "the callable ended its process",
        FailureKind.BAD_ANSWER: "the callable returned nothing that can be read as an answer",
        FailureKind.TOO_LARGE: "the answer is too large",
        FailureKind.INTERPRETER: "the callable's Python could not be started",
        FailureKind.REGEX: "a `@mask` or `matches` expression is broken or took too long",
        FailureKind.JUDGE: "a judge, a JSON schema or an embedding could not be used",
        FailureKind.BASELINE: "the baseline or its key could not be used",
        FailureKind.INTERNAL: "llmentary itself failed; please report it",
        FailureKind.MAX_COST: "not asked: the answers before cost more than `max-cost`",
        FailureKind.CANCELLED: "the question was cancelled",
    }
)
"""What is said about a failure where its own message must not be shown, since it may quote an answer."""

_BLOCKED = frozenset({"number", "date", "time", "unit", "money", "name", "url", "ordinal", "word"})


def explain_verdict(
    reason: Reason | FailureKind, evidence: Sequence[Evidence] = (), *, quote_answer: bool = True
) -> str:
    """
    Return one sentence for a verdict.

    Args:
        quote_answer: whether words of the new answer may be quoted.
    """
    sentence = REASONS[reason] if isinstance(reason, Reason) else str(reason)
    if reason is Reason.PIN_MISSING:
        return _missing_pins(evidence, quote_answer)
    if reason is Reason.JSON_DIFFERS:
        return _paths(evidence, quote_answer)
    if reason is Reason.EXPECTATION_FAILED and (lines := explain_unmet(evidence, quote_answer=quote_answer)):
        return lines[0] + _more(evidence)
    if reason is Reason.SENTENCE_ADDED and evidence:
        return _additions(evidence, quote_answer)
    if reason is Reason.OLDER_ANALYSIS:
        return sentence
    if not evidence or not quote_answer:
        return _counted(sentence, evidence)
    return f"{sentence}: {_contrast(evidence[0])}{_more(evidence)}"


def explain_paths(evidence: Sequence[Evidence]) -> list[str]:
    """
    Return a line for each path at which a JSON answer differs. The lines quote keys of the new answer.
    """
    verbs = {"path": "changed", "path-added": "was added", "path-removed": "was removed"}
    return [
        f"{item.now or item.approved or '$'} {verbs[item.kind]}" for item in evidence if item.kind in verbs
    ]


def explain_unmet(evidence: Sequence[Evidence], *, quote_answer: bool = True) -> list[str]:
    """
    Return a line for each `@expect` that does not hold.

    The expectation is the suite's own text; the explanation may quote the answer.
    """
    return [
        f"`@expect {item.approved}` does not hold{f': {item.now}' if item.now and quote_answer else ''}"
        for item in evidence
        if item.kind == "expectation"
    ]


def block(kind: str) -> str:
    """
    Return the redacted block that is shown in place of an approved word of this kind.
    """
    return f"▇{kind}▇" if kind in _BLOCKED and kind != "word" else "▇▇▇▇"


def _contrast(evidence: Evidence) -> str:
    if evidence.approved is not None and evidence.now is not None:
        return f"approved {_quoted(evidence.approved)}, now {_quoted(evidence.now)}"
    if evidence.now is not None:
        return f"{_quoted(evidence.now)} is new"
    if evidence.approved is not None:
        return f"approved {_quoted(evidence.approved)}, now missing"
    return evidence.kind


def _quoted(text: str) -> str:
    return text if text.startswith("▇") else f"`{text}`"


def _more(evidence: Sequence[Evidence]) -> str:
    return f" (and {len(evidence) - 1} more)" if len(evidence) > 1 else ""


def _counted(sentence: str, evidence: Sequence[Evidence]) -> str:
    return f"{sentence} (in {len(evidence)} places)" if len(evidence) > 1 else sentence


def _missing_pins(evidence: Sequence[Evidence], quote_answer: bool) -> str:
    """
    Return how many pins are missing, with the names that the developer gave where they may be shown.

    The first item of evidence is the count, such as `1/2`; the following ones are names.
    """
    values = [item.approved for item in evidence if item.kind == "pin" and item.approved is not None]
    if not values:
        return REASONS[Reason.PIN_MISSING]
    missing, _, total = values[0].partition("/")
    names = [f"`{name}`" for name in values[1:]] if quote_answer else []
    if total == "1":
        return f"the pinned phrase {names[0]} is missing" if names else "the pinned phrase is missing"
    verb = "is" if missing == "1" else "are"
    unnamed = int(missing) - len(names)
    if names and unnamed:
        names.append(f"{unnamed} without a name")
    return f"{missing} of {total} pinned phrases {verb} missing{': ' if names else ''}{', '.join(names)}"


def _additions(evidence: Sequence[Evidence], quote_answer: bool) -> str:
    places = {"opening": "at the beginning", "ending": "at the end"}
    where = " and ".join(places[item.kind] for item in evidence if item.kind in places)
    quoted = f": {', '.join(f'`{item.now}`' for item in evidence)}" if quote_answer else ""
    return (
        f"sentences were added {where}{quoted}"
        if len(evidence) > 1
        else f"a sentence was added {where}{quoted}"
    )


def _paths(evidence: Sequence[Evidence], quote_answer: bool) -> str:
    if not evidence:
        return REASONS[Reason.JSON_DIFFERS]
    first = evidence[0]
    place = (first.now or first.approved or "$") if quote_answer else "a value"
    verb = {"path-added": "was added", "path-removed": "was removed"}.get(first.kind, "changed")
    return f"{place} {verb}{_more(evidence)}"
