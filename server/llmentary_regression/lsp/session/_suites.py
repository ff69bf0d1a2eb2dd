"""
What the server knows of each suite: its present text, and what became of its cases.

Results are kept by case key and shown at the case's present place; where a case reads differently from what
was asked, its result is not shown, so that old news never lands on new text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from llmentary_regression.core.model import Case, CaseResult, Problem, Span
from llmentary_regression.core.suite.incremental import Reading
from llmentary_regression.lsp.positions import Document, place_key, split_lines
from llmentary_regression.services.project import ParsedSuite, Project

Wording: TypeAlias = "tuple[object, ...]"
"""Everything of a case that decides what is asked and expected, without the places where it stands."""

_MOST_CHARACTERS_AT_ONCE = 200_000
"""A longer text is read in a thread: about what can be read while nobody notices."""
_MOST_LINES_AT_ONCE = 2_000
"""A text that was read before is read at once unless it grew by more lines."""


def wording_of(case: Case) -> Wording:
    """
    Return what two readings of a case have in common as long as the case asks and expects the same.
    """
    return (case.turns, case.tags, tuple((entry.name, str(entry.value)) for entry in case.overrides))


def place_of(case: Case) -> Span:
    """
    Return where a case's verdict is shown: its table row, else its header or plain question.
    """
    return case.row.span if case.row is not None and case.row.span is not None else case.span


class Snapshot:
    """
    One reading of a suite, with the lines that its spans refer to.

    A class because cases are put together when they are first asked for: problems are shown before.
    """

    def __init__(self, project: Project, path: Path, reading: Reading, version: int | None) -> None:
        self._project = project
        self._path = path
        self.reading = reading
        self.version = version
        """The open document's version; None for a text from disk."""

    @property
    def lines(self) -> Sequence[str]:
        """
        Return the client's lines, with their ends.
        """
        return self.reading.raw

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.reading.problems

    @cached_property
    def parsed(self) -> ParsedSuite:
        return ParsedSuite.of_reading(self._project.root, self._path, self.reading)

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """
        Return the cases by their keys, in the order of the file.
        """
        return {case.key: case for case in self.reading.suite.cases}

    def cases_at(self, start: int, end: int) -> Iterator[Case]:
        """
        Yield the cases whose header, row or question stands on one of the lines from `start` to `end`.
        """
        for case in self.reading.suite.cases:
            place = place_of(case)
            if _overlaps(place, start, end) or (
                place == case.span and _overlaps(case.question_span, start, end)
            ):
                yield case


@dataclass(slots=True)
class CaseState:
    """
    What became of one case since the server started. Memory only: it holds the answer.
    """

    result: CaseResult | None = None
    asked: Wording | None = field(default=None, repr=False)
    """How the case read when `result` was asked for."""
    run: int | None = None
    """The run that is asking it now; a result of any other run is dropped."""
    is_from_older_code: bool = False
    is_rejected: bool = False
    """The user has called this answer wrong; it is not offered for approval."""
    fitting: Case | None = field(default=None, repr=False)
    """The reading of the case that `result` was last found to belong to."""
    shown: tuple[CaseResult, Case, dict[str, object]] | None = field(default=None, repr=False)
    """The diagnostic that was made of a result and a reading of the case, to be used again."""


class SuiteState:
    """
    One suite, open in the editor or not.
    """

    def __init__(self, path: Path, uri: str) -> None:
        self.path = path
        self.uri = uri
        self.document: Document | None = None
        self.snapshot: Snapshot | None = None
        self.cases: dict[str, CaseState] = {}
        self.settled: dict[str, Wording] | None = None
        """How each case read when the suite was opened or last saved; None before its first reading."""
        self._former: Reading | None = None
        """What the next reading may take over from."""
        self._reading: tuple[int | None, asyncio.Task[Snapshot | None]] | None = None

    @property
    def version(self) -> int | None:
        return self.document.version if self.document is not None else None

    @property
    def is_current(self) -> bool:
        """
        Tell whether the snapshot is of the present text.
        """
        return self.snapshot is not None and self.snapshot.version == self.version

    def state_of(self, key: str) -> CaseState:
        """
        Return a case's state, fresh for a case that was never asked.
        """
        return self.cases.setdefault(key, CaseState())

    def result_of(self, case: Case) -> CaseResult | None:
        """
        Return a case's result if it still belongs to what the case says now.
        """
        state = self.cases.get(case.key)
        if state is None or state.result is None:
            return None
        if state.fitting is not case:
            if state.asked != wording_of(case):
                return None
            state.fitting = case
        return state.result

    def forget_lost_cases(self) -> None:
        """
        Drop what is known of cases that are gone, and take the present wording as settled.
        """
        if self.snapshot is None:
            return
        present = self.snapshot.cases
        self.cases = {
            key: state for key, state in self.cases.items() if key in present or state.run is not None
        }
        self.settled = {key: wording_of(case) for key, case in present.items()}

    async def read(self, project: Project) -> Snapshot | None:
        """
        Return a reading of the present text, or None where the file is gone.

        A short text, or an edit of a long one, is read at once, all else in a thread; who asks meanwhile
        shares that reading, and a reading that was overtaken by an edit is never returned.
        """
        while not self.is_current:
            version = self.version
            if self.document is not None and self._is_quick(self.document):
                self._keep(self._read(project, self.document.lines, version))
                break
            if self._reading is None or self._reading[0] != version or self._reading[1].done():
                self._reading = (version, asyncio.create_task(self._read_in_thread(project, version)))
            # One of several waiting requests may be cancelled; the others still want the reading.
            snapshot = await asyncio.shield(self._reading[1])
            if snapshot is None:
                return None
            if self.version == version:
                self._keep(snapshot)
        return self.snapshot

    def _is_quick(self, document: Document) -> bool:
        if self._former is None:
            return document.size <= _MOST_CHARACTERS_AT_ONCE
        return len(document.lines) - len(self._former.raw) <= _MOST_LINES_AT_ONCE

    def _keep(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._former = snapshot.reading
        if self.settled is None:
            self.settled = {key: wording_of(case) for key, case in snapshot.cases.items()}

    async def _read_in_thread(self, project: Project, version: int | None) -> Snapshot | None:
        lines = self.document.lines if self.document is not None else None

        def read() -> Snapshot | None:
            try:
                present = lines if lines is not None else split_lines(_text_of_file(self.path))
            except OSError:
                return None
            return self._read(project, present, version)

        return await asyncio.to_thread(read)

    def _read(self, project: Project, lines: Sequence[str], version: int | None) -> Snapshot:
        return Snapshot(project, self.path, project.reread_suite(self.path, lines, self._former), version)


class Suites:
    """
    Every suite that was opened, run or found, by its place.
    """

    def __init__(self) -> None:
        self._by_place: dict[str, SuiteState] = {}

    def __iter__(self) -> Iterator[SuiteState]:
        return iter(list(self._by_place.values()))

    def get(self, path: Path) -> SuiteState | None:
        return self._by_place.get(place_key(path))

    def at(self, path: Path, uri: str) -> SuiteState:
        """
        Return the suite at `path`, new if it was not known; `uri` is how the client spells it.
        """
        return self._by_place.setdefault(place_key(path), SuiteState(path, uri))

    def forget(self, path: Path) -> None:
        self._by_place.pop(place_key(path), None)


def _text_of_file(path: Path) -> str:
    # The mark at the start is no part of the text for an editor, so columns must not count it.
    return path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")


def _overlaps(span: Span, start: int, end: int) -> bool:
    return span.start.line <= end and start <= span.end.line
