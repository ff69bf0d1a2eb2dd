"""
What a worker prints: all of it is passed on, its end stays in memory for failures, nothing goes to disk.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable

from llmentary_regression_worker.wire import MARK_START

_TAIL_BYTES = 1 << 14
_TAIL_CHARACTERS = 4_000
_MARK_PATIENCE_S = 0.5


class Output:
    """
    The bounded memory of one worker's output.

    Failures and output come by different pipes. A worker therefore marks its output before it reports a
    failure; the failure waits until its mark was seen, and so has the output that belongs to it.
    """

    def __init__(self, token: str, on_text: Callable[[str], None] | None) -> None:
        self._mark_start = MARK_START + token.encode("ascii") + b":"
        self._on_text = on_text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._carry = b""
        self._tail = bytearray()
        self._seen = 0
        self._waiting: list[tuple[int, float, Callable[[str], None]]] = []

    def feed(self, data: bytes) -> None:
        """
        Take what the worker printed.
        """
        data = self._carry + data
        self._carry = b""
        while True:
            start = data.find(self._mark_start)
            if start < 0:
                break
            end = data.find(b"\n", start)
            if end < 0:
                self._keep(data[:start])
                self._carry = data[start:]
                return
            self._keep(data[:start])
            self._reach(int(data[start + len(self._mark_start) : end]))
            data = data[end + 1 :]
        # A mark may be cut in two; what could be its beginning waits for the rest.
        possible = data.rfind(MARK_START[:1], -len(self._mark_start))
        if possible >= 0 and self._mark_start.startswith(data[possible:]):
            self._carry = data[possible:]
            data = data[:possible]
        self._keep(data)

    def clear(self) -> None:
        """
        Discard what was printed: it belongs to earlier asks.
        """
        self._tail.clear()

    def tail(self) -> str:
        """
        Return the end of what was printed.
        """
        return bytes(self._tail).decode("utf-8", "replace")[-_TAIL_CHARACTERS:].strip()

    def when_marked(self, mark: int, then: Callable[[str], None]) -> None:
        """
        Call `then` with the tail once the mark was seen, which is immediately in most cases.
        """
        if mark <= self._seen:
            then(self.tail())
        else:
            self._waiting.append((mark, time.monotonic() + _MARK_PATIENCE_S, then))

    @property
    def has_waiting(self) -> bool:
        """
        Whether a failure waits for its mark.
        """
        return bool(self._waiting)

    def release_overdue(self, now: float) -> None:
        """
        Release what has waited too long; the developer's code may have closed stderr.
        """
        if self._waiting:
            self._release(lambda _, until: until <= now)

    def end(self) -> None:
        """
        Release everything: there will be no more output.
        """
        self._keep(self._carry)
        self._carry = b""
        self._release(lambda _mark, _until: True)

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        self._tail += data[-_TAIL_BYTES:]
        if len(self._tail) > _TAIL_BYTES:
            del self._tail[:-_TAIL_BYTES]
        if self._on_text is not None:
            text = self._decoder.decode(data)
            if text:
                self._on_text(text)

    def _reach(self, mark: int) -> None:
        self._seen = max(self._seen, mark)
        self._release(lambda waiting, _: waiting <= self._seen)

    def _release(self, is_due: Callable[[int, float], bool]) -> None:
        due = [item for item in self._waiting if is_due(item[0], item[1])]
        self._waiting = [item for item in self._waiting if item not in due]
        for _, _, then in due:
            then(self.tail())
