"""
The application's end of a connection: captures are sent from a bounded queue, so the application never waits.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from llmentary_regression.storage.files import find_root
from llmentary_regression.storage.user import find_inboxes, withdraw
from llmentary_regression.training.captures import Capture, Session, warn

from ._channel import CaptureConnection, connect
from ._wire import BadMessage, Message, decode, encode

_MAX_QUEUED = 1000
_MAX_QUEUED_CHARACTERS = 64_000_000
_EXIT_TIMEOUT_S = 3.0


class Sender:
    """
    A sink that sends captures to the approving side.

    A class because of its queue and thread. A forked child process starts with new ones, as it has no connection.
    """

    def __init__(
        self,
        address: str,
        secret: str,
        *,
        limit: int = _MAX_QUEUED,
        on_decided: Callable[[int], None] | None = None,
        is_quiet: bool = False,
    ) -> None:
        self._address = address
        self._secret = secret
        self._limit = limit
        self._on_decided = on_decided
        self._is_quiet = is_quiet
        self._number = 0
        self._thread: threading.Thread | None = None
        self._reset()
        atexit.register(self.flush, _EXIT_TIMEOUT_S)

    def add(self, session: Session, capture: Capture) -> None:
        self.put(capture)

    def close(self, session: Session) -> None:
        self.flush(_EXIT_TIMEOUT_S)

    def put(self, capture: Capture) -> int:
        """
        Queue a capture and return its number, or 0 if it was dropped.
        """
        size = len(capture.question) + len(capture.answer)
        return self._enqueue("capture", capture, size)

    def withdraw(self, number: int) -> None:
        """
        Report that a capture was decided here.
        """
        self._enqueue("withdrawn", None, 0, number)

    def flush(self, timeout_s: float) -> bool:
        """
        Wait until everything is sent, and return whether that happened within the time.
        """
        if self._pid != os.getpid():
            return True
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while (self._queue or self._is_sending) and not self.is_dead:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def stop(self) -> None:
        """
        Stop sending.
        """
        atexit.unregister(self.flush)
        with self._changed:
            self.is_dead = True
            self._changed.notify_all()

    # --- the queue ---

    def _enqueue(self, kind: str, capture: Capture | None, size: int, number: int = 0) -> int:
        if self._pid != os.getpid():
            self._reset()
        with self._changed:
            if self.is_dead:
                return 0
            if len(self._queue) >= self._limit or self._characters + size > _MAX_QUEUED_CHARACTERS:
                self._dropped += 1
                return 0
            if capture is not None:
                self._number = number = self._number + 1
            self._queue.append((Message(kind, number, capture), size))
            self._characters += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="llmentary-sender", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:  # the interpreter is shutting down
                    self.is_dead = True
                    return 0
            self._changed.notify_all()
        return number

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._queue: deque[tuple[Message, int]] = deque()
        self._characters = 0
        self._dropped = 0
        self._is_sending = False
        self._thread = None
        self.is_dead = False
        # Child processes of `multiprocessing` exit without running `atexit` functions.
        finalize = getattr(sys.modules.get("multiprocessing.util"), "Finalize", None)
        if finalize is not None:
            finalize(None, self.flush, args=(_EXIT_TIMEOUT_S,), exitpriority=100)

    # --- the thread ---

    def _work(self) -> None:
        try:
            connection = connect(self._address, self._secret)
        except (OSError, EOFError):
            self._give_up("cannot reach the approving side, so captures are dropped")
            return
        if self._on_decided is not None:
            threading.Thread(
                target=self._listen, args=(connection,), name="llmentary-decided", daemon=True
            ).start()
        try:
            while (message := self._next()) is not None:
                connection.send(encode(message))
                with self._changed:
                    self._is_sending = False
                    self._changed.notify_all()
        except (OSError, EOFError, ValueError):
            self._give_up("the approving side has closed the connection, so captures are dropped")
        finally:
            connection.close()

    def _next(self) -> Message | None:
        with self._changed:
            while not self._queue and not self._dropped and not self.is_dead:
                self._changed.wait()
            if self.is_dead:
                return None
            self._is_sending = True
            if self._dropped:
                dropped, self._dropped = self._dropped, 0
                return Message("dropped", dropped)
            message, size = self._queue.popleft()
            self._characters -= size
            return message

    def _listen(self, connection: CaptureConnection) -> None:
        assert self._on_decided is not None
        try:
            while True:
                message = decode(connection.receive())
                if message.kind == "decided":
                    self._on_decided(message.number)
        except (OSError, EOFError, BadMessage):
            return

    def _give_up(self, message: str) -> None:
        # Before anyone who waits for the end goes on, and perhaps exits.
        if not self.is_dead and not self._is_quiet:
            warn(message)
        with self._changed:
            self.is_dead = True
            self._is_sending = False
            self._queue.clear()
            self._changed.notify_all()


def find_editor(
    folder: Path, environ: Mapping[str, str], on_decided: Callable[[int], None] | None = None
) -> Sender | None:
    """
    Return a sender to the editor that has a folder's project open, or None if no language server runs for it.

    Args:
        folder: a folder of the project.
        environ: environment variables, which decide where servers announce themselves.
        on_decided: called with the number of each capture that was decided in the editor.
    """
    for inbox in find_inboxes(find_root(folder), environ):
        try:
            connect(inbox.address, inbox.secret).close()
        except (OSError, EOFError):
            withdraw(inbox.file)  # its server ended without removing the file
            continue
        return Sender(inbox.address, inbox.secret, on_decided=on_decided, is_quiet=on_decided is not None)
    return None
