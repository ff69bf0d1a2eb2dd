"""
What the user asked for, and the cases that it comes to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmentary_regression.core.model import Case, CaseId, value_class
from llmentary_regression.services.project import ParsedSuite

LINE_TARGET = re.compile(r"(?P<path>.+?):(?P<line>\d+)\Z", re.DOTALL)
"""`PATH:LINE`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """
    What the user asked for; all given conditions have to hold.
    """

    targets: tuple[str, ...] = ()
    """`PATH`, `PATH::name`, `PATH::name[row]` or `PATH:LINE`; none means the whole project."""
    expression: str | None = None
    """`-k`: words over name and question."""
    tags: tuple[str, ...] = ()
    """Each case needs all of them; `not:slow` excludes a tag."""
    models: tuple[str, ...] = ()
    """Approved with one of these, or set; `*` stands for any letters."""
    since: str | None = None
    """Approved then or later: `7d`, or a date."""
    before: str | None = None
    """Approved earlier: `30d`, or a date."""
    failed: bool = False
    """The last run said `failed` or `error`."""
    changed: bool = False
    """The last run said `changed` or `unsure`; with `failed`, either."""
    edited: bool = False
    """Question, settings or the callable's sources differ from the last run."""
    edited_since: str | None = None
    """They differ from this revision of git."""
    shard: str | None = None
    """`2/5`, taken of what the rest selects."""
    durations: str | None = None
    """A file of durations by which shards are balanced."""

    @property
    def is_filtered(self) -> bool:
        """
        Return whether less than whole suites may be selected.
        """
        return bool(
            self.expression
            or self.tags
            or self.shard
            or self.is_by_record
            or any(map(_names_a_case, self.targets))
        )

    @property
    def is_by_record(self) -> bool:
        """
        Return whether baselines, the history or git have to be looked at.
        """
        return bool(
            self.models
            or self.since
            or self.before
            or self.failed
            or self.changed
            or self.edited
            or self.edited_since
        )


@value_class
class SuiteCase:
    """
    A case and the suite it stands in.
    """

    suite: ParsedSuite
    case: Case

    @property
    def case_id(self) -> CaseId:
        """
        Return which case of the project this is.
        """
        return CaseId(self.suite.name, self.case.key)


@dataclass(frozen=True, slots=True)
class Shard:
    """
    One part of a run.
    """

    number: int
    """From 1."""
    total: int
    cases: int | None = None
    """How many cases all parts have together, once they are split."""

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"


@dataclass(frozen=True, slots=True)
class Selected:
    """
    The cases to act on, in file order, and every suite that was read to find them.
    """

    cases: tuple[SuiteCase, ...]
    suites: tuple[ParsedSuite, ...]
    left_out_by_only: int = 0
    """How many cases are not asked because of `@only` in their suite."""
    shard: Shard | None = None
    """Which part of what was chosen the cases are, if they are a part."""


def _names_a_case(target: str) -> bool:
    return "::" in target or LINE_TARGET.match(target) is not None
