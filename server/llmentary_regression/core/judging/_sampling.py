"""
What several samples of one case show: how many passed, and the two usual estimates made from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb

from llmentary_regression.core.model import Verdict, VerdictKind

_NOT_JUDGED = frozenset({VerdictKind.NEW, VerdictKind.SKIPPED})


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """
    How many samples of a case were judged, and how many of them passed.
    """

    judged: int
    passed: int

    def pass_at(self, k: int) -> float:
        """
        Return pass@k: the chance that at least one of `k` samples passes, estimated without bias.
        """
        return 1.0 - comb(self.judged - self.passed, k) / comb(self.judged, k)

    def pass_hat(self, k: int) -> float:
        """
        Return pass^k: the chance that all of `k` samples pass, estimated without bias.
        """
        return comb(self.passed, k) / comb(self.judged, k)

    def __str__(self) -> str:
        return f"{self.passed} of {self.judged} passed"


def count_samples(samples: Sequence[Verdict]) -> SampleCounts | None:
    """
    Return the counts of a case that was asked more than once; None if it was asked once, or nothing is approved.
    """
    judged = [sample for sample in samples if sample.kind not in _NOT_JUDGED]
    if len(samples) < 2 or not judged:
        return None
    return SampleCounts(len(judged), sum(sample.kind is VerdictKind.PASSED for sample in judged))


def mean_pass_at(counts: Iterable[SampleCounts], k: int) -> float | None:
    """
    Return the mean pass@k over the cases that have at least `k` samples; None if there are none.
    """
    values = [count.pass_at(k) for count in counts if count.judged >= k]
    return sum(values) / len(values) if values else None


def mean_pass_hat(counts: Iterable[SampleCounts], k: int) -> float | None:
    """
    Return the mean pass^k over the cases that have at least `k` samples; None if there are none.
    """
    values = [count.pass_hat(k) for count in counts if count.judged >= k]
    return sum(values) / len(values) if values else None
