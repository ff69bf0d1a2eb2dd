"""
Finding the Python for a project: what is looked at, in which order, and what is said if none will do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llmentary_regression.core.errors import InterpreterError
from llmentary_regression.execution.interpreter import find_interpreter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the layout is that of POSIX")

MakePython = Callable[[str], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """
    Return a project folder.
    """
    folder = tmp_path / "my project"
    folder.mkdir()
    return folder


@pytest.fixture
def make_python(tmp_path: Path) -> MakePython:
    """
    Return what makes a file that looks like a Python, at a path below tmp_path.
    """

    def make(place: str) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)
        return path

    return make


def test_setting_wins(root: Path, make_python: MakePython) -> None:
    """
    What the developer configured is used, relative to the root.
    """
    chosen = make_python("my project/env/bin/python")
    make_python("my project/.venv/bin/python")

    found = find_interpreter("env/bin/python", root, {"VIRTUAL_ENV": "/other"})

    assert (found.path, found.why) == (chosen, "the `interpreter` setting")


def test_setting_may_be_a_virtual_environment(root: Path, make_python: MakePython) -> None:
    """
    The folder of a virtual environment stands for its Python.
    """
    chosen = make_python("env/bin/python")

    assert find_interpreter("../env", root, {}).path == chosen


def test_setting_may_be_a_command(root: Path, make_python: MakePython, tmp_path: Path) -> None:
    """
    A bare name is looked up on the given PATH.
    """
    chosen = make_python("bin/python3.12")

    assert find_interpreter("python3.12", root, {"PATH": str(tmp_path / "bin")}).path == chosen


def test_setting_may_start_with_the_home_folder(
    root: Path, make_python: MakePython, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    `~` is the home folder.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    chosen = make_python("env/bin/python")

    assert find_interpreter("~/env", root, {}).path == chosen


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("nowhere/python", "does not exist"),
        ("empty", "does not exist"),
        ("text", "is not executable"),
        ("no-such-command", "does not exist"),
    ],
)
def test_setting_that_does_not_do_is_an_error(setting: str, reason: str, root: Path) -> None:
    """
    A wrong setting is never passed over for something else.
    """
    (root / "text").touch()
    (root / "empty").mkdir()

    with pytest.raises(InterpreterError, match=reason) as caught:
        find_interpreter(setting, root, {"VIRTUAL_ENV": sys.prefix})

    assert f"`{setting}`" in str(caught.value)
    assert "set `interpreter`" in str(caught.value)


@pytest.mark.parametrize(
    ("present", "expected", "why"),
    [
        (["active", "my project/.venv", "my project/venv"], "active", "the active virtual environment"),
        (["my project/.venv", "my project/venv"], "my project/.venv", "the project's .venv"),
        (["my project/venv"], "my project/venv", "the project's venv"),
    ],
)
def test_order_of_environments(
    present: list[str], expected: str, why: str, root: Path, make_python: MakePython, tmp_path: Path
) -> None:
    """
    The active environment comes before the project's own.
    """
    for folder in present:
        make_python(f"{folder}/bin/python")

    found = find_interpreter(None, root, {"VIRTUAL_ENV": str(tmp_path / "active")}, own=sys.executable)

    assert (found.path, found.why) == (tmp_path / expected / "bin/python", why)


def test_broken_environment_is_passed_over_and_told(root: Path) -> None:
    """
    A `.venv` whose Python is gone is named among what was tried.
    """
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")

    found = find_interpreter(None, root, {}, own=sys.executable)

    assert str(found.path) == sys.executable
    assert found.tried == (f"the project's .venv: {root}/.venv/bin/python does not exist",)


def test_link_of_a_virtual_environment_is_not_followed(root: Path, make_python: MakePython) -> None:
    """
    Following the link would lose the environment's packages.
    """
    link = root / ".venv" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(make_python("base/python3"))

    assert find_interpreter(None, root, {}, own=None).path == link


def test_path_is_the_last_resort(root: Path, make_python: MakePython, tmp_path: Path) -> None:
    """
    Without an interpreter of its own, as in the editor's bundled server, PATH decides.
    """
    chosen = make_python("bin/python3")

    found = find_interpreter(None, root, {"PATH": str(tmp_path / "bin")}, own=None)

    assert (found.path, found.why) == (chosen, "on PATH")


def test_nothing_found_lists_what_was_tried(root: Path) -> None:
    """
    The error names each place and the next step.
    """
    (root / "venv").mkdir()

    with pytest.raises(InterpreterError) as caught:
        find_interpreter(None, root, {"PATH": "", "VIRTUAL_ENV": "/nowhere"}, own=None)

    message = str(caught.value)
    assert "the active virtual environment: /nowhere/bin/python does not exist" in message
    assert "the project's venv" in message
    assert "PATH: no python3" in message
    assert "set `interpreter`" in message


def test_untrusted_project_offers_no_interpreter(root: Path, make_python: MakePython, tmp_path: Path) -> None:
    """
    In an untrusted workspace nothing inside the project is started, not even as the active environment.
    """
    make_python("my project/.venv/bin/python3")
    outside = make_python("bin/python3")
    path = os.pathsep.join([str(root / ".venv/bin"), str(tmp_path / "bin")])
    environ = {"PATH": path, "VIRTUAL_ENV": str(root / ".venv")}

    assert find_interpreter(None, root, environ, own=None, use_root=False).path == outside
