"""
Reports in files: read `--report KIND=FILE`, check early whether it can be written, and write it whole.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from llmentary_regression.core.errors import UsageError
from llmentary_regression.reports.kinds import KINDS, render_report
from llmentary_regression.services.history import read_history
from llmentary_regression.services.run import diff_of
from llmentary_regression.storage.files import VCS_MARKERS, UnsafeFileError, replace_file, safe_path

if TYPE_CHECKING:
    import argparse

    from llmentary_regression.reports.document import Document
    from llmentary_regression.reports.finished_run import FinishedRun
    from llmentary_regression.services.project import Project

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """
    One report that the user asked for.
    """

    kind: str
    path: Path | None
    """None stands for stdout."""


class _Options(Protocol):
    def add_argument(self, *names: str, **options: Any) -> argparse.Action: ...


def add_report_argument(options: _Options) -> None:
    """
    Add `--report KIND=FILE`.
    """
    options.add_argument(
        "--report",
        dest="reports",
        metavar="KIND=FILE",
        action="append",
        default=[],
        help=f"write a report; KIND is {', '.join(KINDS)}; FILE `-` is stdout; may be repeated",
    )


def read_report_options(texts: Sequence[str], cwd: Path) -> list[ReportFile]:
    """
    Return the reports that `--report` options ask for.

    Raises:
        UsageError: a kind is unknown, a file is missing, or two reports go to the same place.
    """
    reports = []
    for text in texts:
        kind, separator, file = text.partition("=")
        if kind not in KINDS:
            near = difflib.get_close_matches(kind, KINDS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise UsageError(
                f"`--report {text}`: no kind of report `{kind}`; known are {', '.join(KINDS)}{hint}"
            )
        if not separator or not file:
            raise UsageError(
                f"`--report {text}` names no file; write `--report {kind}=FILE`, or `-` for stdout"
            )
        try:
            path = None if file == _STDOUT else safe_path(cwd / Path(file).expanduser(), cwd)
        except UnsafeFileError as exc:
            raise UsageError(f"cannot write the report: `{file}` {exc.strerror}") from exc
        reports.append(ReportFile(kind, path))
    places = [report.path for report in reports]
    for place in places:
        if places.count(place) > 1:
            raise UsageError(f"two reports go to `{place or _STDOUT}`; give each a file of its own")
    return reports


def check_writable(reports: Sequence[ReportFile]) -> None:
    """
    Check that each report can be written, so that no run is lost at its end.

    Raises:
        UsageError: a folder is missing or refuses.
    """
    for report in reports:
        path = report.path
        if path is None:
            continue
        if path.is_dir():
            raise UsageError(f"cannot write the report: `{path}` is a folder; name a file in it")
        if not path.parent.is_dir():
            raise UsageError(f"cannot write the report: there is no folder `{path.parent}`; make it first")
        if not _can_write(path):
            raise UsageError(f"cannot write the report: `{path}` is not writable; choose another file")


def run_document(
    project: Project, run: FinishedRun, reports: Sequence[ReportFile], *, answers: bool
) -> Document:
    """
    Return the document of a run, with what its project knows: its place, how answers differ, earlier runs.
    """
    # Imported here: a run without reports needs neither.
    from llmentary_regression.reports.document import report_document
    from llmentary_regression.reports.earlier_runs import EarlierRuns, earlier_runs

    root = project.root

    def show_path(path: str) -> str:
        return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path

    # The other kinds show no earlier runs, so theirs need not be read.
    wants_history = any(report.kind in ("html", "json") for report in reports)
    earlier = earlier_runs(read_history(project), run.results) if wants_history else EarlierRuns()
    return report_document(
        run,
        answers=answers,
        diff_of=partial(diff_of, project),
        folder=_folder_in_repository(root),
        show_path=show_path,
        trend_of=earlier.trend_of if earlier.every else None,
        runs=earlier.counts,
        drift=earlier.drift,
    )


def write_reports(reports: Sequence[ReportFile], document: Document) -> None:
    """
    Write a document as each report that was requested, each file in one step.

    Raises:
        StoreWriteError: a folder refused after all.
        OSError: a device or pipe refused.
    """
    for report in reports:
        text = render_report(report.kind, document)
        if report.path is None:
            # Bytes, because reports are UTF-8 whatever the terminal's code page is.
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()
        elif report.path.exists() and not report.path.is_file():
            report.path.write_text(text, encoding="utf-8")  # a device or a pipe cannot be replaced
        else:
            replace_file(report.path.resolve(), text.encode())


def _folder_in_repository(root: Path) -> str:
    """
    Return where a project lies below its repository's root, with `/`; empty where they are one.
    """
    for folder in (root, *root.parents):
        if any((folder / mark).exists() for mark in VCS_MARKERS):
            return "" if folder == root else root.relative_to(folder).as_posix()
    return ""


def _can_write(path: Path) -> bool:
    if path.exists() and not path.is_file():
        return os.access(path, os.W_OK)
    probe = path.parent / f".llmentary-{os.getpid()}.tmp"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError:
        return False
    return not path.exists() or os.access(path, os.W_OK)
