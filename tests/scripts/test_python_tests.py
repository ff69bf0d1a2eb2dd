"""
How the Python tests are run, by `make test` and by `make test-hard`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

LIBRARY = Path("/lib/libfaketime.so.1")


def test_date_and_seed_are_said_with_the_way_to_repeat_them(script: Callable[[str], ModuleType]) -> None:
    """
    Also where the date cannot be had.
    """
    tests, conditions = script("python_tests"), script("conditions")
    drawn = conditions.Conditions(datetime(2024, 2, 29, 12, 30), 77)

    again = "make test DATE=2024-02-29T12:30:00 SEED=77"
    assert tests.announce(drawn, LIBRARY) == (
        f"Python tests: date 2024-02-29T12:30:00, seed 77 (again: {again})"
    )
    assert "the real date, as no libfaketime works here" in tests.announce(drawn, None)
    assert "SEED=77" in tests.announce(drawn, None)


def test_one_seed_decides_on_all_chance(script: Callable[[str], ModuleType]) -> None:
    """
    The order of the tests, the order of sets, and what Hypothesis makes up.
    """
    tests, conditions = script("python_tests"), script("conditions")

    check = tests.python_tests("quick", conditions.Conditions(None, 77), LIBRARY)

    assert {"--random-order-seed=77", "--hypothesis-seed=77", "not slow"} <= set(check.command)
    assert check.environ["PYTHONHASHSEED"] == "77"
    assert "LD_PRELOAD" not in check.environ


def test_quick_and_slow_tests_are_all(script: Callable[[str], ModuleType]) -> None:
    """
    Both under the same date, and the slow ones add to what the quick ones covered.
    """
    tests, conditions = script("python_tests"), script("conditions")
    drawn = conditions.Conditions(datetime(2024, 2, 29), 77)

    quick, slow = (tests.python_tests(group, drawn, LIBRARY, measures=True) for group in ("quick", "slow"))

    assert (quick.group, slow.group) == ("quick", "slow")
    assert quick.environ["COVERAGE_FILE"] == slow.environ["COVERAGE_FILE"]
    assert "--cov-append" in set(slow.command) - set(quick.command)
    assert quick.environ["LD_PRELOAD"].startswith(str(LIBRARY))


def test_hard_parts_name_each_their_condition(script: Callable[[str], ModuleType]) -> None:
    """
    Awkward days, the turn of a year, five orders, and a busy machine.
    """
    hard, conditions = script("run_hard"), script("conditions")

    parts = hard.list_parts(conditions.draw_conditions("3034641"))

    assert [part.name for part in parts] == [
        *("30-nov", "31-dec", "29-feb", "midnight"),
        *(f"order-{number}" for number in range(1, 6)),
        "busy",
    ]
    assert len({part.conditions.seed for part in parts}) == 6
    assert [part.name for part in parts if part.spinning] == ["busy"]


def test_processes_that_spin_end_with_their_part(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whatever happens in it.
    """
    hard = script("run_hard")
    started = []
    popen = hard.subprocess.Popen

    def start(*arguments: object, **options: object) -> object:
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(hard.subprocess, "Popen", start)

    with pytest.raises(KeyboardInterrupt), hard.spinning(2):
        assert [process.poll() for process in started] == [None, None]
        raise KeyboardInterrupt

    assert None not in [process.returncode for process in started]
