"""
A case's state as the user sees it: its description, and what can be done about it.
"""

from __future__ import annotations

from llmentary_regression.core.judging import REASONS, count_samples
from llmentary_regression.core.model import Case, CaseResult, Privacy, Reason, VerdictKind
from llmentary_regression.lsp.session import SuiteState

AWAITING_APPROVAL = frozenset({VerdictKind.NEW, VerdictKind.CHANGED, VerdictKind.UNSURE})
"""A passed answer may be approved again, but does not wait for it."""

_WITH_DIFF = frozenset({VerdictKind.CHANGED, VerdictKind.UNSURE})
"""Other answers equal the approved one, or were compared with none."""


def is_to_be_approved(suite: SuiteState, case: Case) -> bool:
    """
    Return whether an answer to the case as it reads now waits for approval.
    """
    result = suite.result_of(case)
    if result is None or result.verdict.kind not in AWAITING_APPROVAL:
        return False
    if suite.state_of(case.key).is_rejected:
        return False
    # Imported here, as below, since the judge would delay the start of the server.
    from llmentary_regression.services.approve import can_approve

    return can_approve(result)


def is_pinnable(suite: SuiteState, case: Case) -> bool:
    """
    Return whether phrases of the answer may be pinned, be it approved already or not.
    """
    result = suite.result_of(case)
    if result is None or result.settings.privacy is Privacy.DIGEST:
        return False
    from llmentary_regression.services.approve import can_approve

    return can_approve(result)


def has_diff(result: CaseResult) -> bool:
    """
    Return whether there is probably a redacted diff to show.
    """
    verdict = result.verdict
    return verdict.kind in _WITH_DIFF and verdict.example is not None and result.answer is not None


def describe_state(suite: SuiteState, case: Case) -> str:
    """
    Return a case's state in a few words, which never quote an answer.
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
    # The reason of a failed callable is its kind, such as `timed-out`.
    reason = verdict.reason
    description = REASONS[reason] if isinstance(reason, Reason) else str(reason).replace("-", " ")
    # A lens has to be short, so only the message says what to do about it.
    return f"{verdict.kind}: {description.partition(';')[0]}"
