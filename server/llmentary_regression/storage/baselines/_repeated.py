"""
Make one baseline of several that a merge left for the same case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmentary_regression.core.baselines import Baseline, Variant


def merge_repeated(baselines: Sequence[Baseline]) -> Baseline:
    """
    Return the baseline that stands for all of `baselines`, the same whatever their order.

    Where both branches changed one baseline, the variants of both are its variants. Where each made its own,
    their digests are bound to different ids: the most recently approved comes first, the others are its
    alternates.
    """
    merged: dict[tuple[object, ...], Baseline] = {}
    singles = [replace(single, alternates=()) for baseline in baselines for single in baseline.every]
    for one in sorted(singles, key=_rank):
        # What digests and the MAC are bound to, and what decides whether the approval still holds.
        same = (one.id, one.mac, one.root, one.mask, one.question, one.name)
        known = merged.get(same)
        merged[same] = one if known is None else replace(one, variants=_union(known.variants, one.variants))
    latest_first = sorted(merged.values(), key=_rank, reverse=True)
    return replace(latest_first[0], alternates=tuple(latest_first[1:]))


def _union(earlier: Sequence[Variant], later: Sequence[Variant]) -> tuple[Variant, ...]:
    # The later line of a variant wins: its body may have been sealed anew, with a pin.
    variants = {variant.salt: variant for variant in (*earlier, *later)}
    return tuple(sorted(variants.values(), key=lambda variant: (variant.approved, variant.salt)))


def _rank(baseline: Baseline) -> tuple[object, ...]:
    approved = max((variant.approved for variant in baseline.variants), default="")
    # Beyond the time only a fixed order matters, so that every machine makes the same bytes of a merge.
    return (approved, baseline.id, baseline.mac, baseline.tags, repr(baseline.variants))
