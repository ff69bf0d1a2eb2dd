"""
`llmentary train -- COMMAND`: run an application with training switched on, and approve what it answers.
"""

from __future__ import annotations

import argparse
import os
import queue
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.cli.app_process import AppProcess, start_app
from llmentary_regression.cli.run_cases import check_approvable
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.safe_text import fit_encoding
from llmentary_regression.programs import find_program, without_key
from llmentary_regression.training.captures import Capture
from llmentary_regression.training.prompt import CaptureStore, Decision, ReviewPrompt, line_reader
from llmentary_regression.training.session import ADDRESS, SECRET
from llmentary_regression.training.transport import (
    CaptureConnection,
    CaptureListener,
    Sender,
    decode,
    find_editor,
)

_MAX_WAITING = 1000
"""More captures wait in the application, which drops what does not fit: memory is limited on both sides."""
_SECONDS_FOR_THE_REST = 2.0
_STARTUP = Path(__file__).resolve().parent.parent / "training" / "startup"


def run_app(arguments: argparse.Namespace) -> int:
    """
    Run the application and return its exit code.

    Raises:
        UsageError: there is no command, or nobody who could approve.
    """
    command: list[str] = arguments.app
    if not command:
        raise UsageError("a command is missing behind `--`; write it as `llmentary train -- python app.py`")
    if arguments.targets:
        raise UsageError("`train` takes either suites or `-- COMMAND`, not both")
    store = CaptureStore(Path.cwd(), os.environ)
    check_approvable(store.project)
    inbox = Inbox()
    editor = find_editor(Path.cwd(), os.environ, inbox.decided_elsewhere)
    can_ask = sys.stdin.isatty() and sys.stderr.isatty()
    if not can_ask and editor is None and arguments.approve != "all":
        raise UsageError(
            "train asks about each answer and needs a terminal; without one open the project in an editor "
            "with llmentary, or say `--approve all`"
        )
    listener = CaptureListener(inbox.serve)
    try:
        app = start_app(
            _located(command), _environment(listener, os.environ), inbox.wake, has_terminal=can_ask
        )
        prompt = ReviewPrompt(store, _reader(app), _write)
        prompt.saves_all = arguments.approve == "all"
        session = _Session(inbox, prompt, editor, app, asks=can_ask or prompt.saves_all)
        code = session.run()
        listener.wait_until_idle(_SECONDS_FOR_THE_REST)
        session.finish()
    finally:
        listener.close()
        if editor is not None:
            editor.flush(1.0)
            editor.stop()
    session.sum_up()
    return code


@dataclass(slots=True)
class Item:
    """
    One capture that waits.
    """

    capture: Capture
    connection: CaptureConnection
    number: int
    """The application's number for it."""
    forwarded: int = 0
    """The number under which the editor has it."""
    is_decided: bool = False


class Inbox:
    """
    Captures as they arrive from any number of processes, and a bell that rings when anything happens.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._queue: queue.Queue[Item | None] = queue.Queue(_MAX_WAITING)
        self._forwarded: dict[int, Item] = {}

    def serve(self, connection: CaptureConnection) -> None:
        """
        Take what one process sends until it is gone. A full queue lets it wait, and so its own queue fill.
        """
        while True:
            message = decode(connection.receive())
            if message.kind == "capture" and message.capture is not None:
                self._queue.put(Item(message.capture, connection, message.number))
            elif message.kind == "dropped":
                self.dropped += message.number

    def wake(self) -> None:
        """
        Have `next` return, since something else happened. Where the queue is full it returns anyway.
        """
        with suppress(queue.Full):
            self._queue.put_nowait(None)

    def next(self, *, waits: bool) -> Item | None:
        """
        Return the next capture; None where there is none, or where the bell rang.
        """
        try:
            return self._queue.get(block=waits)
        except queue.Empty:
            return None

    @property
    def waiting(self) -> int:
        """
        Return how many captures wait; the bell's strokes are none.
        """
        return sum(item is not None for item in tuple(self._queue.queue))

    def forward(self, item: Item, editor: Sender) -> None:
        """
        Offer a capture in the editor as well.
        """
        item.forwarded = editor.put(item.capture)
        if item.forwarded:
            self._forwarded[item.forwarded] = item

    def decided_elsewhere(self, number: int) -> None:
        """
        Note that the editor has decided about a capture.
        """
        item = self._forwarded.pop(number, None)
        if item is not None:
            item.is_decided = True
            self.wake()


class _Session:
    """
    One run of an application: what was decided, and what is still to be.
    """

    def __init__(
        self, inbox: Inbox, prompt: ReviewPrompt, editor: Sender | None, app: AppProcess, *, asks: bool
    ) -> None:
        self._inbox = inbox
        self._prompt = prompt
        self._editor = editor
        self._app = app
        self._asks = asks
        self._waiting: list[Item] = []
        self._seen = 0
        self._left = 0

    def run(self) -> int:
        """
        Ask about captures as they come, until the application has ended; return its exit code.
        """
        while self._app.code is None:
            item = self._inbox.next(waits=True)
            self._app.stop_with_app()
            if item is not None:
                self._take(item)
        self._app.restore_terminal()
        return self._app.code

    def finish(self) -> None:
        """
        Ask about what has arrived meanwhile.
        """
        while (item := self._inbox.next(waits=False)) is not None or self._inbox.waiting:
            if item is not None:
                self._take(item)
        while self._waiting:
            self._decide(self._waiting.pop(0))

    def sum_up(self) -> None:
        """
        Say what came of it.
        """
        prompt = self._prompt
        if not self._seen:
            _write(
                "llmentary: nothing was captured; mark a function with `@llmentary.trainable`, or see "
                "docs/training.md for SDKs and web frameworks\n"
            )
            return
        parts = [f"{prompt.saved} of {self._seen} captured answers kept"]
        if self._left:
            parts.append(f"{self._left} not decided")
        if self._inbox.dropped:
            parts.append(f"{self._inbox.dropped} more dropped because they came too fast")
        _write(f"llmentary: {', '.join(parts)}\n")
        if prompt.saved:
            _write(f"  in {', '.join(sorted(prompt.suites))}; `llmentary test` asks them again\n")

    def _take(self, item: Item) -> None:
        self._seen += 1
        if self._editor is not None:
            self._inbox.forward(item, self._editor)
        if self._app.code is None and not self._app.can_lend_terminal and not self._prompt.saves_all:
            # Two readers of one keyboard take each other's lines: here it is asked at the end.
            self._waiting.append(item)
        else:
            self._decide(item)

    def _decide(self, item: Item) -> None:
        if item.is_decided:
            return
        if not self._asks or self._prompt.has_quit:
            self._left += 1
            return
        if self._prompt.saves_all:
            decision = self._prompt.ask(item.capture)
        else:
            decision = self._app.with_terminal(
                lambda: self._prompt.ask(item.capture, self._inbox.waiting + len(self._waiting))
            )
            if decision is None and self._app.was_interrupted:
                self._prompt.has_quit = True
                self._left += 1
                return
        if decision is Decision.QUIT:
            self._left += 1
        if self._editor is not None and item.forwarded:
            self._editor.withdraw(item.forwarded)


def _environment(listener: CaptureListener, environ: Mapping[str, str]) -> dict[str, str]:
    """
    Return the application's environment: training is on, and Python switches it on by itself.
    """
    path = environ.get("PYTHONPATH")
    return {
        **without_key(environ),
        ADDRESS: listener.address,
        SECRET: listener.secret,
        "PYTHONPATH": os.pathsep.join([str(_STARTUP), *([path] if path else [])]),
    }


def _located(command: list[str]) -> list[str]:
    """
    Return the command with its program's path on Windows, which else looks into the current folder first.
    """
    if os.name != "nt" or Path(command[0]).name != command[0]:
        return command
    return [str(find_program(command[0], os.environ) or command[0]), *command[1:]]


def _reader(app: AppProcess) -> Callable[[str], str | None]:
    read_line = line_reader(sys.stdin.readline, _write)

    def read(prompt: str) -> str | None:
        with app.interruptible():
            return read_line(prompt)

    return read


def _write(text: str) -> None:
    # Standard output is the application's alone, so that it can go into a pipe.
    sys.stderr.write(fit_encoding(text, sys.stderr.encoding or "utf-8"))
    sys.stderr.flush()
