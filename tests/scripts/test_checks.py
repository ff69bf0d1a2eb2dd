"""
The runner of all checks: what it counts is what CI reports.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture
def checks(script: Callable[[str], ModuleType]) -> ModuleType:
    """
    Return the module that runs a check.
    """
    return script("checks")


@pytest.mark.parametrize(
    ("lines", "counts"),
    [
        (["3 failed, 12 passed, 1 skipped in 3.20s"], (12, 3)),
        (["12 passed in 3.20s"], (12, 0)),
        (["2 passed, 1 error in 0.5s"], (2, 1)),
        (["ℹ tests 68", "ℹ pass 67", "ℹ fail 1"], (67, 1)),
        (["# pass 3", "# fail 0"], (3, 0)),
        (["  12 passing (3s)", "  2 failing"], (12, 2)),
        (["9 passed, 16 failed"], (9, 16)),
        (["nothing of the kind"], (0, 0)),
    ],
)
def test_closing_lines_are_counted(checks: ModuleType, lines: list[str], counts: tuple[int, int]) -> None:
    """
    Each runner's way to close is understood.
    """
    assert checks.read_counts(lines) == counts


@pytest.mark.parametrize(
    ("program", "counts", "expected"),
    [
        ("print('4 passed, 0 failed')", True, (4, 0)),
        ("print('4 passed, 2 failed'); raise SystemExit(1)", True, (4, 2)),
        ("print('4 passed'); raise SystemExit(3)", True, (4, 1)),
        ("print('no tests ran')", True, (0, 1)),
        ("print('2 errors were fixed'); print('4 passed')", True, (4, 0)),
        ("pass", False, (1, 0)),
        ("raise SystemExit(1)", False, (0, 1)),
    ],
)
def test_exit_code_decides(checks: ModuleType, program: str, counts: bool, expected: tuple[int, int]) -> None:
    """
    A check that ends badly, or runs no test, never counts as passed.
    """
    check = checks.Check("it", "tests", (sys.executable, "-c", program), counts=counts)

    outcome = checks.run_check(check)

    assert (outcome.passed, outcome.failed) == expected


def test_missing_program_is_a_failure(checks: ModuleType) -> None:
    """
    What cannot be started has failed.
    """
    outcome = checks.run_check(checks.Check("it", "lint", ("no-such-program-here",)))

    assert (outcome.passed, outcome.failed) == (0, 1)


def test_report_closes_with_the_sum(checks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The last line is the one that CI reads, and one failure makes the exit code 1.
    """
    check = checks.Check("it", "lint", ("true",))

    code = checks.report([checks.Outcome(check, 3, 0, 0.1), checks.Outcome(check, 1, 2, 0.1)])

    assert code == 1
    assert capsys.readouterr().out.splitlines()[-1] == "4 passed, 2 failed"
