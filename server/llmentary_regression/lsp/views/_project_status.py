"""
The status of each project: its settings, interpreter, key and trust.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, close_projects

from ._diagnostics import publish_settings_problems


class ProjectStatus:
    """
    Finds out and publishes the status. A class because it publishes only what has changed.
    """

    def __init__(self, server: Server) -> None:
        self._ls = server
        self._announced: set[Path] = set()
        self._statuses: dict[Path, protocol.StatusParams] = {}

    def publish(self) -> None:
        """
        Send the client the status of each project, if it has changed.
        """
        for opened in self._ls.projects:
            interpreter, why = opened.interpreter
            status = protocol.StatusParams(
                root=str(opened.root),
                interpreter=interpreter,
                why=why,
                callable=opened.project.settings.defaults.callable,
                trusted=self._ls.trust.allows(opened.root),
                running=self._ls.runs.cases_in_flight,
                key=opened.key_state,
                lastRun=opened.last_run,
            )
            if self._statuses.get(opened.root) != status:
                self._statuses[opened.root] = status
                self._ls.notify_custom(protocol.STATUS, status)

    def announce(self, opened: OpenProject) -> None:
        """
        Show the problems of a project that was just opened, and look for its interpreter.
        """
        if opened.root in self._announced:
            return
        self._announced.add(opened.root)
        publish_settings_problems(self._ls, opened)
        if self._ls.trust.granted is None and not self._ls.trust.allows(opened.root):
            self._ls.show_message(self._ls.trust.refusal(opened.root), types.MessageType.Info)
        self._ls.run_in_background(self.look_for_interpreters())

    async def look_for_interpreters(self) -> None:
        """
        Find the Python and the key of each trusted project, and publish the status.
        """
        for opened in self._ls.projects:
            if self._ls.trust.allows(opened.root):
                await opened.look_for_interpreter()
                await opened.look_for_key()
        self.publish()

    async def reload_settings(self) -> None:
        """
        Apply changed settings. The answers of projects that changed count as outdated.
        """
        changed, replaced = await asyncio.to_thread(self._ls.projects.reload)
        for opened in changed:
            await self._ls.runs.cancel_all(opened)
            publish_settings_problems(self._ls, opened)
            self._ls.code_watch.project_changed(opened)
        self._ls.run_in_background(close_projects(replaced))
        if replaced:
            for suite in self._ls.suites:
                if suite.document is None:
                    suite.snapshot = None
                self._ls.scheduler.mark_dirty(suite)
        await self.look_for_interpreters()
