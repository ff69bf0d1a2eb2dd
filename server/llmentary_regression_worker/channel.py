"""
The worker's end of the wire: gathers results into few writes, and marks places in the output.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from llmentary_regression_worker.ending import end_with_children
from llmentary_regression_worker.wire import MARK_START, Lines, Result, encode

_FLUSH_EVERY_S = 0.01
_FLUSH_AT = 256
_READ_SIZE = 1 << 16


class Channel:
    """
    Sends and receives messages; every thread of the worker may send.
    """

    def __init__(self, receive: int, send: int, output: int, token: str) -> None:
        self._receive = receive
        self._send = send
        self.output = output
        """The descriptor of stderr as it was at the start."""
        self._token = token.encode("ascii")
        self._results: deque[Result] = deque()
        self._lock = threading.Lock()
        self._flushed = 0.0
        self._marks = 0
        self._pid = os.getpid()

    def messages(self) -> Iterator[dict[str, Any]]:
        """
        Yield what llmentary sends until it goes away.
        """
        lines = Lines()
        while True:
            try:
                data = os.read(self._receive, _READ_SIZE)
            except OSError:
                return
            if not data:
                return
            yield from lines.feed(data)

    def send(self, message: dict[str, Any]) -> None:
        """
        Send one message, after the results that came before it.
        """
        self.end_forked()
        with self._lock:
            self._write_results()
            self._write(encode(message))

    def add_result(self, result: Result, *, is_last: bool) -> None:
        """
        Send a result soon: immediately if no other one is waiting, else together with the next ones.
        """
        self._results.append(result)
        if is_last or len(self._results) >= _FLUSH_AT or time.monotonic() - self._flushed > _FLUSH_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """
        Send the results gathered so far.
        """
        self.end_forked()
        with self._lock:
            self._write_results()

    def mark(self) -> int:
        """
        Mark this place in the output, so that llmentary can tell what was printed up to now.
        """
        self.end_forked()
        for stream in (sys.stdout, sys.stderr):
            # The developer's code may have put anything here, closed it or set it to None.
            with contextlib.suppress(Exception):
                stream.flush()
        with self._lock:
            self._marks += 1
            with contextlib.suppress(OSError):
                os.write(self.output, MARK_START + self._token + b":%d\n" % self._marks)
            return self._marks

    def end_forked(self) -> None:
        """
        End the process if it is a child that the developer's code forked: it must not send for the worker.

        Called before any lock is taken: the thread that held one is not in the child, and never lets go.
        """
        if os.getpid() != self._pid:
            os._exit(0)

    def _write_results(self) -> None:
        self._flushed = time.monotonic()
        batch = []
        # Other threads keep adding, so take one by one: swapping the deque could lose what they add.
        while self._results:
            batch.append(self._results.popleft())
        if batch:
            self._write(encode({"is": "results", "results": batch}))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                written = os.write(self._send, view)
            except OSError:
                end_with_children()  # llmentary is gone; there is nobody to answer.
            view = view[written:]
