"""
The language server itself: what all features share, put together, started and ended.

Features are registered by `features.py`; this module knows none of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer

from llmentary_regression._version import __version__
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.offers import OFFERS
from llmentary_regression.lsp.trust import Trust
from llmentary_regression.lsp.wire import PipeWriter, Protocol, describe_fault, make_converter, read_frames

if TYPE_CHECKING:
    from llmentary_regression.lsp.positions import Document, Units
    from llmentary_regression.lsp.session import (
        Approvals,
        CodeWatch,
        Entry,
        OpenProject,
        Projects,
        Renames,
        Runs,
        Snapshot,
        Suites,
        SuiteState,
        TrainingInbox,
    )
    from llmentary_regression.lsp.views import Display, News, ProblemPages, Standing

_log = logging.getLogger(__name__)

_SECONDS_TO_ANSWER = 0.02
"""For the thread that writes to have sent the answer before everything else is loaded."""
_SECONDS_TO_CANCEL = 2.0


class Server(LanguageServer):
    """
    One client's server.

    A class of its own because features need one place for what they share; two of them can live in one
    process.
    """

    protocol: Protocol
    projects: Projects
    suites: Suites
    problem_pages: ProblemPages
    display: Display
    runs: Runs
    news: News
    approvals: Approvals
    renames: Renames
    code_watch: CodeWatch
    standing: Standing
    inbox: TrainingInbox

    def __init__(
        self,
        open_project: OpenProject,
        is_trusted_by_user: Callable[[Path], bool],
        register_features: Callable[[Server], None],
    ) -> None:
        super().__init__(
            "llmentary",
            __version__,
            protocol_cls=Protocol,
            converter_factory=make_converter,
        )
        self.trust = Trust(is_trusted_by_user)
        self.interpreter_of_client: str | None = None
        """The Python that the client found for the callable."""
        self.client_knows_us = False
        """Whether the client understands messages that are in no standard."""
        self.client_can_pin = False
        """Whether the client has a command that asks what to pin."""
        self.client_can_diff = False
        """Whether the client has a command that shows a redacted diff."""
        self._open_project = open_project
        self._register_features = register_features
        self._options: object = None
        self._is_assembled = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._left: asyncio.Future[int] | None = None
        self._offer()

    def _offer(self) -> None:
        """
        Be ready to answer `initialize`, and nothing else.
        """
        for method, options in OFFERS.items():
            self.feature(method, options)(_not_yet)
        for command in protocol.COMMANDS:
            self.command(command)(_not_yet)
        self.feature(types.INITIALIZE)(_initialize)

    def begin(self, options: object) -> None:
        """
        Take what the client hands over in `initialize`, and load the rest as soon as it is answered.
        """
        self._options = options
        asyncio.get_running_loop().call_later(_SECONDS_TO_ANSWER, self.assemble)

    def assemble(self) -> None:
        """
        Load everything and put it together, once: before the first message after `initialize`.

        The modules are imported here and not at the top, since they take about as long as pygls does.
        """
        if self._is_assembled:
            return
        self._is_assembled = True
        from llmentary_regression.lsp.features.lifecycle import take_options
        from llmentary_regression.lsp.session import (
            Approvals,
            CodeWatch,
            Projects,
            Renames,
            Runs,
            Suites,
            TrainingInbox,
        )
        from llmentary_regression.lsp.views import Display, News, ProblemPages, Standing

        self.projects = Projects(self._open_project)
        self.suites = Suites()
        self.problem_pages = ProblemPages()
        self.display = Display(self)
        self.runs = Runs(self)
        self.news = News(self)
        self.approvals = Approvals(self)
        self.renames = Renames(self)
        self.code_watch = CodeWatch(self)
        self.standing = Standing(self)
        self.inbox = TrainingInbox(self)
        self.protocol.use_own_documents()
        self.protocol.forget_features()
        self._register_features(self)
        take_options(self, self._options)

    def notify_own(self, method: str, params: Mapping[str, Any]) -> None:
        """
        Send a notification of our own to a client that knows it.
        """
        if self.client_knows_us:
            self.protocol.notify_ready(method, dict(params))

    @property
    def units(self) -> Units:
        """
        Return the client's way of counting positions.
        """
        from llmentary_regression.lsp.positions import Documents

        workspace = self.workspace
        assert isinstance(workspace, Documents), "put in place before any feature is"
        return workspace.units

    @property
    def folders(self) -> list[Path]:
        """
        Return the workspace's folders, or the one root that an older client gave.
        """
        from llmentary_regression.lsp.positions import path_of

        workspace = self.workspace
        uris = [folder.uri for folder in workspace.folders.values()] or [workspace.root_uri or ""]
        return [path for uri in uris if (path := path_of(uri)) is not None]

    def open_projects(self) -> list[Entry]:
        """
        Return all projects, with those of folders that nobody has looked into yet.
        """
        for folder in self.folders:
            self.projects.of(folder)
        return list(self.projects)

    def suite_at(self, uri: str) -> SuiteState | None:
        """
        Return the suite that a client's URI names, or None where it names no `.llmtest` file.
        """
        from llmentary_regression.lsp.positions import path_of

        path = path_of(uri)
        if path is None or path.suffix != ".llmtest":
            return None
        return self.suites.at(path, uri)

    def suite_of(self, path: Path) -> SuiteState:
        """
        Return the suite of a file that the server itself has found.
        """
        from llmentary_regression.lsp.positions import uri_of

        return self.suites.at(path, uri_of(path))

    def entry_of(self, suite: SuiteState) -> Entry | None:
        return self.projects.of(suite.path)

    def suites_of(self, entry: Entry) -> list[SuiteState]:
        return [suite for suite in self.suites if self.entry_of(suite) is entry]

    async def read(self, suite: SuiteState) -> Snapshot | None:
        """
        Return the present reading of a suite, or None where there is neither document nor file.
        """
        entry = self.entry_of(suite)
        return None if entry is None else await suite.read(entry.project)

    def document_at(self, uri: str) -> Document | None:
        """
        Return the open document, or None where the client has not opened it.
        """
        from llmentary_regression.lsp.positions import Document

        document = self.workspace.get_text_document(uri) if self.is_open(uri) else None
        return document if isinstance(document, Document) else None

    def is_open(self, uri: str) -> bool:
        from llmentary_regression.lsp.positions import path_of

        path = path_of(uri)
        return any(path_of(one.uri) == path for one in self.workspace.text_documents.values())

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """
        Do something in the background; it is cancelled when the server ends.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def tell(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """
        Show the user a message. It must not quote an answer: clients may keep it.
        """
        self.window_show_message(types.ShowMessageParams(type=kind, message=message))

    def tell_once(
        self, entry: Entry, message: str, kind: types.MessageType = types.MessageType.Error
    ) -> None:
        """
        Show a message that was not shown since the project's last run that went well.
        """
        if message not in entry.told:
            entry.told.add(message)
            self.tell(message, kind)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """
        Log by kind only: a message to the user for each hiccup helps nobody, and its text may quote anything.
        """
        if isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError):
            return  # an answer that says no, as it was meant to
        _log.error("%s: %s", getattr(source, "__name__", source), describe_fault(error))

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background work failed: %s", describe_fault(error))

    def serve(self, read_fd: int, write_fd: int) -> int:
        """
        Serve until the client says `exit` or is gone.

        Returns:
            The exit code of the process.
        """
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(self._serve(loop, read_fd, write_fd))
        finally:
            # Unlike `asyncio.run`, this waits for no thread: one may be busy with a suite of many megabytes.
            loop.run_until_complete(_cancel(asyncio.all_tasks(loop)))
            loop.run_until_complete(loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            loop.close()

    async def _serve(self, loop: asyncio.AbstractEventLoop, read_fd: int, write_fd: int) -> int:
        self._left = loop.create_future()
        writer = PipeWriter(write_fd, lambda: loop.call_soon_threadsafe(self.leave, 1))
        self.protocol.set_writer(writer)
        # There are no signal handlers on Windows, nor for a loop outside the main thread.
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(signal.SIGTERM, self.leave, 1)
        read_frames(read_fd, loop, self.protocol.receive, lambda: self.leave(1))
        code = await self._left
        await self.close()
        writer.close()
        return code

    def leave(self, code: int) -> None:
        """
        Have `serve` end.
        """
        if self._left is not None and not self._left.done():
            self._left.set_result(code)

    async def close(self) -> None:
        """
        End all work and all workers; calling it again does nothing.
        """
        if not self._is_assembled:
            return
        self.display.close()
        await self.runs.cancel_all()
        await _cancel(self._tasks)
        await self.inbox.close()
        await self.projects.close()
        # Ending the others may have started some.
        await _cancel(self._tasks)


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """
    Cancel tasks and wait until they have ended, but for one that cannot be stopped.
    """
    others = [task for task in tasks if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=_SECONDS_TO_CANCEL)


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.begin(params.initialization_options)


def _not_yet(ls: Server, *params: Any) -> None:
    """
    Stand for a feature that is loaded before anything is asked of it.
    """
