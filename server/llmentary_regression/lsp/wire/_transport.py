"""
Carry JSON-RPC frames between two file descriptors and the event loop.

Reading and writing each have a daemon thread: a client that is slow to read or has gone silent never blocks
the loop, and no thread keeps the process alive. pygls's own reader shares a thread pool with other jobs, and
`exit` waits for it.
"""

from __future__ import annotations

import asyncio
import os
import queue
import re
import threading
from collections.abc import Callable, Iterator

_LENGTH = re.compile(rb"^content-length:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_MAX_BYTES_PER_READ = 1 << 16


class FrameReader:
    """
    Cuts a stream of bytes into message bodies.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """
        Yield each message body that is complete by now.

        A header without a length is skipped; reading continues with the next header.
        """
        self._buffer += data
        while True:
            if self._length is None:
                end = self._buffer.find(b"\r\n\r\n")
                if end < 0:
                    return
                length = _LENGTH.search(bytes(self._buffer[:end]).replace(b"\r\n", b"\n"))
                del self._buffer[: end + 4]
                if length is None:
                    continue
                self._length = int(length[1])
            if len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body


class PipeWriter:
    """
    Writes frames in order, from its own thread. It is what pygls calls a writer.
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
        Write what is queued, for a few seconds at most, and end the thread.
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
    Read `fd` in a daemon thread and pass every message body to the loop, until the stream ends.
    """

    def run() -> None:
        frames = FrameReader()
        try:
            while data := os.read(fd, _MAX_BYTES_PER_READ):
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
