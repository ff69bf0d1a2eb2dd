"""
What each project stands on: its settings, interpreter, key and trust; found out and told to the client.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Entry, close_projects

from ._diagnostics import publish_settings_problems


class Standing:
    """
    Keeps the client up to date. A class because what was said once is not said again.
    """

    def __init__(self, server: Server) -> None:
        self._ls = server
        self._announced: set[Path] = set()
        self._statuses: dict[Path, protocol.StatusParams] = {}

    def tell(self) -> None:
        """
        Tell the client what the project stands on: interpreter, callable, trust, running cases.
        """
        for entry in self._ls.projects:
            interpreter, why = entry.interpreter
            status = protocol.StatusParams(
                root=str(entry.root),
                interpreter=interpreter,
                why=why,
                callable=entry.project.settings.defaults.callable,
                trusted=self._ls.trust.allows(entry.root),
                running=self._ls.runs.cases_in_flight,
                key=entry.key_state,
                lastRun=entry.last_run,
            )
            if self._statuses.get(entry.root) != status:
                self._statuses[entry.root] = status
                self._ls.notify_own(protocol.STATUS, status)

    def announce(self, entry: Entry) -> None:
        """
        Show what there is to say of a project that was met for the first time.
        """
        if entry.root in self._announced:
            return
        self._announced.add(entry.root)
        publish_settings_problems(self._ls, entry)
        if self._ls.trust.granted is None and not self._ls.trust.allows(entry.root):
            self._ls.tell(self._ls.trust.refusal(entry.root), types.MessageType.Info)
        self._ls.start(self.look_for_interpreters())

    async def look_for_interpreters(self) -> None:
        """
        Find the Python of each project that may run, and tell the client.
        """
        for entry in self._ls.projects:
            if self._ls.trust.allows(entry.root):
                await entry.look_for_interpreter()
                await entry.look_for_key()
        self.tell()

    async def reload_settings(self) -> None:
        """
        Put changed settings in force. Answers of projects that changed count as old.
        """
        changed, former = await asyncio.to_thread(self._ls.projects.reload)
        for entry in changed:
            await self._ls.runs.cancel_all(entry)
            publish_settings_problems(self._ls, entry)
            self._ls.code_watch.project_changed(entry)
        self._ls.start(close_projects(former))
        if former:
            for suite in self._ls.suites:
                if suite.document is None:
                    suite.snapshot = None
                self._ls.display.touch(suite)
        await self.look_for_interpreters()
