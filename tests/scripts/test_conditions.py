"""
The date and the seed that the Python tests run under: the commit's, unless the command line names others.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from types import ModuleType

import pytest


@pytest.fixture
def conditions(script: Callable[[str], ModuleType]) -> ModuleType:
    """
    Return the module that draws them.
    """
    return script("conditions")


def chosen(conditions: ModuleType, *arguments: str) -> tuple[str, int]:
    parser = argparse.ArgumentParser()
    conditions.add_options(parser)
    found = conditions.chosen_conditions(parser.parse_args(arguments))
    return found.date, found.seed


def test_a_commit_always_draws_the_same(conditions: ModuleType) -> None:
    """
    A red run can be repeated; another commit meets another day.
    """
    assert conditions.draw_conditions("3034641") == conditions.draw_conditions("3034641")
    days = {conditions.draw_conditions(f"commit {number}").moment.date() for number in range(500)}
    seeds = {conditions.draw_conditions(f"commit {number}").seed for number in range(500)}
    assert len(days) > 350
    assert len(seeds) > 490


def test_every_day_lies_before_the_files_own_times(conditions: ModuleType) -> None:
    """
    A file that is new by a clock that runs ahead of its time would seem old.
    """
    moments = [conditions.draw_conditions(f"commit {number}").moment for number in range(500)]

    assert datetime(2023, 1, 1) <= min(moments)
    assert max(moments) < datetime(2026, 1, 1)


def test_the_command_line_has_its_way(conditions: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    One of the two or both; what it does not name is the commit's.
    """
    monkeypatch.setattr(conditions, "commit_here", lambda: "3034641")
    drawn = conditions.draw_conditions("3034641")

    assert chosen(conditions) == (drawn.date, drawn.seed)
    assert chosen(conditions, "--seed", "7") == (drawn.date, 7)
    assert chosen(conditions, "--date", "2024-02-29") == ("2024-02-29T00:00:00", drawn.seed)
    assert chosen(conditions, "--date", "real", "--seed", "7") == ("real", 7)
    assert chosen(conditions, "--date", drawn.date) == (drawn.date, drawn.seed)
