"""
Training sessions whose captures are collected in a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from llmentary_regression.training.captures import SCOPE, Capture, Scope, Session
from llmentary_regression.training.session._activation import close_session, open_session


class ListSink:
    """
    Collects captures in a list.
    """

    def __init__(self) -> None:
        self.captures: list[Capture] = []

    def add(self, session: Session, capture: Capture) -> None:
        self.captures.append(capture)

    def close(self, session: Session) -> None:
        """
        Do nothing, as nothing waits.
        """

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(capture.question, capture.answer) for capture in self.captures]


@contextmanager
def _training(name: str | None = None, sink: ListSink | None = None) -> Iterator[ListSink]:
    """
    Open a session whose captures are collected in a list.
    """
    sink = sink or ListSink()
    session = Session(sink, name=name)
    open_session(session)
    token = SCOPE.set(Scope(session))
    try:
        yield sink
    finally:
        SCOPE.reset(token)
        close_session(session)


class Opener:
    """
    Opens sessions: `with training("name") as sink`.
    """

    def __call__(
        self, name: str | None = None, sink: ListSink | None = None
    ) -> AbstractContextManager[ListSink]:
        return _training(name, sink)

    def new_sink(self) -> ListSink:
        return ListSink()
