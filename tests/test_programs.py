"""
Other programs are found on PATH alone, and are not given the project key.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmentary_regression.programs import find_program, without_key


def make_program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("entry", ["", ".", "bin"])
def test_the_current_folder_is_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    """
    Neither because Windows does so, nor by an entry of PATH that means it: it may be a stranger's.
    """
    ending = ".exe" if os.name == "nt" else ""
    make_program(tmp_path / "here" / f"git{ending}")
    make_program(tmp_path / "here" / "bin" / f"git{ending}")
    usual = make_program(tmp_path / "usual" / f"git{ending}")
    monkeypatch.chdir(tmp_path / "here")

    path = os.pathsep.join([entry, str(tmp_path / "nowhere"), str(tmp_path / "usual")])

    assert find_program("git", {"PATH": path}) == usual
    assert find_program("git", {"PATH": entry}) is None
    assert find_program("git", {}) is None


def test_folders_and_data_are_no_programs(tmp_path: Path) -> None:
    """
    As in a shell, the search goes on.
    """
    (tmp_path / "a" / "git").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "git.txt").write_text("")

    assert find_program("git", {"PATH": os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")])}) is None


def test_the_key_is_left_out_however_it_is_spelled() -> None:
    """
    Windows does not tell upper from lower case in names.
    """
    assert without_key({"LLMENTARY_KEY": "k", "llmentary_key": "k", "PATH": "p"}) == {"PATH": "p"}
