"""
Approve answers, undo approvals, and judge the current answers again.

Services that judge and approve are imported inside the functions: they would delay the start of the server.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lsprotocol import types

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import LlmentaryError, UsageError
from llmentary_regression.core.model import CaseResult, ExpectKind, Reason, Verdict, VerdictKind
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.services.select import SuiteCase

from ._projects import OpenProject
from ._start_runs import NotStarted, require_project
from ._suites import SuiteState

_log = logging.getLogger(__name__)

_MAX_UNDOABLE = 200


@dataclass(frozen=True, slots=True)
class _Approval:
    """
    One change of a suite's baselines.
    """

    number: int
    opened: OpenProject
    suite: SuiteState
    name: str
    before: Mapping[str, Baseline | None]
    after: Mapping[str, Baseline | None]


class Approvals:
    """
    Changes baselines and remembers what they were, so that an approval can be undone while the server lives.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._numbers = itertools.count(1)
        self._approvals: list[_Approval] = []

    async def change(
        self,
        opened: OpenProject,
        suite: SuiteState,
        name: str,
        keys: Collection[str],
        work: Callable[[], Any],
        *,
        can_undo: bool = True,
    ) -> Any:
        """
        Call `work`, which changes the baselines of some cases, and return its result.

        Raises:
            LlmentaryError: whatever `work` raises; then there is nothing to undo.
        """
        # In threads: waiting for the lock or the disk must not block the loop.
        async with opened.approving:
            before = await asyncio.to_thread(_read, opened, name, keys)
            outcome = await asyncio.to_thread(work)
            after = await asyncio.to_thread(_read, opened, name, keys)
        if opened.key_state != "found":
            await opened.look_for_key()
            self._ls.status.publish()
        if before != after and can_undo:
            approval = _Approval(next(self._numbers), opened, suite, name, before, after)
            self._approvals.append(approval)
            del self._approvals[:-_MAX_UNDOABLE]
            self._notify(approval, is_undo=False)
        return outcome

    async def undo(self, number: int | None) -> tuple[OpenProject, SuiteState, Collection[str]]:
        """
        Restore what was approved before an approval: the one of that number, or the latest.

        Raises:
            UsageError: there is nothing to undo, or the baselines have changed since then.
            LlmentaryError: the file is damaged, or the folder refuses the write.
        """
        found = next(
            (approval for approval in reversed(self._approvals) if number in (None, approval.number)), None
        )
        if found is None:
            raise UsageError("there is no approval to undo; only those of this session can be")

        def restore(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
            if any(baselines.get(key) != baseline for key, baseline in found.after.items()):
                raise UsageError("what was approved has changed since, so the approval cannot be undone")
            others = {key: baseline for key, baseline in baselines.items() if key not in found.before}
            restored = {key: baseline for key, baseline in found.before.items() if baseline is not None}
            return {**others, **restored}

        async with found.opened.approving:
            await asyncio.to_thread(found.opened.project.store.update, {found.name: restore})
        self._approvals.remove(found)
        self._notify(found, is_undo=True)
        return found.opened, found.suite, found.before.keys()

    def _notify(self, approval: _Approval, *, is_undo: bool) -> None:
        params = protocol.ApprovedParams(
            approval=approval.number, uri=approval.suite.uri, keys=sorted(approval.before), isUndo=is_undo
        )
        self._ls.notify_custom(protocol.APPROVED, params)


async def find_approvable(
    ls: Server,
    suite: SuiteState,
    keys: Collection[str] | None,
    verdicts: Collection[VerdictKind],
) -> tuple[OpenProject, list[CaseResult]]:
    """
    Return the answers that may be approved now.

    Raises:
        NotStarted: the folder is not trusted, or there is no such answer.
    """
    from llmentary_regression.services.approve import can_approve

    opened, snapshot = await require_project(ls, suite)
    results = [
        result
        for case in snapshot.parsed.suite.cases
        if (keys is None or case.key in keys)
        and (result := suite.result_of(case)) is not None
        and can_approve(result)
        and result.verdict.kind in verdicts
    ]
    if not results:
        raise NotStarted("no answer waits for approval; run the question first")
    return opened, results


async def approve_in_background(
    ls: Server,
    opened: OpenProject,
    suite: SuiteState,
    results: Sequence[CaseResult],
    *,
    as_example: bool,
    pins: Mapping[str, Sequence[WantedPin]] | None = None,
) -> None:
    """
    Approve answers, then judge their cases again.

    Args:
        pins: by case key, the phrases that every later answer must contain.
    """
    from llmentary_regression.services.approve import approve_results

    try:
        approval = await ls.approvals.change(
            opened,
            suite,
            results[0].suite,
            {result.case.key for result in results},
            partial(
                approve_results,
                opened.project,
                results,
                as_example=as_example,
                via="editor",
                pins={result.case_id: (pins or {}).get(result.case.key, ()) for result in results},
            ),
        )
    except LlmentaryError as exc:
        ls.show_message(str(exc))
        return
    _log.info("approved %d answers", approval.count)
    dropped = sum(approval.dropped_pins.values())
    if dropped:
        names = ", ".join(
            f"`{name}`" for dropped_names in approval.dropped_names.values() for name in dropped_names
        )
        ls.show_message(
            f"{dropped} pinned phrase{' does' if dropped == 1 else 's do'} not occur in the newly approved "
            f"answer{'s' if approval.count > 1 else ''} and no longer count{'s' if dropped == 1 else ''}"
            f"{f': {names}' if names else ''}",
            types.MessageType.Info,
        )
    await judge_again(ls, opened, suite, {result.case.key for result in results})


async def carry_over_approval(ls: Server, suite: SuiteState, key: str, previous: str) -> None:
    """
    Let a case take over the baseline of its previous wording.

    Args:
        previous: the key of that wording.

    Raises:
        NotStarted: the folder is not trusted, the case is gone, or the baseline cannot be kept.
    """
    from llmentary_regression.services.approve import carry_over_approvals

    opened, snapshot = await require_project(ls, suite)
    case = snapshot.cases.get(key)
    if case is None:
        raise NotStarted(f"no such question in `{snapshot.parsed.name}`")
    name = snapshot.parsed.name
    try:
        work = partial(carry_over_approvals, opened.project, name, [(previous, case)])
        count = await ls.approvals.change(opened, suite, name, {key, previous}, work)
    except LlmentaryError as exc:
        raise NotStarted(str(exc)) from exc
    if not count:
        raise NotStarted("there is no such approval any more; approve the answer again")
    await judge_again(ls, opened, suite, {key})


async def judge_again(
    ls: Server,
    opened: OpenProject,
    suite: SuiteState,
    keys: Collection[str] | None = None,
    *,
    with_failed: bool = False,
) -> None:
    """
    Judge the current answers again, since baselines have changed; nothing is asked.

    Args:
        keys: the cases to judge; None for all.
        with_failed: include those that failed an expectation, since what they expect has changed.
    """
    from llmentary_regression.services.approve import can_approve
    from llmentary_regression.services.run import Judging

    try:
        judging = Judging(opened.project)
    except LlmentaryError as exc:
        ls.show_message_once(opened, str(exc))
        return
    snapshot = await ls.read(suite)
    if snapshot is None:
        return
    judged: list[tuple[SuiteState, CaseResult]] = []
    for number, (key, state) in enumerate(list(suite.cases.items())):
        if keys is not None and key not in keys:
            continue
        case, result = snapshot.cases.get(key), state.result
        if case is None or result is None or result.answer is None:
            continue
        if not can_approve(result) and not with_failed:
            continue
        if number % 50 == 49:
            await asyncio.sleep(0)
        if any(expectation.kind is ExpectKind.SATISFIES for expectation in result.settings.expect):
            # Judging it would call the developer's judge again. The claim did hold when the answer came.
            if keys is None or with_failed:
                continue
            fresh = replace(result, verdict=Verdict(VerdictKind.PASSED, Reason.SAME_TEXT))
        else:
            suite_case = SuiteCase(snapshot.parsed, result.case)
            fresh = await judging.judge(suite_case, result.answer, result.elapsed_s)
        if state.result is result:  # no newer answer has arrived in the meantime
            state.result = replace(fresh, case=result.case)
            judged.append((suite, state.result))
    ls.notifications.results(None, judged)
    ls.scheduler.mark_dirty(suite)
    ls.scheduler.flush()


def _read(opened: OpenProject, name: str, keys: Collection[str]) -> dict[str, Baseline | None]:
    baselines = opened.project.store.read(name)
    return {key: baselines.get(key) for key in keys}
