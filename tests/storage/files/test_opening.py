"""
Files in a folder that a stranger has filled: what is no plain file inside the project is not opened.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import (
    UnsafeFileError,
    create_file,
    project_lock,
    read_chosen,
    read_file,
    replace_file,
    replace_files,
    safe_path,
)
from llmentary_regression.storage.files import _opening as opening


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "netrc"
    path.write_text("password 4096731")
    return path


def link(path: Path, target: Path | str, *, is_folder: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(target, target_is_directory=is_folder)
    except OSError:
        pytest.skip("no symbolic links here")


def make_pipe(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("no such sockets here")
    bound = socket.socket(socket.AF_UNIX)
    try:
        bound.bind(str(path))
    except OSError:
        pytest.skip("the path is too long for a socket")
    finally:
        bound.close()


def make_endless(path: Path) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no such device here")
    link(path, "/dev/zero")


def make_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(opening.MAX_BYTES + 1)


@pytest.mark.parametrize("make", [make_pipe, make_socket, make_endless, make_large])
@pytest.mark.parametrize("is_of_project", [True, False])
def test_what_is_no_plain_file_is_refused_without_reading(
    project: Path, make: Callable[[Path], None], is_of_project: bool
) -> None:
    """
    Neither waited for nor read: a pipe has no writer, and a device no end.
    """
    path = project / "a.llmtest"
    make(path)

    with pytest.raises(UnsafeFileError) as caught:
        read_file(path, root=project if is_of_project else None)

    assert caught.value.filename == str(path)


def test_a_folder_is_no_file(project: Path) -> None:
    """
    It says what it is, as any other reader would.
    """
    with pytest.raises(IsADirectoryError):
        read_file(project, root=project)


def test_a_file_that_grows_while_it_is_read_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Its size when it was opened says nothing; what was read counts.
    """
    path = project / "file"
    path.write_bytes(b"12")
    monkeypatch.setattr(os, "read", lambda descriptor, size: b"x" * size)

    with pytest.raises(UnsafeFileError) as caught:
        read_file(path, limit=1000)

    assert caught.value.errno == errno.EFBIG


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024])
def test_the_whole_file_is_read(project: Path, size: int) -> None:
    """
    In pieces, without losing one at their ends.
    """
    data = os.urandom(size)
    (project / "file").write_bytes(data)

    assert read_file(project / "file", root=project, limit=max(size, 1)) == data


def test_a_link_outside_is_refused_and_a_link_inside_followed(project: Path, secret: Path) -> None:
    """
    A suite that two folders share is fine; one that stands for a file of the user's is not.
    """
    (project / "shared.llmtest").write_text("Why?")
    link(project / "inside.llmtest", "shared.llmtest")
    link(project / "outside.llmtest", secret)
    link(project / "folder", secret.parent, is_folder=True)

    assert read_file(project / "inside.llmtest", root=project) == b"Why?"
    for path in (project / "outside.llmtest", project / "folder" / secret.name):
        with pytest.raises(UnsafeFileError, match="leads outside the project"):
            read_file(path, root=project)
        with pytest.raises(StoreWriteError, match="leads outside the project"):
            replace_file(path, b"new", root=project)
    assert secret.read_text() == "password 4096731"


def test_a_file_written_by_a_link_inside_stays_a_link(project: Path) -> None:
    """
    What it stands for is replaced, as an editor would.
    """
    (project / "shared.llmtest").write_text("Why?")
    link(project / "inside.llmtest", "shared.llmtest")

    replace_file(project / "inside.llmtest", b"How?", root=project)

    assert (project / "inside.llmtest").is_symlink()
    assert (project / "shared.llmtest").read_bytes() == b"How?"


def test_links_in_a_circle_are_refused(project: Path) -> None:
    """
    As an error that every reader expects.
    """
    link(project / "a", "b")
    link(project / "b", "a")

    with pytest.raises(OSError):
        read_file(project / "a", root=project)


@pytest.mark.parametrize("place", [".llmentary", ".llmentary/baselines", ".llmentary/baselines/a.json"])
@pytest.mark.parametrize("is_inside", [True, False])
def test_nothing_below_our_folder_is_a_link(
    project: Path, tmp_path: Path, place: str, is_inside: bool
) -> None:
    """
    Wherever it leads: git keeps links, and nobody needs one there.
    """
    target = (project if is_inside else tmp_path) / "target"
    target.mkdir()
    link(project / place, target, is_folder=True)
    path = project / ".llmentary" / "baselines" / "a.json"

    with pytest.raises(UnsafeFileError, match=f"`{place}` is a link"):
        read_file(path, root=project)
    with pytest.raises(StoreWriteError, match=f"`{place}` is a link"):
        replace_file(path, b"new", root=project)
    with pytest.raises(StoreWriteError, match=f"`{place}` is a link"):
        create_file(path, b"new", root=project)
    with pytest.raises(StoreWriteError, match=f"`{place}` is a link"):
        replace_files({path: b"new"}, root=project)
    with pytest.raises(StoreWriteError, match=f"`{place}` is a link"):
        replace_files({}, [path], root=project)
    with pytest.raises(UnsafeFileError, match=f"`{place}` is a link"):
        safe_path(project / "suites" / ".." / ".llmentary" / "baselines" / "a.json", project)
    assert list(target.iterdir()) == []


def test_one_link_among_many_files_changes_none(project: Path, secret: Path) -> None:
    """
    All paths are looked at before the first file is written.
    """
    folder = project / ".llmentary"
    link(folder / "b.json", secret)

    with pytest.raises(StoreWriteError, match="nothing was changed"):
        replace_files({folder / "a.json": b"new", folder / "b.json": b"new"}, root=project)

    assert [one.name for one in folder.iterdir()] == ["b.json"]


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", "lock", "lock.owner"])
def test_a_link_among_our_own_files_copies_and_overwrites_nothing(
    project: Path, secret: Path, name: str
) -> None:
    """
    Locking writes what git has to ignore, and who holds the lock.
    """
    link(project / ".llmentary" / name, secret)

    if name == "lock.owner":
        with project_lock(project):
            pass  # it is needed only for a message, and left alone
    else:
        with pytest.raises(Exception, match="is a link"), project_lock(project):
            pytest.fail("the lock was taken")

    assert secret.read_text() == "password 4096731"
    assert (project / ".llmentary" / name).is_symlink()


def test_a_pipe_in_the_place_of_the_holder_is_not_waited_for(project: Path) -> None:
    """
    Opening a pipe for writing waits for a reader, unless told not to.
    """
    (project / ".llmentary").mkdir()
    make_pipe(project / ".llmentary" / "lock.owner")

    with project_lock(project):
        pass


def test_what_the_user_names_may_be_a_pipe(tmp_path: Path) -> None:
    """
    `llmentary report merge <(zcat report.json.gz)` is a use, not an attack.
    """
    path = tmp_path / "pipe"
    make_pipe(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"report",))
    writer.start()

    assert read_chosen(path) == b"report"
    writer.join()


def test_a_file_where_a_folder_should_be_is_named_by_the_system(tmp_path: Path) -> None:
    """
    It is no link, and what reads below it reports it as it is.
    """
    (tmp_path / ".llmentary").write_text("a file", encoding="utf-8")

    with pytest.raises(OSError, match=r"\.llmentary"):
        read_file(tmp_path / ".llmentary" / "baselines" / "a.llmtest", root=tmp_path)
