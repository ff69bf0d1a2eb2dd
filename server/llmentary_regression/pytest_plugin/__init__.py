"""
The pytest plugin: options, hooks, the collector of suite files and the `llmentary` fixture.

pytest imports this module in every session, so it imports pytest alone; the rest is imported when a suite is
collected or a test asks for the fixture.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from llmentary_regression_worker.import_name import find_import_name_fault

if TYPE_CHECKING:
    from llmentary_regression.pytest_plugin.checks import AnswerChecks
    from llmentary_regression.pytest_plugin.session import PluginSession

_SESSION = pytest.StashKey["PluginSession"]()
_RUNS = pytest.StashKey["list[Any]"]()
"""What workers of pytest-xdist have sent for the history."""
_FAILURE_KEY = "llmentary_failure"
_RUNS_KEY = "llmentary_runs"
_MAX_LISTED = 10
_SUMMARY_NOTES = {
    "unsure": "said in other words; --llm-strict lets them fail",
    "new": "nothing is approved yet: pytest --llm-approve",
}


# --- options -------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("llmentary", "answers of LLMs")
    group.addoption(
        "--llm-approve",
        dest="llm_approve",
        action="store_const",
        const="all",
        help="approve every new, changed or unsure answer of the tests that run",
    )
    group.addoption(
        "--llm-approve-new",
        dest="llm_approve",
        action="store_const",
        const="new",
        help="approve new answers only",
    )
    group.addoption(
        "--llm-strict",
        dest="llm_strict",
        action="store_const",
        const=True,
        help="let `new` and `unsure` fail as well (default where CI is set)",
    )
    group.addoption("--no-llm-strict", dest="llm_strict", action="store_const", const=False)
    group.addoption(
        "--llm-max-cost",
        metavar="AMOUNT",
        type=_amount,
        help="stop asking once the answers of the session cost more, whatever the suites say",
    )
    group.addoption(
        "--llm-answers",
        choices=("terminal", "never", "everywhere"),
        default="terminal",
        help="where words of answers are shown: only on the terminal (default), nowhere, or also in what "
        "other plugins write, such as --junitxml",
    )


def _amount(text: str) -> float:
    from llmentary_regression.core.settings import InvalidValue, read_amount

    try:
        return read_amount(text)
    except InvalidValue as exc:
        raise argparse.ArgumentTypeError(f"{exc}, not `{text}`") from exc


# --- suites and the fixture ----------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    if file_path.suffix != ".llmtest":
        return None
    collector: SuiteFile = SuiteFile.from_parent(parent, path=file_path)
    return collector


class SuiteFile(pytest.File):
    """
    A `.llmtest` file.

    pytest makes a collector for every file in the folder of a selected one, so making one loads nothing.
    """

    def collect(self) -> Iterator[pytest.Item]:
        from llmentary_regression.pytest_plugin.case_items import collect_cases

        return collect_cases(self, _session_of(self.config))

    def teardown(self) -> None:
        """
        Approve what was put off until the suite's last case has run.
        """
        if _SESSION in self.config.stash:
            self.config.stash[_SESSION].approve_deferred(self)


@pytest.fixture
def llmentary(request: pytest.FixtureRequest) -> Iterator[AnswerChecks]:
    """
    Judge an answer inside a test: `llmentary.check(question, answer)`.
    """
    from llmentary_regression.pytest_plugin.checks import AnswerChecks

    checks = AnswerChecks(request.node, _session_of(request.config))
    yield checks
    checks.approve()


def _session_of(config: pytest.Config) -> PluginSession:
    """
    Return what all suites and fixtures of this session share, made when it is first needed.
    """
    from llmentary_regression.pytest_plugin.session import PluginSession

    if _SESSION not in config.stash:
        config.stash[_SESSION] = PluginSession(config)
    return config.stash[_SESSION]


# --- reports -------------------------------------------------------------------------------------


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
    Send a failure from a worker of pytest-xdist; outside one, what is serialized may go to a file.
    """
    outcome = yield
    to_data = getattr(report.longrepr, "llmentary_data", None)
    if to_data is not None and hasattr(config, "workerinput"):
        outcome.get_result()[_FAILURE_KEY] = to_data()


@pytest.hookimpl(hookwrapper=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> Generator[None, Any, None]:
    failure = data.pop(_FAILURE_KEY, None)
    outcome = yield
    if failure is not None:
        from llmentary_regression.pytest_plugin.failures import Failure

        outcome.get_result().longrepr = Failure.from_data(failure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tests: dict[str, list[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "llmentary" and getattr(report, "when", None) == "call":
                    tests.setdefault(str(value), []).append(report.nodeid)
    fault = _import_name_fault(terminalreporter)
    if tests.keys() <= {"passed"} and fault is None:
        return
    terminalreporter.section("llmentary")
    for line in _summary_lines(tests) if tests else ():
        terminalreporter.line(line)
    if fault is not None:
        terminalreporter.line(fault)


def _import_name_fault(terminalreporter: pytest.TerminalReporter) -> str | None:
    """
    Return what is wrong with `import llmentary`, where this session could suffer from it.
    """
    fault = find_import_name_fault()
    if fault is None:
        return None
    # As `import llmentary` and `import llmentary_regression as llmentary` leave it in the tests' modules.
    meant = [getattr(module, "__dict__", {}).get("llmentary") for module in list(sys.modules.values())]
    stats = terminalreporter.stats
    is_concerned = _SESSION in terminalreporter.config.stash or stats.get("failed") or stats.get("error")
    is_used = fault.is_imported and any(one is sys.modules["llmentary"] for one in meant)
    is_avoided = any(one is sys.modules["llmentary_regression"] for one in meant)
    return fault.message if is_used or (is_concerned and not is_avoided) else None


def _summary_lines(tests: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """
    Yield the number of tests with each verdict, and the tests whose answers should be looked at.

    Args:
        tests: node ids by verdict, or by `approved (verdict)`.
    """
    yield ", ".join(f"{len(tests[word])} {word}" for word in sorted(tests))
    for word, note in _SUMMARY_NOTES.items():
        if word in tests:
            yield f"{word}: {note}"
            yield from (f"  {node_id}" for node_id in tests[word][:_MAX_LISTED])
            if len(tests[word]) > _MAX_LISTED:
                yield f"  ... and {len(tests[word]) - _MAX_LISTED} more"


# --- the end of a session ------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """
    Take what a worker of pytest-xdist has sent for the history.
    """
    runs = getattr(node, "workeroutput", {}).get(_RUNS_KEY)
    if runs:
        node.config.stash.setdefault(_RUNS, []).extend(runs)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """
    Add the session to each project's history, as one run; a worker of pytest-xdist sends its part instead.
    """
    config = session.config
    plugin = config.stash.get(_SESSION, None)
    runs = [*config.stash.get(_RUNS, []), *(plugin.history.runs() if plugin is not None else ())]
    if not runs:
        return
    if hasattr(config, "workeroutput"):
        config.workeroutput[_RUNS_KEY] = runs
        return
    from llmentary_regression.pytest_plugin.history import save_runs

    save_runs(runs)


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.stash.get(_SESSION, None)
    if plugin is not None:
        plugin.close()
