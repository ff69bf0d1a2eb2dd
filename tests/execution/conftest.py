"""
A project in a folder with an awkward name, pools that are closed in the end, and the Pythons found here.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, Failure, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from pool_fixtures import AskForAnswer, AskForFailure, AskPool, MakePool, Outcomes, WriteSources


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """
    Return an empty project folder.
    """
    folder = tmp_path / "my bôt"
    folder.mkdir()
    return folder


@pytest.fixture
def write(root: Path) -> WriteSources:
    """
    Return what writes source files into the project.
    """

    def write(**files: str) -> None:
        for name, source in files.items():
            path = root / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(source), encoding="utf-8")

    return write


@pytest.fixture
async def make_pool(root: Path) -> AsyncIterator[MakePool]:
    """
    Return what makes pools for the project; all are closed in the end.
    """
    pools: list[Pool] = []

    def make(interpreter: str = sys.executable, **options: Any) -> Pool:
        pools.append(Pool(interpreter, root, **options))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.close()


@pytest.fixture
def pool(make_pool: MakePool) -> Pool:
    """
    Return a pool with the usual settings.
    """
    return make_pool()


@pytest.fixture
def ask() -> AskPool:
    """
    Return what asks a callable some questions, and gives the outcomes by question number.
    """

    async def ask(pool: Pool, target: str, questions: Iterable[str] = ("hi",), **options: Any) -> Outcomes:
        asks = [
            Ask(number, target, (Turn(Role.USER, question),), **{"timeout_s": 20.0, **options})
            for number, question in enumerate(questions)
        ]
        found: Outcomes = {}
        async for batch in pool.ask(asks):
            for asked in batch:
                assert asked.number not in found
                found[asked.number] = asked
        assert len(found) == len(asks)
        return found

    return ask


@pytest.fixture
def answer_of(ask: AskPool) -> AskForAnswer:
    """
    Return what asks one question and expects an answer.
    """

    async def answer_of(pool: Pool, target: str, question: str = "hi", **options: Any) -> Answer:
        outcome = (await ask(pool, target, [question], **options))[0].outcome
        assert isinstance(outcome, Answer), outcome.message
        return outcome

    return answer_of


@pytest.fixture
def failure_of(ask: AskPool) -> AskForFailure:
    """
    Return what asks one question and expects a failure.
    """

    async def failure_of(pool: Pool, target: str, question: str = "hi", **options: Any) -> Failure:
        outcome = (await ask(pool, target, [question], **options))[0].outcome
        assert isinstance(outcome, Failure)
        return outcome

    return failure_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """
    Give tests that take a `python` each interpreter that a worker may be asked to run in.
    """
    if "python" in metafunc.fixturenames:
        metafunc.parametrize("python", _pythons())


def _pythons() -> list[Any]:
    versions = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser()) / "versions"
    found = {"running": sys.executable}
    for minor in range(9, 15):
        name = f"3.{minor}"
        installed = sorted(versions.glob(f"{name}.*/bin/python"))
        on_path = shutil.which(f"python{name}")
        if installed:
            found[name] = str(installed[-1])
        elif on_path is not None and "shims" not in on_path:
            found[name] = on_path
    return [pytest.param(path, id=name) for name, path in found.items()]
