"""
Judge a new answer against its baseline: first by digests, then by the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import is_authentic, mask_digest
from llmentary_regression.core.crypto import Root, SealError, SetHasher, is_equal
from llmentary_regression.core.model import (
    CaseSettings,
    Evidence,
    JsonValue,
    Match,
    MatchMode,
    Reason,
    Verdict,
    VerdictKind,
)

from ._messages import explain_verdict

if TYPE_CHECKING:
    from llmentary_regression.core.baselines import Baseline, Body
    from llmentary_regression.core.text import Analysis

    from ._comparison import Comparison

PASSED, UNSURE, CHANGED = VerdictKind.PASSED, VerdictKind.UNSURE, VerdictKind.CHANGED


def judge_answer(
    text: str,
    baseline: Baseline | None,
    *,
    root: Root | None,
    settings: CaseSettings,
    question: str,
    data: JsonValue = None,
    has_data: bool = False,
    embedding: Sequence[float] | None = None,
) -> Verdict:
    """
    Return the verdict on an answer; how `unsure` is treated is the caller's policy.

    Args:
        text: the answer after `@mask`.
        baseline: what was approved; None if nothing was.
        root: the root key that the baseline names; None if the keyring does not have it.
        question: the digest of the question as it is asked now.
        data: the JSON value that the callable returned, if `has_data`.
        embedding: of the answer, where `@match semantic` is set.
    """
    mode = settings.match.mode
    if mode is MatchMode.NONE:
        return _verdict(PASSED, Reason.NOT_COMPARED)
    if baseline is None:
        return _verdict(VerdictKind.NEW, Reason.NO_BASELINE)
    if root is None:
        return _verdict(VerdictKind.ERROR, Reason.UNKNOWN_ROOT)
    if not is_authentic(baseline, root):
        return _verdict(VerdictKind.ERROR, Reason.NOT_AUTHENTIC)
    if not baseline.examples:
        return _verdict(VerdictKind.NEW, Reason.NO_BASELINE)
    if baseline.question != question:
        return _verdict(VerdictKind.NEW, Reason.QUESTION_EDITED)
    if baseline.mask != mask_digest(settings.mask):
        return _verdict(VerdictKind.NEW, Reason.MASK_EDITED)
    hasher = SetHasher(root, baseline.id)
    exact = hasher.exact(text)
    for index, example in enumerate(baseline.examples):
        if is_equal(exact, example.exact):
            return _same_text(index)
    if mode is MatchMode.EXACT:
        return _verdict(CHANGED, Reason.NOT_SAME_TEXT)
    if mode is MatchMode.JSON:
        return _judge_json(text, baseline, hasher, root, settings.match, data, has_data)
    return _judge_text(text, baseline, hasher, root=root, settings=settings, embedding=embedding)


def _judge_text(
    text: str,
    baseline: Baseline,
    hasher: SetHasher,
    *,
    root: Root,
    settings: CaseSettings,
    embedding: Sequence[float] | None,
) -> Verdict:
    from llmentary_regression.core.fingerprint import open_examples
    from llmentary_regression.core.text import PIPELINE_VERSION, analyze

    known = [index for index, example in enumerate(baseline.examples) if example.analysis == PIPELINE_VERSION]
    if not known:
        return _verdict(VerdictKind.NEW, Reason.ANALYSIS_VERSION)
    analysis = analyze(text, settings.lang)
    if len(analysis.tokens):
        norm = hasher.norm(analysis.canonical)
        for index in known:
            if is_equal(norm, baseline.examples[index].norm):
                return _verdict(PASSED, Reason.SAME_NORMALIZED, score=1.0, example=index)
    if settings.match.mode is MatchMode.NORMALIZED:
        return _verdict(CHANGED, Reason.NOT_SAME_NORMALIZED)
    try:
        fingerprints = open_examples(baseline, root=root)
    except SealError:
        return _verdict(VerdictKind.ERROR, Reason.BODY_UNREADABLE, example=known[0])
    verdicts = [
        _judge_body(analysis, fingerprints[index].body, hasher, index, settings.match, embedding)
        for index in known
    ]
    return nearest(verdicts)


def nearest(verdicts: Sequence[Verdict]) -> Verdict:
    """
    Return the one that counts of the verdicts against several approved answers: a pass, else the most similar.
    """
    return min(verdicts, key=_preference)


def _judge_json(
    text: str,
    baseline: Baseline,
    hasher: SetHasher,
    root: Root,
    match: Match,
    data: JsonValue,
    has_data: bool,
) -> Verdict:
    from llmentary_regression.core.baselines import from_bytes
    from llmentary_regression.core.fingerprint import find_differences, open_examples, read_json

    is_json, value = read_json(text, data, has_data)
    if not is_json:
        return _verdict(CHANGED, Reason.NOT_JSON)
    try:
        fingerprints = open_examples(baseline, root=root)
    except SealError:
        return _verdict(VerdictKind.ERROR, Reason.BODY_UNREADABLE, example=0)
    verdicts: list[tuple[int, Verdict]] = []
    for index, fingerprint in enumerate(fingerprints):
        body = fingerprint.body
        if body is None or not body.tree:
            verdicts.append((1 << 30, _verdict(UNSURE, Reason.PRIVACY_TOO_LOW, example=index)))
            continue
        differences = find_differences(from_bytes(body.tree), value, hasher, match)
        if not differences:
            return _verdict(PASSED, Reason.JSON_EQUAL, example=index)
        evidence = tuple(Evidence(one.kind, now=one.path) for one in differences)
        verdicts.append((len(differences), _verdict(CHANGED, Reason.JSON_DIFFERS, evidence, example=index)))
    return min(verdicts, key=lambda item: item[0])[1]


def _judge_body(
    analysis: Analysis,
    body: Body | None,
    hasher: SetHasher,
    index: int,
    match: Match,
    embedding: Sequence[float] | None,
) -> Verdict:
    from ._comparison import Comparison

    if body is None:
        return _verdict(UNSURE, Reason.PRIVACY_TOO_LOW, example=index)
    return _judge_comparison(Comparison(body, analysis, hasher), index, match, embedding)


def _judge_comparison(
    comparison: Comparison, index: int, match: Match, embedding: Sequence[float] | None
) -> Verdict:
    from ._content_rules import find_content_change
    from ._form_rules import find_form_change, is_whole_though_short

    finding = find_form_change(comparison)
    if comparison.body.pins and (finding is None or is_whole_though_short(finding, comparison)):
        return _judge_pins(comparison, index)
    finding = finding or find_content_change(comparison)
    score = comparison.score
    if finding is None and match.threshold is not None:
        return _judge_threshold(comparison, index, match, embedding)
    if finding is not None:
        return _verdict(CHANGED, finding.reason, finding.evidence, score=score, example=index)
    if comparison.additions is not None:
        from ._additions import quote_additions

        evidence = quote_additions(comparison.additions, comparison.analysis)
        return _verdict(UNSURE, Reason.SENTENCE_ADDED, evidence, score=score, example=index)
    reason = Reason.REWORDED if comparison.has_equal_facts else Reason.OTHER_WORDS
    return _verdict(UNSURE, reason, score=score, example=index)


def _judge_pins(comparison: Comparison, index: int) -> Verdict:
    """
    Judge by the pins alone: they name what matters.
    """
    from llmentary_regression.core.pins import missing_pins

    pins = comparison.body.pins
    missing = missing_pins(pins, comparison.analysis)
    if not missing:
        return _verdict(PASSED, Reason.PINS_HOLD, score=comparison.score, example=index)
    names = [pins.pins[at].name for at in missing if pins.pins[at].name]
    evidence = (
        Evidence("pin", f"{len(missing)}/{len(pins)}"),
        *(Evidence("pin", name) for name in names),
    )
    return _verdict(CHANGED, Reason.PIN_MISSING, evidence, score=comparison.score, example=index)


def _judge_threshold(
    comparison: Comparison, index: int, match: Match, embedding: Sequence[float] | None
) -> Verdict:
    """
    Judge an answer in which no rule found a change by the author's own threshold, and by its facts.
    """
    from ._content_rules import find_differing_fact

    score, passing = comparison.score, Reason.SIMILAR_ENOUGH
    if match.mode is MatchMode.SEMANTIC:
        from llmentary_regression.core.fingerprint import closeness, sketch

        passing = Reason.SEMANTIC_CLOSE
        if embedding is None:
            return _verdict(VerdictKind.ERROR, Reason.EMBEDDING_MISSING, example=index)
        if not comparison.body.sketch:
            return _verdict(VerdictKind.NEW, Reason.NO_EMBEDDING, example=index)
        score = closeness(comparison.body.sketch, sketch(embedding, comparison.hasher.secret(b"embedding")))
    if score is None:
        return _verdict(UNSURE, Reason.PRIVACY_TOO_LOW, example=index)
    if match.threshold is None or score < match.threshold:
        return _verdict(UNSURE, Reason.BELOW_THRESHOLD, score=score, example=index)
    finding = find_differing_fact(comparison, with_modals=match.mode is not MatchMode.SEMANTIC)
    if finding is not None:
        return _verdict(CHANGED, finding.reason, finding.evidence, score=score, example=index)
    return _verdict(PASSED, passing, score=score, example=index)


def _preference(verdict: Verdict) -> tuple[int, float]:
    """
    Return a sort key that puts a pass first, then the most similar example.
    """
    if verdict.kind is PASSED:
        return 0, 0.0
    if verdict.kind in (VerdictKind.NEW, VerdictKind.ERROR):
        return 2, 0.0
    return 1, -(verdict.score or 0.0)


@lru_cache(maxsize=64)
def _same_text(index: int) -> Verdict:
    """
    Return the verdict on an unchanged answer; cached, as most answers of most runs get it.
    """
    return _verdict(PASSED, Reason.SAME_TEXT, score=1.0, example=index)


def _verdict(
    kind: VerdictKind,
    reason: Reason,
    evidence: tuple[Evidence, ...] = (),
    *,
    score: float | None = None,
    example: int | None = None,
) -> Verdict:
    return Verdict(
        kind=kind,
        reason=reason,
        score=score,
        message=explain_verdict(reason, evidence),
        evidence=evidence,
        example=example,
    )
