"""
The types of what the tests of the pool are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from llmentary_regression.core.model import Answer, Failure, JsonValue
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Asked

Outcomes = dict[int, Asked]
"""By the number of the question."""


class WriteSources(Protocol):
    """
    Writes Python files into the project, by the names of their modules.
    """

    def __call__(self, **sources: str) -> None: ...


class MakePool(Protocol):
    """
    Makes a pool for the project; it is closed after the test.
    """

    def __call__(
        self,
        interpreter: str = ...,
        *,
        workers: int = ...,
        concurrency: int = ...,
        environ: Mapping[str, str] = ...,
        on_output: Callable[[str], None] = ...,
        load_timeout_s: float = ...,
        on_debug: Callable[[int], None] = ...,
        debugpy_folder: Path = ...,
    ) -> Pool: ...


class AskPool(Protocol):
    """
    Asks a callable some questions, and returns the outcomes.
    """

    async def __call__(
        self,
        pool: Pool,
        target: str,
        questions: Iterable[str] = ...,
        *,
        timeout_s: float = ...,
        retries: int = ...,
        args: Mapping[str, JsonValue] = ...,
        env: Mapping[str, str] = ...,
    ) -> Outcomes: ...


class AskForAnswer(Protocol):
    """
    Asks one question, which has to be answered.
    """

    async def __call__(
        self,
        pool: Pool,
        target: str,
        question: str = ...,
        *,
        timeout_s: float = ...,
        retries: int = ...,
        args: Mapping[str, JsonValue] = ...,
        env: Mapping[str, str] = ...,
        model: str = ...,
        params: Mapping[str, JsonValue] = ...,
        tags: tuple[str, ...] = ...,
    ) -> Answer: ...


class AskForFailure(Protocol):
    """
    Asks one question, which has to fail.
    """

    async def __call__(
        self,
        pool: Pool,
        target: str,
        question: str = ...,
        *,
        timeout_s: float = ...,
        retries: int = ...,
        args: Mapping[str, JsonValue] = ...,
        env: Mapping[str, str] = ...,
    ) -> Failure: ...


def answered(asked: Asked) -> Answer:
    """
    Return the answer of a question that has to be answered.
    """
    assert isinstance(asked.outcome, Answer), asked.outcome.message
    return asked.outcome


def failed(asked: Asked) -> Failure:
    """
    Return the failure of a question that has to fail.
    """
    assert isinstance(asked.outcome, Failure)
    return asked.outcome


def process_ids(pool: Pool) -> list[int]:
    """
    Return the ids of a pool's worker processes that exist.
    """
    return [worker.pid for worker in pool._workers if worker.pid is not None]
