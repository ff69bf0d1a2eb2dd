"""
The training inbox: captures that applications bring to a running server, in memory until decided.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.positions import uri_of

from ._projects import Entry
from ._requested_pins import read_pins

if TYPE_CHECKING:
    from llmentary_regression.core.capture import Capture
    from llmentary_regression.lsp.server import Server
    from llmentary_regression.services.capture import Preview
    from llmentary_regression.training.transport import Door, Line

_log = logging.getLogger(__name__)

_MOST = 500
"""More captures of a project wait in the applications, which drop what does not fit there."""


@dataclass(slots=True, repr=False)
class _Item:
    capture: Capture
    line: Line
    number: int
    """The application's number for it."""
    shown: protocol.CapturedItem


class TrainingInbox:
    """
    The inboxes of one server's projects.

    A class because doors, threads and captures have to go when the server goes.
    """

    def __init__(self, server: Server) -> None:
        self.is_wanted = False
        """Whether the client shows an inbox; nothing is taken from applications that nobody would see."""
        self._server = server
        self._boxes: dict[Path, _Box] = {}
        self._following = asyncio.Lock()

    async def follow_trust(self) -> None:
        """
        Listen for the projects that the user trusts, and for no other.
        """
        async with self._following:
            for entry in self._server.projects:
                allowed = self.is_wanted and self._server.trust.allows(entry.root)
                if allowed and entry.root not in self._boxes:
                    box = _Box(self._server, entry)
                    try:
                        await asyncio.to_thread(box.open)
                    except (OSError, LlmentaryError) as exc:
                        # Everything else of the server works without it.
                        _log.warning("no training inbox: %s", type(exc).__name__)
                    else:
                        self._boxes[entry.root] = box
                elif not allowed and entry.root in self._boxes:
                    await asyncio.to_thread(self._boxes.pop(entry.root).close)

    async def decide(self, params: protocol.DecideCaptureParams) -> protocol.DecideCaptureResult:
        """
        Keep or drop one capture.
        """
        box = self._boxes.get(Path(str(params.get("root"))))
        if box is None:
            return _answer("no captures wait for this project")
        return await box.decide(params)

    async def close(self) -> None:
        """
        Listen no more, and forget what was not decided.
        """
        self.is_wanted = False
        async with self._following:
            boxes, self._boxes = self._boxes, {}
            for box in boxes.values():
                await asyncio.to_thread(box.close)


class _Box:
    """
    One project's inbox.
    """

    def __init__(self, server: Server, entry: Entry) -> None:
        self._server = server
        self._entry = entry
        self._loop = asyncio.get_running_loop()
        self._items: dict[int, _Item] = {}
        self._last = 0
        self._room = threading.Semaphore(_MOST)
        self._is_closed = False
        self._deciding = asyncio.Lock()
        self._door: Door | None = None
        self._file: Path | None = None

    def open(self) -> None:
        """
        Listen, and say where.

        Raises:
            OSError, StoreWriteError: no socket or no file can be made.
        """
        from llmentary_regression.storage.user import announce
        from llmentary_regression.training.transport import Door

        self._door = Door(self._serve)
        self._file = announce(
            self._entry.root, self._door.address, self._door.secret, self._entry.project.environ
        )

    def close(self) -> None:
        from llmentary_regression.storage.user import withdraw

        self._is_closed = True
        if self._file is not None:
            withdraw(self._file)
        for _ in range(_MOST):
            self._room.release()  # whoever waits for room finds that it is over
        if self._door is not None:
            self._door.close()

    # --- in the threads of the lines ---

    def _serve(self, line: Line) -> None:
        from llmentary_regression.training.transport import decode

        while not self._is_closed:
            message = decode(line.receive())
            if message.kind == "capture" and message.capture is not None:
                self._room.acquire()
                self._call(self._arrived, message.capture, line, message.number)
            elif message.kind == "withdrawn":
                self._call(self._withdrawn, line, message.number)

    def _call(self, what: object, *args: object) -> None:
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(what, *args)  # type: ignore[arg-type]

    # --- on the loop ---

    def _arrived(self, capture: Capture, line: Line, number: int) -> None:
        self._server.start(self._take(capture, line, number))

    async def _take(self, capture: Capture, line: Line, number: int) -> None:
        self._last += 1
        item = _Item(capture, line, number, await self._describe(self._last, capture))
        self._items[item.shown["id"]] = item
        self._tell()

    def _withdrawn(self, line: Line, number: int) -> None:
        for key, item in list(self._items.items()):
            if item.line is line and item.number == number:
                self._forget(key)

    async def decide(self, params: protocol.DecideCaptureParams) -> protocol.DecideCaptureResult:
        async with self._deciding:  # two clicks keep it once
            item = self._items.get(params.get("id", 0))
            if item is None:
                return _answer("this capture was decided already")
            if not params.get("keep"):
                self._decided(item)
                return _answer("not kept", done=True)
            return await self._keep(item, params)

    async def _keep(self, item: _Item, params: protocol.DecideCaptureParams) -> protocol.DecideCaptureResult:
        from llmentary_regression.services.capture import save_capture, suite_path

        capture = _edited(item.capture, params)
        pins = read_pins(params.get("pins", []))
        project = self._entry.project
        path = suite_path(project, capture.category)
        document = self._server.document_at(uri_of(path))
        if document is not None and path.exists() and not _is_saved(document.source, path):
            return _answer(f"save `{path.name}` first, so that the case can be added to it")
        try:
            async with self._entry.approving:
                preview = await save_capture(project, capture, pins=pins)
        except LlmentaryError as exc:
            return _answer(str(exc))
        except OSError as exc:
            return _answer(f"`{path}` cannot be read or written ({exc.strerror or exc})")
        self._decided(item)
        kept = f"kept as `{preview.result.case.label}` in {preview.result.suite}"
        return _answer(kept, done=True, uri=uri_of(preview.path))

    def _decided(self, item: _Item) -> None:
        from llmentary_regression.training.transport import Message, encode

        self._forget(item.shown["id"])
        data = encode(Message("decided", item.number))

        def say() -> None:
            with suppress(OSError, ValueError):  # the application has ended
                item.line.send(data)

        self._server.start(asyncio.to_thread(say))

    def _forget(self, key: int) -> None:
        if self._items.pop(key, None) is not None:
            self._room.release()
            self._tell()

    def _tell(self) -> None:
        params = protocol.CapturesParams(
            root=str(self._entry.root), captures=[item.shown for item in self._items.values()]
        )
        self._server.protocol.notify(protocol.CAPTURES, params)

    async def _describe(self, number: int, capture: Capture) -> protocol.CapturedItem:
        from llmentary_regression.services.capture import preview_capture, suite_path

        project = self._entry.project
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
            id=number,
            question=next((t.text for t in reversed(capture.conversation) if t.role == "user"), ""),
            answer=capture.answer,
            turns=[{"role": str(turn.role), "text": turn.text} for turn in capture.conversation],
            suite=suite,
            name=preview.result.case.label if preview is not None else capture.name or "",
            tags=list(capture.tags),
            callable=None if settings is None or settings.skip is not None else settings.callable,
            model=capture.model,
            state=_state(preview),
            note=note,
            facts=_facts(preview),
        )


def _state(preview: Preview | None) -> str:
    if preview is None:
        return "trouble"
    if preview.is_approved_already:
        return "passed"
    verdict = preview.result.verdict.kind
    if verdict in (VerdictKind.FAILED, VerdictKind.ERROR):
        return "trouble"
    return "new" if verdict is VerdictKind.NEW else "variant"


def _facts(preview: Preview | None) -> list[protocol.PinnableItem]:
    from llmentary_regression.services.approve import suggested_pins

    if preview is None:
        return []
    return [
        {"label": fact.phrase, "kind": fact.kind, "inQuestion": fact.in_question}
        for fact in suggested_pins(preview.result)
    ]


def _edited(capture: Capture, params: protocol.DecideCaptureParams) -> Capture:
    return replace(
        capture,
        category=params.get("suite") or capture.category,
        name=params.get("name") or capture.name,
        tags=tuple(params["tags"]) if "tags" in params else capture.tags,
        kept_turns=frozenset(at for at in params.get("turns", []) if 0 <= at < len(capture.conversation)),
    )


def _is_saved(text: str, path: Path) -> bool:
    try:
        return path.read_bytes().decode("utf-8", errors="replace") == text
    except OSError:
        return False


def _answer(message: str, *, done: bool = False, uri: str | None = None) -> protocol.DecideCaptureResult:
    return {"done": done, "message": message, "uri": uri}
