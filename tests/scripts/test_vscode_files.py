"""
F5 in VS Code: whatever `.vscode/` names is there on a fresh clone, or made by a task that comes first.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {
    ".venv/bin/python": "setup",
    ".venv/Scripts/python.exe": "setup",
    ".venv": "setup",
    "dist/**/*.js": "client",
    "build/sample": "sample project",
    "": None,
}
"""What is not under version control, by the task that makes it."""


def _read(name: str) -> Any:
    return json.loads((ROOT / ".vscode" / name).read_text(encoding="utf-8"))


LAUNCH = _read("launch.json")
CONFIGURATIONS: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in LAUNCH["configurations"]}
TASKS: dict[str, dict[str, Any]] = {entry["label"]: entry for entry in _read("tasks.json")["tasks"]}


def _paths(value: object) -> set[str]:
    return set(re.findall(r"\$\{workspaceFolder\}/?([^\"]*)", json.dumps(value)))


def _tasks_before(label: str) -> set[str]:
    """
    Return a task and all that it depends on.
    """
    return {label}.union(*(_tasks_before(other) for other in TASKS[label].get("dependsOn", [])))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_a_configuration_names_is_made_before_it(name: str) -> None:
    """
    Each path is under version control, or made by a task that runs first.
    """
    configuration = CONFIGURATIONS[name]
    before = _tasks_before(configuration["preLaunchTask"]) if "preLaunchTask" in configuration else set()

    for path in _paths(configuration):
        assert MADE[path] in {None, *before}, path


@pytest.mark.parametrize("label", TASKS)
def test_what_a_task_names_is_there_or_made_before_it(label: str) -> None:
    """
    Paths, scripts of npm, targets of make and scripts of ours.
    """
    task = TASKS[label]
    scripts = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["scripts"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for path in _paths(task):
        assert MADE[path] in _tasks_before(label), path
    if task.get("type") == "npm":
        assert task["script"] in scripts
    for script in task.get("args", []):
        assert (ROOT / script).is_file()
    for word in re.findall(r"^make (\S+)$", task.get("command", "")):
        assert re.search(rf"^{word}:", makefile, re.MULTILINE)


def test_modules_that_are_run_can_be_imported() -> None:
    """
    By the Python of `.venv`, which runs this test too.
    """
    modules = {entry["module"] for entry in CONFIGURATIONS.values() if "module" in entry}

    assert modules == {"llmentary_regression", "pytest"}
    assert all(importlib.util.find_spec(module) for module in {*modules, "debugpy"})


def test_the_server_calls_the_debugger_that_waits_for_it() -> None:
    """
    The compound starts both ends, and the extension reads the variable that holds the address.
    """
    (compound,) = LAUNCH["compounds"]
    waiting, extension = (CONFIGURATIONS[name] for name in compound["configurations"])
    ((variable, address),) = extension["env"].items()

    assert address == "{host}:{port}".format(**waiting["listen"])
    assert f'process.env["{variable}"]' in (ROOT / "client" / "src" / "server" / "server.ts").read_text(
        encoding="utf-8"
    )


def test_the_contributor_guide_names_the_configurations() -> None:
    """
    Every entry that the Run and Debug view offers is explained.
    """
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    offered = {
        entry["name"]
        for entry in [*LAUNCH["configurations"], *LAUNCH["compounds"]]
        if not entry.get("presentation", {}).get("hidden")
    }

    assert set(re.findall(r"^\| ([^`|]+?) \| .+ \|$", guide, re.MULTILINE)) >= offered


def test_the_sample_project_can_be_asked_and_stays_as_it_was_left(tmp_path: Path) -> None:
    """
    It has the Python of the checkout for the editor, and a second call changes nothing.
    """
    project = tmp_path / "sample"
    environ = {"LLMENTARY_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "server")}
    make = [sys.executable, str(ROOT / "scripts" / "sample_project.py"), "--to", str(project)]

    subprocess.run(make, check=True, capture_output=True, timeout=60)
    bot = project / "bot.py"
    bot.write_text(bot.read_text(encoding="utf-8").replace("DAYS = 30", "DAYS = 14"), encoding="utf-8")
    subprocess.run(make, check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        [sys.executable, "-m", "llmentary", "test", "--no-answers"],
        cwd=project,
        env={"PATH": "", **environ, "LLMENTARY_INTERPRETER": sys.executable},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    settings = json.loads((project / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings == {"llmentary.interpreter": sys.executable}
    assert "DAYS = 14" in bot.read_text(encoding="utf-8")
    assert "3 new" in done.stdout, done.stdout + done.stderr
