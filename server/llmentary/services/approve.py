"""
Approve answers: the only act that writes a baseline.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import PurePath
from typing import TYPE_CHECKING

from llmentary.core.baseline import Baseline
from llmentary.core.errors import UsageError
from llmentary.core.fingerprint import is_authentic, make_variant, mask_digest, new_baseline
from llmentary.core.model import CaseResult, VerdictKind
from llmentary.services.project import Project

if TYPE_CHECKING:
    from llmentary.storage.keyring import Keyring

Pins = Sequence["str | Sequence[str]"]
"""Phrases that must recur; a phrase with aliases is a sequence of them."""

_Change = Callable[[dict[str, Baseline]], dict[str, Baseline]]

APPROVABLE = frozenset({VerdictKind.NEW, VerdictKind.CHANGED, VerdictKind.REWORDED, VerdictKind.PASSED})
"""Failed expectations and errors have to be mended, not approved."""


def can_approve(result: CaseResult) -> bool:
    """
    Tell whether a result holds an answer that may become a baseline.
    """
    return result.answer is not None and result.verdict.verdict in APPROVABLE


def approve_results(
    project: Project,
    results: Sequence[CaseResult],
    *,
    as_variant: bool = False,
    pins: Mapping[tuple[str, str], Pins] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    random: Callable[[int], bytes] = os.urandom,
) -> int:
    """
    Keep the fingerprints of approved answers, with one write a suite.

    Args:
        project: whose baselines are changed.
        results: what a run gave; those without an approvable answer are passed over.
        as_variant: keep the variants that are there and add these.
        pins: by suite and case key, the phrases that must recur.
        now: the time of approval.
        random: returns that many random bytes.

    Returns:
        How many answers were approved.

    Raises:
        UsageError: a suite lies outside the project.
        KeyringError: the key is missing, unreadable or the wrong one; nothing was changed.
        StoreError: a baseline file is damaged, or the folder refuses the write.
    """
    approved = [result for result in results if can_approve(result)]
    if not approved:
        return 0
    for result in approved:
        if PurePath(result.suite).is_absolute():
            raise UsageError(
                f"`{result.suite}` lies outside the project `{project.root}`; move it inside to approve"
            )

    from llmentary.storage.keyring import ensure_keyring

    keyring = ensure_keyring(project.root, project.environ, random)
    stamp = _Stamp(now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), _user_name(), random)
    by_suite: dict[str, list[CaseResult]] = {}
    for result in approved:
        by_suite.setdefault(result.suite, []).append(result)
    project.store.update(
        {
            suite: _change(of_suite, keyring, stamp, as_variant=as_variant, pins=pins or {})
            for suite, of_suite in by_suite.items()
        }
    )
    return len(approved)


class _Stamp:
    """
    When, by whom and with what randomness one batch is approved.
    """

    __slots__ = ("approved", "by", "random")

    def __init__(self, approved: str, by: str, random: Callable[[int], bytes]) -> None:
        self.approved = approved
        self.by = by
        self.random = random


def _change(
    results: Sequence[CaseResult],
    keyring: Keyring,
    stamp: _Stamp,
    *,
    as_variant: bool,
    pins: Mapping[tuple[str, str], Pins],
) -> _Change:
    def change(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        for result in results:
            baselines[result.case.key] = _approved_baseline(
                result,
                baselines.get(result.case.key) if as_variant else None,
                keyring,
                stamp,
                pins.get((result.suite, result.case.key), ()),
            )
        return baselines

    return change


def _approved_baseline(
    result: CaseResult, former: Baseline | None, keyring: Keyring, stamp: _Stamp, pins: Pins
) -> Baseline:
    """
    Return the baseline with the result's answer as its only or its newest variant.
    """
    assert result.answer is not None
    masks = mask_digest(result.settings.mask)
    root = keyring.roots.get(former.root) if former is not None else None
    if (
        former is None
        or root is None
        or former.question != result.case.question
        or former.mask != masks
        or not is_authentic(former, root)
    ):
        former, root = None, keyring.current
    baseline = former or new_baseline(result.case, root=root, mask_digest=masks, random=stamp.random)
    variant = make_variant(
        result.answer.text if result.masked is None else result.masked,
        root=root,
        baseline_id=baseline.id,
        question=result.case.question,
        privacy=result.settings.privacy,
        random=stamp.random,
        approved=stamp.approved,
        by=stamp.by,
        model=result.model,
        data=result.answer.data,
        has_data=result.answer.has_data,
        pins=pins,
    )
    kept = baseline.variants[-(result.settings.variants - 1) :] if result.settings.variants > 1 else ()
    return replace(baseline, tags=result.case.tags, variants=(*kept, variant))


def _user_name() -> str:
    """
    Return the name under which an approval is recorded; empty where the system knows none.
    """
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
