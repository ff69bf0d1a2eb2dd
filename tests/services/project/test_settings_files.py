"""
Collecting settings from where they stand.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from llmentary_regression.core.model import Severity
from llmentary_regression.services.project import Project, open_project

PYPROJECT = '[project]\nname = "shop"\n\n[tool.llmentary]\ncallable = "a:pyproject"\n'
OWN_FILE = 'callable = "b:own_file"\n'


class OpenFiles(Protocol):
    """
    Opens a project made of the given files, under layers of settings.
    """

    def __call__(
        self,
        files: Mapping[str, str],
        *,
        environ: Mapping[str, str] = ...,
        editor: Mapping[str, object] = ...,
        overrides: Mapping[str, object] = ...,
    ) -> Project: ...


@pytest.fixture
def project(tmp_path: Path) -> OpenFiles:
    """
    Return an opener of a project made of the given files.
    """

    def make(files: Mapping[str, str], **layers: object) -> Project:
        for name, text in files.items():
            (tmp_path / name).write_bytes(text.encode("utf-8"))
        layers.setdefault("environ", {})
        return open_project(tmp_path, **layers)  # type: ignore[arg-type]

    return make


@pytest.mark.parametrize(
    ("files", "layers", "expected"),
    [
        ({"pyproject.toml": PYPROJECT}, {}, "a:pyproject"),
        ({"pyproject.toml": PYPROJECT, "llmentary.toml": OWN_FILE}, {}, "b:own_file"),
        ({"llmentary.toml": OWN_FILE}, {"editor": {"callable": "c:editor"}}, "b:own_file"),
        ({"llmentary.toml": ""}, {"editor": {"callable": "c:editor"}}, "c:editor"),
        ({"llmentary.toml": OWN_FILE}, {"environ": {"LLMENTARY_CALLABLE": "d:environment"}}, "d:environment"),
        (
            {"llmentary.toml": OWN_FILE},
            {"environ": {"LLMENTARY_CALLABLE": "d:environment"}, "overrides": {"callable": "e:line"}},
            "e:line",
        ),
        ({"llmentary.toml": "\ufeff" + OWN_FILE.replace("\n", "\r\n")}, {}, "b:own_file"),
    ],
)
def test_stronger_layer_wins(
    project: OpenFiles, files: dict[str, str], layers: dict[str, Mapping[str, str]], expected: str
) -> None:
    """
    From weak to strong: editor, pyproject, own file, environment, command line.
    """
    assert project(files, **layers).settings.defaults.callable == expected


@pytest.mark.parametrize(
    ("files", "name", "reason"),
    [
        ({"llmentary.toml": "callable = "}, "llmentary.toml", "is not valid TOML"),
        (
            {"pyproject.toml": "[tool]\nllmentary = 3\n", "llmentary.toml": ""},
            "pyproject.toml",
            "is not a table",
        ),
        ({"llmentary.toml": 'colour = "red"'}, "llmentary.toml", "colour"),
    ],
)
def test_unreadable_settings_are_a_problem_with_their_file(
    project: OpenFiles, files: dict[str, str], name: str, reason: str
) -> None:
    """
    The problem names the file, and the project opens all the same.
    """
    (problem,) = project(files).problems

    assert Path(problem.origin).name == name
    assert reason in problem.message
    assert problem.severity is Severity.ERROR


def test_settings_file_in_another_encoding_is_a_problem(tmp_path: Path) -> None:
    """
    Bytes that are not UTF-8 never raise.
    """
    (tmp_path / "llmentary.toml").write_bytes(b'callable = "caf\xe9:ask"')

    (problem,) = open_project(tmp_path, environ={}).problems

    assert "cannot be read" in problem.message


@pytest.mark.parametrize(
    ("ci", "strict"),
    [("", False), ("0", False), ("false", False), ("False", False), ("1", True), ("true", True)],
)
def test_ci_makes_runs_strict(project: OpenFiles, ci: str, strict: bool) -> None:
    """
    Where `CI` says so, what nobody approved fails.
    """
    assert project({"llmentary.toml": ""}, environ={"CI": ci}).is_strict is strict


def test_project_that_sets_strict_is_not_asked_again(project: OpenFiles) -> None:
    """
    A setting is stronger than the guess from `CI`.
    """
    assert not project({"llmentary.toml": "strict = false"}, environ={"CI": "1"}).is_strict
