"""
Compare a new answer with its baseline: verdict, reason, message and redacted diff.
"""

from __future__ import annotations

from ._diff import RedactedDiff, redacted_diff
from ._expectations import check_expectations, why_unmet
from ._judge import apply_policy, judge_answer, nearest
from ._messages import FAILURES, REASONS, explain_paths, explain_unmet, explain_verdict
from ._question_similarity import closest_question
from ._sampling import SampleCounts, count_samples, mean_pass_at, mean_pass_hat

__all__ = [
    "FAILURES",
    "REASONS",
    "RedactedDiff",
    "SampleCounts",
    "apply_policy",
    "check_expectations",
    "closest_question",
    "count_samples",
    "explain_paths",
    "explain_unmet",
    "explain_verdict",
    "judge_answer",
    "mean_pass_at",
    "mean_pass_hat",
    "nearest",
    "redacted_diff",
    "why_unmet",
]
