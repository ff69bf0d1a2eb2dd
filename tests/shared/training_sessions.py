"""
Sessions whose captures land in a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from llmentary_regression.training.captures import SCOPE, Capture, Scope, Session
from llmentary_regression.training.session._opening import close_session, open_session


class ListDesk:
    """
    Keeps what it takes.
    """

    def __init__(self) -> None:
        self.captures: list[Capture] = []

    def take(self, session: Session, capture: Capture) -> None:
        self.captures.append(capture)

    def close(self, session: Session) -> None:
        """
        Do nothing: a list waits for nobody.
        """

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(one.question, one.answer) for one in self.captures]


@contextmanager
def _training(name: str | None = None, desk: ListDesk | None = None) -> Iterator[ListDesk]:
    """
    Open a session whose captures land in a list.
    """
    desk = desk or ListDesk()
    session = Session(desk, name=name)
    open_session(session)
    token = SCOPE.set(Scope(session))
    try:
        yield desk
    finally:
        SCOPE.reset(token)
        close_session(session)


class Opener:
    """
    Opens sessions: `with training("name") as desk`.
    """

    def __call__(
        self, name: str | None = None, desk: ListDesk | None = None
    ) -> AbstractContextManager[ListDesk]:
        return _training(name, desk)

    def new_desk(self) -> ListDesk:
        return ListDesk()
