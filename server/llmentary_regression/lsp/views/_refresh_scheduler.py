"""
Show the user what has changed: at most a few times a second, however fast results arrive.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from llmentary_regression.lsp.session import SuiteState

from ._diagnostics import Diagnostic, diagnose_suite

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_SECONDS_BETWEEN = 0.15
_MAX_SECONDS_BETWEEN = 2.0
_SECONDS_AFTER_EDIT = 0.002
"""Edits that arrive together, such as those of several cursors, are shown together."""
_MAX_REPEATED = 1_000
_PAUSE_PER_WORK = 3.0
"""At most a quarter of the time is spent on showing."""
_SECONDS_TO_WAIT_FOR_FETCH = 4.0
"""For a client that does not fetch: it may not be showing any suite."""


class RefreshScheduler:
    """
    Publishes diagnostics of dirty suites, and asks the client to fetch lenses and inlay hints again.

    What was published is stored by source and URI; all diagnostics of a URI are always published together.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self.lenses = ClientRefresh(self._request_lenses)
        self.inlay_hints = ClientRefresh(self._request_hints)
        self._dirty: dict[int, SuiteState] = {}
        self._wants_lenses = False
        self._timer: asyncio.TimerHandle | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._published: dict[str, dict[str, list[Diagnostic]]] = {}
        self._pause_s = _SECONDS_BETWEEN
        self._paused_until = 0.0
        """The time at which the next edit may be shown."""
        self._is_closed = False

    def mark_dirty(self, suite: SuiteState, *, lenses: bool = True) -> None:
        """
        Show a suite again soon.
        """
        if self._is_closed:
            return
        self._dirty[id(suite)] = suite
        self._wants_lenses = self._wants_lenses or lenses
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._publish_dirty)

    def mark_edited(self, suite: SuiteState) -> None:
        """
        Show an edited suite again at once, unless that takes so long that typing would suffer.

        After an edit the client fetches lenses without being asked.
        """
        if self._is_closed:
            return
        self._dirty[id(suite)] = suite
        loop = asyncio.get_running_loop()
        due = max(loop.time() + _SECONDS_AFTER_EDIT, self._paused_until)
        if self._timer is None or self._timer.when() > due:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(due, self._publish_dirty)

    def flush(self) -> None:
        """
        Show now what is scheduled.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._publish_dirty()

    def close(self) -> None:
        """
        Show nothing from now on: tasks that show something would outlive the server.
        """
        self._is_closed = True
        self._dirty.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def publish(
        self, uri: str, source: str, diagnostics: list[Diagnostic], version: int | None = None
    ) -> None:
        """
        Publish one source's diagnostics of a URI, together with those of its other sources.
        """
        by_source = self._published.setdefault(uri, {})
        previous = by_source.get(source, [])
        if not previous and not diagnostics and version is None:
            return
        # An open document is published again even if nothing differs, since the editor has moved its squiggles.
        # Not thousands of them, though: where the editor has moved those is good enough while typing.
        if previous == diagnostics and (version is None or len(diagnostics) > _MAX_REPEATED):
            return
        by_source[source] = diagnostics
        params: dict[str, Any] = {
            "uri": uri,
            "diagnostics": [diagnostic for group in by_source.values() for diagnostic in group],
        }
        if version is not None:
            params["version"] = version
        self._ls.protocol.notify_json(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def uris_of(self, source: str) -> list[str]:
        """
        Return the URIs that a source has published diagnostics of.
        """
        return [uri for uri, by_source in self._published.items() if by_source.get(source)]

    def _publish_dirty(self) -> None:
        self._timer = None
        if self._publishing is not None and not self._publishing.done():
            self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._publish_dirty)
            return
        suites = list(self._dirty.values())
        self._dirty.clear()
        wants_lenses, self._wants_lenses = self._wants_lenses, False
        self._publishing = self._ls.run_in_background(self._show(suites, wants_lenses))

    async def _show(self, suites: list[SuiteState], wants_lenses: bool) -> None:
        if wants_lenses:
            self.lenses.request()
            self.inlay_hints.request()
        spent = 0.0
        for suite in suites:
            started = time.monotonic()
            snapshot = await self._ls.read(suite)
            if snapshot is None:
                self.publish(suite.uri, "suite", [])
                self._ls.notifications.suite_gone(suite)
                continue
            await self._ls.baseline_renames.apply(suite, snapshot)
            diagnostics = await diagnose_suite(self._ls, suite, snapshot)
            self.publish(suite.uri, "suite", diagnostics, snapshot.version)
            self._ls.notifications.suite_shown(suite, snapshot)
            await asyncio.sleep(0)
            spent += time.monotonic() - started
        # Showing a suite of many thousand cases takes longer than it takes for new results to arrive.
        pause = min(_PAUSE_PER_WORK * spent, _MAX_SECONDS_BETWEEN)
        self._pause_s = max(_SECONDS_BETWEEN, pause)
        self._paused_until = asyncio.get_running_loop().time() + pause

    def _request_lenses(self) -> None:
        workspace = self._ls.client_capabilities.workspace
        lenses = None if workspace is None else workspace.code_lens
        if lenses is not None and lenses.refresh_support:
            self._ls.workspace_code_lens_refresh(None)

    def _request_hints(self) -> None:
        workspace = self._ls.client_capabilities.workspace
        hints = None if workspace is None else workspace.inlay_hint
        if hints is not None and hints.refresh_support:
            self._ls.workspace_inlay_hint_refresh(None)


class ClientRefresh:
    """
    Asks the client to fetch something again, but not before it has fetched what it was last asked for.

    VS Code fetches lenses once nobody has asked it to for a quarter of a second, or for longer if fetching takes
    longer. Results of a long run arrive faster: asked for each of them, it would not fetch before the end.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._is_pending = False
        self._timeout: asyncio.TimerHandle | None = None

    def request(self) -> None:
        """
        Ask now, or as soon as the client has fetched.
        """
        if self._timeout is not None:
            self._is_pending = True
            return
        self._is_pending = False
        self._timeout = asyncio.get_running_loop().call_later(_SECONDS_TO_WAIT_FOR_FETCH, self.note_fetch)
        self._ask()

    def note_fetch(self) -> None:
        """
        Note that the client fetches. It may show other suites too, so a pending request stays pending.
        """
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None
        if self._is_pending:
            self.request()
