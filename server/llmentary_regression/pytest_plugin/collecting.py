"""
Suites as pytest finds them: it makes a collector for each file beside a chosen one, so ours costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llmentary_regression.core.model import CaseResult
    from llmentary_regression.pytest_plugin.asking import Asking
    from llmentary_regression.pytest_plugin.suites import CaseItem
    from llmentary_regression.services.project import Project


class SuiteFile(pytest.File):
    """
    A `.llmtest` file.
    """

    _asking_of: Callable[[pytest.Config], Asking]
    _pending: list[tuple[Project, CaseResult]]
    """Results whose answers are approved when the suite is through: one write, not one a case."""

    @classmethod
    def of(
        cls, parent: pytest.Collector, path: Path, asking_of: Callable[[pytest.Config], Asking]
    ) -> SuiteFile:
        """
        Return the collector of one suite.
        """
        collector: SuiteFile = cls.from_parent(parent, path=path)
        collector._asking_of = asking_of
        collector._pending = []
        return collector

    @property
    def asking(self) -> Asking:
        return self._asking_of(self.config)

    def collect(self) -> Iterator[CaseItem]:
        from llmentary_regression.pytest_plugin.suites import collect_cases

        return collect_cases(self)

    def keep_for_approval(self, project: Project, result: CaseResult) -> None:
        """
        Have an answer approved when the suite is through.
        """
        self._pending.append((project, result))

    def teardown(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            from llmentary_regression.pytest_plugin.suites import approve_pending

            approve_pending(self, pending[0][0], [result for _, result in pending])
