"""
`llmentary test --watch`: ask, then ask again what an edit affects, until Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from llmentary_regression.core.errors import LlmentaryError, UsageError
from llmentary_regression.core.model import CaseId
from llmentary_regression.core.safe_text import printable
from llmentary_regression.services.history import InputReader, Inputs, changed_sources, source_digests
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.files import VCS_MARKERS

EXIT_INTERRUPTED = 130
_IGNORED = frozenset({*VCS_MARKERS, "node_modules", "__pycache__", ".venv", ".mypy_cache", ".pytest_cache"})


class EditTracker:
    """
    Knows how each case was asked last, and so which cases an edit affects.
    """

    def __init__(self) -> None:
        self._asked: dict[CaseId, Inputs] = {}
        self._sources: dict[str, str] = {}

    def affected(self, project: Project, cases: Sequence[SuiteCase]) -> Sequence[SuiteCase]:
        """
        Return the cases to ask now, and record them as asked: all of them when a source file changed.
        """
        inputs = InputReader(project)
        now = {one.case_id: inputs.read(one.case) for one in cases}
        previous, self._asked = self._asked, now
        if changed_sources(project.root, self._sources):
            return cases
        return [one for one in cases if previous.get(one.case_id) != now[one.case_id]]

    def remember_sources(self, root: Path, sources: Collection[Path]) -> None:
        """
        Record the callable's sources as they are now; if nothing was asked, those that are known already.
        """
        self._sources = source_digests(root, sources or [root / name for name in self._sources])


def watch(root: Path, ask: Callable[[], None]) -> int:
    """
    Ask at once and after each edit below `root`, until Ctrl-C.

    Args:
        root: the project's folder.
        ask: asks and shows; what it raises is shown, since the next edit may fix it.

    Raises:
        UsageError: watchfiles is not installed.
    """
    edits = _edits(root)
    next(edits, None)  # begins to watch, so that no edit is missed while the first run is on
    while True:
        if sys.stdout.isatty():
            print("\x1b[2J\x1b[H", end="")
        try:
            ask()
        except LlmentaryError as exc:
            print(f"llmentary: {printable(str(exc))}", file=sys.stderr)
        print(f"watching {root}; Ctrl-C ends it", flush=True)
        if not any(edits):  # skips the empty sets of timeouts; ends with Ctrl-C
            return EXIT_INTERRUPTED


def is_watched(path: str) -> bool:
    """
    Return whether an edit of this file may affect a case: not what llmentary or another tool writes itself.
    """
    parts = Path(path).parts
    if not _IGNORED.isdisjoint(parts) or path.endswith((".pyc", ".tmp", "~")):
        return False
    return ".llmentary" not in parts or "baselines" in parts


def _edits(root: Path) -> Iterator[Any]:
    try:
        import watchfiles
    except ImportError as exc:
        raise UsageError("`--watch` needs watchfiles; install `llmentary-regression[watch]`") from exc
    return watchfiles.watch(
        root,
        watch_filter=lambda _change, path: is_watched(path),
        raise_interrupt=False,
        debounce=300,
        rust_timeout=200,
        yield_on_timeout=True,
    )
