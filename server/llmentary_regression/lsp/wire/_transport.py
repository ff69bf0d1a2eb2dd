"""
Carry JSON-RPC frames between two file descriptors and the event loop.

Reading and writing have a daemon thread each: neither a client that is slow to read nor one that went silent
keeps the loop waiting, and no thread keeps the process alive. pygls's own reader shares a thread pool with
other jobs, and `exit` waits for it.
"""

from __future__ import annotations

import asyncio
import os
import queue
import re
import threading
from collections.abc import Callable, Iterator

_LENGTH = re.compile(rb"^content-length:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_MOST_BYTES_AT_ONCE = 1 << 16


class FrameReader:
    """
    Cuts a stream of bytes into message bodies.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """
        Yield each body that is complete now.

        A header without a length is skipped: the stream goes on with the next header.
        """
        self._buffer += data
        while True:
            if self._wanted is None:
                end = self._buffer.find(b"\r\n\r\n")
                if end < 0:
                    return
                length = _LENGTH.search(bytes(self._buffer[:end]).replace(b"\r\n", b"\n"))
                del self._buffer[: end + 4]
                if length is None:
                    continue
                self._wanted = int(length[1])
            if len(self._buffer) < self._wanted:
                return
            body = bytes(self._buffer[: self._wanted])
            del self._buffer[: self._wanted]
            self._wanted = None
            yield body


class PipeWriter:
    """
    Writes frames in order from a thread of its own; it is what pygls calls a writer.
    """

    def __init__(self, fd: int, on_broken: Callable[[], object]) -> None:
        self._fd = fd
        self._on_broken = on_broken
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="llmentary-writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        self._queue.put(data)

    def close(self) -> None:
        """
        Write what is waiting, for some seconds at most, and end.
        """
        self._queue.put(None)
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            view = memoryview(data)
            while view:
                try:
                    view = view[os.write(self._fd, view) :]
                except OSError:
                    self._on_broken()
                    return


def read_frames(
    fd: int, loop: asyncio.AbstractEventLoop, on_body: Callable[[bytes], None], on_end: Callable[[], None]
) -> None:
    """
    Hand every message body that arrives at `fd` to the loop, from a daemon thread, until the stream ends.
    """

    def run() -> None:
        frames = FrameReader()
        try:
            while data := os.read(fd, _MOST_BYTES_AT_ONCE):
                for body in frames.feed(data):
                    loop.call_soon_threadsafe(on_body, body)
        except OSError:
            pass
        except RuntimeError:  # the loop is closed: the server has ended
            return
        try:
            loop.call_soon_threadsafe(on_end)
        except RuntimeError:
            return

    threading.Thread(target=run, name="llmentary-reader", daemon=True).start()
