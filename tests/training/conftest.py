"""
Sessions whose captures land in a list, and a project in a temporary folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmentary_regression.training.captures import SESSIONS
from training_sessions import Opener


@pytest.fixture
def training() -> Opener:
    """
    Return an opener of sessions whose captures are collected in a list.
    """
    return Opener()


@pytest.fixture(autouse=True)
def nothing_left_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """
    Check that each test closes its sessions; warnings that are printed once are printed once in each test.
    """
    monkeypatch.setattr(SESSIONS, "_warnings", frozenset())
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
