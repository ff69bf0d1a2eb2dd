"""
Custom notifications: runs and their results, whoever started them, and changes of suites.

They go only to a client that knows them: others would log each of them as unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.model import CaseResult
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.session import Snapshot, SuiteState
from llmentary_regression.lsp.uris import uri_of

from ._case_states import describe_state, has_diff, is_to_be_approved

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server
    from llmentary_regression.lsp.session import Run

_SECONDS_TO_GATHER = 0.4
"""Cases change with each keystroke, which is more often than a client needs to know."""


class Notifications:
    """
    Sends notifications, and remembers which version of each suite's cases the client has.
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

    def run_finished(self, run: Run, unanswered: Mapping[str, list[str]]) -> None:
        self._send_run(run, "finished", "", unanswered)

    def results(self, run: Run | None, results: Iterable[tuple[SuiteState, CaseResult]]) -> None:
        """
        Send results of a run; without a run, results that changed without being asked again.
        """
        if not self._ls.client_knows_custom_messages:
            return
        updates = [case_update(suite, result) for suite, result in results]
        if updates:
            params = protocol.ResultsParams(run=None if run is None else run.number, results=updates)
            self._ls.protocol.notify_json(protocol.RESULTS, dict(params))

    def suite_shown(self, suite: SuiteState, snapshot: Snapshot) -> None:
        """
        Tell the client to ask for a suite's cases again if they, or their ranges, have changed.
        """
        outline = snapshot.reading.outline
        if self._ls.client_knows_custom_messages and self._outlines.get(suite.uri) != outline:
            self._outlines[suite.uri] = outline
            self._cases_changed(suite.uri, is_gone=False)

    def suite_gone(self, suite: SuiteState) -> None:
        if self._outlines.pop(suite.uri, None) is not None:
            self._cases_changed(suite.uri, is_gone=True)

    def _cases_changed(self, uri: str, *, is_gone: bool) -> None:
        self._changed[uri] = is_gone
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SECONDS_TO_GATHER, self._send_changed_suites)

    def _send_changed_suites(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        for uri, is_gone in changed.items():
            self._ls.notify_custom(
                protocol.CASES_CHANGED, protocol.CasesChangedParams(uri=uri, isGone=is_gone)
            )

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
        self._ls.notify_custom(protocol.RUN_STATE, params)


def case_update(suite: SuiteState, result: CaseResult) -> protocol.CaseUpdate:
    """
    Return a result as custom messages carry it.
    """
    verdict = result.verdict
    state = suite.state_of(result.case.key)
    frames = result.failure.frames if result.failure is not None else ()
    return {
        "uri": suite.uri,
        "key": result.case.key,
        "label": show_hidden(result.case.label),
        "verdict": str(verdict.kind),
        "reason": str(verdict.reason),
        "state": show_hidden(describe_state(suite, result.case)),
        "message": show_hidden(verdict.message),
        "score": verdict.score,
        "elapsed": result.elapsed_s,
        "isStale": state.is_from_older_code,
        "isApprovable": is_to_be_approved(suite, result.case),
        "hasDiff": has_diff(result),
        "frames": [
            {
                "uri": uri_of(Path(frame.path)),
                "line": max(frame.line - 1, 0),
                "function": show_hidden(frame.function),
            }
            for frame in frames
        ],
    }
