"""
What the server knows of each suite: its present text, and what became of its cases.

Results are kept by case key and shown at the case's present place; where a case reads differently from what
was asked, its result is not shown, so that old news never lands on new text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from llmentary.core.model import Case, CaseResult, Span
from llmentary.lsp.convert import place_key
from llmentary.lsp.text import Document, split_lines
from llmentary.services.project import ParsedSuite

Wording: TypeAlias = "tuple[object, ...]"
"""Everything of a case that decides what is asked and expected, without the places where it stands."""

ReadSuite: TypeAlias = "Callable[[Path, str], ParsedSuite]"

_MOST_CHARACTERS_AT_ONCE = 200_000
"""A longer text is read in a thread: about what can be read while nobody notices."""


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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    One reading of a suite, with the lines that its spans refer to.
    """

    parsed: ParsedSuite
    lines: Sequence[str] = field(repr=False)
    version: int | None
    """The open document's version; None for a text from disk."""
    cases: Mapping[str, Case] = field(repr=False)

    def cases_at(self, start: int, end: int) -> Iterator[Case]:
        """
        Yield the cases whose header, row or question stands on one of the lines from `start` to `end`.
        """
        for case in self.parsed.suite.cases:
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
        if state is None or state.result is None or state.asked != wording_of(case):
            return None
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

    async def read(self, read_suite: ReadSuite) -> Snapshot | None:
        """
        Return a reading of the present text, or None where the file is gone.

        A short text is read at once, a long one in a thread; who asks meanwhile shares that reading, and a
        reading that was overtaken by an edit is never returned.
        """
        while not self.is_current:
            version = self.version
            if self.document is not None and self.document.size <= _MOST_CHARACTERS_AT_ONCE:
                self._keep(self._read(read_suite, self.document.source, version))
                break
            if self._reading is None or self._reading[0] != version or self._reading[1].done():
                self._reading = (version, asyncio.create_task(self._read_in_thread(read_suite, version)))
            # One of several waiting requests may be cancelled; the others still want the reading.
            snapshot = await asyncio.shield(self._reading[1])
            if snapshot is None:
                return None
            if self.version == version:
                self._keep(snapshot)
        return self.snapshot

    def _keep(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        if self.settled is None:
            self.settled = {key: wording_of(case) for key, case in snapshot.cases.items()}

    async def _read_in_thread(self, read_suite: ReadSuite, version: int | None) -> Snapshot | None:
        text = self.document.source if self.document is not None else None

        def read() -> Snapshot | None:
            try:
                present = text if text is not None else _text_of_file(self.path)
            except OSError:
                return None
            return self._read(read_suite, present, version)

        return await asyncio.to_thread(read)

    def _read(self, read_suite: ReadSuite, text: str, version: int | None) -> Snapshot:
        parsed = read_suite(self.path, text)
        return Snapshot(parsed, split_lines(text), version, {case.key: case for case in parsed.suite.cases})


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
