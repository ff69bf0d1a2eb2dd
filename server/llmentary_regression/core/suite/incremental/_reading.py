"""
A suite as it was read, with everything that the next reading of the same document can take over.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from llmentary_regression.core.model import Case, Problem, Suite
from llmentary_regression.core.suite.parsing import Lines, parse_suite

from ._parts import EMPTY_OPENING, BlockRecord, Opening


class Reading:
    """
    A suite as it was read, and what the next reading can take over from it.

    A class because the cases are built only when they are needed: problems are shown first.
    """

    def __init__(
        self,
        raw_lines: Sequence[str],
        lines: Lines,
        opening: Opening,
        starts: list[int],
        records: list[BlockRecord],
        problems: tuple[Problem, ...],
        left_out: frozenset[tuple[int, int]] = frozenset(),
        whole: Suite | None = None,
        is_binary: bool = False,
    ) -> None:
        self.raw_lines = raw_lines
        self.lines = lines
        self.opening = opening
        self.starts = starts
        self.records = records
        self.problems = problems
        self.is_binary = is_binary
        self._left_out = left_out
        self._whole = whole

    @classmethod
    def of_binary(cls, raw_lines: Sequence[str], lines: Lines) -> Reading:
        """
        Return the reading of a file that is not text.
        """
        suite, problems = parse_suite("\n".join(lines))
        return cls(raw_lines, lines, EMPTY_OPENING, [], [], tuple(problems), whole=suite, is_binary=True)

    @property
    def files(self) -> frozenset[str]:
        """
        Return the names of all params files.
        """
        return frozenset(chain.from_iterable([record.files for record in self.records]))

    @property
    def outline(self) -> tuple[object, ...]:
        """
        Return a value that stays equal as long as the same cases are in the same lines.
        """
        questions = tuple([question.key for question in self.opening.questions])
        blocks = tuple([record.keys for record in self.records])
        return self.opening.preamble.questions, questions, tuple(self.starts), blocks, self._left_out

    @cached_property
    def suite(self) -> Suite:
        """
        Return the suite.
        """
        if self._whole is not None:
            return self._whole
        opening, left_out = self.opening, self._left_out
        cases: list[Case] = []
        for number, (index, question) in enumerate(
            zip(opening.preamble.questions, opening.questions, strict=True)
        ):
            if (-1, number) not in left_out:
                span = self.lines.span(index)
                cases.append(
                    Case(question.key, None, None, question.turns, opening.entries, opening.tags, span, span)
                )
        for number, start in enumerate(self.starts):
            record = self.records[number]
            if record.start != start or record.entries is not opening.entries:
                # Stored, so that the next reading can take over the moved record.
                self.records[number] = record = record.moved(start, opening.entries)
            if left_out:
                cases += [c for row, c in enumerate(record.cases) if (number, row) not in left_out]
            else:
                cases += record.cases
        return Suite(tuple(cases), opening.entries)
