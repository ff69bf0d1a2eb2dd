"""
One block of a suite as it was read, kept so that the next reading can take it over, wherever it then stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary_regression.core.model import Case, Problem, ProblemCode, SettingEntry
from llmentary_regression.core.suite.parsing import (
    Block,
    BlockCases,
    Lines,
    ProblemList,
    ReadParams,
    quote_length,
    read_block,
    waits_for_row,
)

from ._opening import Opening
from ._shifting import move_case, move_entries


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """
    A block and the cases that it makes, as they are where it starts at `start`.
    """

    start: int
    block: Block
    read_at: int
    """Where the block started when it was read; its own places are of then."""
    problems: tuple[Problem, ...]
    case_problems: tuple[Problem, ...]
    """Of filling in rows; they count only if no other block has its name."""
    cases: tuple[Case, ...]
    keys: tuple[str, ...]
    entries: tuple[SettingEntry, ...]
    """The suite's, as they stand in the cases."""
    filled: int
    never_closed: frozenset[int]
    """The lengths of quotes that open here and are closed nowhere below."""
    files: tuple[str, ...]
    """The params files that it names."""
    fills_in_suite: bool
    """A row's values go into the suite's settings, so these are not the same for all blocks."""

    def fits(self, start: int, opening: Opening) -> bool:
        """
        Tell whether it can be taken over, at the latest after being moved.
        """
        if self.files:
            return False
        # Messages name lines, so a moved block with problems is read anew.
        is_bound = bool(self.problems or self.case_problems or self.fills_in_suite)
        return not is_bound or (self.start == start and self.entries is opening.entries)

    def moved(self, start: int, entries: tuple[SettingEntry, ...]) -> BlockRecord:
        """
        Return it as it is where it starts at `start`, below these settings of the suite.
        """
        by = start - self.start
        count = len(self.entries)
        moved_own: dict[int, tuple[SettingEntry, ...]] = {}

        def overrides_of(case: Case) -> tuple[SettingEntry, ...]:
            # Rows mostly share one tuple, and shall go on to do so.
            known = moved_own.get(id(case.overrides))
            if known is None:
                known = entries + move_entries(case.overrides[count:], by)
                moved_own[id(case.overrides)] = known
            return known

        # Not `replace`: a suite of thousands of blocks may have to be moved at one key stroke.
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


def read_record(lines: Lines, at: int, opening: Opening, read_params: ReadParams | None) -> BlockRecord:
    """
    Read the block whose header stands in line `at`.
    """
    problems, case_problems = ProblemList(), ProblemList()
    reads: list[str] = []

    def read(name: str) -> str:
        reads.append(name)
        if read_params is None:
            raise AssertionError("asked for only where there is a reader")
        return read_params(name)

    block = read_block(lines, at, read if read_params is not None else None, problems)
    made = BlockCases(block, lines, opening.settings, opening.entries, case_problems)
    cases = tuple(made)
    found = problems.in_order_found()
    return BlockRecord(
        start=at,
        block=block,
        read_at=at,
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
    return frozenset(quote_length(lines[at]) for at in opened) - {0}
