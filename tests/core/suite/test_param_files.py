"""
Tests of `core/suite/editing/_param_files.py`.
"""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmentary_regression.core.model import Position, Span
from llmentary_regression.core.suite.editing import find_in_file, rename_in_file
from llmentary_regression.core.suite.parsing import ProblemList
from llmentary_regression.core.suite.parsing._params import read_file

NOWHERE = Span(Position(0, 0), Position(0, 0))


def check(file: str, text: str, old: str, new: str, expected: str) -> None:
    renamed = rename_in_file(file, text, old, new)

    assert renamed.text == expected
    assert _applied(text, renamed.edits) == expected


def _applied(text: str, edits: object) -> str:
    """
    Return what a client makes of the edits: it knows lines and columns, not offsets.
    """
    assert isinstance(edits, tuple)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for edit in reversed(edits):
        line, start, end = edit.span.start.line, edit.span.start.column, edit.span.end.column
        assert edit.span.end.line == line
        lines[line] = lines[line][:start] + edit.text + lines[line][end:]
    ends = iter(_line_ends(text))
    return "".join(line + next(ends, "") for line in lines)


def _line_ends(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        end = "\r\n" if text.startswith("\r\n", at) else text[at] if text[at] in "\r\n" else ""
        found += [end] if end else []
        at += len(end) or 1
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("city,land\nOslo,Norway\n", "town,land\nOslo,Norway\n"),
        ("land,city\r\ncity,city\r\n", "land,town\r\ncity,city\r\n"),
        ("\r\n\r\nland, city \r\na,b", "\r\n\r\nland, town \r\na,b"),
        ('"land","city"\na,b\n', '"land","town"\na,b\n'),
        ('"la,nd",city\na,b\n', '"la,nd",town\na,b\n'),
        ('"la""nd"," city"\na,b\n', '"la""nd"," town"\na,b\n'),
        ("🏙️é,city\ra,b\r", "🏙️é,town\ra,b\r"),
        ("land\nOslo\n", "land\nOslo\n"),
        ("", ""),
    ],
)
def test_a_column_is_renamed_in_the_heading_alone(text: str, expected: str) -> None:
    """
    Quotes, blanks, line ends and every row stay as they are.
    """
    check("rows.csv", text, "city", "town", expected)


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("city,b\n", 'a,"b"', '"a,""b""",b\n'),
        ('"city",b\n', 'a,"b"', '"a,""b""",b\n'),
        ("city,b\n", '"a"', '"""a""",b\n'),
        ("city,b\n", 'a"b', 'a"b,b\n'),
    ],
)
def test_a_name_is_quoted_as_its_format_wants_it(text: str, new: str, expected: str) -> None:
    """
    What is read back is the new name.
    """
    check("rows.csv", text, "city", new, expected)
    assert find_in_file("rows.csv", expected, new) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"city": "Oslo"}\n{"city": "city"}\n', '{"town": "Oslo"}\n{"town": "city"}\n'),
        ('{"a": {"city": 1}, "city": [{"city": 2}]}', '{"a": {"city": 1}, "town": [{"city": 2}]}'),
        ('\r\n { "city" :1 ,\t"b":"}" } \r\n', '\r\n { "town" :1 ,\t"b":"}" } \r\n'),
        ('{"c\\u0069ty": 1}', '{"town": 1}'),
        ('{"é🏙️": "\\"", "city": null}', '{"é🏙️": "\\"", "town": null}'),
        ('{"land": 1}\n{"city": 2}\n', '{"land": 1}\n{"town": 2}\n'),
    ],
)
def test_a_key_is_renamed_in_every_line(text: str, expected: str) -> None:
    """
    Of the outermost object, however it is spelled; values that look like it are left alone.
    """
    check("rows.jsonl", text, "city", "town", expected)


def test_a_key_is_escaped_as_json_wants_it() -> None:
    """
    Letters stay readable.
    """
    check("rows.jsonl", '{"city": 1}', "city", 'ö"', '{"ö\\"": 1}')


def test_the_first_place_of_a_name_is_found() -> None:
    """
    By line and code point, for an editor to go there.
    """
    assert find_in_file("rows.csv", "\n🏙️,city\n", "city") == Span(Position(1, 3), Position(1, 7))
    assert find_in_file("rows.jsonl", '\r\n{"a": 1, "city": 2}', "city") == Span(
        Position(1, 10), Position(1, 14)
    )
    assert find_in_file("rows.csv", "land\n", "city") is None


_NAMES = st.text('aé🏙"\\,:#', min_size=1, max_size=3)


@given(
    st.lists(_NAMES, min_size=1, max_size=4, unique=True),
    _NAMES,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_renamed_file_reads_as_the_same_rows_under_the_new_name(
    names: list[str], new: str, end: str, is_csv: bool
) -> None:
    """
    Whatever names there are, quoted or not.
    """
    assume(new not in names)
    out = io.StringIO(newline="")
    if is_csv:
        csv.writer(out, lineterminator=end).writerows([names, [str(n) for n in range(len(names))]])
    else:
        out.write(json.dumps({name: n for n, name in enumerate(names)}) + end)
    file = "rows.csv" if is_csv else "rows.jsonl"
    before = _read(file, out.getvalue())

    renamed = rename_in_file(file, out.getvalue(), names[0], new)

    assert _applied(out.getvalue(), renamed.edits) == renamed.text
    assert _read(file, renamed.text) == [(new, before[0][1]), *before[1:]]


def _read(file: str, text: str) -> list[tuple[str, object]]:
    params = read_file(file, NOWHERE, lambda name: text, ProblemList())
    return [pair for row in params.rows for pair in row.values]
