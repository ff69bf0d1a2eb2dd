"""
Tests of `core/suite/editing/_formatting.py`: layout changes, meaning never does.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings

from llmentary_regression.core.model import Case, Expectation, SettingEntry
from llmentary_regression.core.suite.editing import apply_edits, format_suite
from llmentary_regression.core.suite.incremental import read_again
from llmentary_regression.core.suite.parsing import Lines


def _neighbor(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SUITES = _neighbor("test_suite_properties").SUITES


def read(text: str) -> list[str]:
    lines = [f"{line}\n" for line in Lines(text)]
    return [*lines[:-1], lines[-1][:-1]]


def formatted(text: str) -> str:
    reading = read_again(read(text), None)
    return apply_edits(reading.lines, format_suite(reading))


def meaning(text: str) -> object:
    """
    Return what a suite asks and sets, without places.
    """
    suite = read_again(read(text), None).suite
    return [_entry(one) for one in suite.settings], [_case(one) for one in suite.cases]


def _case(case: Case) -> object:
    row = case.row.values if case.row is not None else None
    return case.key, case.name, row, case.turns, case.tags, [_entry(one) for one in case.overrides]


def _entry(entry: SettingEntry) -> object:
    return entry.name, str(entry.value) if isinstance(entry.value, Expectation) else entry.value


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("=== a\n@params\n| x | |\n|---|\n| a \\| | b\\\n\n{{x}}")
@example("\ufeff\n\ufeff\n")
@example("A?\r\n\r\n\r\n=== b\r\n\r\n\r\nB?\r\n\r\n")
@given(SUITES)
def test_formatting_never_changes_the_meaning(text: str) -> None:
    """
    The same cases and settings, and a second formatting finds nothing to do.
    """
    once = formatted(text)

    assert meaning(once) == meaning(text)
    assert formatted(once) == once


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        ("A?", "A?\n"),
        ("\n\n@match exact  \n\n\n\nA?  \n", "@match exact\n\nA?  \n"),
        ("A?\n===   b    #t\nB?\n\n\n\n", "A?\n\n=== b #t\n\nB?\n"),
        ("=== a\n\n\nA?\n\n  \n=== b\n--- user\nB?\n", "=== a\n\nA?\n\n=== b\n--- user\nB?\n"),
        (
            "=== a\n@params\n|x|long name|\n|-|:-:|\n| 日本 | 1|\n|y|\n\nA {{x}}\n",
            "=== a\n@params\n| x    | long name |\n| ---- | :-------: |\n| 日本 | 1         |\n| y    |"
            "\n\nA {{x}}\n",
        ),
        ('=== a\n"""\nA\n\n\n', '=== a\n"""\nA\n\n\n'),
        ("=== a\n\ntext  \n\n\nmore\n", "=== a\n\ntext  \n\n\nmore\n"),
        ("", ""),
        ("\n\n", "\n\n"),
    ],
)
def test_a_suite_is_laid_out(text: str, laid_out: str) -> None:
    """
    Tables align, blocks stand apart by one blank line, texts stay as they are.
    """
    assert formatted(text) == laid_out
