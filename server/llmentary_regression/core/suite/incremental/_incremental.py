"""
Read a suite again after an edit: only what the edit touched is read, everything else is taken over and moved.

The result is exactly that of `parse_suite`; a property test compares the two.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from llmentary_regression.core.model import ProblemCode
from llmentary_regression.core.suite.parsing import (
    MAX_FILLED_TEXT,
    CaseMaker,
    Lines,
    ProblemList,
    ReadParams,
    parse_suite,
    quote_length,
    report_lost_characters,
)

from ._parts import BlockRecord, Opening, move_header, read_opening, read_record
from ._reading import Reading


def read_again(
    lines: Sequence[str], previous: Reading | None, *, read_params: ReadParams | None = None
) -> Reading:
    """
    Read a suite, reusing as much as possible of a previous reading.

    Args:
        lines: the document's lines, each with its end but the last, which has none and may be empty.
        previous: any earlier reading of the same document; None for the first.
        read_params: from the name of a params file to its text; such files are read every time.
    """
    if previous is not None and (previous.is_binary or _has_mark(previous.raw_lines) or _has_mark(lines)):
        previous = None  # a byte order mark belongs to no line, but lines move
    old, old_lines = (previous.raw_lines, previous.lines) if previous is not None else ((), ())
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
    index = opening.preamble.end
    if previous is not None and starts and len(starts) < len(previous.starts):
        index = previous.starts[len(starts)]
    while index < len(lines):
        if previous is not None and index >= len(lines) - change.after:
            same = bisect_left(previous.starts, index - by)
            if same < len(previous.starts) and previous.starts[same] == index - by:
                starts += [start + by for start in previous.starts[same:]] if by else previous.starts[same:]
                records += previous.records[same:]
                break
        record = read_record(lines, index, opening, read_params)
        starts.append(index)
        records.append(record)
        index = record.block.end
    for number, record in enumerate(records):
        if not record.fits(starts[number], opening):
            records[number] = read_record(lines, starts[number], opening, read_params)
    return starts, records


def _count_kept(change: LineChange, previous: Reading) -> int:
    """
    Return how many of the previous blocks, from the top, are completely above the change.
    """
    # A block is complete if the header that ends it is above the change too.
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
    if problems.is_full or sum(record.filled for record in records) > MAX_FILLED_TEXT:
        # Then it depends on the whole suite what is left out.
        suite, found = parse_suite("\n".join(lines), read_params=read_params)
        return Reading(raw, lines, opening, starts, records, tuple(found), whole=suite)
    return Reading(raw, lines, opening, starts, records, tuple(problems.sorted()), left_out)


def _admit(
    lines: Lines, opening: Opening, starts: list[int], records: list[BlockRecord], problems: ProblemList
) -> frozenset[tuple[int, int]]:
    """
    Collect the problems of the blocks, and return the cases that are not asked because earlier ones ask the same.

    Each is a pair of block number (-1 before the first block) and its number among the cases there.
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
    for number, (index, question) in enumerate(
        zip(opening.preamble.questions, opening.questions, strict=True)
    ):
        if not maker.is_first(question.key, lines.span(index), cut=index):
            left_out.add((-1, number))
    for number, (start, record) in enumerate(zip(starts, records, strict=True)):
        problems.take(record.problems)
        by = start - record.start
        if not maker.is_first_of_name(move_header(record.block.header, start - record.read_at)):
            left_out.update((number, row) for row in range(len(record.keys)))
            continue
        problems.take(record.case_problems)
        for row, case in enumerate(record.cases):
            row_span = case.row.span if case.row is not None else None
            line = (row_span or case.span).start.line + by
            where = lines.span(line)
            if not maker.is_first(case.key, where, cut=line if row_span is not None else None):
                left_out.add((number, row))
    return frozenset(left_out)


@dataclass(frozen=True, slots=True)
class LineChange:
    """
    A new text compared with the previous one: what is the same above and below, and what is new in between.
    """

    lines: Lines
    """The lines of the new text, without their ends."""
    before: int
    """How many lines at the top are the same."""
    after: int
    """How many lines at the end are the same."""
    by: int
    """By how many lines the end has moved."""
    quotes: frozenset[int]
    """The lengths of the quotes in the new lines."""
    is_binary: bool
    has_lost_characters: bool

    @classmethod
    def between(cls, old: Sequence[str], old_lines: Sequence[str], new: Sequence[str]) -> LineChange:
        """
        Compare two texts.

        Args:
            old: the previous lines with their ends; empty if there is no previous text.
            old_lines: the same without their ends.
            new: the lines with their ends, at least one.
        """
        before = _first(min(len(old), len(new)), lambda index: old[:index] != new[:index])
        most = min(len(old), len(new)) - before
        after = _first(most, lambda index: old[len(old) - index :] != new[len(new) - index :])
        fresh = [line.rstrip("\r\n") for line in new[before : len(new) - after]]
        if not old:
            fresh[0] = fresh[0].removeprefix("\ufeff")
        lines = Lines.of([*old_lines[:before], *fresh, *old_lines[len(old) - after :]])
        return cls(
            lines,
            before,
            after,
            len(new) - len(old),
            frozenset(filter(None, map(quote_length, fresh))),
            any("\0" in line for line in fresh),
            "\ufffd" in "".join(lines),
        )


def _first(most: int, differs: Callable[[int], bool]) -> int:
    """
    Return the largest count up to `most` that does not differ, by bisection.

    Comparing slices of a list is fast, comparing line by line is not.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if differs(middle):
            high = middle - 1
        else:
            low = middle
    return low
