"""
Read a suite again after an edit: only what the edit touched is read, all else is taken over and moved.

The result is the one of `parse_suite`, to the last span; a property test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from llmentary.core.model import Case, Problem, Role, SettingEntry, Suite, Turn
from llmentary.core.problem_codes import ProblemCode
from llmentary.core.settings.table import Place
from llmentary.core.suite.block import Block, read_block
from llmentary.core.suite.cases import MOST_FILLED_TEXT, BlockCases, CaseMaker
from llmentary.core.suite.identity import case_key
from llmentary.core.suite.lines import Lines, quote_length
from llmentary.core.suite.moving import move_case, move_entries, move_header
from llmentary.core.suite.params import ReadParams
from llmentary.core.suite.parse import parse_suite, report_lost_characters
from llmentary.core.suite.preamble import Preamble, read_preamble
from llmentary.core.suite.problem_list import ProblemList
from llmentary.core.suite.setting_lines import SettingLine, known_settings, read_entry, tags_of
from llmentary.core.suite.substitution import waits_for_row


def read_again(
    lines: Sequence[str], former: Reading | None, *, read_params: ReadParams | None = None
) -> Reading:
    """
    Read a suite, making use of a former reading.

    Args:
        lines: the document's lines, each with its end but the last, which has none and may be empty.
        former: any earlier reading of the same document; None for the first.
        read_params: from the name of a params file to its text; such files are read every time.
    """
    if former is not None and (former.is_binary or _has_mark(former.raw) or _has_mark(lines)):
        former = None  # a byte order mark belongs to no line, and lines move
    change = _Change.between(former, lines)
    if change.is_binary:
        return Reading.of_binary(lines, change.lines)
    head = _read_head(change, former)
    known = former if former is not None and former.head.says_the_same(head) else None
    starts, records = _read_blocks(change, head, known, read_params)
    return _assemble(lines, change, head, starts, records, known, read_params)


class Reading:
    """
    A suite as it was read, and what the next reading can take over from it.

    A class because the cases are put together when they are first asked for: a problem is shown before.
    """

    def __init__(
        self,
        raw: Sequence[str],
        lines: Lines,
        head: _Head,
        starts: list[int],
        records: list[_Record],
        problems: tuple[Problem, ...],
        left_out: frozenset[tuple[int, int]] = frozenset(),
        whole: Suite | None = None,
        is_binary: bool = False,
    ) -> None:
        self.raw = raw
        self.lines = lines
        self.head = head
        self.starts = starts
        self.records = records
        self.problems = problems
        self.is_binary = is_binary
        self._left_out = left_out
        self._whole = whole

    @classmethod
    def of_binary(cls, raw: Sequence[str], lines: Lines) -> Reading:
        """
        Return the reading of what is no text.
        """
        suite, problems = parse_suite("\n".join(lines))
        return cls(raw, lines, _EMPTY_HEAD, [], [], tuple(problems), whole=suite, is_binary=True)

    @property
    def files(self) -> frozenset[str]:
        """
        Return the names of all params files.
        """
        return frozenset(chain.from_iterable([record.files for record in self.records]))

    @property
    def outline(self) -> tuple[object, ...]:
        """
        Return what stays equal as long as the same cases stand in the same lines.
        """
        questions = tuple([one.key for one in self.head.questions])
        blocks = tuple([record.keys for record in self.records])
        return self.head.preamble.questions, questions, tuple(self.starts), blocks, self._left_out

    @cached_property
    def suite(self) -> Suite:
        """
        Return what the suite holds.
        """
        if self._whole is not None:
            return self._whole
        head, left_out = self.head, self._left_out
        cases: list[Case] = []
        for number, (at, asked) in enumerate(zip(head.preamble.questions, head.questions, strict=True)):
            if (-1, number) not in left_out:
                span = self.lines.span(at)
                cases.append(Case(asked.key, None, None, asked.turns, head.entries, head.tags, span, span))
        for number, start in enumerate(self.starts):
            record = self.records[number]
            if record.start != start or record.entries is not head.entries:
                # Kept: the next reading takes it over from there.
                self.records[number] = record = record.moved(start, head.entries)
            if left_out:
                cases += [c for place, c in enumerate(record.cases) if (number, place) not in left_out]
            else:
                cases += record.cases
        return Suite(tuple(cases), head.entries)


# --- what is kept --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """
    A plain question, wherever it stands.
    """

    key: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """
    Everything before the first block.
    """

    preamble: Preamble
    settings: tuple[SettingLine, ...]
    entries: tuple[SettingEntry, ...]
    tags: tuple[str, ...]
    questions: tuple[_Question, ...]
    problems: tuple[Problem, ...]

    def says_the_same(self, other: _Head) -> bool:
        """
        Tell whether the suite's settings are the same, wherever they stand.
        """
        return [(one.name, one.value) for one in self.settings] == [
            (one.name, one.value) for one in other.settings
        ]


_EMPTY_HEAD = _Head(Preamble((), (), 0), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class _Record:
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

    def fits(self, start: int, head: _Head) -> bool:
        """
        Tell whether it can be taken over, at the latest after being moved.
        """
        if self.files:
            return False
        # Messages name lines, so a moved block with problems is read anew.
        is_bound = bool(self.problems or self.case_problems or self.fills_in_suite)
        return not is_bound or (self.start == start and self.entries is head.entries)

    def moved(self, start: int, entries: tuple[SettingEntry, ...]) -> _Record:
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

        return _Record(
            start,
            self.block,
            self.read_at,
            self.problems,
            self.case_problems,
            tuple([move_case(case, by, overrides_of(case)) for case in self.cases]),
            self.keys,
            entries,
            self.filled,
            self.never_closed,
            self.files,
            self.fills_in_suite,
        )


# --- what has changed ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Change:
    """
    The stretch in which two texts differ.
    """

    lines: Lines
    """The new text's, without their ends."""
    before: int
    """So many lines at the top are the same."""
    after: int
    """So many lines at the end are the same."""
    by: int
    """How far the same lines at the end have moved."""
    quotes: frozenset[int]
    """The lengths of the quotes among the new lines."""
    is_binary: bool
    has_lost_characters: bool

    @classmethod
    def between(cls, former: Reading | None, raw: Sequence[str]) -> _Change:
        old: Sequence[str] = former.raw if former is not None else ()
        before = _first(min(len(old), len(raw)), lambda at: old[:at] != raw[:at])
        most = min(len(old), len(raw)) - before
        after = _first(most, lambda at: old[len(old) - at :] != raw[len(raw) - at :])
        fresh = [line.rstrip("\r\n") for line in raw[before : len(raw) - after]]
        if former is None:
            fresh[0] = fresh[0].removeprefix("\ufeff")
        kept: Lines | tuple[str, ...] = former.lines if former is not None else ()
        lines = Lines.of([*kept[:before], *fresh, *kept[len(old) - after :]])
        return cls(
            lines,
            before,
            after,
            len(raw) - len(old),
            frozenset(filter(None, map(quote_length, fresh))),
            any("\0" in line for line in fresh),
            "\ufffd" in "".join(lines),
        )


def _first(most: int, differs: Callable[[int], bool]) -> int:
    """
    Return the largest count up to `most` that does not differ.

    Comparing whole lists is quick, looking at each line is not.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if differs(middle):
            high = middle - 1
        else:
            low = middle
    return low


def _has_mark(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].startswith("\ufeff")


# --- reading -------------------------------------------------------------------------------------


def _read_head(change: _Change, former: Reading | None) -> _Head:
    if former is not None and former.records and former.head.preamble.end < change.before:
        return former.head
    lines = change.lines
    problems = ProblemList()
    preamble = read_preamble(lines, problems)
    settings = known_settings(preamble.settings, Place.SUITE, lines, problems)
    read = [read_entry(setting, problems) for setting in settings]
    entries = tuple(entry for entry in read if entry is not None)
    known: dict[str, _Question] = {}
    if former is not None:
        if former.head.entries == entries:
            entries = former.head.entries  # the same object: what was made with it need not be made again
        known = {one.turns[0].text: one for one in former.head.questions}
    return _Head(
        preamble,
        tuple(settings),
        entries,
        tuple(dict.fromkeys(tags_of(entries))),
        tuple([known.get(lines[at]) or _question(lines[at]) for at in preamble.questions]),
        problems.in_order_found(),
    )


def _question(text: str) -> _Question:
    turns = (Turn(Role.USER, text),)
    return _Question(case_key(None, turns, None), turns)


def _read_blocks(
    change: _Change, head: _Head, former: Reading | None, read_params: ReadParams | None
) -> tuple[list[int], list[_Record]]:
    lines, by = change.lines, change.by
    starts: list[int] = []
    records: list[_Record] = []
    if former is not None:
        kept = _count_kept(change, former)
        starts, records = former.starts[:kept], former.records[:kept]
    at = head.preamble.end
    if former is not None and starts and len(starts) < len(former.starts):
        at = former.starts[len(starts)]
    while at < len(lines):
        if former is not None and at >= len(lines) - change.after:
            same = bisect_left(former.starts, at - by)
            if same < len(former.starts) and former.starts[same] == at - by:
                starts += [start + by for start in former.starts[same:]] if by else former.starts[same:]
                records += former.records[same:]
                break
        record = _read_record(lines, at, head, read_params)
        starts.append(at)
        records.append(record)
        at = record.block.end
    for number, record in enumerate(records):
        if not record.fits(starts[number], head):
            records[number] = _read_record(lines, starts[number], head, read_params)
    return starts, records


def _count_kept(change: _Change, former: Reading) -> int:
    """
    Return how many of the former blocks, from the top, stand whole above the change.
    """
    # A block is whole if the header that ends it is above as well.
    kept = max(bisect_left(former.starts, change.before) - 1, 0)
    if change.quotes:
        for number in range(kept):
            if former.records[number].never_closed & change.quotes:
                return number
    return kept


def _read_record(lines: Lines, at: int, head: _Head, read_params: ReadParams | None) -> _Record:
    problems, case_problems = ProblemList(), ProblemList()
    reads: list[str] = []

    def read(name: str) -> str:
        reads.append(name)
        if read_params is None:
            raise AssertionError("asked for only where there is a reader")
        return read_params(name)

    block = read_block(lines, at, read if read_params is not None else None, problems)
    made = BlockCases(block, lines, head.settings, head.entries, case_problems)
    cases = tuple(made)
    code = str(ProblemCode.QUOTE_NOT_CLOSED)
    found = problems.in_order_found()
    return _Record(
        at,
        block,
        at,
        found,
        case_problems.in_order_found(),
        cases,
        tuple([case.key for case in cases]),
        head.entries,
        made.filled,
        frozenset(
            quote_length(lines[one.span.start.line])
            for one in found
            if one.code == code and one.span is not None
        )
        - {0},
        tuple(reads),
        block.params is not None and any(waits_for_row(one, block.params.names) for one in head.settings),
    )


def _assemble(
    raw: Sequence[str],
    change: _Change,
    head: _Head,
    starts: list[int],
    records: list[_Record],
    former: Reading | None,
    read_params: ReadParams | None,
) -> Reading:
    lines = change.lines
    problems = ProblemList()
    problems.take(head.problems)
    left_out = _admit(lines, head, starts, records, problems)
    if not head.preamble.questions and head.preamble.end == len(lines):
        message = "this suite asks nothing yet; write a question on a line of its own"
        problems.add(ProblemCode.EMPTY_SUITE, lines.span(0), message)
    if change.has_lost_characters:
        report_lost_characters(lines, problems)
    if problems.is_full or sum(record.filled for record in records) > MOST_FILLED_TEXT:
        # What is left out then depends on the whole.
        suite, found = parse_suite("\n".join(lines), read_params=read_params)
        return Reading(raw, lines, head, starts, records, tuple(found), whole=suite)
    return Reading(raw, lines, head, starts, records, tuple(problems.sorted()), left_out)


def _admit(
    lines: Lines, head: _Head, starts: list[int], records: list[_Record], problems: ProblemList
) -> frozenset[tuple[int, int]]:
    """
    Gather the blocks' problems, and return which cases are not asked, as others before ask the same.
    """
    names = [record.block.header.name for record in records if record.block.header.name is not None]
    keys = [one.key for one in head.questions]
    keys += chain.from_iterable([record.keys for record in records])
    if len(set(names)) == len(names) and len(set(keys)) == len(keys):
        for record in records:
            if record.problems or record.case_problems:
                problems.take(record.problems)
                problems.take(record.case_problems)
        return frozenset()
    left_out: set[tuple[int, int]] = set()
    maker = CaseMaker(lines, problems, head.settings, head.entries)
    for number, (at, asked) in enumerate(zip(head.preamble.questions, head.questions, strict=True)):
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
