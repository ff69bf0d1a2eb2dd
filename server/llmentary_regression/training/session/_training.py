"""
`training_mode()` and `training_session()`: the part of an application whose answers are captured.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextvars import Token
from pathlib import Path
from types import TracebackType
from typing import Any

from llmentary_regression.training.captures import SCOPE, SESSIONS, Approve, CaptureSink, Scope, Session

from ._activation import close_session, is_worker, open_session
from ._environment import start_from_environment


class Training:
    """
    A context manager for `with` and `async with`; each block opens a session of its own.
    """

    def __init__(self, name: str | None, approve: str, tags: str | Sequence[str]) -> None:
        if approve not in list(Approve):
            raise ValueError(f'approve is "ask" or "all", not {approve!r}')
        self._name = name
        self._approve = Approve(approve)
        self._tags = (tags,) if isinstance(tags, str) else tuple(tags)
        self._open: list[tuple[Session, Token[Scope], bool]] = []

    def __enter__(self) -> Training:
        if is_worker():
            return self  # llmentary itself is asking this application
        start_from_environment()
        scope = SCOPE.get(None)
        parent = _nearest_open(scope.session if scope is not None else None) or SESSIONS.base
        owns_sink = not (parent is not None and parent.approve is self._approve)
        sink = parent.sink if parent is not None and not owns_sink else choose_sink(self._approve)
        session = Session(
            sink,
            name=self._name or (parent.name if parent is not None else None),
            approve=self._approve,
            tags=(*self._tags, *(parent.tags if parent is not None else ())),
            parent=parent,
        )
        open_session(session)
        call = scope.call if scope is not None else None
        self._open.append((session, SCOPE.set(Scope(session, call)), owns_sink))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._open:
            return
        session, token, owns_sink = self._open.pop()
        SCOPE.reset(token)
        close_session(session)
        if owns_sink:
            session.sink.close(session)

    async def __aenter__(self) -> Training:
        return self.__enter__()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.__exit__(*exc_info)


def training_mode(*, approve: str = "ask", tags: str | Sequence[str] = ()) -> Training:
    """
    Capture the questions and answers of the code in a block, and offer them for approval.

    The developer is asked in the terminal or notebook, or in an editor that has the project open.
    Works as `with` and as `async with`, and covers the threads and tasks that the block starts.

    Args:
        approve: `ask` asks the developer about each answer; `all` saves and approves every answer without asking.
        tags: tags for the new cases, without `#`; one string, or several.

    Raises:
        ValueError: `approve` is neither `ask` nor `all`.

    Example:
        with llmentary.training_mode():
            app.run_examples()
    """
    return Training(None, approve, tags)


def training_session(name: str, *, approve: str = "ask", tags: str | Sequence[str] = ()) -> Training:
    """
    Do the same as `training_mode`, and save into a given suite.

    Args:
        name: the suite's name, without folder and file extension; captures that name their own suite keep it.
        approve: `ask` asks the developer about each answer; `all` saves and approves every answer without asking.
        tags: tags for the new cases, without `#`; one string, or several.

    Raises:
        ValueError: `approve` is neither `ask` nor `all`.

    Example:
        with llmentary.training_session("returns", tags="policy"):
            ask("How long can I return a jacket?")
    """
    return Training(name, approve, tags)


def choose_sink(approve: Approve) -> CaptureSink:
    """
    Return where captures are decided: by the code itself, in the terminal or notebook, in an editor, or nowhere.
    """
    from llmentary_regression.training.prompt import (
        CaptureStore,
        DiscardSink,
        PromptSink,
        ReviewPrompt,
        SaveAllSink,
        line_reader,
    )

    store = CaptureStore(Path.cwd(), os.environ)
    if approve is Approve.ALL:
        return SaveAllSink(store)
    owner = threading.get_ident()
    if _is_notebook():
        prompt = ReviewPrompt(store, _ask_in_cell, _write_to(sys.stdout))
        return PromptSink(
            prompt, asks_in_background=False, asks_at_once=lambda: threading.get_ident() == owner
        )
    if _is_terminal(sys.stdin) and (_is_terminal(sys.stdout) or _is_terminal(sys.stderr)):
        write = _write_to(sys.stdout if _is_terminal(sys.stdout) else sys.stderr)
        prompt = ReviewPrompt(store, line_reader(sys.stdin.readline, write), write)
        return PromptSink(
            prompt,
            asks_in_background=True,
            asks_at_once=lambda: threading.get_ident() == owner and not _runs_event_loop(),
        )
    from llmentary_regression.training.transport import find_editor

    return find_editor(Path.cwd(), os.environ) or DiscardSink()


def _nearest_open(session: Session | None) -> Session | None:
    while session is not None and not session.is_open:
        session = session.parent
    return session


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (
        AttributeError,
        ValueError,
        OSError,
    ):  # there is none, it is closed, or the application replaced it
        return False


def _is_notebook() -> bool:
    """
    Return whether this is a Jupyter kernel, whose `input` asks below the cell.
    """
    kernel = sys.modules.get("ipykernel")
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and kernel is not None else None
    return getattr(shell, "kernel", None) is not None


def _runs_event_loop() -> bool:
    loops = sys.modules.get("asyncio")
    return loops is not None and loops._get_running_loop() is not None


def _ask_in_cell(prompt: str) -> str | None:
    try:
        return input(prompt) + "\n"
    except EOFError:
        return None


def _write_to(stream: Any) -> Any:
    def write(text: str) -> None:
        from llmentary_regression.core.safe_text import fit_encoding

        stream.write(fit_encoding(text, getattr(stream, "encoding", None) or "utf-8"))
        stream.flush()

    return write
