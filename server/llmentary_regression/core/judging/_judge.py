"""
Judge a new answer against its baseline: first by digests, then by the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    Unsure,
    Verdict,
    VerdictKind,
)

from ._messages import explain_verdict

if TYPE_CHECKING:
    from llmentary_regression.core.baselines import Baseline, Body
    from llmentary_regression.core.fingerprint import Fingerprint
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
    from llmentary_regression.core.text import COMPARABLE_SINCE, PIPELINE_VERSION, analyze

    versions = [example.analysis for example in baseline.examples]
    comparable = [
        index for index, version in enumerate(versions) if COMPARABLE_SINCE <= version <= PIPELINE_VERSION
    ]
    analysis = analyze(text, settings.lang)
    if len(analysis.tokens):
        norm = hasher.norm(analysis.canonical)
        for index in comparable:
            if is_equal(norm, baseline.examples[index].norm):
                return _verdict(PASSED, Reason.SAME_NORMALIZED, score=1.0, example=index)
    fingerprints: tuple[Fingerprint, ...] = ()
    if settings.match.mode is not MatchMode.NORMALIZED and comparable:
        try:
            fingerprints = open_examples(baseline, root=root)
        except SealError:
            return _verdict(VerdictKind.ERROR, Reason.BODY_UNREADABLE, example=comparable[0])
    verdicts: list[Verdict] = []
    for index, version in enumerate(versions):
        if version > PIPELINE_VERSION:
            verdict = _verdict(UNSURE, Reason.NEWER_ANALYSIS, example=index)
        elif version < COMPARABLE_SINCE:
            verdict = _verdict(UNSURE, Reason.OLDER_ANALYSIS, example=index)
        elif fingerprints:
            body = fingerprints[index].body
            verdict = _judge_body(analysis, body, hasher, index, settings.match, embedding)
        else:
            verdict = _verdict(CHANGED, Reason.NOT_SAME_NORMALIZED, example=index)
        verdicts.append(verdict if version == PIPELINE_VERSION else _across_versions(verdict))
    return nearest(verdicts)


_KNOWN_ACROSS_VERSIONS = frozenset(
    {
        # equal digests of what was pinned
        Reason.PINS_HOLD,
        # equal digests of all facts
        Reason.REWORDED,
        # digests of facts and of single words, and flags, which differ
        Reason.PIN_MISSING,
        Reason.EMPTY,
        Reason.NO_LONGER_EMPTY,
        Reason.ERROR_MESSAGE,
        Reason.NO_LONGER_ERROR_MESSAGE,
        Reason.REFUSAL,
        Reason.NO_LONGER_REFUSAL,
        Reason.YES_NO_FLIPPED,
        Reason.NUMBER_DIFFERS,
        Reason.DATE_DIFFERS,
        Reason.TIME_DIFFERS,
        Reason.UNIT_DIFFERS,
        Reason.MONEY_DIFFERS,
        Reason.NAME_DIFFERS,
        Reason.NEGATION_DIFFERS,
        Reason.URL_DIFFERS,
        Reason.ORDINAL_DIFFERS,
        Reason.SIGN_DIFFERS,
        Reason.LIMIT_DIFFERS,
        Reason.OPPOSITE_WORD,
        # not compared as text
        Reason.NO_EMBEDDING,
        Reason.EMBEDDING_MISSING,
        Reason.NEWER_ANALYSIS,
    }
)
"""
What a comparison with an example of another version of the analysis may say.

Whatever rests on the sequence of words or on how much of it is alike cannot be told, since a word may be written
otherwise now.
"""


_OTHER_VERSIONS = frozenset({Reason.OLDER_ANALYSIS, Reason.NEWER_ANALYSIS})


def _across_versions(verdict: Verdict) -> Verdict:
    """
    Return what is known of a verdict whose sides were analysed by different versions.
    """
    if verdict.reason in _KNOWN_ACROSS_VERSIONS:
        return verdict
    return _verdict(
        UNSURE, Reason.OLDER_ANALYSIS, verdict.evidence, score=verdict.score, example=verdict.example
    )


def apply_policy(verdict: Verdict, settings: CaseSettings) -> Verdict:
    """
    Return the verdict as `@unsure` has it: `@unsure pass` lets other words pass.

    Not where another version of the analysis approved the answer: there nobody knows that it is words alone.
    """
    if (
        verdict.kind is VerdictKind.UNSURE
        and settings.unsure is Unsure.PASS
        and verdict.reason not in _OTHER_VERSIONS
    ):
        return replace(verdict, kind=VerdictKind.PASSED)
    return verdict


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
    if not comparison.has_equal_passages:
        return _verdict(UNSURE, Reason.OTHER_WORDS, score=score, example=index)
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
