"""
`llmentary list`: the cases, and what is approved of them. Runs nothing and needs no key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import path_shower, setting_problem_line
from llmentary_regression.cli.selection import add_selection_arguments, selection_of
from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.model import Case, Severity
from llmentary_regression.core.safe_text import one_line, printable
from llmentary_regression.reports.text_columns import column
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.services.select import select_cases

_LABEL_WIDTH = 44


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    parser.add_argument("--json", dest="as_json", action="store_true", help="list them as JSON")


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    project = open_chosen_project(arguments, cwd)
    selected = select_cases(project, selection_of(arguments), cwd)
    show_path = path_shower(project.root, cwd)
    baselines: dict[str, Mapping[str, Baseline]] = {}
    exit_code = 0
    for suite in selected.suites:
        try:
            keys = [one.case.key for one in selected.cases if one.suite is suite]
            baselines[suite.name] = _baselines_of(project, suite, keys)
        except BaselineFileError as exc:
            print(f"llmentary: {exc}", file=sys.stderr)
            exit_code = 1

    if arguments.as_json:
        items = [
            _item(one.suite, one.case, project, baselines.get(one.suite.name, {})) for one in selected.cases
        ]
        print(json.dumps({"version": 1, "cases": items}, indent=1))
        return exit_code

    for problem in project.problems:
        print(setting_problem_line(problem, cwd))
    approved = 0
    for suite in selected.suites:
        print(printable(show_path(suite.name)))
        for problem in suite.problems:
            if problem.severity is not Severity.HINT:
                line = "" if problem.span is None else problem.span.start.line + 1
                file = f"{show_path(problem.origin)}: " if problem.origin else ""
                print(f"  {line:>4}  problem: {printable(f'{file}{problem.message}')} ({problem.code})")
        known = baselines.get(suite.name, {})
        for one in selected.cases:
            if one.suite is suite:
                approved += one.case.key in known
                print(_line(one.case, project, known.get(one.case.key), is_readable=suite.name in baselines))
    total = len(selected.cases)
    print(f"{total} case{'' if total == 1 else 's'}, {approved} with a baseline")
    return exit_code


def _baselines_of(project: Project, suite: ParsedSuite, keys: Iterable[str]) -> dict[str, Baseline]:
    if Path(suite.name).is_absolute():
        return {}  # a suite outside the project has no baselines
    stored = project.store.read(suite.name)
    return {key: stored[key] for key in keys if key in stored}


def _line(case: Case, project: Project, baseline: Baseline | None, *, is_readable: bool) -> str:
    state = _state(case, project, baseline) if is_readable else "baseline file cannot be read"
    tags = "".join(f"  #{printable(tag)}" for tag in project.settings_of(case).tags or case.tags)
    return f"  {case.span.start.line + 1:>4}  {column(case.label, _LABEL_WIDTH)}  {state}{tags}"


def _state(case: Case, project: Project, baseline: Baseline | None) -> str:
    skip = project.settings_of(case).skip
    skipped = "" if skip is None else f"; skipped{': ' if skip else ''}{one_line(skip, 60)}"
    if baseline is None or not baseline.examples:
        return f"new{skipped}"
    last = baseline.examples[-1]
    state = f"approved {last.approved[:10]}"
    if last.by:
        state += f" by {one_line(last.by, 30)}"
    if last.model is not None:
        state += f" with {one_line(last.model, 40)}"
    total = len(baseline.examples)
    if total > 1:
        state += f", {total} examples"
    if baseline.question != case.question:
        state += "; the question was edited since"
    return state + skipped


def _item(suite: ParsedSuite, case: Case, project: Project, known: Mapping[str, Baseline]) -> dict[str, Any]:
    baseline = known.get(case.key)
    settings = project.settings_of(case)
    return {
        "suite": suite.name,
        "key": case.key,
        "name": case.name,
        "row": None if case.row is None else {name: str(value) for name, value in case.row.values},
        "line": case.span.start.line + 1,
        "question": case.question,
        "tags": list(settings.tags or case.tags),
        "skip": settings.skip,
        "examples": [
            {"approved": example.approved, "by": example.by, "model": example.model}
            for example in (baseline.examples if baseline is not None else ())
        ],
    }
