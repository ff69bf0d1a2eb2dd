"""
The rows of `@params`: from the table below it, or from a `.csv` or `.jsonl` file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmentary_regression.core.json import read_json
from llmentary_regression.core.model import JsonValue, ProblemCode, Row, Span

from ._lines import BLANKS, Lines
from ._problem_list import ProblemList, inserting, shorten

ReadParams = Callable[[str], str]
"""Returns the text of a file that a suite names; raises `OSError` or `ValueError`."""


@dataclass(frozen=True, slots=True)
class Params:
    """
    The declared names and the rows that could be read.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...]


_NO_PARAMS = Params((), ())


# --- tables --------------------------------------------------------------------------------------


def read_table(lines: Lines, rows: range, params: Span, problems: ProblemList) -> Params:
    """
    Read the `|` lines below an `@params`: a heading, optionally a `|---|` line, and the rows.
    """
    if not rows:
        message = "`@params` needs a table below it, or a file: `@params rows.csv`"
        problems.add(ProblemCode.NO_ROWS, params, message)
        return _NO_PARAMS
    names = tuple(_cells(lines[rows.start]))
    if fault := _fault_of_heading(names):
        problems.add(ProblemCode.BAD_HEADING, lines.span(rows.start), fault)
        return _NO_PARAMS
    body = rows[1:]
    if body and all(SEPARATOR_CELL.fullmatch(cell) for cell in _cells(lines[body.start])):
        body = body[1:]
    if not body:
        message = "the table has a heading but no row; add one below it"
        problems.add(ProblemCode.NO_ROWS, lines.span(rows.start), message)
    read = []
    for index in body:
        cells = _cells(lines[index])
        if len(cells) == len(names):
            read.append(Row(tuple(zip(names, cells, strict=True)), lines.span(index)))
        else:
            _report_ragged(lines, index, len(cells), len(names), problems)
    return Params(names, tuple(read))


SEPARATOR_CELL = re.compile(":?-+:?")
_CELL = re.compile(r"(?:[^|\\]|\\.|\\$)*")
_ESCAPE = re.compile(r"\\([|\\n])")


def raw_cells(line: str) -> list[str]:
    """
    Return the cells of a row as they are written; the last `|` may be left out.
    """
    return [line[start:end] for start, end in cell_columns(line)]


def cell_columns(line: str) -> list[tuple[int, int]]:
    """
    Return the start and end column of each cell of a row, without the blanks around it.
    """
    cells = []
    index = 0
    while index < len(line):
        found = _CELL.match(line, index + 1)
        assert found is not None, "the pattern matches the empty text"
        text = found[0].strip(BLANKS)
        start = found.start() + len(found[0]) - len(found[0].lstrip(BLANKS)) if text else found.start()
        cells.append((start, start + len(text)))
        index = found.end()
    if len(cells) > 1 and cells[-1][0] == cells[-1][1]:
        cells.pop()
    return cells


def _cells(line: str) -> list[str]:
    return [_ESCAPE.sub(_unescaped, cell) for cell in raw_cells(line)]


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]


def _fault_of_heading(names: Sequence[str]) -> str | None:
    for name in names:
        if not name or re.search(r"[{}\s]", name):
            return "each column needs a name of one word without braces, such as `country`"
    repeated = [name for name, count in Counter(names).items() if count > 1]
    return f"two columns are called `{shorten(repeated[0])}`; rename one" if repeated else None


def _report_ragged(lines: Lines, index: int, found: int, wanted: int, problems: ProblemList) -> None:
    fix = None
    if found < wanted:
        line = lines[index].rstrip(BLANKS)
        closed = line.endswith("|") and not line.endswith("\\|") and len(line) > 1
        missing = "  |" * (wanted - found) if closed else " |" + "  |" * (wanted - found)
        fix = inserting("Add the missing cells", index, missing, column=len(line))
    cells = "1 cell" if found == 1 else f"{found} cells"
    advice = "add the missing ones" if found < wanted else "a `|` inside a cell is written `\\|`"
    problems.add(
        ProblemCode.RAGGED_ROW,
        lines.span(index),
        f"this row has {cells} where the heading has {wanted}, and is left out; {advice}",
        fix,
    )


# --- files ---------------------------------------------------------------------------------------


def read_file(name: str, params: Span, read: ReadParams | None, problems: ProblemList) -> Params:
    """
    Read the rows of a `.csv` or `.jsonl` file.
    """
    shown = shorten(name)
    if not name.endswith((".csv", ".jsonl")):
        message = (
            f"`{shown}` is neither a `.csv` nor a `.jsonl` file; name one, or put a table below `@params`"
        )
        problems.add(ProblemCode.PARAMS_FILE, params, message)
        return _NO_PARAMS
    if read is None:
        problems.add(ProblemCode.PARAMS_FILE, params, f"`{shown}` is not read here, so its cases are missing")
        return _NO_PARAMS
    try:
        text = read(name).removeprefix("\ufeff")
        found = _rows_of_csv(text) if name.endswith(".csv") else _rows_of_jsonl(text)
    except OSError as exc:
        problems.add(
            ProblemCode.PARAMS_FILE, params, f"cannot read `{shown}`: {exc.strerror or exc}; check the path"
        )
        return _NO_PARAMS
    except (ValueError, csv.Error) as exc:
        problems.add(ProblemCode.PARAMS_FILE, params, f"cannot read `{shown}`: {exc}")
        return _NO_PARAMS
    for message in found.ragged:
        problems.add(ProblemCode.RAGGED_ROW, params, f"`{shown}` {message}")
    if not found.rows and not found.ragged:
        problems.add(ProblemCode.NO_ROWS, params, f"`{shown}` holds no row; add one")
    return Params(found.names, found.rows)


@dataclass(frozen=True, slots=True)
class _FileRows:
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[str, ...]


def _rows_of_csv(text: str) -> _FileRows:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: tuple[str, ...] = ()
    rows: list[Row] = []
    ragged: list[str] = []
    for cells in reader:
        if not cells:
            continue
        if not names:
            names = tuple(cell.strip(BLANKS) for cell in cells)
            if fault := _fault_of_heading(names):
                raise ValueError(fault)
        elif len(cells) == len(names):
            rows.append(Row(tuple(zip(names, cells, strict=True))))
        else:
            ragged.append(
                f"has {len(cells)} cells instead of {len(names)} in line {reader.line_num}; "
                "the row is left out"
            )
    return _FileRows(names, tuple(rows), tuple(ragged))


def _rows_of_jsonl(text: str) -> _FileRows:
    names: tuple[str, ...] = ()
    rows: list[Row] = []
    ragged: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        values = _json_object(line, number)
        if not names:
            names = tuple(values)
            if fault := _fault_of_heading(names):
                raise ValueError(fault)
        if set(values) == set(names):
            rows.append(Row(tuple((name, values[name]) for name in names)))
        else:
            ragged.append(f"has other names in line {number} than in its first; the row is left out")
    return _FileRows(names, tuple(rows), tuple(ragged))


def _json_object(line: str, number: int) -> dict[str, JsonValue]:
    try:
        value = read_json(line)
    except ValueError as exc:
        raise ValueError(f"line {number} is not JSON ({exc})") from exc
    if not isinstance(value, dict) or not value:
        raise ValueError(f"line {number} is no JSON object with names and values")
    return value
