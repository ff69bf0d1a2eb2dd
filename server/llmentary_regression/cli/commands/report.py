"""
`llmentary report merge`: join the JSON reports of shards, with the exit code that a single run would have had.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.cli.report_files import (
    add_report_argument,
    check_writable,
    read_report_options,
    write_reports,
)
from llmentary_regression.core.errors import UsageError
from llmentary_regression.reports.attention import cases_to_see, label_of, summary_line
from llmentary_regression.reports.merge import NotAllShards, NotAReport, check_report, merge_documents
from llmentary_regression.storage.files import read_chosen

if TYPE_CHECKING:
    from llmentary_regression.reports.document import Document


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    summary = "join the JSON reports of shards into one run's"
    merge = actions.add_parser("merge", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    merge.add_argument("files", nargs="+", metavar="FILE", help="a report that `--report json=FILE` wrote")
    add_report_argument(merge)


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    reports = read_report_options(arguments.reports, cwd)
    check_writable(reports)
    try:
        merged = merge_documents([_read(text, cwd) for text in arguments.files])
    except NotAllShards as exc:
        raise UsageError(f"nothing was joined: {exc}") from exc
    write_reports(reports, merged.document)
    stream = sys.stderr if any(report.path is None for report in reports) else sys.stdout
    for case in cases_to_see(merged.document):
        print(f"{case['verdict']}  {case['suite']}:{case['line']}  {label_of(case)}", file=stream)
    for note in merged.notes:
        print(f"note: {note}", file=stream)
    count = len(arguments.files)
    print(f"{summary_line(merged.document)} (from {count} report{'' if count == 1 else 's'})", file=stream)
    code: int = merged.document["exit_code"]
    return code


def _read(text: str, cwd: Path) -> Document:
    """
    Return the report in a file.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    try:
        return check_report(json.loads(read_chosen(cwd / Path(text).expanduser()).decode("utf-8-sig")))
    except OSError as exc:
        raise UsageError(
            f"cannot read the report `{text}`: {exc.strerror or exc}; every shard has to write its report"
        ) from exc
    except NotAReport as exc:
        raise UsageError(f"`{text}` {exc}") from exc
    except ValueError as exc:
        raise UsageError(f"`{text}` is not JSON: {exc}; write it again with `--report json=FILE`") from exc
