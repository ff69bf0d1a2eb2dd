"""
Start runs, as commands, requests and saves ask for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from llmentary_regression.core.model import Case
from llmentary_regression.lsp.server import Server
from llmentary_regression.services.select import SuiteCase

from ._projects import OpenProject
from ._runs import Debug, Run
from ._suites import Snapshot, SuiteState


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
    Start asking cases of one suite: those named by `keys`, else all, or those marked `@only`.

    Raises:
        NotStarted: the folder is not trusted, or there is nothing to ask.
    """
    opened, snapshot = await require_project(ls, suite)
    cases = list(snapshot.parsed.suite.cases)
    cases = _focused(opened, cases) if keys is None else [case for case in cases if case.key in keys]
    if not cases:
        raise NotStarted(f"no such question in `{snapshot.parsed.name}`")
    return ls.runs.start(
        opened, [(suite, SuiteCase(snapshot.parsed, case)) for case in cases], title, token=token, debug=debug
    )


async def start_all(ls: Server, *, token: str | None = None) -> list[Run]:
    """
    Start asking every case of every suite, in one run for each project.

    Raises:
        NotStarted: no folder is trusted, or there is nothing to ask.
    """
    refusal: str | None = None
    found: list[tuple[OpenProject, list[tuple[SuiteState, SuiteCase]]]] = []
    for opened in ls.open_projects():
        if not ls.trust.allows(opened.root):
            refusal = ls.trust.refusal(opened.root)
            continue
        cases: list[tuple[SuiteState, SuiteCase]] = []
        for path in await asyncio.to_thread(opened.project.find_suites):
            suite = ls.suite_of(path)
            snapshot = await ls.read(suite)
            if snapshot is not None:
                chosen = _focused(opened, list(snapshot.parsed.suite.cases))
                cases += [(suite, SuiteCase(snapshot.parsed, case)) for case in chosen]
        if cases:
            found.append((opened, cases))
    if not found:
        raise NotStarted(refusal or "no question to ask; write one into a `.llmtest` file")
    # Started together: a request that is cancelled while suites are still being read has started nothing.
    return [ls.runs.start(opened, cases, "Asking all questions", token=token) for opened, cases in found]


def _focused(opened: OpenProject, cases: list[Case]) -> list[Case]:
    """
    Return the cases marked `@only` if there are any, else all.
    """
    only = [case for case in cases if opened.project.settings_of(case).only]
    return only or cases


async def require_project(ls: Server, suite: SuiteState) -> tuple[OpenProject, Snapshot]:
    """
    Return a suite's project and text.

    Raises:
        NotStarted: there is no such suite, or the user does not trust the folder.
    """
    opened = ls.project_of(suite)
    snapshot = await ls.read(suite) if opened is not None else None
    if opened is None or snapshot is None:
        raise NotStarted(f"cannot read `{suite.path}`; save it first")
    if not ls.trust.allows(opened.root):
        raise NotStarted(ls.trust.refusal(opened.root))
    return opened, snapshot
