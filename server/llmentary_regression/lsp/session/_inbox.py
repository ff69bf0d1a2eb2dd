"""
The training inbox: answers that running applications send, kept in memory until the user decides about them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.uris import uri_of
from llmentary_regression.storage.files import read_file
from llmentary_regression.storage.user import announce, withdraw

from ._projects import OpenProject

if TYPE_CHECKING:
    from llmentary_regression.services.capture import Preview
    from llmentary_regression.training.transport import CaptureConnection, CaptureListener

_log = logging.getLogger(__name__)

_MAX_WAITING = 500
"""More captures of a project wait in the applications, which drop what does not fit there."""


# What judges captures and what receives them is imported in functions: it would delay the start of the server.


@dataclass(slots=True, repr=False)
class _WaitingCapture:
    capture: Capture
    connection: CaptureConnection
    number: int
    """The application's number for it."""
    item: protocol.CapturedItem
    """What the client shows."""


class TrainingInbox:
    """
    The inboxes of one server's projects.

    A class because listeners, threads and captures end with the server.
    """

    def __init__(self, ls: Server) -> None:
        self.is_wanted = False
        """Whether the client shows an inbox; otherwise nothing is accepted from applications."""
        self._ls = ls
        self._inboxes: dict[Path, _ProjectInbox] = {}
        self._opening = asyncio.Lock()

    async def follow_trust(self) -> None:
        """
        Listen for the projects that the user trusts, and for no others.
        """
        async with self._opening:
            for opened in self._ls.projects:
                allowed = self.is_wanted and self._ls.trust.allows(opened.root)
                if allowed and opened.root not in self._inboxes:
                    inbox = _ProjectInbox(self._ls, opened)
                    try:
                        await asyncio.to_thread(inbox.open)
                    except (OSError, LlmentaryError) as exc:
                        # The rest of the server works without it.
                        _log.warning("no training inbox: %s", type(exc).__name__)
                    else:
                        self._inboxes[opened.root] = inbox
                elif not allowed and opened.root in self._inboxes:
                    await asyncio.to_thread(self._inboxes.pop(opened.root).close)

    async def decide(
        self, params: protocol.DecideCaptureParams, pins: Sequence[WantedPin]
    ) -> protocol.DecideCaptureResult:
        """
        Approve one capture with these pins, or drop it.
        """
        inbox = self._inboxes.get(Path(params.get("root", "")))
        if inbox is None:
            return _result("no captures wait for this project")
        return await inbox.decide(params, pins)

    async def close(self) -> None:
        """
        Stop listening, and drop the captures that were not decided.
        """
        self.is_wanted = False
        async with self._opening:
            inboxes, self._inboxes = self._inboxes, {}
            for inbox in inboxes.values():
                await asyncio.to_thread(inbox.close)


class _ProjectInbox:
    """
    One project's inbox.
    """

    def __init__(self, ls: Server, opened: OpenProject) -> None:
        self._ls = ls
        self._opened = opened
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, _WaitingCapture] = {}
        self._last_id = 0
        self._free_slots = threading.Semaphore(_MAX_WAITING)
        self._is_closed = False
        self._deciding = asyncio.Lock()
        self._listener: CaptureListener | None = None
        self._address_file: Path | None = None

    def open(self) -> None:
        """
        Listen, and write down the address for applications.

        Raises:
            OSError, StoreWriteError: no socket or no file can be created.
        """
        from llmentary_regression.training.transport import CaptureListener

        self._listener = CaptureListener(self._serve)
        self._address_file = announce(
            self._opened.root, self._listener.address, self._listener.secret, self._opened.project.environ
        )

    def close(self) -> None:
        self._is_closed = True
        if self._address_file is not None:
            withdraw(self._address_file)
        for _ in range(_MAX_WAITING):
            self._free_slots.release()  # threads that wait for a slot find the inbox closed
        if self._listener is not None:
            self._listener.close()

    # --- in the threads of the connections ---

    def _serve(self, connection: CaptureConnection) -> None:
        from llmentary_regression.training.transport import decode

        while not self._is_closed:
            message = decode(connection.receive())
            if message.kind == "capture" and message.capture is not None:
                self._free_slots.acquire()
                self._call_on_loop(self._receive, message.capture, connection, message.number)
            elif message.kind == "withdrawn":
                self._call_on_loop(self._withdraw, connection, message.number)

    def _call_on_loop(self, callback: Callable[..., None], *args: object) -> None:
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(callback, *args)

    # --- on the loop ---

    def _receive(self, capture: Capture, connection: CaptureConnection, number: int) -> None:
        self._ls.run_in_background(self._add(capture, connection, number))

    async def _add(self, capture: Capture, connection: CaptureConnection, number: int) -> None:
        self._last_id += 1
        item = await self._describe(self._last_id, capture)
        self._waiting[item["id"]] = _WaitingCapture(capture, connection, number, item)
        self._publish()

    def _withdraw(self, connection: CaptureConnection, number: int) -> None:
        for capture_id, waiting in list(self._waiting.items()):
            if waiting.connection is connection and waiting.number == number:
                self._remove(capture_id)

    async def decide(
        self, params: protocol.DecideCaptureParams, pins: Sequence[WantedPin]
    ) -> protocol.DecideCaptureResult:
        async with self._deciding:  # a double click saves it once
            waiting = self._waiting.get(params.get("id", 0))
            if waiting is None:
                return _result("this capture was decided already")
            if not params.get("keep"):
                self._finish(waiting)
                return _result("not kept", done=True)
            return await self._save(waiting, params, pins)

    async def _save(
        self, waiting: _WaitingCapture, params: protocol.DecideCaptureParams, pins: Sequence[WantedPin]
    ) -> protocol.DecideCaptureResult:
        from llmentary_regression.services.capture import save_capture, suite_path

        capture = _edited(waiting.capture, params)
        project = self._opened.project
        path = suite_path(project, capture.category)
        document = self._ls.document_at(uri_of(path))
        if document is not None and path.exists() and not _is_saved(document.source, path):
            return _result(f"save `{path.name}` first, so that the case can be added to it")
        try:
            async with self._opened.approving:
                preview = await save_capture(project, capture, pins=pins, via="editor")
        except LlmentaryError as exc:
            return _result(str(exc))
        except OSError as exc:
            return _result(f"`{path}` cannot be read or written ({exc.strerror or exc})")
        self._finish(waiting)
        message = f"kept as `{preview.result.case.label}` in {preview.result.suite}"
        return _result(message, done=True, uri=uri_of(preview.path))

    def _finish(self, waiting: _WaitingCapture) -> None:
        """
        Drop a capture that was decided, and tell its application.
        """
        from llmentary_regression.training.transport import Message, encode

        self._remove(waiting.item["id"])
        data = encode(Message("decided", waiting.number))

        def send() -> None:
            with suppress(OSError, ValueError):  # the application has ended
                waiting.connection.send(data)

        self._ls.run_in_background(asyncio.to_thread(send))

    def _remove(self, capture_id: int) -> None:
        if self._waiting.pop(capture_id, None) is not None:
            self._free_slots.release()
            self._publish()

    def _publish(self) -> None:
        params = protocol.CapturesParams(
            root=str(self._opened.root), captures=[waiting.item for waiting in self._waiting.values()]
        )
        self._ls.protocol.notify(protocol.CAPTURES, params)

    async def _describe(self, capture_id: int, capture: Capture) -> protocol.CapturedItem:
        from llmentary_regression.services.capture import preview_capture, suite_path

        project = self._opened.project
        preview: Preview | None = None
        note = ""
        try:
            preview = await preview_capture(project, capture)
        except (LlmentaryError, OSError) as exc:
            note = str(exc)
        settings = None if preview is None else preview.result.settings
        if settings is not None and settings.skip is not None:
            note = f"it will be skipped: {settings.skip}"
        suite = suite_path(project, capture.category).relative_to(project.root).as_posix()
        return protocol.CapturedItem(
            id=capture_id,
            question=show_hidden(
                next((turn.text for turn in reversed(capture.conversation) if turn.role == "user"), "")
            ),
            answer=show_hidden(capture.answer),
            turns=[{"role": str(turn.role), "text": show_hidden(turn.text)} for turn in capture.conversation],
            suite=suite,
            name=preview.result.case.label if preview is not None else capture.name or "",
            tags=list(capture.tags),
            callable=None if settings is None or settings.skip is not None else settings.callable,
            model=capture.model,
            state=_state(preview),
            note=show_hidden(note),
            facts=_facts(preview),
        )


def _state(preview: Preview | None) -> str:
    if preview is None:
        return "trouble"
    if preview.is_approved_already:
        return "passed"
    kind = preview.result.verdict.kind
    if kind in (VerdictKind.FAILED, VerdictKind.ERROR):
        return "trouble"
    return "new" if kind is VerdictKind.NEW else "example"


def _facts(preview: Preview | None) -> list[protocol.PinnableItem]:
    from llmentary_regression.services.approve import suggested_pins

    if preview is None:
        return []
    return [
        {"label": fact.phrase, "kind": fact.kind, "inQuestion": fact.in_question}
        for fact in suggested_pins(preview.result)
    ]


def _edited(capture: Capture, params: protocol.DecideCaptureParams) -> Capture:
    turns = range(len(capture.conversation))
    return replace(
        capture,
        category=params.get("suite") or capture.category,
        name=params.get("name") or capture.name,
        tags=tuple(params["tags"]) if "tags" in params else capture.tags,
        kept_turns=frozenset(index for index in params.get("turns", []) if index in turns),
    )


def _is_saved(text: str, path: Path) -> bool:
    try:
        return read_file(path).decode("utf-8", errors="replace") == text
    except OSError:
        return False


def _result(message: str, *, done: bool = False, uri: str | None = None) -> protocol.DecideCaptureResult:
    return {"done": done, "message": show_hidden(message), "uri": uri}
