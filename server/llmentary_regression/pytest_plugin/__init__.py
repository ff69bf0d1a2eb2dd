"""
The pytest plugin: its options and hooks. What is heavy is imported when a suite or the fixture asks for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from llmentary_regression.core.model import CaseResult
    from llmentary_regression.pytest_plugin.asking import Asking
    from llmentary_regression.pytest_plugin.checks import AnswerChecks
    from llmentary_regression.pytest_plugin.collecting import SuiteFile
    from llmentary_regression.services.project import Project

_ASKING = pytest.StashKey["Asking"]()
_PARTS = pytest.StashKey["list[Any]"]()
_FAILURE = "llmentary_failure"
_RUNS = "llmentary_runs"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("llmentary", "answers of LLMs")
    group.addoption(
        "--llm-approve",
        dest="llm_approve",
        action="store_const",
        const="all",
        help="approve every answer that is new, changed or reworded, of the tests that run",
    )
    group.addoption(
        "--llm-approve-new",
        dest="llm_approve",
        action="store_const",
        const="new",
        help="approve new answers alone",
    )
    group.addoption(
        "--llm-strict",
        dest="llm_strict",
        action="store_const",
        const=True,
        help="let `new` and `reworded` fail as well (default where CI is set)",
    )
    group.addoption("--no-llm-strict", dest="llm_strict", action="store_const", const=False)
    group.addoption(
        "--llm-max-cost",
        metavar="AMOUNT",
        type=_amount,
        help="ask nothing more once the answers of the session cost more, whatever the suites say",
    )
    group.addoption(
        "--llm-answers",
        choices=("terminal", "never", "everywhere"),
        default="terminal",
        help="where words of answers are shown: on the terminal alone (default), nowhere, or also in what "
        "other plugins write, such as --junitxml",
    )


def _amount(text: str) -> float:
    from llmentary_regression.core.settings import ValueSlip, read_amount

    try:
        return read_amount(text)
    except ValueSlip as exc:
        raise argparse.ArgumentTypeError(f"{exc}, not `{text}`") from exc


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    if file_path.suffix != ".llmtest":
        return None
    from llmentary_regression.pytest_plugin.collecting import SuiteFile

    return SuiteFile.of(
        parent, file_path, asking_of=_asking_of, collect=_collect_cases, approve=_approve_pending
    )


def _collect_cases(suite: SuiteFile) -> Iterator[pytest.Item]:
    from llmentary_regression.pytest_plugin.suites import collect_cases

    return collect_cases(suite)


def _approve_pending(suite: SuiteFile, project: Project, results: Sequence[CaseResult]) -> None:
    from llmentary_regression.pytest_plugin.suites import approve_pending

    approve_pending(suite, project, results)


@pytest.fixture
def llmentary(request: pytest.FixtureRequest) -> Iterator[AnswerChecks]:
    """
    Judge an answer inside a test: `llmentary.check(question, answer)`.
    """
    from llmentary_regression.pytest_plugin.checks import AnswerChecks

    checks = AnswerChecks(request.node, _asking_of(request.config))
    yield checks
    checks.approve()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    outcome = yield
    if (
        call.excinfo is None
        or type(call.excinfo.value).__module__ != "llmentary_regression.pytest_plugin.failures"
    ):
        return
    from llmentary_regression.pytest_plugin.failures import failure_of

    outcome.get_result().longrepr = failure_of(call.excinfo, item)


@pytest.hookimpl(hookwrapper=True)
def pytest_report_to_serializable(
    config: pytest.Config, report: pytest.CollectReport | pytest.TestReport
) -> Generator[None, Any, None]:
    """
    Take a failure along from a worker of xdist; elsewhere what is serialised goes to a file.
    """
    outcome = yield
    to_data = getattr(report.longrepr, "llmentary_data", None)
    if to_data is not None and hasattr(config, "workerinput"):
        outcome.get_result()[_FAILURE] = to_data()


@pytest.hookimpl(hookwrapper=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> Generator[None, Any, None]:
    failure = data.pop(_FAILURE, None)
    outcome = yield
    if failure is not None:
        from llmentary_regression.pytest_plugin.failures import Failure

        outcome.get_result().longrepr = Failure.from_data(failure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told: dict[str, list[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "llmentary" and getattr(report, "when", None) == "call":
                    told.setdefault(str(value), []).append(report.nodeid)
    if told.keys() <= {"passed"}:
        return
    from llmentary_regression.pytest_plugin.summary import summary_lines

    terminalreporter.section("llmentary")
    for line in summary_lines(told):
        terminalreporter.line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """
    Take over from a worker of xdist what the history is to keep.
    """
    parts = getattr(node, "workeroutput", {}).get(_RUNS)
    if parts:
        node.config.stash.setdefault(_PARTS, []).extend(parts)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """
    Have the projects remember the session, as a run of theirs.
    """
    config = session.config
    asking = config.stash.get(_ASKING, None)
    parts = [*config.stash.get(_PARTS, []), *(asking.remembering.parts() if asking is not None else ())]
    if not parts:
        return
    if hasattr(config, "workeroutput"):
        config.workeroutput[_RUNS] = parts
        return
    from llmentary_regression.pytest_plugin.remembering import keep_parts

    keep_parts(parts)


def pytest_unconfigure(config: pytest.Config) -> None:
    asking = config.stash.get(_ASKING, None)
    if asking is not None:
        asking.close()


def _asking_of(config: pytest.Config) -> Asking:
    """
    Return who asks in this session, made when first needed.
    """
    from llmentary_regression.pytest_plugin.asking import Asking

    asking = config.stash.get(_ASKING, None)
    if asking is None:
        asking = config.stash[_ASKING] = Asking(config)
    return asking
