"""
Bring what is known of suites before the user's eyes: at most some times a second, however fast results come.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from llmentary_regression.lsp.session import SuiteState

from ._diagnostics import Diagnostic, diagnose_suite
from ._refresh import Refresh

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_SECONDS_BETWEEN = 0.15
_MOST_SECONDS_BETWEEN = 2.0
_SECONDS_AFTER_EDIT = 0.002
"""Edits that come in one go, such as those of many cursors, are shown together."""
_MOST_REPEATED = 1_000
_PAUSE_PER_WORK = 3.0
"""At most a quarter of the time goes into showing."""


class Display:
    """
    Publishes diagnostics of suites that were touched, and asks the client to fetch lenses and hints again.

    What was published is kept by source and URI; a URI is always published as a whole.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self.lenses = Refresh(self._ask_for_lenses)
        self.hints = Refresh(self._ask_for_hints)
        self._touched: dict[int, SuiteState] = {}
        self._wants_lenses = False
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._published: dict[str, dict[str, list[Diagnostic]]] = {}
        self._pause_s = _SECONDS_BETWEEN
        self._rested_at = 0.0
        """When the next edit may be shown."""
        self._is_closed = False

    def touch(self, suite: SuiteState, *, lenses: bool = True) -> None:
        """
        Have a suite shown anew, soon.
        """
        if self._is_closed:
            return
        self._touched[id(suite)] = suite
        self._wants_lenses = self._wants_lenses or lenses
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._flush)

    def touch_edited(self, suite: SuiteState) -> None:
        """
        Have a suite shown anew at once, unless showing it takes so long that typing would suffer.

        The client asks for lenses itself after an edit.
        """
        if self._is_closed:
            return
        self._touched[id(suite)] = suite
        loop = asyncio.get_running_loop()
        at = max(loop.time() + _SECONDS_AFTER_EDIT, self._rested_at)
        if self._timer is None or self._timer.when() > at:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(at, self._flush)

    def hurry(self) -> None:
        """
        Show now what waits to be shown.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._flush()

    def close(self) -> None:
        """
        Show nothing from now on: what is shown after the end would outlive the server.
        """
        self._is_closed = True
        self._touched.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def publish(
        self, uri: str, source: str, diagnostics: list[Diagnostic], version: int | None = None
    ) -> None:
        """
        Publish one source's diagnostics of a URI together with those of its other sources.
        """
        by_source = self._published.setdefault(uri, {})
        former = by_source.get(source, [])
        if not former and not diagnostics and version is None:
            return
        # An open document is published again even if nothing differs: the editor has moved its marks by now.
        # Thousands of them are not; the editor's own guess is good enough while typing.
        if former == diagnostics and (version is None or len(diagnostics) > _MOST_REPEATED):
            return
        by_source[source] = diagnostics
        params: dict[str, Any] = {
            "uri": uri,
            "diagnostics": [one for group in by_source.values() for one in group],
        }
        if version is not None:
            params["version"] = version
        self._ls.protocol.notify_ready(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def uris_of(self, source: str) -> list[str]:
        """
        Return the URIs for which a source has something published.
        """
        return [uri for uri, by_source in self._published.items() if by_source.get(source)]

    def _flush(self) -> None:
        self._timer = None
        if self._flushing is not None and not self._flushing.done():
            self._timer = asyncio.get_running_loop().call_later(self._pause_s, self._flush)
            return
        suites = list(self._touched.values())
        self._touched.clear()
        wants_lenses, self._wants_lenses = self._wants_lenses, False
        self._flushing = self._ls.start(self._show(suites, wants_lenses))

    async def _show(self, suites: list[SuiteState], wants_lenses: bool) -> None:
        if wants_lenses:
            self.lenses.want()
            self.hints.want()
        spent = 0.0
        for suite in suites:
            started = time.monotonic()
            snapshot = await self._ls.read(suite)
            if snapshot is None:
                self.publish(suite.uri, "suite", [])
                self._ls.news.suite_gone(suite)
                continue
            await self._ls.renames.follow(suite, snapshot)
            diagnostics = await diagnose_suite(self._ls, suite, snapshot)
            self.publish(suite.uri, "suite", diagnostics, snapshot.version)
            self._ls.news.suite_shown(suite, snapshot)
            await asyncio.sleep(0)
            spent += time.monotonic() - started
        # A suite of many thousand cases takes its time to show, and results come faster than that.
        rest = min(_PAUSE_PER_WORK * spent, _MOST_SECONDS_BETWEEN)
        self._pause_s = max(_SECONDS_BETWEEN, rest)
        self._rested_at = asyncio.get_running_loop().time() + rest

    def _ask_for_lenses(self) -> None:
        workspace = self._ls.client_capabilities.workspace
        lenses = None if workspace is None else workspace.code_lens
        if lenses is not None and lenses.refresh_support:
            self._ls.workspace_code_lens_refresh(None)

    def _ask_for_hints(self) -> None:
        workspace = self._ls.client_capabilities.workspace
        hints = None if workspace is None else workspace.inlay_hint
        if hints is not None and hints.refresh_support:
            self._ls.workspace_inlay_hint_refresh(None)
