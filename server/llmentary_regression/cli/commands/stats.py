"""
`llmentary stats`: what the project holds, and how its answers drift. Runs nothing and needs no key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, path_shower
from llmentary_regression.cli.selection import add_selection_arguments, selection_of
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.text_columns import column, sparkline
from llmentary_regression.services.history import History, read_history
from llmentary_regression.services.select import select_cases
from llmentary_regression.services.stats import DriftPoint, Stats, count_stats
from llmentary_regression.storage.files import replace_file

_SHOWN = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser, durations=False)
    parser.add_argument("--json", dest="as_json", action="store_true", help="print them as JSON")
    parser.add_argument(
        "--durations",
        dest="durations_file",
        metavar="FILE",
        help="write how long each case took in the last whole run, for `--shard` on other machines",
    )


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    project = open_chosen_project(arguments, cwd)
    selected = select_cases(project, selection_of(arguments), cwd)
    history = read_history(project)
    if arguments.durations_file is not None:
        return _write_durations(cwd / Path(arguments.durations_file).expanduser(), project.root, history)
    stats = count_stats(project, selected.cases, history)
    for reason in stats.unreadable:
        print(f"llmentary: {reason}", file=sys.stderr)
    if arguments.as_json:
        print(json.dumps(_document(stats), indent=1))
    else:
        show_path = path_shower(project.root, cwd)
        cases = {one.case_id: one for one in selected.cases}
        for line in _lines(stats):
            print(line)
        for approved in stats.oldest:
            print(f"  approved {approved.at[:10]}  {case_line(approved.case, show_path, 60)}")
        for flaky in stats.flaky[:_SHOWN]:
            where = case_line(cases[flaky.case_id], show_path, 60)
            print(f"  flaky, {_many(flaky.flips, 'flip')} in {flaky.runs} runs  {where}")
    return 1 if stats.unreadable else 0


def _lines(stats: Stats) -> list[str]:
    lines = [
        f"{_many(stats.cases, 'case')} in {_many(stats.suites, 'suite')}, {stats.approved} with a baseline"
    ]
    lines += _counted("last verdicts", stats.verdicts)
    lines += _counted("models", stats.models)
    lines += _counted("tags", {f"#{tag}": count for tag, count in stats.tags.items()})
    drift = stats.drift
    if drift.overall or drift.by_model:
        whole = _drift(drift.overall) if drift.overall else "only models were compared so far"
        lines.append(f"drift, share unsure or changed a run: {whole}")
    for label, series in (
        *((f"#{tag}", points) for tag, points in drift.by_tag.items()),
        *drift.by_model.items(),
    ):
        lines.append(f"  {column(label, 30)}  {_drift(series)}")
    return lines


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _counted(label: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{count} {one_line(name, 40)}" for name, count in ranked[:_SHOWN])
    more = f", {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
    return [f"{label}: {shown}{more}"]


def _drift(points: Sequence[DriftPoint]) -> str:
    return f"{sparkline([point.share for point in points], top=1.0)} {points[-1].share:.0%}"


def _document(stats: Stats) -> dict[str, Any]:
    def series(points: Sequence[DriftPoint]) -> list[dict[str, Any]]:
        return [
            {
                "began": point.began.isoformat(),
                "judged": point.judged,
                "unsure": point.unsure,
                "changed": point.changed,
                "share": round(point.share, 4),
            }
            for point in points
        ]

    return {
        "version": 1,
        "cases": stats.cases,
        "suites": stats.suites,
        "approved": stats.approved,
        "verdicts": dict(stats.verdicts),
        "models": dict(stats.models),
        "tags": dict(stats.tags),
        "oldest": [
            {"suite": one.case.suite.name, "key": one.case.case.key, "approved": one.at}
            for one in stats.oldest
        ],
        "flaky": [
            {"suite": one.case_id.suite, "key": one.case_id.key, "flips": one.flips, "runs": one.runs}
            for one in stats.flaky
        ],
        "drift": series(stats.drift.overall),
        "drift_by_tag": {tag: series(points) for tag, points in stats.drift.by_tag.items()},
        "drift_by_model": {model: series(points) for model, points in stats.drift.by_model.items()},
    }


def _write_durations(path: Path, root: Path, history: History) -> int:
    durations = history.durations()
    if not durations:
        print("llmentary: no run of all cases is recorded; `llmentary test` makes one", file=sys.stderr)
        return 2
    cases = [
        json.dumps({"suite": suite, "key": key, "elapsed_s": round(seconds, 2)})
        for (suite, key), seconds in sorted(durations.items())
    ]
    text = '{"version": 1, "cases": [\n' + ",\n".join(cases) + "\n]}\n"
    replace_file(path, text.encode(), root=root)
    print(f"wrote the durations of {len(cases)} cases to {path}")
    return 0
