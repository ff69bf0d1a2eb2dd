"""
Suites as pytest finds them: it makes a collector for each file beside a chosen one, so ours costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llmentary_regression.core.model import CaseResult
    from llmentary_regression.pytest_plugin.asking import Asking
    from llmentary_regression.services.project import Project


class SuiteFile(pytest.File):
    """
    A `.llmtest` file.
    """

    _asking_of: Callable[[pytest.Config], Asking]
    _collect: Callable[[SuiteFile], Iterator[pytest.Item]]
    _approve: Callable[[SuiteFile, Project, Sequence[CaseResult]], None]
    _pending: list[tuple[Project, CaseResult]]
    """Results whose answers are approved when the suite is through: one write, not one a case."""

    @classmethod
    def of(
        cls,
        parent: pytest.Collector,
        path: Path,
        *,
        asking_of: Callable[[pytest.Config], Asking],
        collect: Callable[[SuiteFile], Iterator[pytest.Item]],
        approve: Callable[[SuiteFile, Project, Sequence[CaseResult]], None],
    ) -> SuiteFile:
        """
        Return the collector of one suite.

        Args:
            asking_of: returns who asks in this session.
            collect: makes an item of each case; called when pytest wants the items of this file.
            approve: approves the answers that were kept for the end of the suite.
        """
        collector: SuiteFile = cls.from_parent(parent, path=path)
        collector._asking_of = asking_of
        collector._collect = collect
        collector._approve = approve
        collector._pending = []
        return collector

    @property
    def asking(self) -> Asking:
        return self._asking_of(self.config)

    def collect(self) -> Iterator[pytest.Item]:
        return self._collect(self)

    def keep_for_approval(self, project: Project, result: CaseResult) -> None:
        """
        Have an answer approved when the suite is through.
        """
        self._pending.append((project, result))

    def teardown(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            self._approve(self, pending[0][0], [result for _, result in pending])
