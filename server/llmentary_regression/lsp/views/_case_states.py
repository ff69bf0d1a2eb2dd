"""
What a case's state means to the user: in words, and in what can be done about it.
"""

from __future__ import annotations

from llmentary_regression.core.judging import REASONS, count_samples
from llmentary_regression.core.model import Case, CaseResult, Privacy, Reason, VerdictKind
from llmentary_regression.lsp.session import SuiteState

TO_BE_APPROVED = frozenset({VerdictKind.NEW, VerdictKind.CHANGED, VerdictKind.REWORDED})
"""A passed answer could be approved again, but nobody needs to be asked."""

WITH_DIFF = frozenset({VerdictKind.CHANGED, VerdictKind.REWORDED})
"""The others are like what was approved, or were held against nothing."""


def is_to_be_approved(suite: SuiteState, case: Case) -> bool:
    """
    Tell whether there is an answer to the case as it reads now that waits for approval.
    """
    result = suite.result_of(case)
    if result is None or result.verdict.kind not in TO_BE_APPROVED:
        return False
    if suite.state_of(case.key).is_rejected:
        return False
    # Imported here: `initialize` is answered without the judge, its key and its text analysis.
    from llmentary_regression.services.approve import can_approve

    return can_approve(result)


def is_pinnable(suite: SuiteState, case: Case) -> bool:
    """
    Tell whether there is an answer of which phrases may be pinned: one to approve, or an approved one.
    """
    result = suite.result_of(case)
    if result is None or result.settings.privacy is Privacy.DIGEST:
        return False
    from llmentary_regression.services.approve import can_approve

    return can_approve(result)


def has_diff(result: CaseResult) -> bool:
    """
    Tell whether there is likely to be a redacted diff to show.
    """
    verdict = result.verdict
    return verdict.kind in WITH_DIFF and verdict.variant is not None and result.answer is not None


def describe_state(suite: SuiteState, case: Case) -> str:
    """
    Return a case's state in a few words. They never quote an answer.
    """
    state = suite.cases.get(case.key)
    if state is None:
        return "not run"
    if state.run is not None:
        return "running…"
    result = suite.result_of(case)
    if result is None:
        return "not run" if state.result is None else "edited since the last run"
    text = _describe_result(result)
    if state.is_rejected:
        text = f"{text} (rejected)"
    return f"{text} (asked before the code changed)" if state.is_from_older_code else text


def _describe_result(result: CaseResult) -> str:
    verdict = result.verdict
    counts = count_samples(result.samples)
    if counts is not None:
        return f"{verdict.kind}: {counts}"
    if verdict.kind in (VerdictKind.PASSED, VerdictKind.SKIPPED) or verdict.reason is Reason.NO_BASELINE:
        return str(verdict.kind)
    # A failure of the callable has its kind for a reason: `timed-out`.
    reason = verdict.reason
    said = REASONS[reason] if isinstance(reason, Reason) else str(reason).replace("-", " ")
    # What to do about it is for the message: a lens has to be short.
    return f"{verdict.kind}: {said.partition(';')[0]}"
