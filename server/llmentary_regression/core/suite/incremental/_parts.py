"""
The parts of a suite as they were read, kept so that the next reading can take them over: what comes before the
first block, and each block, which may have moved by some lines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmentary_regression.core.model import (
    Case,
    Expectation,
    Position,
    Problem,
    ProblemCode,
    Role,
    Row,
    SettingEntry,
    Span,
    Turn,
)
from llmentary_regression.core.settings import Scope
from llmentary_regression.core.suite.parsing import (
    Block,
    BlockCases,
    Header,
    Lines,
    Preamble,
    ProblemList,
    ReadParams,
    SettingLine,
    case_key,
    known_settings,
    quote_length,
    read_block,
    read_entry,
    read_preamble,
    tags_of,
    waits_for_row,
)


@dataclass(frozen=True, slots=True)
class Question:
    """
    A plain question, independent of its line.
    """

    key: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """
    Everything before the first block.
    """

    preamble: Preamble
    settings: tuple[SettingLine, ...]
    entries: tuple[SettingEntry, ...]
    tags: tuple[str, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]

    def says_the_same(self, other: Opening) -> bool:
        """
        Return whether the suite's settings are the same, wherever they are.
        """
        return [(setting.name, setting.value) for setting in self.settings] == [
            (setting.name, setting.value) for setting in other.settings
        ]


EMPTY_OPENING = Opening(Preamble((), (), 0), (), (), (), (), ())


def read_opening(lines: Lines, previous: Opening | None) -> Opening:
    """
    Read everything before the first block, and share what has not changed with a previous reading.
    """
    problems = ProblemList()
    preamble = read_preamble(lines, problems)
    settings = known_settings(preamble.settings, Scope.SUITE, lines, problems)
    read = [read_entry(setting, problems) for setting in settings]
    entries = tuple(entry for entry in read if entry is not None)
    known: dict[str, Question] = {}
    if previous is not None:
        if previous.entries == entries:
            entries = previous.entries  # the same object, so that what was made with it can be reused
        known = {question.turns[0].text: question for question in previous.questions}
    return Opening(
        preamble,
        tuple(settings),
        entries,
        tuple(dict.fromkeys(tags_of(entries))),
        tuple([known.get(lines[index]) or _question(lines[index]) for index in preamble.questions]),
        problems.in_order_found(),
    )


def _question(text: str) -> Question:
    turns = (Turn(Role.USER, text),)
    return Question(case_key(None, turns, None), turns)


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """
    A block and its cases, for a block that starts at line `start`.
    """

    start: int
    block: Block
    read_at: int
    """The line where the block started when it was read; the spans in `block` are relative to this."""
    problems: tuple[Problem, ...]
    case_problems: tuple[Problem, ...]
    """Problems of filling in rows; they count only if no other block has the same name."""
    cases: tuple[Case, ...]
    keys: tuple[str, ...]
    entries: tuple[SettingEntry, ...]
    """The suite's settings, as they are part of the cases."""
    filled: int
    never_closed: frozenset[int]
    """The lengths of quotes that are opened here and never closed."""
    files: tuple[str, ...]
    """The params files that the block names."""
    fills_in_suite: bool
    """Whether a row's values go into the suite's settings, so that these are not the same for all blocks."""

    def fits(self, start: int, opening: Opening) -> bool:
        """
        Return whether the record can be taken over, if necessary after being moved.
        """
        if self.files:
            return False
        # Messages name lines, so a moved block with problems has to be read again.
        is_bound = bool(self.problems or self.case_problems or self.fills_in_suite)
        return not is_bound or (self.start == start and self.entries is opening.entries)

    def moved(self, start: int, entries: tuple[SettingEntry, ...]) -> BlockRecord:
        """
        Return the record for a block that starts at `start`, below these settings of the suite.
        """
        by = start - self.start
        count = len(self.entries)
        moved_own: dict[int, tuple[SettingEntry, ...]] = {}

        def overrides_of(case: Case) -> tuple[SettingEntry, ...]:
            # Rows usually share one tuple, and should go on sharing it.
            known = moved_own.get(id(case.overrides))
            if known is None:
                known = entries + move_entries(case.overrides[count:], by)
                moved_own[id(case.overrides)] = known
            return known

        # Not `replace`, which is slower: thousands of blocks may have to be moved at one keystroke.
        return BlockRecord(
            start=start,
            block=self.block,
            read_at=self.read_at,
            problems=self.problems,
            case_problems=self.case_problems,
            cases=tuple([move_case(case, by, overrides_of(case)) for case in self.cases]),
            keys=self.keys,
            entries=entries,
            filled=self.filled,
            never_closed=self.never_closed,
            files=self.files,
            fills_in_suite=self.fills_in_suite,
        )


def read_record(lines: Lines, index: int, opening: Opening, read_params: ReadParams | None) -> BlockRecord:
    """
    Read the block whose header is line `index`.
    """
    problems, case_problems = ProblemList(), ProblemList()
    reads: list[str] = []

    def read(name: str) -> str:
        reads.append(name)
        if read_params is None:
            raise AssertionError("needed only if there is a reader")
        return read_params(name)

    block = read_block(lines, index, read if read_params is not None else None, problems)
    made = BlockCases(block, lines, opening.settings, opening.entries, case_problems)
    cases = tuple(made)
    found = problems.in_order_found()
    return BlockRecord(
        start=index,
        block=block,
        read_at=index,
        problems=found,
        case_problems=case_problems.in_order_found(),
        cases=cases,
        keys=tuple([case.key for case in cases]),
        entries=opening.entries,
        filled=made.filled,
        never_closed=_never_closed(lines, found),
        files=tuple(reads),
        fills_in_suite=block.params is not None
        and any(waits_for_row(setting, block.params.names) for setting in opening.settings),
    )


def _never_closed(lines: Lines, problems: tuple[Problem, ...]) -> frozenset[int]:
    code = str(ProblemCode.QUOTE_NOT_CLOSED)
    opened = [
        problem.span.start.line for problem in problems if problem.code == code and problem.span is not None
    ]
    return frozenset(quote_length(lines[index]) for index in opened) - {0}


def move_span(span: Span, by: int) -> Span:
    """
    Return a span moved down by `by` lines; up if it is negative.
    """
    start, end = span.start, span.end
    return Span(Position(start.line + by, start.column), Position(end.line + by, end.column))


def move_entries(entries: tuple[SettingEntry, ...], by: int) -> tuple[SettingEntry, ...]:
    """
    Return settings with their spans moved, including the spans inside expectations.
    """
    if not by or not entries:
        return entries
    return tuple([_move_entry(entry, by) for entry in entries])


def move_case(case: Case, by: int, overrides: tuple[SettingEntry, ...]) -> Case:
    """
    Return a case moved by `by` lines, with the given settings, which must be moved already.
    """
    row, span = case.row, move_span(case.span, by)
    if row is not None and row.span is not None:
        row = Row(row.values, move_span(row.span, by))
    is_plain = case.question_span is case.span
    question_span = span if is_plain else move_span(case.question_span, by)
    return Case(case.key, case.name, row, case.turns, overrides, case.tags, span, question_span)


def move_header(header: Header, by: int) -> Header:
    span = header.name_span
    return Header(header.line + by, header.name, None if span is None else move_span(span, by), header.tags)


def _move_entry(entry: SettingEntry, by: int) -> SettingEntry:
    span = move_span(entry.span, by)
    value = replace(entry.value, span=span) if isinstance(entry.value, Expectation) else entry.value
    return SettingEntry(entry.name, value, span)
