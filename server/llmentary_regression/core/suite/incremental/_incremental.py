"""
Read a suite again after an edit: only what the edit touched is read, all else is taken over and moved.

The result is the one of `parse_suite`, to the last span; a property test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain

from llmentary_regression.core.model import ProblemCode
from llmentary_regression.core.suite.parsing import (
    MOST_FILLED_TEXT,
    CaseMaker,
    Lines,
    ProblemList,
    ReadParams,
    parse_suite,
    report_lost_characters,
)

from ._block_record import BlockRecord, read_record
from ._line_change import LineChange
from ._opening import Opening, read_opening
from ._reading import Reading
from ._shifting import move_header


def read_again(
    lines: Sequence[str], previous: Reading | None, *, read_params: ReadParams | None = None
) -> Reading:
    """
    Read a suite, making use of a previous reading.

    Args:
        lines: the document's lines, each with its end but the last, which has none and may be empty.
        previous: any earlier reading of the same document; None for the first.
        read_params: from the name of a params file to its text; such files are read every time.
    """
    if previous is not None and (previous.is_binary or _has_mark(previous.raw) or _has_mark(lines)):
        previous = None  # a byte order mark belongs to no line, and lines move
    old, old_lines = (previous.raw, previous.lines) if previous is not None else ((), ())
    change = LineChange.between(old, old_lines, lines)
    if change.is_binary:
        return Reading.of_binary(lines, change.lines)
    opening = _opening(change, previous)
    known = previous if previous is not None and previous.opening.says_the_same(opening) else None
    starts, records = _read_blocks(change, opening, known, read_params)
    return _assemble(lines, change, opening, starts, records, read_params)


def _has_mark(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].startswith("\ufeff")


def _opening(change: LineChange, previous: Reading | None) -> Opening:
    if previous is None:
        return read_opening(change.lines, None)
    is_untouched = bool(previous.records) and previous.opening.preamble.end < change.before
    return previous.opening if is_untouched else read_opening(change.lines, previous.opening)


def _read_blocks(
    change: LineChange, opening: Opening, previous: Reading | None, read_params: ReadParams | None
) -> tuple[list[int], list[BlockRecord]]:
    lines, by = change.lines, change.by
    starts: list[int] = []
    records: list[BlockRecord] = []
    if previous is not None:
        kept = _count_kept(change, previous)
        starts, records = previous.starts[:kept], previous.records[:kept]
    at = opening.preamble.end
    if previous is not None and starts and len(starts) < len(previous.starts):
        at = previous.starts[len(starts)]
    while at < len(lines):
        if previous is not None and at >= len(lines) - change.after:
            same = bisect_left(previous.starts, at - by)
            if same < len(previous.starts) and previous.starts[same] == at - by:
                starts += [start + by for start in previous.starts[same:]] if by else previous.starts[same:]
                records += previous.records[same:]
                break
        record = read_record(lines, at, opening, read_params)
        starts.append(at)
        records.append(record)
        at = record.block.end
    for number, record in enumerate(records):
        if not record.fits(starts[number], opening):
            records[number] = read_record(lines, starts[number], opening, read_params)
    return starts, records


def _count_kept(change: LineChange, previous: Reading) -> int:
    """
    Return how many of the previous blocks, from the top, stand whole above the change.
    """
    # A block is whole if the header that ends it is above as well.
    kept = max(bisect_left(previous.starts, change.before) - 1, 0)
    if change.quotes:
        for number in range(kept):
            if previous.records[number].never_closed & change.quotes:
                return number
    return kept


def _assemble(
    raw: Sequence[str],
    change: LineChange,
    opening: Opening,
    starts: list[int],
    records: list[BlockRecord],
    read_params: ReadParams | None,
) -> Reading:
    lines = change.lines
    problems = ProblemList()
    problems.take(opening.problems)
    left_out = _admit(lines, opening, starts, records, problems)
    if not opening.preamble.questions and opening.preamble.end == len(lines):
        message = "this suite asks nothing yet; write a question on a line of its own"
        problems.add(ProblemCode.EMPTY_SUITE, lines.span(0), message)
    if change.has_lost_characters:
        report_lost_characters(lines, problems)
    if problems.is_full or sum(record.filled for record in records) > MOST_FILLED_TEXT:
        # What is left out then depends on the whole.
        suite, found = parse_suite("\n".join(lines), read_params=read_params)
        return Reading(raw, lines, opening, starts, records, tuple(found), whole=suite)
    return Reading(raw, lines, opening, starts, records, tuple(problems.sorted()), left_out)


def _admit(
    lines: Lines, opening: Opening, starts: list[int], records: list[BlockRecord], problems: ProblemList
) -> frozenset[tuple[int, int]]:
    """
    Gather the blocks' problems, and return which cases are not asked, as others before ask the same.
    """
    names = [record.block.header.name for record in records if record.block.header.name is not None]
    keys = [question.key for question in opening.questions]
    keys += chain.from_iterable([record.keys for record in records])
    if len(set(names)) == len(names) and len(set(keys)) == len(keys):
        for record in records:
            if record.problems or record.case_problems:
                problems.take(record.problems)
                problems.take(record.case_problems)
        return frozenset()
    left_out: set[tuple[int, int]] = set()
    maker = CaseMaker(lines, problems, opening.settings, opening.entries)
    for number, (at, asked) in enumerate(zip(opening.preamble.questions, opening.questions, strict=True)):
        if not maker.is_first(asked.key, lines.span(at), cut=at):
            left_out.add((-1, number))
    for number, (start, record) in enumerate(zip(starts, records, strict=True)):
        problems.take(record.problems)
        by = start - record.start
        if not maker.is_first_of_name(move_header(record.block.header, start - record.read_at)):
            left_out.update((number, place) for place in range(len(record.keys)))
            continue
        problems.take(record.case_problems)
        for place, case in enumerate(record.cases):
            row_span = case.row.span if case.row is not None else None
            line = (row_span or case.span).start.line + by
            where = lines.span(line)
            if not maker.is_first(case.key, where, cut=line if row_span is not None else None):
                left_out.add((number, place))
    return frozenset(left_out)
