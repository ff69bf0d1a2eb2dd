"""
Split the cases of a run between machines: every case in exactly one shard, all shards about equally long.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseId

_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """
    One part of a run.
    """

    number: int
    """From 1."""
    total: int
    cases: int | None = None
    """How many cases all parts hold together, once they are dealt out."""

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"


def read_shard(text: str) -> Shard:
    """
    Return the shard that `2/5` means.

    Raises:
        UsageError: it cannot be one.
    """
    found = _SHARD.fullmatch(text.strip())
    if found is None or int(found[2]) == 0:
        raise UsageError(f"`--shard {text}` is no part; write which of how many, such as `--shard 2/5`")
    shard = Shard(int(found[1]), int(found[2]))
    if not 1 <= shard.number <= shard.total:
        last = shard.total
        raise UsageError(f"`--shard {text}`: the parts of {last} are 1/{last} to {last}/{last}")
    return shard


def split_cases(
    case_ids: Sequence[CaseId], total: int, durations: Mapping[CaseId, float]
) -> list[frozenset[CaseId]]:
    """
    Return the shards of the cases, the longest cases dealt out first, each to the shard with least to do.

    The same cases and durations give the same shards on every machine, in whatever order they come. A case
    of unknown duration counts as one in the middle.
    """
    known = [durations[case_id] for case_id in case_ids if case_id in durations]
    # Rounded, so that sums do not hang on the last bit; and at least something, or all would go to one shard.
    usual = max(round(median(known), 3), 0.001) if known else 1.0
    weights = {
        case_id: max(round(durations[case_id], 3), 0.001) if case_id in durations else usual
        for case_id in case_ids
    }
    loads = [(0.0, number) for number in range(total)]
    shards: list[set[CaseId]] = [set() for _ in range(total)]
    for case_id in sorted(weights, key=lambda one: (-weights[one], one)):
        load, number = heapq.heappop(loads)
        shards[number].add(case_id)
        heapq.heappush(loads, (round(load + weights[case_id], 3), number))
    return [frozenset(shard) for shard in shards]
