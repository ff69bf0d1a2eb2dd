"""
`training_mode()` and `training_session()`: the stretch of an application in which captures are offered.
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

from llmentary_regression.training.captures import SCOPE, SESSIONS, Approve, Desk, Scope, Session

from ._environment import start_from_environment
from ._opening import close_session, is_worker, open_session


class Training:
    """
    A context manager, plain and async; each `with` opens a session of its own.
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
            return self  # this application is being asked by llmentary itself
        start_from_environment()
        scope = SCOPE.get(None)
        parent = _open_one(scope.session if scope is not None else None) or SESSIONS.base
        owns_desk = not (parent is not None and parent.approve is self._approve)
        desk = parent.desk if parent is not None and not owns_desk else choose_desk(self._approve)
        session = Session(
            desk,
            name=self._name or (parent.name if parent is not None else None),
            approve=self._approve,
            tags=(*self._tags, *(parent.tags if parent is not None else ())),
            parent=parent,
        )
        open_session(session)
        call = scope.call if scope is not None else None
        self._open.append((session, SCOPE.set(Scope(session, call)), owns_desk))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._open:
            return
        session, token, owns_desk = self._open.pop()
        SCOPE.reset(token)
        close_session(session)
        if owns_desk:
            session.desk.close(session)

    async def __aenter__(self) -> Training:
        return self.__enter__()

    async def __aexit__(self, *exc_info: Any) -> None:
        self.__exit__(*exc_info)


def training_mode(*, approve: str = "ask", tags: str | Sequence[str] = ()) -> Training:
    """
    Capture what the block's code asks and answers, and offer it for approval.

    Args:
        approve: `ask` asks the developer about each answer; `all` keeps every one.
        tags: for the cases.
    """
    return Training(None, approve, tags)


def training_session(name: str, *, approve: str = "ask", tags: str | Sequence[str] = ()) -> Training:
    """
    The same as `training_mode`, into the suite `name`.

    Args:
        name: of the suite, without folder and ending.
        approve: `ask` asks the developer about each answer; `all` keeps every one.
        tags: for the cases.
    """
    return Training(name, approve, tags)


def choose_desk(approve: Approve) -> Desk:
    """
    Return who decides about captures: the code itself, the terminal or notebook, a running editor, or nobody.
    """
    from llmentary_regression.training.prompt import (
        AskingDesk,
        DroppingDesk,
        Interview,
        Keeper,
        KeepingDesk,
        read_line_of,
    )

    keeper = Keeper(Path.cwd(), os.environ)
    if approve is Approve.ALL:
        return KeepingDesk(keeper)
    owner = threading.get_ident()
    if _is_notebook():
        interview = Interview(keeper, _ask_in_cell, _write_to(sys.stdout))
        return AskingDesk(
            interview, asks_in_background=False, is_at_once=lambda: threading.get_ident() == owner
        )
    if _is_terminal(sys.stdin) and (_is_terminal(sys.stdout) or _is_terminal(sys.stderr)):
        write = _write_to(sys.stdout if _is_terminal(sys.stdout) else sys.stderr)
        interview = Interview(keeper, read_line_of(sys.stdin.readline, write), write)
        return AskingDesk(
            interview,
            asks_in_background=True,
            is_at_once=lambda: threading.get_ident() == owner and not _runs_event_loop(),
        )
    from llmentary_regression.training.transport import find_editor

    return find_editor(Path.cwd(), os.environ) or DroppingDesk()


def _open_one(session: Session | None) -> Session | None:
    while session is not None and not session.is_open:
        session = session.parent
    return session


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError, OSError):  # none, closed, or something of the application's own
        return False


def _is_notebook() -> bool:
    """
    Tell whether this is a Jupyter kernel, whose `input` asks below the cell.
    """
    kernel = sys.modules.get("ipykernel")
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None and kernel is not None else None
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
