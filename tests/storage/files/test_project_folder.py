"""
The project's lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import prepare_folder, project_lock

HOLDER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from llmentary_regression.storage.files import project_lock

    with project_lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
    """
)


def test_lock_file_stays_and_can_be_taken_again(tmp_path: Path) -> None:
    """A lock file that comes and goes lets two processes hold two of them."""
    with project_lock(tmp_path):
        first = (tmp_path / ".llmentary" / "lock").stat().st_ino
    with project_lock(tmp_path):
        pass

    assert (tmp_path / ".llmentary" / "lock").stat().st_ino == first


def test_waiting_in_vain_names_the_process_that_holds_the_lock(tmp_path: Path) -> None:
    """The message tells which process to look for, and nothing was changed."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with (
            pytest.raises(StoreWriteError, match=f"held by process {holder.pid} "),
            project_lock(tmp_path, timeout_s=0.1),
        ):
            pytest.fail("two processes hold the lock")
    finally:
        holder.communicate(timeout=30)
    with project_lock(tmp_path, timeout_s=5):
        pass


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """A crash leaves no lock behind."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"held"
    holder.kill()
    holder.communicate(timeout=30)

    with project_lock(tmp_path, timeout_s=5):
        pass


def test_folder_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    """A file named `.llmentary` is no reason for a traceback."""
    (tmp_path / ".llmentary").write_text("mine")

    with pytest.raises(StoreWriteError, match="is not a folder"), project_lock(tmp_path):
        pytest.fail("there is no place for a lock")

    assert (tmp_path / ".llmentary").read_text() == "mine"


def test_git_ignores_every_key_and_merges_baselines_as_text(tmp_path: Path) -> None:
    """The two files for git are written before anything else."""
    prepare_folder(tmp_path)

    folder = tmp_path / ".llmentary"
    assert (
        folder / ".gitignore"
    ).read_bytes() == b"/key*\n!/keyring.json\n/lock\n/lock.owner\n/lock.next\n/history/\n*.tmp\n"
    assert (folder / ".gitattributes").read_text() == (
        "keyring.json text eol=lf merge=union\n"
        "baselines/**/*.json text eol=lf merge=text diff=llmentary linguist-generated\n"
    )


def test_lines_of_the_developer_stay(tmp_path: Path) -> None:
    """Only what is missing is added, below what is there, and once."""
    folder = tmp_path / ".llmentary"
    folder.mkdir()
    (folder / ".gitignore").write_bytes(b"/notes\r\n/key\r\n/lock")

    prepare_folder(tmp_path)
    prepare_folder(tmp_path)

    assert (folder / ".gitignore").read_bytes() == (
        b"/notes\r\n/key\r\n/lock\n/key*\n!/keyring.json\n/lock.owner\n/lock.next\n/history/\n*.tmp\n"
    )
