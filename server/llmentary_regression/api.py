"""
The public Python API. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.errors import AnswersChangedError
from llmentary_regression.core.model import CaseResult, CaseSettings, Match, Privacy, Verdict, VerdictKind
from llmentary_regression.core.pins import WantedPins, list_pins

if TYPE_CHECKING:
    from llmentary_regression.core.baselines import Baseline

_NAME = "api"


def fingerprint(answer: str, *, key: bytes, question: str = "", pins: WantedPins = ()) -> str:
    """
    Return the stored form of one answer: keyed hashes alone, as JSON text.

    Args:
        key: 32 bytes that no one else knows.
        question: what was asked; it is not kept, and the fingerprint is not bound to it. A suite's baseline
            is, by its MAC; whoever keeps fingerprints alone keeps track of their questions.
        pins: what must recur; each a phrase, or a sequence of a phrase and its aliases; or a mapping from
            names, which messages then use, to these.

    Raises:
        UsageError: the name of a pin says what it pins; names are kept, and answers never are.
    """
    from datetime import datetime, timezone

    from llmentary_regression.core.baselines import unbound_baseline
    from llmentary_regression.core.crypto import Root
    from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples

    if isinstance(pins, Mapping):
        from llmentary_regression.services.approve import check_name

        for pin in list_pins(pins):
            check_name(pin, "en")
    root = Root(_NAME, bytes(key))
    baseline = unbound_baseline(root=root, random=secrets.token_bytes)
    made = make_fingerprint(
        answer,
        root=root,
        baseline_id=baseline.id,
        privacy=Privacy.FULL,
        approved=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by="",
        pins=pins,
    )
    kept = seal_examples(baseline, [made], root=root, random=secrets.token_bytes)
    return json.dumps(kept.to_document(), separators=(",", ":"))


def compare(
    fingerprints: str | Sequence[str], answer: str, *, key: bytes, question: str = "", match: str = "similar"
) -> Verdict:
    """
    Judge a new answer against one or several fingerprints of approved ones.

    Args:
        question: has no influence: two answers are compared, whatever was asked.
        match: a mode, with its threshold if it has one: `exact`, `normalized`, `similar`, `similar 0.9`,
            `json`.

    Raises:
        ValueError: a fingerprint, the key or `match` cannot be read.
    """
    from llmentary_regression.core.crypto import Root
    from llmentary_regression.core.judging import judge_answer, nearest

    root = Root(_NAME, bytes(key))
    settings = CaseSettings(match=_read_match(match))
    texts = [fingerprints] if isinstance(fingerprints, str) else list(fingerprints)
    baselines = [_read_fingerprint(text) for text in texts]
    verdicts = [judge_answer(answer, one, root=root, settings=settings, question="") for one in baselines]
    if not verdicts:
        return judge_answer(answer, None, root=root, settings=settings, question="")
    return nearest(verdicts)


@dataclass(frozen=True, slots=True)
class Report:
    """
    What came of asking a project's suites.
    """

    cases: tuple[CaseResult, ...]
    """Each with `.verdict`, `.case` and, in memory only, `.answer`."""
    problems: tuple[str, ...] = ()
    """What stands wrong in suites, one line each."""
    failing: tuple[CaseResult, ...] = ()
    """The cases that `llmentary test` would fail with."""

    @property
    def passed(self) -> int:
        """
        Return how many cases passed.
        """
        return self._count(VerdictKind.PASSED)

    @property
    def changed(self) -> int:
        """
        Return how many cases changed.
        """
        return self._count(VerdictKind.CHANGED)

    def __repr__(self) -> str:
        """
        Return the counts: a notebook shows what its last line gives, and the cases would fill pages.
        """
        counts = {kind: self._count(kind) for kind in VerdictKind}
        parts = [f"{count} {kind}" for kind, count in counts.items() if count]
        return f"<Report: {', '.join(parts) or 'no case was asked'}>"

    def raise_if_changed(self) -> None:
        """
        Raise unless `llmentary test` would exit with 0: no case changed, failed or went wrong.

        Raises:
            AnswersChangedError: it names the cases and the reasons, and quotes no answer.
        """
        lines = [
            f"{result.suite}: {result.case.label}: {result.verdict.kind} ({result.verdict.reason})"
            for result in self.failing
        ]
        lines += self.problems
        if lines:
            raise AnswersChangedError("\n".join(lines))

    def _count(self, kind: VerdictKind) -> int:
        return sum(result.verdict.kind is kind for result in self.cases)


def test_all(*paths: str | os.PathLike[str], root: str | os.PathLike[str] = ".") -> Report:
    """
    Ask every suite of a project, or those named, and judge the answers; approves nothing.

    Works where an event loop is running too, and blocks it meanwhile.

    Args:
        paths: suites, folders or `PATH::name`, relative to `root`; none means all.
        root: a folder of the project.

    Raises:
        LlmentaryError: nothing could be asked.
    """
    from functools import partial

    from llmentary_regression.core.model import Severity
    from llmentary_regression.services.project import open_project
    from llmentary_regression.services.run import is_failing, run_cases, run_sync
    from llmentary_regression.services.select import Selection, select_cases

    folder = Path(root)
    project = open_project(folder, environ=os.environ)
    selected = select_cases(project, Selection(targets=tuple(str(path) for path in paths)), folder)

    async def ask() -> list[CaseResult]:
        try:
            return [result async for batch in run_cases(project, selected.cases) for result in batch]
        finally:
            await project.close()

    cases = tuple(run_sync(ask))
    problems = tuple(
        f"{suite.name}: {problem.message}"
        for suite in selected.suites
        for problem in suite.problems
        if problem.severity is Severity.ERROR
    )
    fails = partial(is_failing, strict=project.is_strict)
    return Report(cases, problems, tuple(result for result in cases if fails(result)))


# pytest takes whatever is called test_... for a test.
test_all.__test__ = False  # type: ignore[attr-defined]


def _read_fingerprint(text: str) -> Baseline:
    from llmentary_regression.core.baselines import Baseline

    try:
        return Baseline.from_document("", json.loads(text))
    except ValueError as exc:
        raise ValueError(f"this is no fingerprint as `llmentary.fingerprint` makes them ({exc})") from exc


def _read_match(text: str) -> Match:
    from llmentary_regression.core.settings import read_match

    try:
        return read_match(text)
    except ValueError as exc:
        raise ValueError(f"`match` {exc}, not {text!r}") from exc
