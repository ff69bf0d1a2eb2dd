"""
Whole projects written as a dict of files, and a pool that answers from a dict.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from llmentary_regression.core.model import Answer, CaseResult, Failure, FailureKind, JsonValue
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask, Asked, Budget
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.run import run_cases
from llmentary_regression.services.select import Selection, select_cases


class DictPool:
    """
    Answers each question from a dict that a test may change; what is not in it raises.
    """

    def __init__(self, answers: dict[str, str | Answer | Failure]) -> None:
        self.answers = answers
        self.asked: list[Ask] = []
        self.called: list[tuple[str, Sequence[JsonValue]]] = []
        self.says: JsonValue = True

    async def ask(self, asks: Iterable[Ask], *, budget: Budget | None = None) -> AsyncIterator[list[Asked]]:
        for ask in asks:
            refused = None if budget is None else budget.refuse(ask)
            if refused is not None:
                yield [Asked(ask.number, refused, 0.0, 0)]
                continue
            self.asked.append(ask)
            found = self.answers.get(
                ask.turns[-1].text, Failure(FailureKind.RAISED, "KeyError: no such question")
            )
            outcome = Answer(found) if isinstance(found, str) else found
            asked = Asked(ask.number, outcome, 0.25, 1)
            if budget is not None:
                budget.note(asked)
            yield [asked]

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue:
        self.called.append((target, args))
        return self.says

    def loaded_files(self) -> frozenset[Path]:
        return frozenset()

    def import_name_fault(self) -> str | None:
        return None

    def mark_outdated(self) -> None:
        """
        Do nothing: a dict has no code.
        """

    async def close(self) -> None:
        """
        Do nothing: a dict has no process.
        """


class Scene:
    """
    One project in a temporary folder, asked through a `DictPool`.
    """

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self.environ = environ
        self.pool = DictPool({})
        self.opened: list[Project] = []

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")

    def open(self, **overrides: object) -> Project:
        project = open_project(
            self.root, environ=self.environ, overrides=overrides, pool=cast(Pool, self.pool)
        )
        self.opened.append(project)
        return project

    async def run(self, *targets: str, project: Project | None = None) -> list[CaseResult]:
        project = project or self.open()
        selected = select_cases(project, Selection(targets=targets), self.root)
        return [result async for batch in run_cases(project, selected.cases) for result in batch]


class MakeScene(Protocol):
    """
    Makes a project of these files, whose pool gives these answers.
    """

    def __call__(
        self, files: Mapping[str, str], answers: Mapping[str, str | Answer | Failure] | None = None
    ) -> Scene: ...
