"""
Settings of folders and profiles: what is inherited, what wins, and what is wrong.
"""

from pathlib import Path

import pytest

from llmentary_regression.core.model import CaseSettings, Severity
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.select import Selection, select_cases
from llmentary_regression.storage.files import find_root
from project_scene import MakeScene

FILES = {
    "llmentary.toml": 'callable = "bot:ask"\nmodel = "top"\n[profile.ci]\nretries = 3\nmodel = "ci"\n',
    "a/llmentary.toml": 'inherit = true\nmodel = "inner"\ntags = ["inner"]\n[profile.ci]\ntimeout = "9s"\n',
    "a/b/llmentary.toml": 'inherit = true\nretries = 7\nexpect = ["contains \\"x\\""]\n',
    "top.llmtest": "Top?\n",
    "a/b/deep.llmtest": "@timeout 5s\n@tags own\nDeep?\n",
    "a/mid.llmtest": "Mid?\n=== own\n@model own\n\nOwn?\n",
}


def settings_of(project: Project, question: str) -> CaseSettings:
    cases = select_cases(project, Selection(), project.root).cases
    (one,) = (one for one in cases if one.case.question == question)
    return project.settings_of(one.case)


def test_folders_inherit_downwards(scene: MakeScene) -> None:
    """
    The nearest folder wins, what adds up adds up, and the suite has the last word.
    """
    project = scene(FILES).open()

    deep = settings_of(project, "Deep?")

    assert (deep.callable, deep.model, deep.retries, deep.timeout_s) == ("bot:ask", "inner", 7, 5.0)
    assert deep.tags == ("inner", "own")
    assert len(deep.expect) == 1
    assert settings_of(project, "Top?").model == "top"
    assert settings_of(project, "Mid?").model == "inner"
    assert settings_of(project, "Own?").model == "own"


def test_environment_and_command_line_win_over_folders(scene: MakeScene) -> None:
    """
    They are the stronger layers, as they are over the project's own file.
    """
    made = scene(FILES)
    environ = {**made.environ, "LLMENTARY_MODEL": "env"}

    project = open_project(made.root, environ=environ, overrides={"retries": "1"})

    assert settings_of(project, "Deep?").model == "env"
    assert settings_of(project, "Deep?").retries == 1


def test_profile_is_laid_over_its_file(scene: MakeScene) -> None:
    """
    A profile may stand at the root and in folders.
    """
    made = scene(FILES)

    project = open_project(made.root, environ={**made.environ, "LLMENTARY_PROFILE": "ci"})

    assert settings_of(project, "Top?").model == "ci"
    assert settings_of(project, "Top?").retries == 3
    assert settings_of(project, "Mid?").model == "inner"
    assert settings_of(project, "Mid?").timeout_s == 9.0


def test_unknown_profile_is_an_error_that_names_the_others(scene: MakeScene) -> None:
    """
    A misspelt profile must not run with the wrong settings.
    """
    made = scene(FILES)

    (problem,) = open_project(made.root, environ={**made.environ, "LLMENTARY_PROFILE": "cj"}).problems

    assert problem.severity is Severity.ERROR
    assert "no settings file has a profile `cj`; write `[profile.cj]` into one" in problem.message
    assert "or choose one of `ci`" in problem.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('inherit = true\ninterpreter = "x"\n', "holds for the whole project"),
        ("inherit = true\nmodell = 'x'\n", "did you mean `model`?"),
        ("inherit = true\ntimeout = 'soon'\n", "wants a time"),
        ("inherit = true\nprofile = 3\n", "`profile` holds no tables"),
    ],
)
def test_wrong_folder_setting_is_a_problem_of_its_suites(scene: MakeScene, text: str, reason: str) -> None:
    """
    It is shown with the suites that it concerns.
    """
    made = scene({"a/llmentary.toml": text, "a/one.llmtest": "One?\n"})

    parsed = made.open().read_suite(made.root / "a" / "one.llmtest")

    assert any(reason in problem.message for problem in parsed.problems)


def test_inheriting_folder_is_no_root_and_another_is(scene: MakeScene) -> None:
    """
    Without `inherit = true` the nearest settings make a project of their own.
    """
    made = scene({**FILES, "c/llmentary.toml": "model = 'c'\n", "c/own.llmtest": "C?\n"})
    root: Path = made.root.resolve()

    assert find_root(root / "a" / "b") == root
    assert find_root(root / "c") == root / "c"
    assert settings_of(made.open(), "C?").model == "top"
