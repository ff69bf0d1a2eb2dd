"""
Replacing and creating files whole.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import _replace as replace
from llmentary_regression.storage.files import create_file, read_file, replace_file, replace_files

ReadOnly = Callable[[Path], AbstractContextManager[None]]


def test_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """Missing folders are made and nothing else is left behind."""
    path = tmp_path / "a b" / "ü.json"

    replace_file(path, b"one\n")
    replace_file(path, b"two\r\n")

    assert path.read_bytes() == b"two\r\n"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_mode_of_the_replaced_file_is_kept(tmp_path: Path) -> None:
    """A file that the developer made private stays private."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)

    replace_file(path, b"new")

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_asked_mode_holds_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is never readable by others, not even for a moment."""
    modes: list[int] = []
    real_sync = replace._sync

    def noting(fd: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(fd).st_mode))
        real_sync(fd)

    monkeypatch.setattr(replace, "_sync", noting)

    replace_file(tmp_path / "key", b"secret", mode=0o600)

    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_linked_target_is_not_written_through(tmp_path: Path) -> None:
    """A link that somebody committed cannot make us overwrite a file elsewhere."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    link = tmp_path / "project" / "file"
    link.parent.mkdir()
    try:
        link.symlink_to(victim)
    except OSError:
        pytest.skip("no symbolic links here")

    replace_file(link, b"new")

    assert victim.read_bytes() == b"precious"
    assert link.read_bytes() == b"new"


def test_read_only_folder_is_said_so_and_left_alone(open_folder: Path, read_only: ReadOnly) -> None:
    """The error names the file and what to do; the old content stays."""
    path = open_folder / "file"
    path.write_bytes(b"old")

    with read_only(open_folder), pytest.raises(StoreWriteError, match="make room or the folder writable"):
        replace_file(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(open_folder.iterdir()) == [path]


def test_file_in_the_place_of_a_folder_is_said_so(tmp_path: Path) -> None:
    """Whatever the system refuses becomes an error of ours, with the path."""
    (tmp_path / "file").write_bytes(b"old")

    with pytest.raises(StoreWriteError) as caught:
        replace_file(tmp_path / "file" / "below", b"new")

    assert caught.value.path == tmp_path / "file" / "below"
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on file sizes")
def test_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    """A write that breaks off half-way, as on a full disk, changes nothing."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    script = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from llmentary_regression.core.errors import StoreWriteError
        from llmentary_regression.storage.files import replace_file

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            replace_file(Path(sys.argv[1]), bytes(100_000))
        except StoreWriteError as exc:
            print(exc.reason)
        """
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert "cannot be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


class _SharingError(PermissionError):
    """
    What Windows raises while a scanner or another reader holds the file.
    """

    winerror = 32


def test_windows_sharing_errors_are_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that holds the file for a moment does not spoil an approval."""
    failures = iter([_SharingError(13, "in use"), _SharingError(13, "in use")])
    real_replace = Path.replace

    def busy_replace(source: Path, target: Path) -> Path:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return real_replace(source, target)

    monkeypatch.setattr(Path, "replace", busy_replace)
    monkeypatch.setattr(replace, "_PAUSE_S", 0)

    replace_file(tmp_path / "file", b"new")

    assert (tmp_path / "file").read_bytes() == b"new"


def test_lasting_sharing_errors_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is never let go of is an error in the end, and the temporary file is gone."""

    def always_busy(source: Path, target: Path) -> Path:
        raise _SharingError(13, "in use")

    monkeypatch.setattr(Path, "replace", always_busy)
    monkeypatch.setattr(replace, "_PAUSE_S", 0)

    with pytest.raises(StoreWriteError, match="in use"):
        replace_file(tmp_path / "file", b"new")

    assert list(tmp_path.iterdir()) == []


def test_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """While one thread replaces, another reads the old content or the new, whole."""
    path = tmp_path / "file"
    contents = {bytes([65 + at]) * 200_000 for at in range(2)}
    replace_file(path, min(contents))
    seen: list[bytes] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(read_file(path))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for content in contents:
            replace_file(path, content)
    done.set()
    reader.join()

    assert seen
    assert set(seen) <= contents


def test_create_file_never_replaces(tmp_path: Path) -> None:
    """The first to come keeps the place; the second is told."""
    path = tmp_path / "sub" / "key"

    assert create_file(path, b"first", root=tmp_path, mode=0o600)
    assert not create_file(path, b"second", root=tmp_path, mode=0o600)

    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_create_file_works_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and some network shares have no links; the promise is the same."""

    def no_links(target: Path, source: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)

    assert create_file(tmp_path / "key", b"first", root=tmp_path)
    assert not create_file(tmp_path / "key", b"second", root=tmp_path)
    assert (tmp_path / "key").read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    """Two branches may both have removed it."""
    (tmp_path / "file").touch()

    replace_files({}, [tmp_path / "file"], root=tmp_path)
    replace_files({}, [tmp_path / "file"], root=tmp_path)

    assert list(tmp_path.iterdir()) == []
