"""
The verdict on an answer, and the result of a case.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ._answers import Answer, Failure, FailureKind
from ._reasons import Reason
from ._settings import CaseSettings
from ._suites import Case, CaseId
from ._values import Word, value_class


class VerdictKind(Word):
    """
    The outcome of one case.
    """

    PASSED = "passed"
    UNSURE = "unsure"
    """Other words; no known fact differs, or it cannot be determined."""
    CHANGED = "changed"
    NEW = "new"
    """No baseline."""
    FAILED = "failed"
    """An `@expect` did not hold."""
    ERROR = "error"
    """The callable failed."""
    SKIPPED = "skipped"


def count_of(count: int, verdict: str) -> str:
    """
    Return a count of cases with their verdict, as a summary says it: `3 passed`, `1 error`, `2 errors`.
    """
    is_plural = verdict == VerdictKind.ERROR and count != 1
    return f"{count} {verdict}{'s' if is_plural else ''}"


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """
    One fact behind a verdict, typed so that each adapter can word it. Memory only: it may quote the answer.
    """

    kind: str
    """Such as `number`, `name`, `negation`, `pin`, `path`, `expectation`."""
    approved: str | None = None
    """What the baseline has: a redacted block (`▇number▇`), or a word that is also in the new answer."""
    now: str | None = None
    """The words of the new answer, if there are any."""

    def __repr__(self) -> str:
        return f"Evidence({self.kind})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The verdict on one answer.
    """

    kind: VerdictKind
    reason: Reason | FailureKind
    """Why; a failure's kind where the callable gave no answer."""
    score: float | None = None
    """0..1: how similar the word sequences are, if they were compared."""
    message: str = field(default="", repr=False)
    """One sentence for the developer; it may quote the new answer, so it stays in memory."""
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    example: int | None = None
    """The index of the nearest approved example."""


@value_class
class CaseResult:
    """
    One case of a finished run.
    """

    suite: str
    """The suite's path below the root, with `/`."""
    case: Case
    settings: CaseSettings
    verdict: Verdict
    answer: Answer | None = None
    """None where the callable failed or was not asked."""
    failure: Failure | None = None
    elapsed_s: float = 0.0
    masked: str | None = field(default=None, repr=False)
    """The text after `@mask`; None where `@mask` changed nothing."""
    samples: tuple[Verdict, ...] = ()
    """Every sample's verdict where more than one was asked for."""
    sample_results: tuple[CaseResult, ...] = field(default=(), repr=False)
    """Those samples with their answers. Memory only."""
    approved_model: str | None = None
    """The model that the nearest example was approved with."""
    approved_at: str | None = None
    """When the newest example was approved."""
    embedding: tuple[float, ...] | None = field(default=None, repr=False)
    """Of the text that is judged, where `@match semantic` needed it. Memory only."""

    @property
    def case_id(self) -> CaseId:
        """
        Return which case of the project this is.
        """
        return CaseId(self.suite, self.case.key)

    @property
    def judged_text(self) -> str:
        """
        Return the text that is judged, approved and compared: the answer's after `@mask`.

        It is empty where there is no answer.
        """
        if self.masked is not None:
            return self.masked
        return self.answer.text if self.answer is not None else ""

    @property
    def model(self) -> str | None:
        """
        Return the model that answered: what the callable reported, else what was set.
        """
        if self.answer is not None and self.answer.model is not None:
            return self.answer.model
        return self.settings.model
