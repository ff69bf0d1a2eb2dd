"""
Choose the cases that a command speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Case
from llmentary_regression.services.project import ParsedSuite, Project

from ._expression import read_expression
from ._selection import Selected, Selection, SuiteCase
from ._sharding import read_shard, take_shard
from ._targets import choose_all, choose_targets


def select_cases(
    project: Project, selection: Selection, cwd: Path, *, now: datetime | None = None
) -> Selected:
    """
    Return the selected cases.

    Args:
        project: where to look when no target is given.
        selection: what the user asked for.
        cwd: what relative targets are relative to.
        now: what `7d` ago is counted from; by default the clock.

    Raises:
        UsageError: a path, name or line does not exist, the expression cannot be read, or nothing is left.
    """
    if selection.durations is not None and selection.shard is None:
        raise UsageError("`--durations` balances shards; add `--shard N/TOTAL`, or leave it out")
    shard = read_shard(selection.shard) if selection.shard is not None else None
    matches = read_expression(selection.expression) if selection.expression is not None else None
    targets = selection.targets
    chosen = choose_targets(project, targets, cwd) if targets else choose_all(project)

    cases: list[SuiteCase] = []
    left_out = 0
    for item in chosen.values():
        in_suite = [SuiteCase(item.parsed, case) for case in item.cases]
        if matches is not None:
            in_suite = [one for one in in_suite if matches(f"{one.case.label}\n{one.case.question}")]
        if selection.tags:
            in_suite = [one for one in in_suite if has_tags(one.case.tags, selection.tags, project, one.case)]
        focused = [one for one in in_suite if project.settings_of(one.case).only]
        if focused:
            left_out += len(in_suite) - len(focused)
            in_suite = focused
        cases += in_suite
    suites = tuple(item.parsed for item in chosen.values())
    if selection.is_by_record:
        # Imported here: most runs look at neither history nor git.
        from ._record_filters import RecordFilters

        moment = now or datetime.now(timezone.utc)
        cases = list(RecordFilters(project, selection, moment).apply(cases))
    if cases and shard is not None:
        # With more shards than cases some are empty, and that is no mistake.
        own = take_shard(project, cases, shard, selection.durations, cwd)
        return Selected(tuple(own), suites, left_out, replace(shard, cases=len(cases)))
    if not cases and not any(suite.is_broken for suite in suites):
        raise UsageError(_nothing_left(selection, suites))
    return Selected(tuple(cases), suites, left_out)


def has_tags(own: Iterable[str], wanted: Iterable[str], project: Project, case: Case) -> bool:
    """
    Return whether a case has every wanted tag and none of those wanted as `not:`.
    """
    tags = {tag.casefold() for tag in (*own, *project.settings_of(case).tags)}
    for tag in wanted:
        name = tag.removeprefix("not:").removeprefix("#").casefold()
        if (name in tags) is tag.startswith("not:"):
            return False
    return True


def _nothing_left(selection: Selection, suites: tuple[ParsedSuite, ...]) -> str:
    total = sum(len(suite.suite.cases) for suite in suites)
    if total == 0:
        names = ", ".join(f"`{suite.name}`" for suite in suites[:3])
        return f"no question in {names}; write one on a line of its own"
    filters = [f"-k {selection.expression}"] if selection.expression is not None else []
    filters += [f"-t {tag}" for tag in selection.tags]
    filters += [f"--model {model}" for model in selection.models]
    filters += [
        f"--{name.replace('_', '-')} {value}"
        for name in ("since", "before", "edited_since")
        if (value := getattr(selection, name)) is not None
    ]
    filters += [f"--{name}" for name in ("failed", "changed", "edited") if getattr(selection, name)]
    hint = "; `llmentary list` shows names and tags"
    if selection.failed or selection.changed:
        hint = "; `llmentary test` without it asks, and its verdicts are remembered"
    elif selection.edited or selection.edited_since:
        hint = "; nothing of it was edited since"
    return f"none of {total} cases is selected by `{' '.join(filters)}`{hint}"
