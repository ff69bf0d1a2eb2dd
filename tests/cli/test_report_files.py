"""
Report files are checked before a run and written whole after it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmentary_regression.cli.report_files import (
    ReportFile,
    check_writable,
    read_report_options,
    write_reports,
)
from llmentary_regression.core.errors import UsageError
from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.finished_run import FinishedRun
from privileges import NOBODY, bound_by_permissions

EMPTY = report_document(FinishedRun((), (), 0, 0.0, lambda _result: False))


def test_options_name_kind_and_file(tmp_path: Path) -> None:
    """
    `-` is stdout, a relative file lies where the user stands, `=` may be part of the name.
    """
    reports = read_report_options(["json=-", "json=a=b.json"], tmp_path)

    assert reports == [ReportFile("json", None), ReportFile("json", tmp_path / "a=b.json")]


def test_a_missing_folder_is_told_before_the_run(tmp_path: Path) -> None:
    """
    A run of an hour must not end with `no such folder`.
    """
    with pytest.raises(UsageError, match="there is no folder"):
        check_writable([ReportFile("json", tmp_path / "missing" / "x.json")])


def test_a_folder_is_no_report_file(tmp_path: Path) -> None:
    """
    The message says that a file in it is needed.
    """
    with pytest.raises(UsageError, match="is a folder"):
        check_writable([ReportFile("json", tmp_path)])


@pytest.mark.skipif(os.name == "nt", reason="Windows folders have no mode bits")
def test_a_read_only_folder_is_told_before_the_run(unprivileged: Path) -> None:
    """
    Permissions are tried, not guessed.
    """
    unprivileged.chmod(0o500)

    with pytest.raises(UsageError, match="is not writable"):
        check_writable([ReportFile("json", unprivileged / "x.json")])


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """
    Return a folder of a user whom permissions bind; the test is run as that user, since root may do all.
    """
    folder = Path(tempfile.mkdtemp())  # not below `tmp_path`, which other users cannot enter
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, -1)
    with bound_by_permissions():
        yield folder
    folder.chmod(0o700)
    folder.rmdir()


def test_checking_leaves_no_trace(tmp_path: Path) -> None:
    """
    An earlier report survives until the new one is whole.
    """
    (tmp_path / "x.json").write_text("old")

    check_writable([ReportFile("json", tmp_path / "x.json")])

    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    assert (tmp_path / "x.json").read_text() == "old"


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    """
    The file holds the new report and nothing else lies beside it.
    """
    (tmp_path / "x.json").write_text("old")

    write_reports([ReportFile("json", tmp_path / "x.json")], EMPTY)

    assert json.loads((tmp_path / "x.json").read_text())["version"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no devices among its files")
def test_devices_are_written_to_not_replaced() -> None:
    """
    `json=/dev/null` must leave /dev/null what it is.
    """
    report = ReportFile("json", Path("/dev/null"))

    check_writable([report])
    write_reports([report], EMPTY)

    assert not Path("/dev/null").is_file()
