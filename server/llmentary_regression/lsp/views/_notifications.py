"""
Tell the client of runs and their results, whoever started them, and of cases that come and go.

Only a client that knows these messages is told: others would log each of them as unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.model import CaseResult
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.positions import uri_of
from llmentary_regression.lsp.session import Snapshot, SuiteState

from ._case_states import describe_state, has_diff, is_to_be_approved

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server
    from llmentary_regression.lsp.session import Run

_SECONDS_TO_SETTLE = 0.4
"""Cases change with each key that is pressed; nobody looks at them that often."""


class News:
    """
    Sends what happens, and remembers what the client knows of each suite's cases.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._outlines: dict[str, object] = {}
        self._changed: dict[str, bool] = {}
        self._timer: asyncio.TimerHandle | None = None

    def run_started(self, run: Run, title: str) -> None:
        suites: dict[str, list[str]] = {}
        for (_, key), (suite, _) in run.waiting.items():
            suites.setdefault(suite.uri, []).append(key)
        self._send_run(run, "started", title, suites)

    def run_finished(self, run: Run, left: Mapping[str, list[str]]) -> None:
        self._send_run(run, "finished", "", left)

    def results(self, run: Run | None, results: Iterable[tuple[SuiteState, CaseResult]]) -> None:
        """
        Tell of results; without a run, of those that have changed without being asked again.
        """
        if not self._ls.client_knows_us:
            return
        news = [news_of(suite, result) for suite, result in results]
        if news:
            params = protocol.ResultsParams(run=None if run is None else run.number, results=news)
            self._ls.protocol.notify_ready(protocol.RESULTS, dict(params))

    def suite_shown(self, suite: SuiteState, snapshot: Snapshot) -> None:
        """
        Have the client ask for a suite's cases again if they, or their places, differ from what it knows.
        """
        outline = snapshot.reading.outline
        if self._ls.client_knows_us and self._outlines.get(suite.uri) != outline:
            self._outlines[suite.uri] = outline
            self._cases_changed(suite.uri, is_gone=False)

    def suite_gone(self, suite: SuiteState) -> None:
        if self._outlines.pop(suite.uri, None) is not None:
            self._cases_changed(suite.uri, is_gone=True)

    def _cases_changed(self, uri: str, *, is_gone: bool) -> None:
        self._changed[uri] = is_gone
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SECONDS_TO_SETTLE, self._flush)

    def _flush(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        for uri, is_gone in changed.items():
            self._ls.notify_own(protocol.CASES_CHANGED, protocol.CasesChangedParams(uri=uri, isGone=is_gone))

    def _send_run(self, run: Run, state: str, title: str, suites: Mapping[str, Sequence[str]]) -> None:
        params = protocol.RunStateParams(
            run=run.number,
            state=state,
            title=title,
            token=run.token,
            suites=[{"uri": uri, "keys": list(keys)} for uri, keys in suites.items()],
            wasCancelled=run.was_cancelled,
            error=run.error,
        )
        self._ls.notify_own(protocol.RUN_STATE, params)


def news_of(suite: SuiteState, result: CaseResult) -> protocol.CaseNews:
    """
    Return what there is to tell of one result.
    """
    verdict = result.verdict
    state = suite.state_of(result.case.key)
    frames = result.failure.frames if result.failure is not None else ()
    return {
        "uri": suite.uri,
        "key": result.case.key,
        "label": result.case.label,
        "verdict": str(verdict.kind),
        "reason": str(verdict.reason),
        "state": describe_state(suite, result.case),
        "message": verdict.message,
        "score": verdict.score,
        "elapsed": result.elapsed_s,
        "isStale": state.is_from_older_code,
        "isApprovable": is_to_be_approved(suite, result.case),
        "hasDiff": has_diff(result),
        "frames": [
            {"uri": uri_of(Path(frame.path)), "line": max(frame.line - 1, 0), "function": frame.function}
            for frame in frames
        ],
    }
