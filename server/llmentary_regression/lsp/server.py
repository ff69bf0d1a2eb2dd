"""
The language server itself: what all features share, and how it starts and ends.

`assembly.py` registers the features; this module knows none of them.
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
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.uris import path_of, uri_of
from llmentary_regression.lsp.wire import (
    PipeWriter,
    Protocol,
    describe_exception,
    make_converter,
    read_frames,
)

if TYPE_CHECKING:
    from llmentary_regression.lsp.positions import Document, Documents, PositionConverter
    from llmentary_regression.lsp.session import (
        Approvals,
        BaselineRenames,
        CodeWatch,
        OpenProject,
        ProjectOpener,
        Projects,
        Runs,
        Snapshot,
        Suites,
        SuiteState,
        TrainingInbox,
        Trust,
    )
    from llmentary_regression.lsp.views import Notifications, ProblemPages, ProjectStatus, RefreshScheduler

_log = logging.getLogger(__name__)

_SECONDS_BEFORE_ASSEMBLY = 0.02
"""Enough for the writer thread to send the answer to `initialize` before everything else is loaded."""
_SECONDS_TO_CANCEL = 2.0


class Server(LanguageServer):
    """
    The server of one client.

    A class because it holds what features share; several can run in one process.
    """

    protocol: Protocol
    documents: Documents
    trust: Trust
    projects: Projects
    suites: Suites
    problem_pages: ProblemPages
    scheduler: RefreshScheduler
    runs: Runs
    notifications: Notifications
    approvals: Approvals
    baseline_renames: BaselineRenames
    code_watch: CodeWatch
    status: ProjectStatus
    inbox: TrainingInbox

    def __init__(
        self,
        open_project: ProjectOpener,
        is_trusted_by_user: Callable[[Path], bool],
        register_features: Callable[[Server], None],
    ) -> None:
        super().__init__(
            "llmentary",
            __version__,
            protocol_cls=Protocol,
            converter_factory=make_converter,
        )
        self._is_trusted_by_user = is_trusted_by_user
        self.interpreter_of_client: str | None = None
        """The Python that the client found for the callable."""
        self.client_knows_custom_messages = False
        """Whether the client knows the messages of `protocol.py`."""
        self.client_can_pin = False
        """Whether the client has a command that lets the user choose what to pin."""
        self.client_can_diff = False
        """Whether the client has a command that shows a redacted diff."""
        self._open_project = open_project
        self._register_features = register_features
        self._options: object = None
        self._is_assembled = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._exit_code: asyncio.Future[int] | None = None
        self._announce_features()

    def _announce_features(self) -> None:
        """
        Prepare to answer `initialize`, and nothing else.
        """
        for method, options in STATIC_CAPABILITIES.items():
            self.feature(method, options)(_placeholder)
        for command in protocol.COMMANDS:
            self.command(command)(_placeholder)
        self.feature(types.INITIALIZE)(_initialize)

    def schedule_assembly(self, options: object) -> None:
        """
        Store what the client sent in `initialize`, and load the rest as soon as that is answered.
        """
        self._options = options
        asyncio.get_running_loop().call_later(_SECONDS_BEFORE_ASSEMBLY, self.assemble)

    def assemble(self) -> None:
        """
        Load everything and put it together, once: before the first message after `initialize`.

        The modules are imported here and not at the top, since that takes about as long as importing pygls.
        """
        if self._is_assembled:
            return
        self._is_assembled = True
        from llmentary_regression.lsp.features.lifecycle import apply_options
        from llmentary_regression.lsp.positions import Documents
        from llmentary_regression.lsp.session import (
            Approvals,
            BaselineRenames,
            CodeWatch,
            Projects,
            Runs,
            Suites,
            TrainingInbox,
            Trust,
        )
        from llmentary_regression.lsp.views import (
            Notifications,
            ProblemPages,
            ProjectStatus,
            RefreshScheduler,
        )

        self.documents = Documents(self.workspace)
        self.trust = Trust(self._is_trusted_by_user)
        self.projects = Projects(self._open_project)
        self.suites = Suites()
        self.problem_pages = ProblemPages()
        self.scheduler = RefreshScheduler(self)
        self.runs = Runs(self)
        self.notifications = Notifications(self)
        self.approvals = Approvals(self)
        self.baseline_renames = BaselineRenames(self)
        self.code_watch = CodeWatch(self)
        self.status = ProjectStatus(self)
        self.inbox = TrainingInbox(self)
        self.protocol.use_workspace(self.documents)
        self.protocol.clear_features()
        self._register_features(self)
        apply_options(self, self._options)

    def notify_custom(self, method: str, params: Mapping[str, Any]) -> None:
        """
        Send a custom notification, if the client knows them.
        """
        if self.client_knows_custom_messages:
            self.protocol.notify_json(method, dict(params))

    @property
    def positions(self) -> PositionConverter:
        """
        Return the converter between our positions and the client's.
        """
        return self.documents.positions

    @property
    def folders(self) -> list[Path]:
        """
        Return the workspace's folders, or the one root that an older client sent.
        """
        workspace = self.workspace
        uris = [folder.uri for folder in workspace.folders.values()] or [workspace.root_uri or ""]
        return [path for uri in uris if (path := path_of(uri)) is not None]

    def open_projects(self) -> list[OpenProject]:
        """
        Return all projects, including those of folders that no request was about yet.
        """
        for folder in self.folders:
            self.projects.of(folder)
        return list(self.projects)

    def suite_at(self, uri: str) -> SuiteState | None:
        """
        Return the suite that a client's URI names, or None if it names no `.llmtest` file.
        """
        path = path_of(uri)
        if path is None or path.suffix != ".llmtest":
            return None
        return self.suites.at(path, uri)

    def suite_of(self, path: Path) -> SuiteState:
        """
        Return the suite of a file that the server has found itself.
        """
        return self.suites.at(path, uri_of(path))

    def project_of(self, suite: SuiteState) -> OpenProject | None:
        return self.projects.of(suite.path)

    def suites_of(self, opened: OpenProject) -> list[SuiteState]:
        return [suite for suite in self.suites if self.project_of(suite) is opened]

    async def read(self, suite: SuiteState) -> Snapshot | None:
        """
        Return the current reading of a suite, or None if there is neither document nor file.
        """
        opened = self.project_of(suite)
        return None if opened is None else await suite.read(opened.project)

    def document_at(self, uri: str) -> Document | None:
        """
        Return the open document, or None if the client has not opened it.
        """
        return self.documents.find(uri)

    def run_in_background(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """
        Start a task, which is cancelled when the server ends.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    def show_message(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """
        Show the user a message. It must not quote an answer, since clients may store it.
        """
        # Imported here: `initialize` is answered before anything else of ours is loaded.
        from llmentary_regression.core.safe_text import show_hidden

        self.window_show_message(types.ShowMessageParams(type=kind, message=show_hidden(message)))

    def show_message_once(
        self, opened: OpenProject, message: str, kind: types.MessageType = types.MessageType.Error
    ) -> None:
        """
        Show a message, unless it was shown since the project's last successful run.
        """
        if message not in opened.shown_messages:
            opened.shown_messages.add(message)
            self.show_message(message, kind)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """
        Log an error by its type only, since its text may quote an answer; the user is not shown a message.
        """
        if isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError):
            return  # a refusal that is meant for the client
        _log.error("%s: %s", getattr(source, "__name__", source), describe_exception(error))

    def _task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background work failed: %s", describe_exception(error))

    def serve(self, read_fd: int, write_fd: int) -> int:
        """
        Serve until the client sends `exit` or disconnects.

        Returns:
            The exit code of the process.
        """
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(self._serve(loop, read_fd, write_fd))
        finally:
            # Unlike `asyncio.run`, this does not wait for threads: one may be reading a suite of many megabytes.
            loop.run_until_complete(_cancel(asyncio.all_tasks(loop)))
            loop.run_until_complete(loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            loop.close()

    async def _serve(self, loop: asyncio.AbstractEventLoop, read_fd: int, write_fd: int) -> int:
        self._exit_code = loop.create_future()
        writer = PipeWriter(write_fd, lambda: loop.call_soon_threadsafe(self.stop, 1))
        self.protocol.set_writer(writer)
        # There are no signal handlers on Windows, nor for a loop outside the main thread.
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(signal.SIGTERM, self.stop, 1)
        read_frames(read_fd, loop, self.protocol.receive, lambda: self.stop(1))
        code = await self._exit_code
        await self.close()
        writer.close()
        return code

    def stop(self, code: int) -> None:
        """
        Make `serve` return `code`.
        """
        if self._exit_code is not None and not self._exit_code.done():
            self._exit_code.set_result(code)

    async def close(self) -> None:
        """
        Stop all tasks and workers; calling it again does nothing.
        """
        if not self._is_assembled:
            return
        self.scheduler.close()
        await self.runs.cancel_all()
        await _cancel(self._tasks)
        await self.inbox.close()
        await self.projects.close()
        # Closing the others may have started new tasks.
        await _cancel(self._tasks)


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """
    Cancel tasks and wait until they have ended, or until the time is up.
    """
    others = [task for task in tasks if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=_SECONDS_TO_CANCEL)


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.schedule_assembly(params.initialization_options)


def _placeholder(ls: Server, *params: Any) -> None:
    """
    Stand in for a feature, which is loaded before its first message.
    """
