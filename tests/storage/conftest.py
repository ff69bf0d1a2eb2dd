"""
What the storage tests share: a home of their own, and baselines made of fixed bytes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from baseline_makers import MakeBaseline, MakeExample
from llmentary_regression.core.baselines import Baseline, Example
from privileges import bound_by_permissions


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Give each test a user's folder that nobody else uses.
    """
    folder = tmp_path_factory.mktemp("home") / "llmentary"
    monkeypatch.setenv("LLMENTARY_HOME", str(folder))
    monkeypatch.delenv("LLMENTARY_KEY", raising=False)
    return folder


@pytest.fixture
def read_only() -> Callable[[Path], AbstractContextManager[None]]:
    """
    Return how to make a folder read-only for the length of a `with` block, for root as well.
    """
    if not hasattr(os, "geteuid"):
        pytest.skip("Windows folders have no mode bits")

    @contextmanager
    def held(folder: Path) -> Iterator[None]:
        paths = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        for path in paths:
            path.chmod(0o555)
        try:
            with bound_by_permissions():
                yield
        finally:
            for path in paths:
                path.chmod(0o755)

    return held


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """
    Give a folder that other users can enter, unlike pytest's own.
    """
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder.resolve()
    shutil.rmtree(folder)


@pytest.fixture
def make_example() -> MakeExample:
    """
    Return a maker of examples that differ by one number.
    """

    def make(seed: int = 0, approved: str = "2026-11-22T18:00:00Z", by: str = "ada") -> Example:
        return Example(1, _filled(16, seed, 2), _filled(16, seed, 3), "gpt-5", approved, by, "train")

    return make


@pytest.fixture
def make_baseline(make_example: MakeExample) -> MakeBaseline:
    """
    Return a maker of baselines; the number decides the key and, unless given, the random id.
    """

    def make(
        number: int = 0,
        *,
        id: int | None = None,
        examples: tuple[Example, ...] = (),
        suite: str = "support/refunds.llmtest",
    ) -> Baseline:
        seed = number if id is None else id
        return Baseline(
            suite=suite,
            key=f"{number:016x}",
            id=bytes((seed + at) % 256 for at in range(16)),
            name=f"case-{number}",
            row=None,
            question=f"What is {number} times two?",
            tags=("maths",),
            mask=None,
            root="r1-0a0b0c0d",
            examples=examples or (make_example(seed),),
            sealed=_filled(300, seed, 4),
            mac=bytes([seed % 256]) * 16,
        )

    return make


def _filled(size: int, seed: int, salt: int) -> bytes:
    return bytes((seed * 7 + salt + index) % 256 for index in range(size))
