"""
`llmentary history NAME`: one case through the recorded runs. Runs nothing and needs no key.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, path_shower
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.text_columns import sparkline
from llmentary_regression.services.history import Entry, read_history
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import Selection, SuiteCase, select_cases

_SIGNS = {
    VerdictKind.PASSED: ".",
    VerdictKind.UNSURE: "u",
    VerdictKind.CHANGED: "C",
    VerdictKind.NEW: "n",
    VerdictKind.FAILED: "F",
    VerdictKind.ERROR: "E",
    VerdictKind.SKIPPED: "s",
}
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="a case's name, SUITE::NAME, SUITE:LINE, or a whole SUITE"
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="print it as JSON")


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    arguments.targets = [name for name in arguments.names if _is_target(name, cwd)]
    project = open_chosen_project(arguments, cwd)
    cases = [one for name in arguments.names for one in _cases(project, name, cwd)]
    history = read_history(project)
    trends = [(one, history.trend(one.case_id)) for one in cases]
    if arguments.as_json:
        print(json.dumps({"version": 1, "cases": [_document(*trend) for trend in trends]}, indent=1))
        return 0
    show_path = path_shower(project.root, cwd)
    for one, entries in trends:
        print(case_line(one, show_path))
        for line in trend_lines(entries):
            print(f"  {line}")
    return 0


def trend_lines(entries: Sequence[Entry]) -> list[str]:
    """
    Return the trends of one case, and its last runs.
    """
    if not entries:
        return ["no run of it is recorded; `llmentary test` asks it"]
    records = [entry.record for entry in entries]
    lines = [f"verdict  {''.join(_SIGNS[one.verdict] for one in records[-40:])}"]
    if any(one.score is not None for one in records):
        lines.append(f"score    {sparkline([one.score for one in records], top=1.0)}")
    slowest = max(one.elapsed_s for one in records)
    lines.append(f"latency  {sparkline([one.elapsed_s for one in records])}  at most {slowest:.2f} s")
    if any(one.cost is not None for one in records):
        lines.append(f"cost     {sparkline([one.cost for one in records])}")
    for entry in entries[-_SHOWN:]:
        one = entry.record
        words = [f"{entry.began:%Y-%m-%d %H:%M}", f"{one.verdict!s:<8}", one.reason]
        if one.score is not None:
            words.append(f"score {one.score:.2f}")
        words.append(f"{one.elapsed_s:.2f} s")
        if one.model is not None:
            words.append(one_line(one.model, 40))
        if one.tokens is not None:
            words.append(f"{one.tokens} tokens")
        if one.cost is not None:
            words.append(f"cost {one.cost:g}")
        lines.append("  ".join(words))
    return lines


def _is_target(name: str, cwd: Path) -> bool:
    return "::" in name or (cwd / name.rpartition(":")[0]).is_file() or (cwd / name).exists()


def _cases(project: Project, name: str, cwd: Path) -> list[SuiteCase]:
    """
    Return the cases that a target names, or those with that name in any suite.
    """
    if _is_target(name, cwd):
        return list(select_cases(project, Selection(targets=(name,)), cwd).cases)
    every = select_cases(project, Selection(), cwd).cases
    found = [one for one in every if name in (one.case.name, one.case.label)]
    if not found:
        raise UsageError(f"no case `{name}` in any suite; `llmentary list` shows them")
    return found


def _document(one: SuiteCase, entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "suite": one.suite.name,
        "key": one.case.key,
        "runs": [
            {
                "began": entry.began.isoformat(),
                "verdict": str(entry.record.verdict),
                "reason": entry.record.reason,
                "score": entry.record.score,
                "elapsed_s": entry.record.elapsed_s,
                "model": entry.record.model,
                "tokens": entry.record.tokens,
                "cost": entry.record.cost,
            }
            for entry in entries
        ],
    }
