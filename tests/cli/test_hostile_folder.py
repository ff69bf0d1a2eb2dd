"""
The command line in a folder that a stranger has filled: it reads, copies and overwrites nothing outside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_shell import Shell

pytestmark = pytest.mark.slow

SECRET = "machine example.org password 4096731"
COMMANDS = [["init"], ["approve"], ["test"], ["stats"]]
"""What reads and writes most between them; a command takes a second or two."""


@pytest.fixture
def outside(shell: Shell) -> Path:
    """
    A folder of the user's, with a private file, and what an approval needs: one suite and its answer.
    """
    folder = shell.home / "private"
    folder.mkdir()
    (folder / "netrc").write_text(SECRET)
    shell.write({"faq.llmtest": "How long?\n"})
    shell.answers({"How long?": "30 days."})
    return folder


def link(path: Path, target: Path, *, is_folder: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        path.symlink_to(target, target_is_directory=is_folder)
    except OSError:
        pytest.skip("no symbolic links here")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


LINKS = [
    ".llmentary/.gitignore",
    ".llmentary/.gitattributes",
    ".llmentary/lock",
    ".llmentary/lock.owner",
    ".llmentary/key",
    ".llmentary/keyring.json",
    ".llmentary/durations.json",
    ".llmentary/history/.gitignore",
    "pyproject.toml",
    "llmentary.toml",
    "other.llmtest",
]
FOLDERS = [".llmentary", ".llmentary/history", ".llmentary/baselines", ".llmentary/baselines/faq.llmtest"]


@pytest.mark.parametrize("place", [*LINKS, *FOLDERS])
def test_no_command_follows_a_link_out_of_the_project(shell: Shell, outside: Path, place: str) -> None:
    """
    Whatever the link stands in for: nothing of the private file is shown or copied, and nothing lands there.
    """
    is_folder = place in FOLDERS
    link(shell.root / place, outside if is_folder else outside / "netrc", is_folder=is_folder)
    before = contents(outside)

    for command in COMMANDS:
        done = shell.run(*command)
        assert "4096731" not in done.stdout + done.stderr, command
        assert "fault in llmentary" not in done.stderr, command

    assert contents(outside) == before
    copies = [
        path
        for path in shell.root.rglob("*")
        if path.is_file() and not path.is_symlink() and b"4096731" in path.read_bytes()
    ]
    assert copies == []
    assert (shell.root / place).is_symlink()


def test_a_report_is_not_written_through_a_link_that_leads_outside(shell: Shell, outside: Path) -> None:
    """
    A repository cannot know which report its reader asks for, but the README of one says it.
    """
    link(shell.root / "report.json", outside / "netrc")

    done = shell.run("test", "--report", "json=report.json")

    assert done.returncode == 2
    assert "leads outside" in done.stderr
    assert (outside / "netrc").read_text() == SECRET


def make_endless(path: Path) -> None:
    link(path, Path("/dev/zero"))


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="no such devices, pipes and limits")
@pytest.mark.parametrize("make", [make_endless, make_pipe, make_large])
@pytest.mark.parametrize(
    "place",
    [
        "other.llmtest",
        "llmentary.toml",
        "pyproject.toml",
        ".llmentary/.gitignore",
        ".llmentary/keyring.json",
        ".llmentary/key",
        ".llmentary/durations.json",
        ".llmentary/baselines/faq.llmtest/case.00000000.json",
        ".llmentary/history/20260101T000000000000Z-1-00000000.json.gz",
        "bot.py",
        "rows.csv",
        "schema.json",
    ],
)
def test_what_has_no_end_ends_every_command_quickly(
    shell: Shell, outside: Path, make: Callable[[Path], None], place: str
) -> None:
    """
    Under 1 GB of address space, and without waiting: a device has no end, and a pipe no writer.
    """
    if place == "rows.csv":
        shell.write({"rows.llmtest": "=== row\n@params rows.csv\n\nWhat is {{a}}?\n"})
    if place == "schema.json":
        shell.write({"shaped.llmtest": "=== shaped\n@expect json-schema schema.json\n\nHow long?\n"})
    path = shell.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)

    for command in (["init"], ["approve"]):
        limited = ["sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh", *shell.command(*command)]
        done = subprocess.run(
            limited,
            cwd=shell.root,
            env=shell.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, command
        assert "fault in llmentary" not in done.stderr, command
        assert done.returncode in (0, 1, 2), command
