"""
The sinks of a process that approves by itself: ask about each capture, save all of them, or discard them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from llmentary_regression.training.captures import SESSIONS, Capture, Session, warn, write_message

from ._review import Decision, Review
from ._store import CaptureNotSaved, CaptureStore

ReadLine = Callable[[str], "str | None"]
"""Shows a prompt and returns a line, or None at the end of input."""
Write = Callable[[str], None]


class ReviewPrompt:
    """
    Asks the developer about captures and saves the approved ones.

    A class because `all` and `quit` apply to the captures that follow as well.
    """

    def __init__(self, store: CaptureStore, read_line: ReadLine, write: Write) -> None:
        self._store = store
        self._read_line = read_line
        self._write = write
        self.saves_all = False
        self.has_quit = False
        self.saved = 0
        self.suites: set[str] = set()

    def ask(self, capture: Capture, waiting: int = 0) -> Decision | None:
        """
        Ask about one capture, and return the decision; None if there was nothing to decide.

        Args:
            waiting: how many more captures wait, which is shown.
        """
        if self.has_quit:
            return Decision.QUIT
        review = Review(capture, self._store)
        if review.is_approved_already:
            return None
        if self.saves_all:
            self._save(review)
            return Decision.ALL
        more = f"  ({waiting} more waiting)" if waiting else ""
        self._write(f"\n{review.text}{more}\n")
        while True:
            line = self._read_line(review.prompt)
            if line is None:
                self._write("\n")
                self.has_quit = True
                return Decision.QUIT
            reply = review.answer(line)
            if reply.text:
                self._write(f"{reply.text}\n")
            if reply.shows_subject:
                self._write(f"{review.text}\n")
            decision = review.decision
            if decision is None:
                continue
            self.saves_all = decision is Decision.ALL
            self.has_quit = decision is Decision.QUIT
            if decision in (Decision.NO, Decision.QUIT) or self._save(review):
                return decision
            # It could not be saved: the developer can edit it or say no.
            review.decision = None
            self.saves_all = False

    def _save(self, review: Review) -> bool:
        try:
            prepared = self._store.save(review.capture, review.pins)
        except CaptureNotSaved as exc:
            self._write(f"not saved: {exc}\n")
            return False
        self.saved += 1
        self.suites.add(prepared.result.suite)
        self._write(f"saved as `{prepared.result.case.label}` in {prepared.result.suite}\n")
        return True


class PromptSink:
    """
    Asks in the application's own terminal or notebook, about one capture at a time.

    Captures of the thread with the `with` block are asked about at once. Those of other threads and tasks wait in
    a queue, so that no server stops while the developer reads.
    """

    def __init__(
        self, prompt: ReviewPrompt, *, asks_in_background: bool, asks_at_once: Callable[[], bool]
    ) -> None:
        self._prompt = prompt
        self._asks_in_background = asks_in_background
        self._asks_at_once = asks_at_once
        self._queue: deque[Capture] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def add(self, session: Session, capture: Capture) -> None:
        if self._asks_at_once():
            with SESSIONS.prompt_lock:
                self._prompt.ask(capture)
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
                with SESSIONS.prompt_lock:
                    self._prompt.ask(capture, len(self._queue))
            with SESSIONS.prompt_lock:
                return  # the other thread has finished asking, too
        except KeyboardInterrupt:
            with self._changed:
                left = len(self._queue) + 1
                self._queue.clear()
            write_message(f"interrupted; {left} captures were not decided and are dropped")
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
            with SESSIONS.prompt_lock:
                capture = self._next()
                if capture is not None:
                    self._prompt.ask(capture, len(self._queue))


class SaveAllSink:
    """
    Saves everything, because the code says `approve="all"`; only when the session ends, to delay no call.
    """

    def __init__(self, store: CaptureStore) -> None:
        self._store = store
        self._queue: deque[Capture] = deque()

    def add(self, session: Session, capture: Capture) -> None:
        self._queue.append(capture)

    def close(self, session: Session) -> None:
        saved = 0
        suites: set[str] = set()
        while self._queue:
            try:
                prepared = self._store.save(self._queue.popleft())
            except CaptureNotSaved as exc:
                write_message(f"not saved: {exc}")
                continue
            if not prepared.is_approved_already:
                saved += 1
                suites.add(prepared.result.suite)
        if saved:
            write_message(
                f"saved {saved} {'answer' if saved == 1 else 'answers'} in {', '.join(sorted(suites))}"
            )


class DiscardSink:
    """
    Drops every capture, as there is nobody to ask; warns once.
    """

    def add(self, session: Session, capture: Capture) -> None:
        warn(
            "training is on, but there is no terminal to ask in and no editor that approves, so captures "
            'are dropped; run it with `llmentary train -- COMMAND`, or pass approve="all"'
        )

    def close(self, session: Session) -> None:
        """
        Do nothing, as nothing waits.
        """


def line_reader(stream_reader: Callable[[], str], write: Write) -> ReadLine:
    """
    Return a function that shows a prompt and reads a line from a stream.
    """

    def read_line(prompt: str) -> str | None:
        write(prompt)
        line = ""
        with suppress(EOFError):
            line = stream_reader()
        return line or None

    return read_line
