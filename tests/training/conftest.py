"""
Sessions whose captures land in a list, and a project in a temporary folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.training.captures import SCOPE, SESSIONS, Capture, Scope, Session
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

    def __call__(self, name: str | None = None, desk: ListDesk | None = None) -> Any:
        return _training(name, desk)

    def new_desk(self) -> ListDesk:
        return ListDesk()


@pytest.fixture
def training() -> Opener:
    """
    Return an opener of sessions whose captures land in a list.
    """
    return Opener()


@pytest.fixture(autouse=True)
def nothing_left_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """
    See that each test leaves no session behind; messages that are said once are said once a test.
    """
    monkeypatch.setattr(SESSIONS, "_said", frozenset())
    monkeypatch.setattr(SESSIONS, "is_environment_read", True)
    monkeypatch.setenv("LLMENTARY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    yield
    assert not SESSIONS.any_open


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Return an empty project that is the working folder.
    """
    root = tmp_path / "project"
    root.mkdir()
    (root / "llmentary.toml").write_text(f"interpreter = '{sys.executable}'\n", encoding="utf-8")
    monkeypatch.chdir(root)
    return root
