"""
Training sessions: which are open, which one the running code belongs to, and how a capture gets to it.

Imported into the developer's own application, so it imports only the standard library and the capture itself.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Protocol, TypeVar

from llmentary_regression.core.capture import Capture, Usage


class Approve(str, Enum):
    """
    How the captures of a session are approved.
    """

    ASK = "ask"
    """The developer decides about each one."""
    ALL = "all"
    """All of them are approved; only if the code says so explicitly."""


class CaptureSink(Protocol):
    """
    Where captures go: a terminal, a notebook, the approving end of a connection, or nowhere.
    """

    def add(self, session: Session, capture: Capture) -> None:
        """
        Accept a capture; returns as soon as it is queued, or asks the developer at once.
        """

    def close(self, session: Session) -> None:
        """
        Deal with what is undecided, as the session ends.
        """


class Session:
    """
    A training session: its settings, and the sink of what is captured in it.
    """

    def __init__(
        self,
        sink: CaptureSink,
        *,
        name: str | None = None,
        approve: Approve = Approve.ASK,
        tags: tuple[str, ...] = (),
        parent: Session | None = None,
    ) -> None:
        self.name = name
        self.approve = approve
        self.tags = tags
        self.parent = parent
        self.is_open = True
        self.sink = sink

    def add(self, capture: Capture) -> None:
        """
        Pass a capture to the sink, with the session's suite and tags.
        """
        tags = (*capture.tags, *(tag for tag in self.tags if tag not in capture.tags))
        self.sink.add(self, replace(capture, category=capture.category or self.name, tags=tags))


class Call:
    """
    A captured call in progress. Calls that adapters see inside it are part of it, not captures of their own.
    """

    def __init__(self) -> None:
        self.model: str | None = None
        """The model of the last inner call."""
        self.usage = Usage()
        """The sum over the inner calls."""
        self.outer: Call | None = None
        """The call that this one was made in; needed where `is_over` may be set before the scope is left."""
        self.is_over = False
        self.captured: list[Capture] = []
        """What `trainable` or `capture_interaction` captured inside this call."""

    def absorb(self, capture: Capture) -> None:
        """
        Take over the model and usage of an inner call.
        """
        self.model = capture.model or self.model
        self.usage = Usage(
            _sum(self.usage.tokens, capture.usage.tokens),
            _sum(self.usage.input_tokens, capture.usage.input_tokens),
            _sum(self.usage.cost, capture.usage.cost),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What the running code belongs to: a session, and a captured call in progress.
    """

    session: Session | None = None
    call: Call | None = None


class OpenSessions:
    """
    The open sessions of this process.

    The only process-wide state, for two reasons: a context variable does not reach threads that were started
    before a session, and outside training a call may cost no more than reading `any_open`.
    """

    __slots__ = ("_lock", "_sessions", "_warnings", "any_open", "base", "is_environment_read", "prompt_lock")

    def __init__(self) -> None:
        self.any_open = False
        self.is_environment_read = False
        """Whether this process has checked if `llmentary train` asks for a session."""
        self.base: Session | None = None
        """The session that `llmentary train` asked for, if any."""
        self.prompt_lock = threading.Lock()
        """Held while the developer is asked in this process's terminal: about one capture at a time."""
        self._warnings: frozenset[str] = frozenset()
        self._sessions: tuple[Session, ...] = ()
        self._lock = threading.Lock()

    @property
    def newest(self) -> Session | None:
        """
        Return the session that was opened last, for code that is in no session's scope.
        """
        sessions = self._sessions
        return sessions[-1] if sessions else None

    def add(self, session: Session) -> bool:
        """
        Add a session, and return whether it is the only one.
        """
        with self._lock:
            self._sessions = (*self._sessions, session)
            self.any_open = True
            return len(self._sessions) == 1

    def remove(self, session: Session) -> bool:
        """
        Remove a session, and return whether none is left.
        """
        with self._lock:
            session.is_open = False
            self._sessions = tuple(other for other in self._sessions if other is not session)
            self.any_open = bool(self._sessions)
            return not self._sessions

    def add_warning(self, message: str) -> bool:
        """
        Record a warning, and return whether it is new in this process.
        """
        with self._lock:
            if message in self._warnings:
                return False
            self._warnings |= {message}
            return True


SESSIONS: Final = OpenSessions()
SCOPE: Final[ContextVar[Scope]] = ContextVar("llmentary_training")
_NO_SCOPE: Final = Scope()
_Number = TypeVar("_Number", int, float)


def current_session() -> Session | None:
    """
    Return the session that the running code belongs to, or None outside training.

    Code in a thread or task that a session's code started belongs to that session; other code, such as a thread
    that was started earlier, belongs to the session that was opened last.
    """
    if not SESSIONS.any_open:
        return None
    session = SCOPE.get(_NO_SCOPE).session
    while session is not None and not session.is_open:
        session = session.parent
    return session or SESSIONS.newest


def emit(capture: Capture, *, is_explicit: bool = False) -> bool:
    """
    Pass a capture to the session of the running code, and return whether a session took it.

    A capture of an adapter inside a captured call is not passed on; it adds its model and usage to that call.

    Args:
        capture: what was captured.
        is_explicit: the developer marked it, so it is passed on even inside another captured call.
    """
    session = current_session()
    if session is None:
        return False
    call = SCOPE.get(_NO_SCOPE).call
    while call is not None and call.is_over:
        call = call.outer
    if call is not None:
        call.absorb(capture)
        if not is_explicit:
            return False
        call.captured.append(capture)
    session.add(capture)
    return True


def warn(message: str) -> None:
    """
    Report a problem with capturing on stderr, once; the application itself is not affected.

    Not through `warnings`: where those are turned into errors, capturing would break the application.
    """
    if SESSIONS.add_warning(message):
        write_message(message)


def write_message(message: str) -> None:
    """
    Write a message to stderr, if there is one.
    """
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"llmentary: {message}\n")
        sys.stderr.flush()


def _sum(left: _Number | None, right: _Number | None) -> _Number | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right
