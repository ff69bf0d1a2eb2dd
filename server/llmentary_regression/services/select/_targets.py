"""
What the user's targets name: suites, and cases in them by name or line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Case
from llmentary_regression.services.project import ParsedSuite, Project

from ._selection import LINE_TARGET


class Chosen:
    """
    A suite and the cases chosen in it so far; `None` stands for all.
    """

    def __init__(self, parsed: ParsedSuite, keys: set[str] | None) -> None:
        self.parsed = parsed
        self.keys = keys

    @property
    def cases(self) -> list[Case]:
        """
        Return them in file order.
        """
        return [case for case in self.parsed.suite.cases if self.keys is None or case.key in self.keys]

    def add(self, keys: set[str] | None) -> None:
        """
        Choose more of them.
        """
        self.keys = None if keys is None or self.keys is None else self.keys | keys


def choose_all(project: Project) -> dict[Path, Chosen]:
    """
    Return all suites of a project.

    Raises:
        UsageError: there is none, or one cannot be read.
    """
    paths = project.find_suites()
    if not paths:
        raise UsageError(
            f"no suite (`{'`, `'.join(project.settings.suites)}`) below `{project.root}`; "
            "`llmentary init` writes a first one"
        )
    return {path: Chosen(_read(project, path), None) for path in paths}


def choose_targets(project: Project, targets: Iterable[str], cwd: Path) -> dict[Path, Chosen]:
    """
    Return the cases that `PATH`, `PATH::name`, `PATH::name[row]` and `PATH:LINE` name.

    Raises:
        UsageError: a path, name or line does not exist, or a suite cannot be read.
    """
    chosen: dict[Path, Chosen] = {}
    for target in targets:
        _choose(project, target, cwd, chosen)
    return chosen


def _choose(project: Project, target: str, cwd: Path, chosen: dict[Path, Chosen]) -> None:
    path, name, line = _split_target(target, cwd)
    if path.is_dir():
        if name is not None:
            raise UsageError(f"`{target}`: `{path}` is a folder; name the suite that holds `{name}`")
        found = [suite for suite in project.find_suites() if suite.is_relative_to(path)]
        if not found:
            raise UsageError(f"no suite below `{path}`; `llmentary init` writes a first one")
        for suite in found:
            chosen.setdefault(suite, Chosen(_read(project, suite), None)).add(None)
        return
    parsed = chosen[path].parsed if path in chosen else _read(project, path)
    keys: set[str] | None = None
    if name is not None:
        keys = _keys_by_name(parsed, name, target)
    elif line is not None:
        keys = _keys_by_line(parsed, line, target)
    chosen.setdefault(path, Chosen(parsed, keys)).add(keys)


def _read(project: Project, path: Path) -> ParsedSuite:
    if path.suffix != ".llmtest":
        raise UsageError(f"`{path.name}` is not a suite; suites end in `.llmtest`")
    try:
        return project.read_suite(path)
    except OSError as exc:
        raise UsageError(f"cannot read `{path}`: {exc.strerror or exc}") from exc


def _split_target(target: str, cwd: Path) -> tuple[Path, str | None, int | None]:
    """
    Return path, case name and line of a target; an existing file whose name contains colons goes first.
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
    by_line = LINE_TARGET.match(target)
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
