"""
The cases of a suite as pytest runs them, each an item that asks and judges.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import CaseResult, Severity, VerdictKind
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.pytest_plugin.collecting import SuiteFile
from llmentary_regression.pytest_plugin.failures import AnswerFailed, approved_anew, describe_failure
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.services.run import diff_of
from llmentary_regression.services.select import SuiteCase


def collect_cases(suite: SuiteFile) -> Iterator[CaseItem]:
    """
    Yield an item for each case of a suite; none if the suite is not one of its project's and was not named.

    Raises:
        CollectError: the settings or the suite have to be mended first.
    """
    asking = suite.asking
    if not suite.session.isinitpath(suite.path) and not asking.is_wanted(suite.path):
        return
    try:
        project = asking.project_of(suite.path)
        parsed = project.read_suite(suite.path)
    except LlmentaryError as exc:
        raise suite.CollectError(str(exc)) from exc
    except OSError as exc:
        raise suite.CollectError(f"cannot read `{suite.path}`: {exc.strerror or exc}") from exc
    wrong = _problem_lines(parsed, _shown_path(suite))
    if wrong:
        raise suite.CollectError("\n".join(wrong))
    has_only = any(project.settings_of(case).only for case in parsed.suite.cases)
    seen: dict[str, int] = {}
    for case in parsed.suite.cases:
        # `::` parts the pieces of a node id, and its text is printed as it is.
        name = one_line(case.label).replace("::", ": ")
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name += f"#{seen[name]}"
        settings = project.settings_of(case)
        yield CaseItem.of(
            suite,
            project,
            name,
            SuiteCase(parsed, case),
            tags=tuple(dict.fromkeys((*settings.tags, *case.tags))),
            left_out=has_only and not settings.only,
        )


def approve_pending(suite: SuiteFile, project: Project, pending: Sequence[CaseResult]) -> None:
    """
    Write what was approved of a suite; a refusal is an error of its last case.
    """
    try:
        suite.asking.approve(project, pending)
    except LlmentaryError as exc:
        pytest.fail(f"nothing of `{_shown_path(suite)}` was approved: {exc}", pytrace=False)


class CaseItem(pytest.Item):
    """
    One case of a suite.
    """

    project: Project
    suite_case: SuiteCase
    left_out: bool
    future: Future[CaseResult] | None
    funcargs: dict[str, object]

    @classmethod
    def of(
        cls,
        parent: SuiteFile,
        project: Project,
        name: str,
        suite_case: SuiteCase,
        *,
        tags: Sequence[str],
        left_out: bool,
    ) -> CaseItem:
        """
        Return the item of one case, marked with its tags.
        """
        item: CaseItem = cls.from_parent(parent, name=name)
        item.project = project
        item.suite_case = suite_case
        item.left_out = left_out
        # A case asks for no fixtures; plugins such as pytest-lsp look into this of every item.
        item.funcargs = {}
        item.future = None
        item.extra_keyword_matches.add(suite_case.case.question)
        for tag in tags:
            if tag.startswith("_"):
                continue  # pytest keeps such names to itself
            item.config.addinivalue_line("markers", f"{tag}: cases with this tag")
            item.add_marker(tag)
        return item

    @property
    def suite(self) -> SuiteFile:
        assert isinstance(self.parent, SuiteFile)
        return self.parent

    def runtest(self) -> None:
        if self.left_out:
            raise pytest.skip.Exception("left out by `@only`", _use_item_location=True)
        result = self._result()
        asking, project = self.suite.asking, self.project
        asking.remembering.note(project, result)
        verdict = result.verdict
        if asking.approves(result):
            self.suite.keep_for_approval(project, result)
            self.user_properties.append(("llmentary", approved_anew(verdict.kind)))
            return
        self.user_properties.append(("llmentary", str(verdict.kind)))
        self.user_properties.append(("llmentary_reason", str(verdict.reason)))
        if verdict.score is not None:
            self.user_properties.append(("llmentary_score", round(verdict.score, 4)))
        if result.model is not None:
            self.user_properties.append(("llmentary_model", result.model))
        if asking.fails(project, result):
            raise AnswerFailed(
                describe_failure(
                    result,
                    place=(str(self.path), self.suite_case.case.span.start.line + 1),
                    title=self.name,
                    diff_of=lambda one: diff_of(project, one),
                    answers=asking.answers_shown,
                    mend=f"pytest --llm-approve {self.nodeid!r}",
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
        Return the result of this case, and have the next ones asked meanwhile.
        """
        future = self._begin()
        if self.suite.asking.looks_ahead:
            items = self.session.items
            at = items.index(self)
            room = self.project.settings_of(self.suite_case.case).concurrency
            for item in items[at + 1 : at + room]:
                if isinstance(item, CaseItem) and not item.left_out and not _may_be_skipped(item):
                    item._begin()
        self.future = None  # a rerun asks again
        try:
            return future.result()
        except LlmentaryError as exc:
            pytest.fail(str(exc), pytrace=False)

    def _begin(self) -> Future[CaseResult]:
        if self.future is None:
            self.future = self.suite.asking.submit(self.project, self.suite_case)
        return self.future


def _may_be_skipped(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) is not None for name in ("skip", "skipif"))


def _shown_path(suite: SuiteFile) -> str:
    return os.path.relpath(suite.path, suite.config.invocation_params.dir)


def _problem_lines(parsed: ParsedSuite, shown_path: str) -> list[str]:
    lines = []
    for problem in parsed.problems:
        if problem.severity is Severity.ERROR:
            place = "" if problem.span is None else f":{problem.span.start.line + 1}"
            lines.append(f"{shown_path}{place}: {problem.message} ({problem.code})")
    return lines
