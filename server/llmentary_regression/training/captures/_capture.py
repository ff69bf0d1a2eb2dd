"""
What every capturing adapter speaks: the captured question and answer, and the session that takes it.

Light on purpose: it is imported into the developer's own application, and knows neither files nor channels.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Protocol, TypeVar

from llmentary_regression.core.capture import Capture, Usage


class Approve(str, Enum):
    """
    Who approves what a session captures.
    """

    ASK = "ask"
    """The developer, one by one."""
    ALL = "all"
    """Everything is approved; has to be said explicitly."""


class Desk(Protocol):
    """
    Where captures go to be decided: a terminal, a notebook, the approving side of a channel, or nowhere.
    """

    def take(self, session: Session, capture: Capture) -> None:
        """
        Take a capture; whoever captured it waits no longer than it takes to note it, or to ask at once.
        """

    def close(self, session: Session) -> None:
        """
        See to what a session left undecided, since it ends.
        """


class Session:
    """
    A stretch of training: its settings, and who takes what is captured in it.
    """

    def __init__(
        self,
        desk: Desk,
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
        self.desk = desk

    def take(self, capture: Capture) -> None:
        """
        Hand over a capture, with what the session adds to it.
        """
        tags = (*capture.tags, *(tag for tag in self.tags if tag not in capture.tags))
        self.desk.take(self, replace(capture, category=capture.category or self.name, tags=tags))


class Call:
    """
    A captured call under way; calls of adapters inside it belong to it and are no captures themselves.
    """

    def __init__(self) -> None:
        self.model: str | None = None
        """The model of the last call inside."""
        self.usage = Usage()
        self.outer: Call | None = None
        """The call that this one was made in, where `is_over` may be set before the scope is left."""
        self.is_over = False
        self.captured: list[Capture] = []
        """What was captured inside nevertheless, by `trainable` or `capture_interaction`."""

    def absorb(self, capture: Capture) -> None:
        """
        Learn model and usage from a call inside.
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
    Where the running code stands: in which session, and inside which captured call.
    """

    session: Session | None = None
    call: Call | None = None


class OpenSessions:
    """
    The sessions of this process that are open.

    Process-wide on purpose, as nothing outside of training is: a context variable does not reach threads that
    were started before a session, and outside training a look at `any_open` is all that a call may cost.
    """

    __slots__ = ("_lock", "_said", "_sessions", "any_open", "asking", "base", "is_environment_read")

    def __init__(self) -> None:
        self.any_open = False
        self.is_environment_read = False
        """Whether this process has looked for a session that `llmentary train` opened for it."""
        self.base: Session | None = None
        """The session that `llmentary train` opened, if it did."""
        self.asking = threading.Lock()
        """Held by whoever asks in this process's terminal: only one capture is asked about at a time."""
        self._said: frozenset[str] = frozenset()
        self._sessions: tuple[Session, ...] = ()
        self._lock = threading.Lock()

    @property
    def newest(self) -> Session | None:
        """
        Return the session that was opened last, for code that stands in none of its own.
        """
        sessions = self._sessions
        return sessions[-1] if sessions else None

    def is_first(self, message: str) -> bool:
        """
        Tell whether a message was not said in this process yet, and note it.
        """
        with self._lock:
            if message in self._said:
                return False
            self._said |= {message}
            return True

    def opened(self, session: Session) -> bool:
        """
        Note a session, and tell whether it is the only one.
        """
        with self._lock:
            self._sessions = (*self._sessions, session)
            self.any_open = True
            return len(self._sessions) == 1

    def closed(self, session: Session) -> bool:
        """
        Forget a session, and tell whether none is left.
        """
        with self._lock:
            session.is_open = False
            self._sessions = tuple(one for one in self._sessions if one is not session)
            self.any_open = bool(self._sessions)
            return not self._sessions


SESSIONS: Final = OpenSessions()
SCOPE: Final[ContextVar[Scope]] = ContextVar("llmentary_training")
_NOWHERE: Final = Scope()
_Number = TypeVar("_Number", int, float)


def current_session() -> Session | None:
    """
    Return the session that the running code belongs to, or None outside training.

    Code in a thread or task of a session belongs to that session; other code, such as a thread that was
    started before, to the one that was opened last.
    """
    if not SESSIONS.any_open:
        return None
    session = SCOPE.get(_NOWHERE).session
    while session is not None and not session.is_open:
        session = session.parent
    return session or SESSIONS.newest


def emit(capture: Capture, *, always: bool = False) -> bool:
    """
    Hand a capture to the session of the running code, and tell whether it was taken.

    Inside a captured call an adapter lends it model and usage, and no more.

    Args:
        capture: what was seen.
        always: it was captured by the developer's own word and counts even inside another captured call.
    """
    session = current_session()
    if session is None:
        return False
    call = SCOPE.get(_NOWHERE).call
    while call is not None and call.is_over:
        call = call.outer
    if call is not None:
        call.absorb(capture)
        if not always:
            return False
        call.captured.append(capture)
    session.take(capture)
    return True


def _sum(one: _Number | None, other: _Number | None) -> _Number | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
