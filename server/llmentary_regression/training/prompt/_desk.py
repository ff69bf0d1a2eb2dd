"""
Asking about captures one by one, wherever a developer can be asked: in a terminal or in a notebook's cell.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from llmentary_regression.training.captures import SESSIONS, Capture, Session, say, warn

from ._keeper import Keeper, NotKept
from ._review import Decision, Review

ReadLine = Callable[[str], "str | None"]
"""Shows a prompt and returns a line, or None at the end of input."""
Write = Callable[[str], None]


class Interview:
    """
    Asks about captures, and keeps what the developer says.

    A class because `all` and `quit` hold for the captures that follow.
    """

    def __init__(self, keeper: Keeper, read_line: ReadLine, write: Write) -> None:
        self._keeper = keeper
        self._read_line = read_line
        self._write = write
        self.keeps_all = False
        self.has_quit = False
        self.kept = 0
        self.suites: set[str] = set()

    def ask(self, capture: Capture, waiting: int = 0) -> Decision | None:
        """
        Ask about one capture; None where there was nothing to decide.
        """
        if self.has_quit:
            return Decision.QUIT
        review = Review(capture, self._keeper)
        if review.is_approved_already:
            return None
        if self.keeps_all:
            self._keep(review)
            return Decision.ALL
        more = f"  ({waiting} more waiting)" if waiting else ""
        self._write(f"\n{review.text}{more}\n")
        while True:
            line = self._read_line(review.prompt)
            if line is None:
                self._write("\n")
                self.has_quit = True
                return Decision.QUIT
            reply = review.take(line)
            if reply.text:
                self._write(f"{reply.text}\n")
            if reply.shows_subject:
                self._write(f"{review.text}\n")
            decision = review.decision
            if decision is None:
                continue
            self.keeps_all = decision is Decision.ALL
            self.has_quit = decision is Decision.QUIT
            if decision in (Decision.NO, Decision.QUIT) or self._keep(review):
                return decision
            # It could not be kept: the developer may edit it, or say no.
            review.decision = None
            self.keeps_all = False

    def _keep(self, review: Review) -> bool:
        try:
            prepared = self._keeper.save(review.capture, review.pins)
        except NotKept as exc:
            self._write(f"not kept: {exc}\n")
            return False
        self.kept += 1
        self.suites.add(prepared.result.suite)
        self._write(f"kept as `{prepared.result.case.label}` in {prepared.result.suite}\n")
        return True


class AskingDesk:
    """
    Asks in the application's own terminal or notebook.

    What the thread of the `with` block calls is asked about at once; what other threads and tasks
    call waits in a queue, so that no server stands still while somebody reads. Only one capture is
    asked about at a time.
    """

    def __init__(
        self, interview: Interview, *, asks_in_background: bool, is_at_once: Callable[[], bool]
    ) -> None:
        self._interview = interview
        self._asks_in_background = asks_in_background
        self._is_at_once = is_at_once
        self._asking = SESSIONS.asking
        self._queue: deque[Capture] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def take(self, session: Session, capture: Capture) -> None:
        if self._is_at_once():
            with self._asking:
                self._interview.ask(capture)
            return
        with self._changed:
            self._queue.append(capture)
            self._changed.notify()
            if self._asks_in_background and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="llmentary-ask", daemon=True)
                self._thread.start()

    def close(self, session: Session) -> None:
        """
        Ask about everything that still waits.
        """
        try:
            while (capture := self._next()) is not None:
                with self._asking:
                    self._interview.ask(capture, len(self._queue))
            with self._asking:
                return  # what the other thread asks about is decided too
        except KeyboardInterrupt:
            with self._changed:
                left = len(self._queue) + 1
                self._queue.clear()
            say(f"interrupted; {left} captures were not decided and are dropped")
            raise
        finally:
            with self._changed:
                self._is_closed = True
                self._changed.notify_all()

    def _next(self) -> Capture | None:
        with self._changed:
            return self._queue.popleft() if self._queue else None

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._is_closed:
                    self._changed.wait()
                if self._is_closed:
                    return
            with self._asking:
                capture = self._next()
                if capture is not None:
                    self._interview.ask(capture, len(self._queue))


class KeepingDesk:
    """
    Keeps everything, because the developer's code said `approve="all"`; at the session's end, to slow nobody.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._queue: deque[Capture] = deque()

    def take(self, session: Session, capture: Capture) -> None:
        self._queue.append(capture)

    def close(self, session: Session) -> None:
        kept = 0
        suites: set[str] = set()
        while self._queue:
            try:
                prepared = self._keeper.save(self._queue.popleft())
            except NotKept as exc:
                say(f"not kept: {exc}")
                continue
            if not prepared.is_approved_already:
                kept += 1
                suites.add(prepared.result.suite)
        if kept:
            say(f"kept {kept} {'answer' if kept == 1 else 'answers'} in {', '.join(sorted(suites))}")


class DroppingDesk:
    """
    There is nobody to ask: says so once, and drops what it gets.
    """

    def take(self, session: Session, capture: Capture) -> None:
        warn(
            "training is on, but there is no terminal to ask in and nobody approves elsewhere, so captures "
            'are dropped; run it by `llmentary train -- COMMAND`, or say approve="all"'
        )

    def close(self, session: Session) -> None:
        """
        Do nothing: nothing waits.
        """


def read_line_of(stream_reader: Callable[[], str], write: Write) -> ReadLine:
    """
    Return a reader of lines from a stream.
    """

    def read_line(prompt: str) -> str | None:
        write(prompt)
        line = ""
        with suppress(EOFError):
            line = stream_reader()
        return line or None

    return read_line
