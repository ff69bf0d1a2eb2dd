"""
Approve answers: the only act that writes a baseline.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import PurePath

from llmentary_regression.core.baselines import (
    NO_PINS,
    Baseline,
    PinSet,
    is_authentic,
    mask_digest,
    new_baseline,
    with_mac,
)
from llmentary_regression.core.crypto import Root, SealError
from llmentary_regression.core.errors import StoreError, UsageError
from llmentary_regression.core.fingerprint import (
    Fingerprint,
    make_fingerprint,
    open_examples,
    seal_examples,
    with_pins,
)
from llmentary_regression.core.judging import apply_policy, judge_answer
from llmentary_regression.core.model import CaseId, CaseResult, Privacy, Reason, VerdictKind
from llmentary_regression.core.pins import WantedPins
from llmentary_regression.services.git import acting_user
from llmentary_regression.services.project import Project
from llmentary_regression.storage.keys import Keyring, ensure_keyring

from ._pin_choices import check_pins, pins_that_hold
from ._renewal import find_renewable, renew

_SAME = frozenset({Reason.SAME_TEXT, Reason.SAME_NORMALIZED})
"""Why an answer passes that says what is approved, word by word."""
APPROVABLE = frozenset({VerdictKind.NEW, VerdictKind.CHANGED, VerdictKind.UNSURE, VerdictKind.PASSED})
"""Failed expectations and errors have to be fixed, not approved."""


def can_approve(result: CaseResult) -> bool:
    """
    Return whether a result has an answer that may become a baseline.
    """
    return result.answer is not None and result.verdict.kind in APPROVABLE


@dataclass(frozen=True, slots=True)
class Approval:
    """
    The outcome of approving.
    """

    count: int
    """How many answers were approved."""
    kept_pins: Mapping[CaseId, int] = field(default_factory=dict)
    """By suite and case key, how many pins of the previous answer go on to hold."""
    dropped_pins: Mapping[CaseId, int] = field(default_factory=dict)
    """By suite and case key, how many do not, because the new answer does not hold their phrases."""
    dropped_names: Mapping[CaseId, Sequence[str]] = field(default_factory=dict)
    """By suite and case key, the names of those that have one."""
    renewed: int = 0
    """How many approved examples of an older text analysis were made again by the present one."""


def approve_results(
    project: Project,
    results: Sequence[CaseResult],
    *,
    as_example: bool | Collection[CaseId] = False,
    pins: Mapping[CaseId, WantedPins] | None = None,
    via: str | None = None,
    seen: Sequence[CaseResult] = (),
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    random: Callable[[int], bytes] = os.urandom,
) -> Approval:
    """
    Keep the fingerprints of approved answers, with one write a suite.

    Pins of what was approved before hold on where their phrases, or aliases, occur in the new answer.

    Args:
        project: whose baselines are changed.
        results: what a run gave; those without an approvable answer are passed over.
        as_example: whether to keep the examples that are there and add these; or for which cases.
        pins: by suite and case key, the phrases that must recur. One that is pinned already, by its name
            or phrase, takes on what is new.
        via: by which command or surface they were approved, such as `train`.
        seen: what else the run gave. Approved examples of an older text analysis are made again by the present
            one where an answer has exactly their text.
        now: the time of approval.
        random: returns that many random bytes.

    Raises:
        UsageError: a suite lies outside the project, or a pinned phrase does not occur in its answer.
        KeyringError: the key is missing, unreadable or the wrong one; nothing was changed.
        StoreError: a baseline file is damaged, or the folder refuses the write.
    """
    approved = [result for result in results if can_approve(result)]
    chosen = {result.case_id for result in approved}
    renewable = find_renewable(project, [result for result in seen if result.case_id not in chosen])
    if not approved and not renewable:
        return Approval(0)
    for result in approved:
        check_pins(result, (pins or {}).get(result.case_id, ()))
        if PurePath(result.suite).is_absolute():
            raise UsageError(
                f"`{result.suite}` lies outside the project `{project.root}`; move it inside to approve"
            )

    keyring = ensure_keyring(project.root, project.environ, random)
    approved_at = now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    batch = _Batch(keyring, as_example, pins or {}, approved_at, acting_user(project.root), via, random)
    _write(project, batch.change, approved)
    if renewable:
        # After the approvals and apart from them: what was approved must not be lost to a file that is only renewed.
        with suppress(StoreError):
            _write(project, batch.renew, renewable)
    return Approval(len(approved), batch.kept_pins, batch.dropped_pins, batch.dropped_names, batch.renewed)


def _write(
    project: Project,
    change: Callable[[Sequence[CaseResult], dict[str, Baseline]], dict[str, Baseline]],
    results: Sequence[CaseResult],
) -> None:
    suites: dict[str, list[CaseResult]] = {}
    for result in results:
        suites.setdefault(result.suite, []).append(result)
    project.store.update({suite: partial(change, of_suite) for suite, of_suite in suites.items()})


class _Batch:
    """
    One approval of many answers: with which keys and pins, when, by whom, and what became of previous pins.
    """

    def __init__(
        self,
        keyring: Keyring,
        as_example: bool | Collection[CaseId],
        pins: Mapping[CaseId, WantedPins],
        approved: str,
        by: str,
        via: str | None,
        random: Callable[[int], bytes],
    ) -> None:
        self._keyring = keyring
        self._as_example = as_example
        self._pins = pins
        self._approved = approved
        self._by = by
        self._via = via
        self._random = random
        self.kept_pins: dict[CaseId, int] = {}
        self.dropped_pins: dict[CaseId, int] = {}
        self.dropped_names: dict[CaseId, list[str]] = {}
        self.renewed = 0

    def change(self, results: Sequence[CaseResult], baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        """
        Return the baselines of a suite with these answers approved.
        """
        for result in results:
            previous = baselines.get(result.case.key)
            baselines[result.case.key] = self._pinned(result, previous) or self._baseline_of(result, previous)
        return baselines

    def renew(self, results: Sequence[CaseResult], baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        """
        Return the baselines of a suite with the examples made again whose text these answers have.
        """
        for result in results:
            previous = baselines.get(result.case.key)
            made = None if previous is None else renew(result, previous, self._keyring.roots, self._random)
            if made is not None:
                baselines[result.case.key] = made
                self.renewed += 1
        return baselines

    def _pinned(self, result: CaseResult, previous: Baseline | None) -> Baseline | None:
        """
        Return what is approved with more pins, where the answer is the approved one; else None.

        Its example stays as it is, with its date: only its pins were decided now.
        """
        pins = self._pins.get(result.case_id, ())
        index = result.verdict.example
        if not pins or previous is None or index is None or result.verdict.reason not in _SAME:
            return None
        root = self._keyring.roots.get(previous.root)
        if root is None or not is_authentic(previous, root):
            return None
        try:
            fingerprints = list(open_examples(previous, root=root))
        except SealError:
            return None
        pinned = with_pins(
            fingerprints[index],
            pins,
            root=root,
            baseline_id=previous.id,
            lang=result.settings.lang,
            answer=result.judged_text,
        )
        if pinned.body is None:
            return None
        fingerprints[index] = pinned
        uncounted = replace(previous, asked=None, agreed=None)  # pins decide otherwise than what was counted
        return seal_examples(uncounted, fingerprints, root=root, random=self._random)

    def _baseline_of(self, result: CaseResult, previous: Baseline | None) -> Baseline:
        """
        Return the baseline with the result's answer as its only or its newest example.
        """
        assert result.answer is not None
        case_id = result.case_id
        kept_pins = self._pins_of(previous, result)
        masks = mask_digest(result.settings.mask)
        root = self._keyring.roots.get(previous.root) if previous is not None else None
        fingerprints: list[Fingerprint] = []
        if (
            self._adds_to(case_id)
            and previous is not None
            and root is not None
            and previous.question == result.case.question
            and previous.mask == masks
            and is_authentic(previous, root)
        ):
            with suppress(SealError):  # what does not open cannot be added to; it is replaced
                fingerprints += open_examples(previous, root=root)
        if previous is None or root is None or not fingerprints:
            root = self._keyring.current
            previous = new_baseline(
                result.suite, result.case, root=root, mask_digest=masks, random=self._random
            )
        made = make_fingerprint(
            result.judged_text,
            root=root,
            baseline_id=previous.id,
            privacy=result.settings.privacy,
            approved=self._approved,
            by=self._by,
            via=self._via,
            model=result.model,
            data=result.answer.data,
            has_data=result.answer.has_data,
            pins=self._pins.get(case_id, ()),
            lang=result.settings.lang,
            embedding=result.embedding,
            kept_pins=kept_pins,
        )
        newest = fingerprints[1 - result.settings.examples :] if result.settings.examples > 1 else []
        uncounted = replace(previous, tags=result.case.tags, asked=None, agreed=None)
        baseline = seal_examples(uncounted, [*newest, made], root=root, random=self._random)
        if not result.sample_results:
            return baseline
        agreed = sum(_lies_within(sample, baseline, root) for sample in result.sample_results)
        return with_mac(replace(baseline, asked=len(result.sample_results), agreed=agreed), root)

    def _adds_to(self, case_id: CaseId) -> bool:
        chosen = self._as_example
        return chosen if isinstance(chosen, bool) else case_id in chosen

    def _pins_of(self, previous: Baseline | None, result: CaseResult) -> PinSet:
        """
        Return the previous pins that the new answer keeps, and count them and the others.
        """
        if previous is None or result.settings.privacy is Privacy.DIGEST:
            return NO_PINS
        case_id = result.case_id
        wanted = self._pins.get(case_id, ())
        kept, dropped = pins_that_hold(result, previous, self._keyring.roots, wanted)
        if len(kept):
            self.kept_pins[case_id] = len(kept)
        if dropped:
            self.dropped_pins[case_id] = len(dropped)
            self.dropped_names[case_id] = [name for name in dropped if name]
        return kept


def _lies_within(sample: CaseResult, baseline: Baseline, root: Root) -> bool:
    """
    Return whether one sample's answer passes against the examples that were just approved.
    """
    if sample.answer is None or sample.verdict.kind not in APPROVABLE:
        return False
    verdict = judge_answer(
        sample.judged_text,
        baseline,
        root=root,
        settings=sample.settings,
        question=sample.case.question,
        data=sample.answer.data,
        has_data=sample.answer.has_data,
        embedding=sample.embedding,
    )
    return apply_policy(verdict, sample.settings).kind is VerdictKind.PASSED
