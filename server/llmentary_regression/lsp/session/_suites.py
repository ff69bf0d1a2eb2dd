"""
What the server knows about each suite: its current text, and the results of its cases.

Results are stored by case key and shown where the case is now. The result of a case that was edited since it
was asked is not shown, so that an old verdict never appears on new text.
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
from llmentary_regression.lsp.positions import Document, split_lines
from llmentary_regression.lsp.uris import file_key
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.storage.files import read_file

Wording: TypeAlias = "tuple[object, ...]"
"""Everything about a case that decides what is asked and expected, without its positions."""

_MAX_CHARACTERS_ON_LOOP = 200_000
"""A longer text is read in a thread; one of this length takes too little time to be noticed."""
_MAX_NEW_LINES_ON_LOOP = 2_000
"""A text that was read before is read on the loop, unless it has grown by more lines."""


def wording_of(case: Case) -> Wording:
    """
    Return what is equal for two readings of a case that asks and expects the same.
    """
    return (case.turns, case.tags, tuple((entry.name, str(entry.value)) for entry in case.overrides))


def verdict_span(case: Case) -> Span:
    """
    Return the range that a case's verdict is shown at: its table row, else its header or plain question.
    """
    return case.row.span if case.row is not None and case.row.span is not None else case.span


class Snapshot:
    """
    One reading of a suite, with the lines that its spans refer to.

    A class because cases are built when first needed: problems are shown without them.
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
        Return the client's lines, including their line ends.
        """
        return self.reading.raw_lines

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
        Yield the cases whose header, row or question is on one of the lines from `start` to `end`.
        """
        for case in self.reading.suite.cases:
            span = verdict_span(case)
            if _overlaps(span, start, end) or (
                span == case.span and _overlaps(case.question_span, start, end)
            ):
                yield case


@dataclass(slots=True)
class CaseState:
    """
    The result of one case since the server started. In memory only: it holds the answer.
    """

    result: CaseResult | None = None
    asked_wording: Wording | None = field(default=None, repr=False)
    """The case's wording when `result` was asked for."""
    run: int | None = None
    """The run that is asking it now; a result of any other run is dropped."""
    is_from_older_code: bool = False
    is_rejected: bool = False
    """The user has rejected this answer; it is not offered for approval."""
    matched: Case | None = field(default=None, repr=False)
    """The reading of the case that `result` was last matched with."""
    diagnostic: tuple[CaseResult, Case, dict[str, object]] | None = field(default=None, repr=False)
    """The diagnostic for a result and a reading of the case, to be used again."""


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
        self.saved_wordings: dict[str, Wording] | None = None
        """Each case's wording when the suite was opened or last saved; None before its first reading."""
        self._previous: Reading | None = None
        """The reading whose unchanged parts the next one takes over."""
        self._reading: tuple[int | None, asyncio.Task[Snapshot | None]] | None = None

    @property
    def version(self) -> int | None:
        return self.document.version if self.document is not None else None

    @property
    def is_current(self) -> bool:
        """
        Return whether the snapshot is of the current text.
        """
        return self.snapshot is not None and self.snapshot.version == self.version

    def state_of(self, key: str) -> CaseState:
        """
        Return a case's state, a new one for a case that was never asked.
        """
        return self.cases.setdefault(key, CaseState())

    def result_of(self, case: Case) -> CaseResult | None:
        """
        Return a case's result if it still belongs to what the case says now.
        """
        state = self.cases.get(case.key)
        if state is None or state.result is None:
            return None
        if state.matched is not case:
            if state.asked_wording != wording_of(case):
                return None
            state.matched = case
        return state.result

    def forget_lost_cases(self) -> None:
        """
        Drop the state of cases that are gone, and remember the present wording as saved.
        """
        if self.snapshot is None:
            return
        present = self.snapshot.cases
        self.cases = {
            key: state for key, state in self.cases.items() if key in present or state.run is not None
        }
        self.saved_wordings = {key: wording_of(case) for key, case in present.items()}

    async def read(self, project: Project) -> Snapshot | None:
        """
        Return a reading of the current text, or None if the file is gone.

        A short text, or an edit of a long one, is read on the loop, everything else in a thread; requests that
        arrive in the meantime share that reading. A reading that an edit has outdated is never returned.
        """
        while not self.is_current:
            version = self.version
            if self.document is not None and self._is_quick(self.document):
                self._store(self._read(project, self.document.lines, version))
                break
            if self._reading is None or self._reading[0] != version or self._reading[1].done():
                self._reading = (version, asyncio.create_task(self._read_in_thread(project, version)))
            # One of several waiting requests may be cancelled; the others still want the reading.
            snapshot = await asyncio.shield(self._reading[1])
            if snapshot is None:
                return None
            if self.version == version:
                self._store(snapshot)
        return self.snapshot

    def _is_quick(self, document: Document) -> bool:
        if self._previous is None:
            return document.size <= _MAX_CHARACTERS_ON_LOOP
        return len(document.lines) - len(self._previous.raw_lines) <= _MAX_NEW_LINES_ON_LOOP

    def _store(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._previous = snapshot.reading
        if self.saved_wordings is None:
            self.saved_wordings = {key: wording_of(case) for key, case in snapshot.cases.items()}

    async def _read_in_thread(self, project: Project, version: int | None) -> Snapshot | None:
        lines = self.document.lines if self.document is not None else None

        def read() -> Snapshot | None:
            try:
                present = lines if lines is not None else split_lines(_text_of_file(self.path, project.root))
            except OSError:
                return None
            return self._read(project, present, version)

        return await asyncio.to_thread(read)

    def _read(self, project: Project, lines: Sequence[str], version: int | None) -> Snapshot:
        return Snapshot(project, self.path, project.reread_suite(self.path, lines, self._previous), version)


class Suites:
    """
    Every suite that was opened, run or found, by its file.
    """

    def __init__(self) -> None:
        self._by_file: dict[str, SuiteState] = {}

    def __iter__(self) -> Iterator[SuiteState]:
        return iter(list(self._by_file.values()))

    def get(self, path: Path) -> SuiteState | None:
        return self._by_file.get(file_key(path))

    def at(self, path: Path, uri: str) -> SuiteState:
        """
        Return the suite at `path`, new if it was not known; `uri` is how the client spells it.
        """
        return self._by_file.setdefault(file_key(path), SuiteState(path, uri))

    def forget(self, path: Path) -> None:
        self._by_file.pop(file_key(path), None)


def _text_of_file(path: Path, root: Path) -> str:
    # Editors do not count a byte order mark as text, so columns must not either.
    return read_file(path, root=root).decode("utf-8", errors="replace").removeprefix("\ufeff")


def _overlaps(span: Span, start: int, end: int) -> bool:
    return span.start.line <= end and start <= span.end.line
