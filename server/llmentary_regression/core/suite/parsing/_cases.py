"""
From what was read to the cases to ask: rows filled in, settings attached, identities checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from llmentary_regression.core.model import Case, ProblemCode, Role, Row, SettingEntry, Span, Turn

from ._block import Block
from ._head import Header
from ._lines import Lines
from ._problem_list import ProblemList, replacing, shorten
from ._setting_lines import SettingLine, read_entry, tags_of
from ._substitution import RowValues, waits_for_row

MAX_FILLED_TEXT = 16_000_000
"""In code points; otherwise a long table with a long text could fill the memory."""


@dataclass(slots=True)
class CaseMaker:
    """
    Makes the cases of one suite, without duplicates.

    A class because it remembers which names and questions it has seen.
    """

    lines: Lines
    problems: ProblemList
    suite_settings: Sequence[SettingLine]
    """The settings before the first question, as they are written."""
    suite_entries: tuple[SettingEntry, ...]
    """The same settings with their values."""
    cases: list[Case] = field(default_factory=list)
    _line_by_name: dict[str, int] = field(default_factory=dict)
    _line_by_key: dict[str, int] = field(default_factory=dict)
    _filled: int = 0

    def add_questions(self, questions: Sequence[int]) -> None:
        """
        Add a case for each line that is a question.
        """
        tags = tuple(dict.fromkeys(tags_of(self.suite_entries)))
        for index in questions:
            span = self.lines.span(index)
            turns = (Turn(Role.USER, self.lines[index]),)
            key = case_key(None, turns, None)
            if self.is_first(key, span, cut=index):
                self.cases.append(Case(key, None, None, turns, self.suite_entries, tags, span, span))

    def add_block(self, block: Block) -> None:
        """
        Add a block's case, or one for each of its rows; none if it is not clear what to ask.
        """
        if not self.is_first_of_name(block.header):
            return
        cases = BlockCases(
            block, self.lines, self.suite_settings, self.suite_entries, self.problems, self._filled
        )
        for case in cases:
            row_span = case.row.span if case.row is not None else None
            cut = row_span.start.line if row_span is not None else None
            if self.is_first(case.key, row_span or case.span, cut=cut):
                self.cases.append(case)
        self._filled = cases.filled

    def is_first_of_name(self, header: Header) -> bool:
        """
        Return whether no earlier block has the same name; report the problem if one has.
        """
        name, span = header.name, header.name_span
        if name is None or span is None:
            return True
        first = self._line_by_name.setdefault(name, header.line)
        if first == header.line:
            return True
        if self.problems.is_full:
            self.problems.leave_out(ProblemCode.NAME_TAKEN, span)
        else:
            other = self._free_name(name)
            self.problems.add(
                ProblemCode.NAME_TAKEN,
                span,
                f"the block of line {first + 1} is called `{shorten(name)}` already, "
                "so this one is not asked; give it another name",
                replacing(f"Write `{shorten(other)}`", span, other),
            )
        return False

    def _free_name(self, name: str) -> str:
        number = 2
        while f"{name}-{number}" in self._line_by_name:
            number += 1
        return f"{name}-{number}"

    def is_first(self, key: str, span: Span, *, cut: int | None) -> bool:
        """
        Return whether no earlier case asks the same; report the problem if one does.

        Args:
            key: the key of the case.
            span: where the problem is shown.
            cut: the line whose removal fixes it, if there is one.
        """
        first = self._line_by_key.get(key)
        if first is None:
            self._line_by_key[key] = span.start.line
            return True
        self.problems.add(
            ProblemCode.QUESTION_REPEATED,
            span,
            f"line {first + 1} asks the same already, so this is not asked; "
            "remove it, or put it into a block with a name of its own",
            replacing("Remove it", self.lines.full_span(cut), "") if cut is not None else None,
        )
        return False


class BlockCases:
    """
    The cases of one block, independent of the rest of the suite.

    A class because the caller asks afterwards how much text the rows have filled in.
    """

    def __init__(
        self,
        block: Block,
        lines: Lines,
        suite_settings: Sequence[SettingLine],
        suite_entries: tuple[SettingEntry, ...],
        problems: ProblemList,
        filled: int = 0,
    ) -> None:
        self._block = block
        self._lines = lines
        self._suite_settings = suite_settings
        self._suite_entries = suite_entries
        self._problems = problems
        self.filled = filled
        """How much text was filled in, in code points, including that of earlier blocks."""

    def __iter__(self) -> Iterator[Case]:
        block = self._block
        if block.turns is None:
            return
        overrides = self._suite_entries + block.entries
        if block.params is None:
            yield self._case(None, block.turns, overrides)
            return
        filling = _Filling(block, self._suite_settings, overrides, self._problems)
        for row in block.params.rows:
            values = RowValues(row)
            self.filled += filling.growth(values)
            if self.filled > MAX_FILLED_TEXT:
                message = "this table fills in more text than can be held; use fewer rows or a shorter text"
                self._problems.add(ProblemCode.TOO_MUCH_TEXT, self._lines.span(block.header.line), message)
                return
            turns = tuple(Turn(turn.role, values.fill(turn.text)) for turn in block.turns)
            yield self._case(row, turns, filling.overrides(values))

    def _case(self, row: Row | None, turns: tuple[Turn, ...], overrides: tuple[SettingEntry, ...]) -> Case:
        header = self._block.header
        own_tags = (*tags_of(self._suite_entries), *header.tags, *tags_of(self._block.entries))
        return Case(
            case_key(header.name, turns, row),
            header.name,
            row,
            turns,
            overrides,
            tuple(dict.fromkeys(own_tags)),
            self._lines.span(header.line),
            self._block.question_span,
        )


class _Filling:
    """
    Fills rows into a block's texts and settings.

    A class because a setting that is broken in one row is reported only once, not for every row.
    """

    def __init__(
        self,
        block: Block,
        suite_settings: Sequence[SettingLine],
        overrides: tuple[SettingEntry, ...],
        problems: ProblemList,
    ) -> None:
        names = block.params.names if block.params is not None else ()
        self._turns = block.turns or ()
        self._settings = (*suite_settings, *block.settings)
        self._waiting = {s.line for s in self._settings if waits_for_row(s, names)}
        self._overrides = overrides
        self._problems = problems
        self._broken: set[int] = set()

    def growth(self, values: RowValues) -> int:
        """
        Return how much text a row produces, in code points.
        """
        waiting = [setting.value for setting in self._settings if setting.line in self._waiting]
        return sum(values.growth(text) for text in (*(turn.text for turn in self._turns), *waiting))

    def overrides(self, values: RowValues) -> tuple[SettingEntry, ...]:
        """
        Return the settings of suite and block for one row; the same object for all rows if possible.
        """
        if not self._waiting:
            return self._overrides
        ready = {entry.span.start.line: entry for entry in self._overrides}
        filled = [
            self._fill(setting, values) if setting.line in self._waiting else ready.get(setting.line)
            for setting in self._settings
        ]
        return tuple(entry for entry in filled if entry is not None)

    def _fill(self, setting: SettingLine, values: RowValues) -> SettingEntry | None:
        if setting.line in self._broken:
            return None
        read = values.fill_arg if setting.name == "arg" else values.fill_expectation
        entry = read_entry(setting, self._problems, read)
        if entry is None:
            self._broken.add(setting.line)
        return entry


def case_key(name: str | None, turns: Sequence[Turn], row: Row | None) -> str:
    """
    Return the key of a case: 16 hexadecimal digits that do not depend on its position in the suite.

    It is derived from the name, or the question if there is none, and from the row, whatever the order of its columns.
    """
    identity: list[object]
    identity = ["name", name] if name is not None else ["turns", [[turn.role, turn.text] for turn in turns]]
    if row is not None:
        identity.append(dict(row.values))
    return blake2b(_to_json(identity).encode("ascii"), digest_size=8).hexdigest()


# One encoder for all keys: `json.dumps` with these options builds a new one for every call.
_to_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
