"""
The public Python API: compare answers by their fingerprints, and ask a whole project.

What only `test_all` and named pins need is imported when they are used.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from llmentary_regression.core.baselines import Baseline, unbound_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.errors import AnswersChangedError
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples
from llmentary_regression.core.judging import judge_answer, nearest
from llmentary_regression.core.model import (
    CaseResult,
    CaseSettings,
    Match,
    Privacy,
    Severity,
    Verdict,
    VerdictKind,
)
from llmentary_regression.core.pins import WantedPins, list_pins
from llmentary_regression.core.settings import read_match

_ROOT_ID = "api"


def fingerprint(answer: str, *, key: bytes, question: str = "", pins: WantedPins = ()) -> str:
    """
    Return the fingerprint of an answer: JSON text with keyed hashes and no words of the answer, to be stored.

    Args:
        answer: the approved answer.
        key: 32 secret bytes, such as `secrets.token_bytes(32)`; `compare` needs the same ones.
        question: what was asked; it has no effect and is not stored. Unlike a suite's baseline, a fingerprint is
            not bound to its question, so keep track of which fingerprint belongs to which question.
        pins: phrases that every later answer must contain: a sequence whose items are a phrase, or a sequence of
            a phrase and its aliases; or a mapping from names to such items. Messages refer to a pin by its name.

    Raises:
        ValueError: the key does not have 32 bytes.
        UsageError: the name of a pin contains what it pins; names are stored in plain text.

    Example:
        key = secrets.token_bytes(32)
        stored = llmentary.fingerprint("You have 30 days.", key=key, pins=["30 days"])
    """
    if isinstance(pins, Mapping):
        from llmentary_regression.services.approve import check_name

        for pin in list_pins(pins):
            check_name(pin, "en")
    root = Root(_ROOT_ID, bytes(key))
    baseline = unbound_baseline(root=root, random=secrets.token_bytes)
    made = make_fingerprint(
        answer,
        root=root,
        baseline_id=baseline.id,
        privacy=Privacy.FULL,
        approved=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by="",
        via="api",
        pins=pins,
    )
    approved = seal_examples(baseline, [made], root=root, random=secrets.token_bytes)
    return json.dumps(approved.to_document(), separators=(",", ":"))


def compare(
    fingerprints: str | Sequence[str], answer: str, *, key: bytes, question: str = "", match: str = "similar"
) -> Verdict:
    """
    Judge a new answer against the fingerprints of one or several approved answers; the best verdict counts.

    Args:
        fingerprints: a text that `fingerprint` returned, or a sequence of them.
        answer: the new answer.
        key: the 32 bytes with which the fingerprints were made.
        question: what was asked; it has no effect.
        match: how strictly to compare: `exact`, `normalized`, `similar`, `similar 0.9` (a similarity
            from 0 to 1 from which an answer without a differing fact passes, however it is worded) or `json`.

    Returns:
        The verdict: `.kind` is `passed`, `unsure`, `changed`, or `new` where there are no fingerprints; `.reason`
        and `.message` say why, and `.score` is the similarity from 0 to 1 if it was measured.

    Raises:
        ValueError: a fingerprint, the key or `match` cannot be read.

    Example:
        verdict = llmentary.compare(stored, "You have 14 days.", key=key)
        assert verdict.kind == "changed"
    """
    root = Root(_ROOT_ID, bytes(key))
    settings = CaseSettings(match=_read_match(match))
    texts = [fingerprints] if isinstance(fingerprints, str) else list(fingerprints)
    baselines = [_read_fingerprint(text) for text in texts]
    verdicts = [
        judge_answer(answer, baseline, root=root, settings=settings, question="") for baseline in baselines
    ]
    if not verdicts:
        return judge_answer(answer, None, root=root, settings=settings, question="")
    return nearest(verdicts)


@dataclass(frozen=True, slots=True)
class Report:
    """
    The results of asking a project's suites.
    """

    cases: tuple[CaseResult, ...]
    """Each with `.verdict`, `.case` and, only in memory, `.answer`."""
    problems: tuple[str, ...] = ()
    """The errors in suites, one line for each."""
    failing: tuple[CaseResult, ...] = ()
    """The cases for which `llmentary test` would fail."""

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
        Return the counts, since a notebook shows the `repr` of its last line and the cases would fill pages.
        """
        counts = {kind: self._count(kind) for kind in VerdictKind}
        parts = [f"{count} {kind}" for kind, count in counts.items() if count]
        return f"<Report: {', '.join(parts) or 'no case was asked'}>"

    def raise_if_changed(self) -> None:
        """
        Raise an error unless `llmentary test` would exit with 0.

        Raises:
            AnswersChangedError: a case changed or failed, or a suite has errors; it lists the cases with the reasons,
                without any answer.
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
    Ask the suites of a project, as `llmentary test` does, and judge the answers. Approves nothing.

    Can be called while an event loop is running; it blocks the loop until all cases are done.

    Args:
        paths: suites, folders or `PATH::name` of a case, relative to `root`; by default all suites.
        root: any folder of the project.

    Returns:
        The results; cases that failed or changed are results, too, and raise no error here.

    Raises:
        LlmentaryError: nothing could be asked, for example because a path, a setting or the key is missing or
            invalid.

    Example:
        report = llmentary.test_all("llmtests/faq.llmtest")
        report.raise_if_changed()
    """
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


# pytest would collect it as a test because of its name.
test_all.__test__ = False  # type: ignore[attr-defined]


def _read_fingerprint(text: str) -> Baseline:
    try:
        return Baseline.from_document("", json.loads(text))
    except ValueError as exc:
        raise ValueError(f"this is not a fingerprint made by `llmentary.fingerprint` ({exc})") from exc


def _read_match(text: str) -> Match:
    try:
        return read_match(text)
    except ValueError as exc:
        raise ValueError(f"`match` {exc}, not {text!r}") from exc
