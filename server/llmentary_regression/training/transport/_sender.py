"""
The application's end of the channel: captures leave through a bounded queue, and the application never waits.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from llmentary_regression.training.captures import Capture, Session, warn

from ._wire import BadMessage, Message, decode, encode

_MOST = 1000
_MOST_CHARACTERS = 64_000_000
_SECONDS_AT_END = 3.0


class Sender:
    """
    A desk that sends what it takes to the approving side.

    A class because of its queue and thread; both start anew in a forked child, which has no line of its own.
    """

    def __init__(
        self,
        address: str,
        secret: str,
        *,
        limit: int = _MOST,
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
        self._start_anew()
        atexit.register(self.flush, _SECONDS_AT_END)

    def take(self, session: Session, capture: Capture) -> None:
        self.put(capture)

    def close(self, session: Session) -> None:
        self.flush(_SECONDS_AT_END)

    def put(self, capture: Capture) -> int:
        """
        Queue a capture and return its number, or 0 where it was dropped.
        """
        size = len(capture.question) + len(capture.answer)
        return self._queue_up("capture", capture, size)

    def withdraw(self, number: int) -> None:
        """
        Say that a capture was decided here.
        """
        self._queue_up("withdrawn", None, 0, number)

    def flush(self, timeout_s: float) -> bool:
        """
        Wait until all is sent, for a while; tell whether it is.
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
        Send no more.
        """
        atexit.unregister(self.flush)
        with self._changed:
            self.is_dead = True
            self._changed.notify_all()

    # --- the queue ---

    def _queue_up(self, kind: str, capture: Capture | None, size: int, number: int = 0) -> int:
        if self._pid != os.getpid():
            self._start_anew()
        with self._changed:
            if self.is_dead:
                return 0
            if len(self._queue) >= self._limit or self._characters + size > _MOST_CHARACTERS:
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
                except RuntimeError:  # the interpreter is about to end
                    self.is_dead = True
                    return 0
            self._changed.notify_all()
        return number

    def _start_anew(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._queue: deque[tuple[Message, int]] = deque()
        self._characters = 0
        self._dropped = 0
        self._is_sending = False
        self._thread = None
        self.is_dead = False
        # Children of `multiprocessing` end without `atexit`.
        finalize = getattr(sys.modules.get("multiprocessing.util"), "Finalize", None)
        if finalize is not None:
            finalize(None, self.flush, args=(_SECONDS_AT_END,), exitpriority=100)

    # --- the thread ---

    def _work(self) -> None:
        # Imported here: whoever captures nothing pays nothing.
        from ._channel import connect

        try:
            line = connect(self._address, self._secret)
        except (OSError, EOFError):
            self._give_up("nobody approves at the other end any more, so captures are dropped")
            return
        if self._on_decided is not None:
            threading.Thread(target=self._listen, args=(line,), name="llmentary-decided", daemon=True).start()
        try:
            while (message := self._next()) is not None:
                line.send(encode(message))
                with self._changed:
                    self._is_sending = False
                    self._changed.notify_all()
        except (OSError, EOFError, ValueError):
            self._give_up("the approving side has gone, so captures are dropped")
        finally:
            line.close()

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

    def _listen(self, line: object) -> None:
        from ._channel import Line

        assert isinstance(line, Line)
        assert self._on_decided is not None
        try:
            while True:
                message = decode(line.receive())
                if message.kind == "decided":
                    self._on_decided(message.number)
        except (OSError, EOFError, BadMessage):
            return

    def _give_up(self, message: str) -> None:
        with self._changed:
            was_dead, self.is_dead = self.is_dead, True
            self._is_sending = False
            self._queue.clear()
            self._changed.notify_all()
        if not was_dead and not self._is_quiet:
            warn(message)
