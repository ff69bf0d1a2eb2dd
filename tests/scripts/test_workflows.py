"""
Our own workflows and the examples: what they may do, what they pin, and that the linters read them all.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
OURS = sorted((GITHUB / "workflows").glob("*.y*ml"))
WORKFLOWS = [*OURS, *sorted((ROOT / "examples" / "ci" / "github").glob("*.y*ml"))]
SCHEMAS = {
    "workflows/ci.yml": "vendor.github-workflows",
    "dependabot.yml": "vendor.dependabot",
    "ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
    **{
        f"ISSUE_TEMPLATE/{name}.yml": "vendor.github-issue-forms" for name in ("bug", "idea", "wrong_verdict")
    },
}


def _read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def test_every_file_for_github_has_a_schema() -> None:
    """
    A new one is named above.
    """
    assert {path.relative_to(GITHUB).as_posix() for path in GITHUB.rglob("*.y*ml")} == set(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_file_keeps_to_the_published_schema(name: str) -> None:
    """
    GitHub reads it; `check-jsonschema` brings the schema along.
    """
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], str(GITHUB / name)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_has_no_right_that_a_job_did_not_ask_for(path: Path) -> None:
    """
    Rights are given job by job, and none of ours may write.
    """
    workflow = _read(path)

    assert workflow["permissions"] == {}
    if path in OURS:
        for job in workflow["jobs"].values():
            assert set(job["permissions"].values()) <= {"read"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_code_of_pull_requests_sees_no_secret(path: Path) -> None:
    """
    A pull request brings code of a stranger.
    """
    text = path.read_text(encoding="utf-8")

    assert "pull_request_target" not in text
    if "pull_request" in text:
        assert "secrets." not in text


def test_actions_are_pinned_to_one_commit_each() -> None:
    """
    A tag can be moved; and two workflows that use one action use the same of it.
    """
    commits: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for used in re.findall(r"uses: *(.+)", path.read_text(encoding="utf-8")):
            pinned = re.fullmatch(r"([\w-]+/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", used)
            assert pinned is not None, f"{path.name}: {used}"
            commits.setdefault(pinned[1], set()).add(pinned[2])

    assert {"actions/checkout", "actions/setup-python"} <= commits.keys()
    assert {name: pins for name, pins in commits.items() if len(pins) > 1} == {}


def test_ci_covers_every_supported_python_on_every_system() -> None:
    """
    From the oldest Python that `pyproject.toml` allows to the newest, on Linux, macOS and Windows.
    """
    jobs = _read(GITHUB / "workflows" / "ci.yml")["jobs"]
    oldest = re.search(
        r'^requires-python = ">=3\.(\d+)"$',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert oldest is not None
    pythons = [f"3.{minor}" for minor in range(int(oldest[1]), 15)]

    assert jobs["linux"]["strategy"]["matrix"]["python"] == pythons
    assert jobs["other-systems"]["strategy"]["matrix"]["python"] == pythons
    assert jobs["other-systems"]["strategy"]["matrix"]["system"] == ["macOS", "Windows"]
    assert "(not run yet)" in jobs["other-systems"]["name"]
    assert jobs["linux"]["steps"][-1]["run"] == ".ci/run"


def test_ci_types_words_that_make_knows() -> None:
    """
    The other systems run a target of the Makefile.
    """
    words = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    steps = [step for job in _read(GITHUB / "workflows" / "ci.yml")["jobs"].values() for step in job["steps"]]
    typed = [word for step in steps for word in re.findall(r"make ([a-z-]+)", step.get("run", ""))]

    assert typed
    assert set(typed) <= words


def test_zizmor_is_given_every_workflow() -> None:
    """
    It is called with names, so a new example has to be added to them.
    """
    checks = (ROOT / "scripts" / "run_checks.py").read_text(encoding="utf-8")
    named = re.search(r"^WORKFLOWS = (.+)$", checks, re.MULTILINE)

    assert named is not None
    assert '".github"' in named[1]
    for path in WORKFLOWS:
        assert path in OURS or f'"{path.stem}"' in named[1]


def test_actionlint_reports_a_mistake_where_it_is(tmp_path: Path) -> None:
    """
    The exit code says whether there was one.
    """
    workflow = tmp_path / "bad.yml"
    workflow.write_text(
        "on: push\n"
        "jobs:\n"
        "  build:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - run: echo ${{ vars.WHEEL }}\n"
        "      - run: echo ${{ github.no_such_thing }}\n"
    )

    done = _lint(str(workflow))

    assert done.returncode == 1
    assert 'bad.yml:7:23: property "no_such_thing" is not defined' in done.stdout
    assert done.stdout.endswith("[expression]\n1 workflows, 1 mistakes\n")


def test_actionlint_reads_all_workflows_and_finds_nothing() -> None:
    """
    Without arguments it takes ours and the examples.
    """
    done = _lint()

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{len(WORKFLOWS)} workflows, 0 mistakes\n"


def _lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node is not None, "the workflows are linted by a Node program; install Node"
    return subprocess.run(
        [node, str(ROOT / "scripts" / "lint_workflows.mjs"), *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_pages_that_speak_of_other_systems_say_that_nobody_has_run_it_there() -> None:
    """
    Until the jobs for macOS and Windows have passed once; file names are no question of where it was run.
    """
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    speaking = {
        page.name: page.read_text(encoding="utf-8")
        for page in pages
        if re.search(r"\b(?:macOS|Windows)\b", page.read_text(encoding="utf-8"))
    }

    assert "README.md" in speaking
    silent = {name for name, text in speaking.items() if not re.search(r"\bnot (?:been )?run yet\b", text)}
    assert silent <= {"CHANGELOG.md", "baselines.md"}
