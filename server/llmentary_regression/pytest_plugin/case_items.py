"""
The cases of a suite as items that pytest runs; each asks its question and judges the answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import CaseResult, Severity, VerdictKind
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.pytest_plugin.failures import AnswerFailed, approved_label, describe_failure
from llmentary_regression.pytest_plugin.session import PluginSession
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.services.run import diff_of
from llmentary_regression.services.select import SuiteCase


def collect_cases(suite: pytest.File, plugin: PluginSession) -> Iterator[CaseItem]:
    """
    Yield an item for each case of a suite; none if it is not one of its project's suites, unless it was named.

    Raises:
        CollectError: the settings or the suite have errors.
    """
    if not suite.session.isinitpath(suite.path) and not plugin.is_project_suite(suite.path):
        return
    try:
        project = plugin.project_of(suite.path)
        parsed = project.read_suite(suite.path)
    except LlmentaryError as exc:
        raise suite.CollectError(str(exc)) from exc
    except OSError as exc:
        raise suite.CollectError(f"cannot read `{suite.path}`: {exc.strerror or exc}") from exc
    errors = _error_lines(parsed, os.path.relpath(suite.path, suite.config.invocation_params.dir))
    if errors:
        raise suite.CollectError("\n".join(errors))
    has_only = any(project.settings_of(case).only for case in parsed.suite.cases)
    counts: dict[str, int] = {}
    for case in parsed.suite.cases:
        # `::` separates the parts of a node id, and pytest prints the name as it is.
        name = one_line(case.label).replace("::", ": ")
        counts[name] = counts.get(name, 0) + 1
        if counts[name] > 1:
            name += f"#{counts[name]}"
        settings = project.settings_of(case)
        yield CaseItem.of(
            suite,
            plugin,
            project,
            name,
            SuiteCase(parsed, case),
            tags=tuple(dict.fromkeys((*settings.tags, *case.tags))),
            is_left_out=has_only and not settings.only,
        )


class CaseItem(pytest.Item):
    """
    One case of a suite.
    """

    plugin: PluginSession
    project: Project
    suite_case: SuiteCase
    is_left_out: bool
    """Another case of the suite is marked `@only`."""
    future: Future[CaseResult] | None
    funcargs: dict[str, object]

    @classmethod
    def of(
        cls,
        parent: pytest.File,
        plugin: PluginSession,
        project: Project,
        name: str,
        suite_case: SuiteCase,
        *,
        tags: Sequence[str],
        is_left_out: bool,
    ) -> CaseItem:
        """
        Return the item of one case, marked with its tags.
        """
        item: CaseItem = cls.from_parent(parent, name=name)
        item.plugin = plugin
        item.project = project
        item.suite_case = suite_case
        item.is_left_out = is_left_out
        # A case uses no fixtures, but plugins such as pytest-lsp read this attribute of every item.
        item.funcargs = {}
        item.future = None
        item.extra_keyword_matches.add(suite_case.case.question)
        for tag in tags:
            if tag.startswith("_"):
                continue  # reserved by pytest
            item.config.addinivalue_line("markers", f"{tag}: cases with this tag")
            item.add_marker(tag)
        return item

    def runtest(self) -> None:
        if self.is_left_out:
            raise pytest.skip.Exception("left out by `@only`", _use_item_location=True)
        result = self._result()
        plugin, project = self.plugin, self.project
        plugin.history.add(project, result)
        verdict = result.verdict
        if plugin.approves(result):
            plugin.defer_approval(self.path, project, result)
            self.user_properties.append(("llmentary", approved_label(verdict.kind)))
            return
        self.user_properties.append(("llmentary", str(verdict.kind)))
        self.user_properties.append(("llmentary_reason", str(verdict.reason)))
        if verdict.score is not None:
            self.user_properties.append(("llmentary_score", round(verdict.score, 4)))
        if result.model is not None:
            self.user_properties.append(("llmentary_model", result.model))
        if plugin.fails(project, result):
            raise AnswerFailed(
                describe_failure(
                    result,
                    location=(str(self.path), self.suite_case.case.span.start.line + 1),
                    title=self.name,
                    diff_of=partial(diff_of, project),
                    answers=plugin.answers_shown,
                    approve_command=f"pytest --llm-approve {self.nodeid!r}",
                )
            )
        if verdict.kind is VerdictKind.NEW:
            raise pytest.skip.Exception(
                f"{verdict.message or 'new'}; `pytest --llm-approve` approves it", _use_item_location=True
            )
        if verdict.kind is VerdictKind.SKIPPED:
            raise pytest.skip.Exception(verdict.message, _use_item_location=True)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.suite_case.case.span.start.line, self.name

    def _result(self) -> CaseResult:
        """
        Return the result of this case; the cases that follow are asked meanwhile, as far as `concurrency` allows.
        """
        future = self._start()
        if self.plugin.asks_ahead:
            items = self.session.items
            index = items.index(self)
            concurrency = self.project.settings_of(self.suite_case.case).concurrency
            for item in items[index + 1 : index + concurrency]:
                if isinstance(item, CaseItem) and not item.is_left_out and not _may_be_skipped(item):
                    item._start()
        self.future = None  # a rerun asks again
        try:
            return future.result()
        except LlmentaryError as exc:
            pytest.fail(str(exc), pytrace=False)

    def _start(self) -> Future[CaseResult]:
        if self.future is None:
            self.future = self.plugin.submit(self.project, self.suite_case)
        return self.future


def _may_be_skipped(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) is not None for name in ("skip", "skipif"))


def _error_lines(parsed: ParsedSuite, shown_path: str) -> list[str]:
    lines = []
    for problem in parsed.problems:
        if problem.severity is Severity.ERROR:
            line = "" if problem.span is None else f":{problem.span.start.line + 1}"
            lines.append(f"{shown_path}{line}: {problem.message} ({problem.code})")
    return lines
