"""
Tests of `core/suite/incremental/_incremental.py`: reading after an edit gives what reading everything gives.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmentary_regression.core.suite.incremental import Reading, read_again
from llmentary_regression.core.suite.parsing import parse_suite


def _properties() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "suite_properties", Path(__file__).with_name("test_suite_properties.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PROPERTIES = _properties()
SUITES: st.SearchStrategy[str] = _PROPERTIES.SUITES
read_rows: Callable[[str], str] = _PROPERTIES.read_rows

EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60), SUITES), min_size=1, max_size=4)
"""Each: where to cut, how many characters, what to put there."""


def lines_of(text: str) -> list[str]:
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


def check(texts: list[str]) -> Reading:
    """
    Read one text after the other, and hold each reading against the ordinary reader.
    """
    reading: Reading | None = None
    for text in texts:
        reading = read_again(lines_of(text), reading, read_params=read_rows)
        suite, problems = parse_suite(text, read_params=read_rows)
        assert list(reading.problems) == problems
        assert reading.suite == suite
    assert reading is not None
    return reading


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SUITES, EDITS)
def test_any_edits_read_as_the_whole_text(text: str, edits: list[tuple[int, int, str]]) -> None:
    """
    Cases, settings and problems are the same to the last span, whatever is cut out and put in.
    """
    texts = [text]
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
        texts.append(text)

    check(texts)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SUITES, st.data())
def test_small_edits_read_as_the_whole_text(text: str, data: st.DataObject) -> None:
    """
    So do single lines and characters, as they are typed, with problems looked at before the cases.
    """
    reading = read_again(lines_of(text), None, read_params=read_rows)
    for _ in range(3):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(["", "x", "\n", '"', '\n"""\n', "=", "\n=== b\n", "# ", "|", "@"]))
        cut = data.draw(st.integers(0, 2))
        text = text[:at] + piece + text[at + cut :]
        reading = read_again(lines_of(text), reading, read_params=read_rows)
        assert list(reading.problems) == parse_suite(text, read_params=read_rows)[1]

    assert reading.suite == parse_suite(text, read_params=read_rows)[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=== a\n\nOne?\n=== b\n\nTwo?\n", "=== a\n\nOne?\n\n=== b\n\nTwo?\n"),
        ('=== a\n\n"""\n=== b\n\nTwo?\n', '=== a\n\n"""\n=== b\n"""\nTwo?\n'),
        ("A?\nB?\n=== c\n\nC?\n", "@match exact\nA?\nB?\n=== c\n\nC?\n"),
        ("@match exact\n=== c\n\nC?\n=== d\n\nD?\n", "# x\n@match exact\n=== c\n\nC?\n=== d\n\nD?\n"),
        ("=== a\n\nA?\n=== a\n\nB?\n", "\n=== a\n\nA?\n=== a\n\nB?\n"),
        ("A?\nA?\n=== a\n\nA?\n", "B?\nA?\nA?\n=== a\n\nA?\n"),
        ("\ufeffA?\n=== a\n\nA!\n", "x\n\ufeffA?\n=== a\n\nA!\n"),
        ("a\0b\n=== a\n\nA?\n", "ab\n=== a\n\nA?\n"),
        ("=== a\n\nA?\n", "=== a\n\nA\ufffd?\n"),
        (
            '@expect contains "{{c}}"\n=== a\n@params\n| c |\n| 1 |\n\n{{c}}?\n',
            '\n@expect contains "{{c}}"\n=== a\n@params\n| c |\n| 1 |\n\n{{c}}?\n',
        ),
        (
            '=== a\n@params\n| c |\n| 1 |\n| 2 |\n@expect contains "{{c}}"\n\n{{c}}?\n=== b\n\nB\n',
            '# x\n=== a\n@params\n| c |\n| 1 |\n| 2 |\n@expect contains "{{c}}"\n\n{{c}}?\n=== b\n\nB\n',
        ),
        ("", "A?"),
        ("A?", ""),
        ("@mach\n" * 1500, "@mach\n" * 1501 + "=== a\n\nA?\n"),
    ],
)
def test_one_edit_reads_as_the_whole_text(before: str, after: str) -> None:
    """
    The turns that edits take: quotes closed far away, settings moved, names taken, too many problems.
    """
    check([before, after, before])


def test_what_an_edit_leaves_alone_is_not_read_again() -> None:
    """
    Blocks above stay the same objects, and blocks below as well if no line was added.
    """
    text = "".join(f"=== case-{number}\n\nQuestion {number}?\n\n" for number in range(50))
    first = read_again(lines_of(text), None)

    second = read_again(lines_of(text.replace("Question 25?", "Question XXV?")), first)

    kept = [one is two for one, two in zip(first.suite.cases, second.suite.cases, strict=True)]
    assert kept.count(False) <= 3
    assert kept[0]
    assert kept[-1]
    assert not kept[25]


def test_a_params_file_is_read_again_at_each_reading() -> None:
    """
    It may have changed, which no edit of the suite tells.
    """
    text = "=== a\n@params rows.csv\n\n{{x}}?\n=== b\n\nB?\n"
    first = read_again(lines_of(text), None, read_params=lambda name: "x\n1\n")

    second = read_again(lines_of(text), first, read_params=lambda name: "x\n1\n2\n")

    assert [case.label for case in second.suite.cases] == ["a[1]", "a[2]", "b"]
