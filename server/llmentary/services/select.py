"""
Choose the cases that a command speaks of.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from llmentary.core.errors import UsageError
from llmentary.core.model import Case
from llmentary.services.expression import read_expression
from llmentary.services.project import ParsedSuite, Project

_LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Selection:
    """
    What the user asked for; everything given has to hold.
    """

    targets: tuple[str, ...] = ()
    """`PATH`, `PATH::name`, `PATH::name[row]` or `PATH:LINE`; none means the whole project."""
    expression: str | None = None
    """`-k`: words over name and question."""
    tags: tuple[str, ...] = ()
    """Each has to be carried; `not:slow` must not be."""
    models: tuple[str, ...] = ()
    """Approved with one of these, or set; `*` stands for any letters."""
    since: str | None = None
    """Approved then or later: `7d`, or a date."""
    before: str | None = None
    """Approved earlier: `30d`, or a date."""
    failed: bool = False
    """The last run said `failed` or `error`."""
    changed: bool = False
    """The last run said `changed` or `reworded`; with `failed`, either."""
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
        Tell whether less than whole suites may be selected.
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
        Tell whether baselines, the history or git have to be looked at.
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


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """
    A case and the suite it stands in.
    """

    suite: ParsedSuite
    case: Case


@dataclass(frozen=True, slots=True)
class Selected:
    """
    The cases to act on, in file order, and every suite that was read to find them.
    """

    cases: tuple[SuiteCase, ...]
    suites: tuple[ParsedSuite, ...]
    left_out_by_only: int = 0
    """How many cases a `@only` in their suite keeps from being asked."""


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
    matches = read_expression(selection.expression) if selection.expression is not None else None
    chosen: dict[Path, _Chosen] = {}
    if selection.targets:
        for target in selection.targets:
            _choose(project, target, cwd, chosen)
    else:
        for path in project.find_suites():
            chosen[path] = _Chosen(_read(project, path), None)
        if not chosen:
            raise UsageError(
                f"no suite (`{'`, `'.join(project.settings.suites)}`) below `{project.root}`; "
                "`llmentary init` writes a first one"
            )

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
        # Imported here, as below: most runs look at neither history nor git.
        from llmentary.services.select_by_record import RecordFilters

        moment = now or datetime.now(timezone.utc)
        cases = list(RecordFilters(project, selection, moment).apply(cases))
    if cases and selection.shard is not None:
        from llmentary.services.select_by_record import take_shard

        # With more shards than cases some are empty, and that is no mistake.
        cases = list(take_shard(project, cases, selection.shard, selection.durations, cwd))
        return Selected(tuple(cases), suites, left_out)
    if not cases and not any(suite.is_broken for suite in suites):
        raise UsageError(_nothing_left(selection, suites))
    return Selected(tuple(cases), suites, left_out)


def has_tags(own: Iterable[str], wanted: Iterable[str], project: Project, case: Case) -> bool:
    """
    Tell whether a case carries every wanted tag and none that is wanted `not:`.
    """
    tags = {tag.casefold() for tag in (*own, *project.settings_of(case).tags)}
    for tag in wanted:
        name = tag.removeprefix("not:").removeprefix("#").casefold()
        if (name in tags) is tag.startswith("not:"):
            return False
    return True


class _Chosen:
    """
    A suite and the cases chosen in it so far; `None` stands for all.
    """

    def __init__(self, parsed: ParsedSuite, keys: set[str] | None) -> None:
        self.parsed = parsed
        self.keys = keys

    @property
    def cases(self) -> list[Case]:
        return [case for case in self.parsed.suite.cases if self.keys is None or case.key in self.keys]

    def add(self, keys: set[str] | None) -> None:
        self.keys = None if keys is None or self.keys is None else self.keys | keys


def _choose(project: Project, target: str, cwd: Path, chosen: dict[Path, _Chosen]) -> None:
    path, name, line = _split_target(target, cwd)
    if path.is_dir():
        if name is not None:
            raise UsageError(f"`{target}`: `{path}` is a folder; name the suite that holds `{name}`")
        found = [suite for suite in project.find_suites() if suite.is_relative_to(path)]
        if not found:
            raise UsageError(f"no suite below `{path}`; `llmentary init` writes a first one")
        for suite in found:
            chosen.setdefault(suite, _Chosen(_read(project, suite), None)).add(None)
        return
    parsed = chosen[path].parsed if path in chosen else _read(project, path)
    keys: set[str] | None = None
    if name is not None:
        keys = _keys_by_name(parsed, name, target)
    elif line is not None:
        keys = _keys_by_line(parsed, line, target)
    chosen.setdefault(path, _Chosen(parsed, keys)).add(keys)


def _split_target(target: str, cwd: Path) -> tuple[Path, str | None, int | None]:
    """
    Return path, case name and line of a target; a file whose own name holds colons goes first.
    """
    whole = _absolute(target, cwd)
    if whole.exists():
        return whole, None, None
    text, separator, name = target.partition("::")
    if separator:
        path = _absolute(text, cwd)
        if not name:
            raise UsageError(f"`{target}`: a case's name is missing after `::`")
        if path.exists():
            return path, name, None
        raise UsageError(_no_such_path(text, path))
    by_line = _LINE.match(target)
    if by_line is not None:
        path = _absolute(by_line["path"], cwd)
        if path.is_file():
            return path, None, int(by_line["line"])
        target = by_line["path"]
        whole = path
    raise UsageError(_no_such_path(target, whole))


def _absolute(text: str, cwd: Path) -> Path:
    return (cwd / Path(text).expanduser()).resolve()


def _no_such_path(text: str, path: Path) -> str:
    try:
        near = difflib.get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], n=1)
    except OSError:
        near = []
    hint = f"; did you mean `{near[0]}`?" if near else "; name a suite or a folder that exists"
    return f"no such file or folder: `{text}`{hint}"


def _read(project: Project, path: Path) -> ParsedSuite:
    if path.suffix != ".llmtest":
        raise UsageError(f"`{path.name}` is no suite; suites end in `.llmtest`")
    try:
        return project.read_suite(path)
    except OSError as exc:
        raise UsageError(f"cannot read `{path}`: {exc.strerror or exc}") from exc


def _keys_by_name(parsed: ParsedSuite, name: str, target: str) -> set[str]:
    keys = {case.key for case in parsed.suite.cases if name in (case.name, case.label)}
    if keys:
        return keys
    names = {case.name or case.label for case in parsed.suite.cases} | {c.label for c in parsed.suite.cases}
    near = difflib.get_close_matches(name, sorted(names), n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"`llmentary list {parsed.name}` shows its cases"
    raise UsageError(f"`{target}`: no case `{name}` in `{parsed.name}`; {hint}")


def _keys_by_line(parsed: ParsedSuite, line: int, target: str) -> set[str]:
    """
    Return the cases of the block that holds a one-based line; of a table, those of the row there.
    """
    here = line - 1
    rows = {
        case.key
        for case in parsed.suite.cases
        if case.row is not None and case.row.span is not None and case.row.span.start.line == here
    }
    if rows:
        return rows
    starts = [case.span.start.line for case in parsed.suite.cases if case.span.start.line <= here]
    if not starts:
        raise UsageError(f"`{target}`: no case stands at line {line} of `{parsed.name}`")
    last = max(starts)
    return {case.key for case in parsed.suite.cases if case.span.start.line == last}


def _names_a_case(target: str) -> bool:
    return "::" in target or _LINE.match(target) is not None


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
