"""
Start runs and approvals for suites, as commands, requests and saves ask for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from lsprotocol import types

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Case, CaseResult, ExpectKind, Reason, Verdict, VerdictKind
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.lsp.server import Server
from llmentary_regression.services.select import SuiteCase

from ._projects import Entry
from ._runs import Debug, Run
from ._suites import Snapshot, SuiteState

_log = logging.getLogger(__name__)


# Services that judge and approve are imported where they are needed: `initialize` is answered without them.


class NotStarted(Exception):
    """
    Nothing was started; the message says why and what to do.
    """


async def start_suite(
    ls: Server,
    suite: SuiteState,
    keys: Collection[str] | None,
    *,
    title: str = "Asking questions",
    token: str | None = None,
    debug: Debug | None = None,
) -> Run:
    """
    Start asking cases of one suite: those named, or all that `@only` leaves.

    Raises:
        NotStarted: the folder is not trusted, or there is nothing to ask.
    """
    entry, snapshot = await _ready(ls, suite)
    cases = list(snapshot.parsed.suite.cases)
    cases = focused(entry, cases) if keys is None else [case for case in cases if case.key in keys]
    if not cases:
        raise NotStarted(f"no such question in `{snapshot.parsed.name}`")
    return ls.runs.start(
        entry, [(suite, SuiteCase(snapshot.parsed, case)) for case in cases], title, token=token, debug=debug
    )


async def start_all(ls: Server, *, token: str | None = None) -> list[Run]:
    """
    Start asking every case of every suite, with one run a project.

    Raises:
        NotStarted: no folder is trusted, or there is nothing to ask.
    """
    refusal: str | None = None
    found: list[tuple[Entry, list[tuple[SuiteState, SuiteCase]]]] = []
    for entry in ls.open_projects():
        if not ls.trust.allows(entry.root):
            refusal = ls.trust.refusal(entry.root)
            continue
        cases: list[tuple[SuiteState, SuiteCase]] = []
        for path in await asyncio.to_thread(entry.project.find_suites):
            suite = ls.suite_of(path)
            snapshot = await ls.read(suite)
            if snapshot is not None:
                chosen = focused(entry, list(snapshot.parsed.suite.cases))
                cases += [(suite, SuiteCase(snapshot.parsed, case)) for case in chosen]
        if cases:
            found.append((entry, cases))
    if not found:
        raise NotStarted(refusal or "no question to ask; write one into a `.llmtest` file")
    # Started together: a request that is cancelled while suites are being read has started nothing.
    return [ls.runs.start(entry, cases, "Asking all questions", token=token) for entry, cases in found]


def focused(entry: Entry, cases: list[Case]) -> list[Case]:
    """
    Return the cases marked `@only` if there are any, else all.
    """
    only = [case for case in cases if entry.project.settings_of(case).only]
    return only or cases


async def find_approvable(
    ls: Server,
    suite: SuiteState,
    keys: Collection[str] | None,
    verdicts: Collection[VerdictKind],
) -> tuple[Entry, list[CaseResult]]:
    """
    Return the answers that may be approved now.

    Raises:
        NotStarted: the folder is not trusted, or there is no such answer.
    """
    from llmentary_regression.services.approve import can_approve

    entry, snapshot = await _ready(ls, suite)
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
    return entry, results


async def approve_in_background(
    ls: Server,
    entry: Entry,
    suite: SuiteState,
    results: Sequence[CaseResult],
    *,
    as_variant: bool,
    pins: Mapping[str, Sequence[WantedPin]] | None = None,
) -> None:
    """
    Keep answers as baselines, and show their cases as what they are now.

    Args:
        pins: by case key, the phrases that must recur.
    """
    from llmentary_regression.services.approve import approve_results

    try:
        approval = await ls.approvals.change(
            entry,
            suite,
            results[0].suite,
            {one.case.key for one in results},
            partial(
                approve_results,
                entry.project,
                results,
                as_variant=as_variant,
                pins={one.case_id: (pins or {}).get(one.case.key, ()) for one in results},
            ),
        )
    except LlmentaryError as exc:
        ls.tell(str(exc))
        return
    _log.info("approved %d answers", approval.count)
    dropped = sum(approval.dropped_pins.values())
    if dropped:
        names = ", ".join(f"`{name}`" for one in approval.dropped_names.values() for name in one)
        ls.tell(
            f"{dropped} pinned phrase{' does' if dropped == 1 else 's do'} not occur in the newly approved "
            f"answer{'s' if approval.count > 1 else ''} and no longer count{'s' if dropped == 1 else ''}"
            f"{f': {names}' if names else ''}",
            types.MessageType.Info,
        )
    await judge_again(ls, entry, suite, {result.case.key for result in results})


async def carry_over_approval(ls: Server, suite: SuiteState, key: str, former: str) -> None:
    """
    Bind the baseline of a case's former wording to the case as it reads now.

    Raises:
        NotStarted: the folder is not trusted, the case is gone, or the baseline cannot be kept.
    """
    from llmentary_regression.services.approve import keep_approvals

    entry, snapshot = await _ready(ls, suite)
    case = snapshot.cases.get(key)
    if case is None:
        raise NotStarted(f"no such question in `{snapshot.parsed.name}`")
    name = snapshot.parsed.name
    try:
        work = partial(keep_approvals, entry.project, name, [(former, case)])
        count = await ls.approvals.change(entry, suite, name, {key, former}, work)
    except LlmentaryError as exc:
        raise NotStarted(str(exc)) from exc
    if not count:
        raise NotStarted("there is no such approval any more; approve the answer again")
    await judge_again(ls, entry, suite, {key})


async def judge_again(
    ls: Server,
    entry: Entry,
    suite: SuiteState,
    keys: Collection[str] | None = None,
    *,
    with_failed: bool = False,
) -> None:
    """
    Judge the answers at hand once more, because the baselines have changed; nothing is asked.

    Args:
        keys: the cases to judge; None for all.
        with_failed: judge those as well whose expectations did not hold: what they expect has changed.
    """
    from llmentary_regression.services.approve import can_approve
    from llmentary_regression.services.run import Judging

    try:
        judging = Judging(entry.project)
    except LlmentaryError as exc:
        ls.tell_once(entry, str(exc))
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
        if any(one.kind is ExpectKind.SATISFIES for one in result.settings.expect):
            # Judging it would call the developer's judge again; by then the claim had held.
            if keys is None or with_failed:
                continue
            fresh = replace(result, verdict=Verdict(VerdictKind.PASSED, Reason.SAME_TEXT))
        else:
            one = SuiteCase(snapshot.parsed, result.case)
            fresh = await judging.judge(one, result.answer, result.elapsed_s)
        if state.result is result:  # no newer answer has come meanwhile
            state.result = replace(fresh, case=result.case)
            judged.append((suite, state.result))
    ls.news.results(None, judged)
    ls.display.touch(suite)
    ls.display.hurry()


async def _ready(ls: Server, suite: SuiteState) -> tuple[Entry, Snapshot]:
    entry = ls.entry_of(suite)
    snapshot = await ls.read(suite) if entry is not None else None
    if entry is None or snapshot is None:
        raise NotStarted(f"cannot read `{suite.path}`; save it first")
    if not ls.trust.allows(entry.root):
        raise NotStarted(ls.trust.refusal(entry.root))
    return entry, snapshot
