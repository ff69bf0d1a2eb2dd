"""
Settings written into a suite's text: nothing else of it changes.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import Case
from llmentary_regression.core.suite.editing import can_hold_settings, set_settings
from llmentary_regression.core.suite.parsing import parse_suite


def case_of(text: str, place: int = 0) -> Case:
    return parse_suite(text)[0].cases[place]


def check(text: str, settings: list[tuple[str, str]], expected: str, place: int = 0) -> None:
    case = case_of(text, place)
    assert can_hold_settings(text, case)

    written = set_settings(text, case, settings)

    assert written == expected
    again = parse_suite(written)[0].cases[place]
    assert (again.key, again.question) == (case.key, case.question)


def test_a_new_setting_comes_below_the_header() -> None:
    """Before what stands there, and with a line of its own."""
    check("=== a\n\nWhy?\n", [("match", "similar 0.8")], "=== a\n@match similar 0.8\n\nWhy?\n")
    check("=== a\n@tags x\n\nWhy?\n", [("examples", "3")], "=== a\n@examples 3\n@tags x\n\nWhy?\n")


def test_a_setting_that_stands_there_takes_the_new_value() -> None:
    """In its place."""
    check(
        "=== a\n# note\n@match   exact\n\nWhy?\n", [("match", "json")], "=== a\n# note\n@match json\n\nWhy?\n"
    )


def test_a_setting_of_the_whole_file_stays() -> None:
    """The block gets one of its own."""
    check("@match exact\n=== a\n\nWhy?\n", [("match", "json")], "@match exact\n=== a\n@match json\n\nWhy?\n")


def test_masks_add_up() -> None:
    """One that is there stays."""
    check("=== a\n@mask /x/\n\nWhy?\n", [("mask", "/y/")], "=== a\n@mask /y/\n@mask /x/\n\nWhy?\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay_as_they_are(end: str) -> None:
    """The new line takes those of the file."""
    text = "\ufeff=== a\n\nWhy?\u2028 So?\n\n=== b\n\nWho?".replace("\n", end)
    expected = "\ufeff=== a\n\nWhy?\u2028 So?\n\n=== b\n@match json\n\nWho?".replace("\n", end)

    check(text, [("match", "json")], expected, place=1)


def test_a_block_in_the_first_line_after_a_byte_order_mark() -> None:
    """The mark stays where it is."""
    check("\ufeff=== a\n\nWhy?\n", [("match", "json")], "\ufeff=== a\n@match json\n\nWhy?\n")


def test_rows_share_the_head_of_their_block() -> None:
    """The table stays below the settings."""
    text = "=== a\n@params\n| x |\n| 1 |\n| 2 |\n\nWhy {{x}}?\n"

    check(text, [("examples", "2")], text.replace("=== a\n", "=== a\n@examples 2\n"), place=1)


def test_a_plain_question_holds_no_settings() -> None:
    """It is one line and nothing else."""
    text = "Why?\n=== a\n\nWho?\n"

    assert not can_hold_settings(text, case_of(text))
    assert can_hold_settings(text, case_of(text, 1))
