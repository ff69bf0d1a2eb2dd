"""
Counts of samples, pass@k and pass^k.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from llmentary_regression.core.judging import SampleCounts, count_samples, mean_pass_at, mean_pass_hat
from llmentary_regression.core.model import Reason, Verdict, VerdictKind


def verdicts(*words: str) -> list[Verdict]:
    return [Verdict(VerdictKind(word), Reason.OTHER_WORDS) for word in words]


@pytest.mark.parametrize(("judged", "passed"), [(1, 0), (1, 1), (3, 2), (5, 0), (5, 3), (6, 6)])
def test_estimates_are_shares_of_all_choices(judged: int, passed: int) -> None:
    """Counted out: of all ways to take k samples, those with one pass, and those with passes alone."""
    outcomes = [True] * passed + [False] * (judged - passed)

    for k in range(1, judged + 1):
        choices = list(combinations(outcomes, k))
        counts = SampleCounts(judged, passed)
        assert counts.pass_at(k) == pytest.approx(sum(map(any, choices)) / len(choices))
        assert counts.pass_hat(k) == pytest.approx(sum(map(all, choices)) / len(choices))


def test_only_passed_samples_count_as_passed() -> None:
    """Unsure is not passed; an error is judged and not passed."""
    counts = count_samples(verdicts("passed", "unsure", "error"))

    assert counts == SampleCounts(3, 1)
    assert str(counts) == "1 of 3 passed"


@pytest.mark.parametrize("words", [(), ("passed",), ("new", "new"), ("skipped", "skipped")])
def test_a_case_asked_once_or_without_a_baseline_has_no_counts(words: tuple[str, ...]) -> None:
    """Nothing was sampled, or there was nothing to hold it against."""
    assert count_samples(verdicts(*words)) is None


def test_means_leave_out_cases_with_too_few_samples() -> None:
    """Three of two cannot be taken."""
    counts = [SampleCounts(2, 2), SampleCounts(4, 2)]

    assert mean_pass_at(counts, 1) == pytest.approx(0.75)
    assert mean_pass_hat(counts, 3) == pytest.approx(0.0)
    assert mean_pass_at(counts, 3) == pytest.approx(1.0)
    assert mean_pass_hat(counts, 5) is None
