"""
What was approved of the cases of one run: their baselines, and the keys that open them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.judging import RedactedDiff, redacted_diff
from llmentary_regression.core.model import CaseResult, Failure, FailureKind
from llmentary_regression.services.project import Project

if TYPE_CHECKING:
    from llmentary_regression.core.crypto import Root


class ApprovedAnswers:
    """
    Baselines and keys, read once and then looked up: reading per case would be quadratic in a suite's size.

    Raises:
        KeyringError: on creation, if there are baselines but no key that opens them.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._keyring = project.keyring()
        self._baselines: dict[str, Mapping[str, Baseline] | Failure] = {}

    def find(self, suite: str, key: str) -> Baseline | Failure | None:
        """
        Return the baseline of a case, None if nothing was approved, or why it cannot be read.
        """
        baselines = self._baselines.get(suite)
        if baselines is None:
            # A suite outside the project is asked but has no baselines: there is nowhere to store them.
            baselines = {} if PurePath(suite).is_absolute() else self._read_baselines(suite)
            self._baselines[suite] = baselines
        if isinstance(baselines, Failure):
            return baselines
        try:
            return baselines.get(key)
        except BaselineFileError as exc:  # documents are decoded as they are looked up
            return Failure(FailureKind.BASELINE, str(exc))

    def root_of(self, baseline: Baseline | None) -> Root | None:
        """
        Return what opens a baseline; None without a key, or for no baseline.
        """
        if baseline is None or self._keyring is None:
            return None
        return self._keyring.roots.get(baseline.root)

    def example_of(self, result: CaseResult) -> tuple[Baseline, int, Root] | None:
        """
        Return the baseline that a result was compared with, the index of its example, and the root.
        """
        baseline = self.find(result.suite, result.case.key)
        index = result.verdict.example
        if baseline is None or isinstance(baseline, Failure) or index is None:
            return None
        root = self.root_of(baseline)
        return None if root is None or index >= len(baseline.examples) else (baseline, index, root)

    def _read_baselines(self, suite: str) -> Mapping[str, Baseline] | Failure:
        try:
            return self._project.store.read(suite)
        except BaselineFileError as exc:
            return Failure(FailureKind.BASELINE, str(exc))


def diff_of(project: Project, result: CaseResult) -> RedactedDiff | None:
    """
    Return the redacted diff between the nearest approved example and the new answer, if one can be drawn.
    """
    if result.answer is None or result.verdict.example is None:
        return None
    found = ApprovedAnswers(project).example_of(result)
    if found is None:
        return None
    baseline, index, root = found
    return redacted_diff(result.judged_text, baseline, index, root=root)
