"""
The history's files: bounded, whole or absent, and kept out of git.
"""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from llmentary_regression.storage import history as history_module
from llmentary_regression.storage.history import HistoryStore

BEGAN = datetime(2026, 11, 22, 18, 0, tzinfo=timezone.utc)


def numbers(store: HistoryStore) -> list[int]:
    return [document["n"] for document in store.read()]


def files(root: Path) -> list[Path]:
    return sorted((root / ".llmentary" / "history").glob("*.json.gz"))


def test_runs_come_back_newest_first(tmp_path: Path) -> None:
    """
    The order is that of the runs, whatever the order of writing.
    """
    store = HistoryStore(tmp_path)

    for number in (2, 0, 1):
        store.append({"n": number}, began=BEGAN + timedelta(seconds=number), rows=1)

    assert numbers(store) == [2, 1, 0]


def test_folder_ignores_itself(tmp_path: Path) -> None:
    """
    History is never committed, even where nothing was approved yet.
    """
    HistoryStore(tmp_path).append({"n": 1}, began=BEGAN, rows=1)

    assert (tmp_path / ".llmentary" / "history" / ".gitignore").read_text() == "*\n"


def test_no_history_reads_as_none(tmp_path: Path) -> None:
    """
    Reading makes no folder.
    """
    assert numbers(HistoryStore(tmp_path)) == []
    assert not (tmp_path / ".llmentary").exists()


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", b"\x1f\x8b\x08", gzip.compress(b"[1", mtime=0), gzip.compress(b"[1]", mtime=0)],
    ids=["empty", "plain", "cut", "no-json", "no-table"],
)
def test_damaged_file_is_left_out(tmp_path: Path, damage: bytes) -> None:
    """
    One spoilt run does not cost the others.
    """
    store = HistoryStore(tmp_path)
    for number in range(3):
        store.append({"n": number}, began=BEGAN + timedelta(seconds=number), rows=1)

    files(tmp_path)[1].write_bytes(damage)

    assert numbers(store) == [2, 0]


def test_cut_off_file_is_left_out(tmp_path: Path) -> None:
    """
    What a crash left of a file is not read as a run.
    """
    store = HistoryStore(tmp_path)
    store.append({"n": 1}, began=BEGAN, rows=1)

    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:-4])

    assert numbers(store) == []


def test_number_of_runs_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The oldest run goes when there are too many.
    """
    monkeypatch.setattr(history_module, "MAX_RUNS", 3)
    store = HistoryStore(tmp_path)

    for number in range(5):
        store.append({"n": number}, began=BEGAN + timedelta(seconds=number), rows=1)

    assert numbers(store) == [4, 3, 2]


def test_number_of_rows_is_bounded_but_the_last_run_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Large runs push out more, never themselves.
    """
    monkeypatch.setattr(history_module, "MAX_ROWS", 10)
    store = HistoryStore(tmp_path)

    for number, rows in enumerate((4, 4, 4)):
        store.append({"n": number}, began=BEGAN + timedelta(seconds=number), rows=rows)
    assert numbers(store) == [2, 1]
    store.append({"n": 3}, began=BEGAN + timedelta(seconds=3), rows=99)

    assert numbers(store) == [3]


def test_concurrent_runs_are_all_kept(tmp_path: Path) -> None:
    """
    Runs that end in the same moment do not overwrite each other.
    """

    def append(number: int) -> None:
        HistoryStore(tmp_path).append({"n": number}, began=BEGAN, rows=1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append, range(32)))

    assert sorted(numbers(HistoryStore(tmp_path))) == list(range(32))
