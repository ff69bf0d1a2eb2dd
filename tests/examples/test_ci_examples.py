"""
The CI examples keep to their systems' schemas, and their shell steps do what they say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from foreign_package import Environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "ci"
SCHEMAS = {
    "github/llmentary.yml": "vendor.github-workflows",
    "github/llmentary-comment.yml": "vendor.github-workflows",
    "gitlab/.gitlab-ci.yml": "vendor.gitlab-ci",
}


def read(name: str) -> Any:
    """
    Return an example as the values its YAML stands for.
    """
    return YAML(typ="safe", pure=True).load((EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_it_keeps_to_the_published_schema(name: str) -> None:
    """
    The system reads it; `check-jsonschema` brings the schema along.
    """
    options = ["--data-transform", "gitlab-ci"] if "gitlab" in name else []
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name]),
            *(*options, str(EXAMPLES / name)),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pre_commit_hooks_are_whole() -> None:
    """
    Each hook names what a local one has to, and a stage that exists.
    """
    (repo,) = read("pre-commit/.pre-commit-config.yaml")["repos"]

    assert repo["repo"] == "local"
    for hook in repo["hooks"]:
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert hook["language"] == "system"
        assert set(hook.get("stages", [])) <= {"pre-commit", "pre-push"}
        assert hook["files"] == r"\.llmtest$"


def test_keys_come_from_secrets_alone() -> None:
    """
    No example holds a key, and no step prints one.
    """
    steps = [step for job in read("github/llmentary.yml")["jobs"].values() for step in job["steps"]]
    given = {name: value for step in steps for name, value in step.get("env", {}).items() if "KEY" in name}

    assert given == {name: f"${{{{ secrets.{name} }}}}" for name in given}
    assert "LLMENTARY_KEY" in given
    for path in EXAMPLES.rglob("*.y*ml"):
        text = path.read_text(encoding="utf-8")
        assert "--answers" not in text
        assert "key show" not in text.replace("`llmentary key show`", "")


class Machine:
    """
    A folder with a project, and a PATH whose `llmentary` is the real one and whose other tools are stubs.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.bin = folder / "bin"
        self.root.mkdir()
        self.bin.mkdir()
        self.calls = folder / "calls.txt"
        self.environ = {
            "PATH": f"{self.bin}{os.pathsep}{os.defpath}",
            "HOME": str(folder),
            "LLMENTARY_HOME": str(folder / "home"),
            "LLMENTARY_INTERPRETER": sys.executable,
            "PYTHONPATH": str(ROOT / "server"),
            "CI": "true",
        }
        self.stub("llmentary", f'exec "{sys.executable}" -m llmentary_regression "$@"')
        self.stub("python", f'echo "python $*" >> "{self.calls}"')
        (self.root / "llmentary.toml").write_text('callable = "bot:ask"\nstrict = false\n')
        (self.root / "faq.llmtest").write_text("Why?\nHow?\nWhen?\nWho?\nWhere?\nWhat?\n")
        self.bot("30")
        self.shell("llmentary approve -q", check=True)

    def stub(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def bot(self, days: str) -> None:
        (self.root / "bot.py").write_text(
            f'def ask(question):\n    return "Within {days} days, zebra." if "Why" in question else "Yes."\n'
        )

    def shell(
        self, script: str, environ: Mapping[str, str] | None = None, *, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        bash = shutil.which("bash")
        assert bash is not None, "the steps of the examples are run by bash; install it"
        done = subprocess.run(
            [bash, "-eo", "pipefail", "-c", script],
            cwd=self.root,
            env={**self.environ, **(environ or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def reports(self) -> None:
        """
        Leave the reports of two shards, as the jobs before the join would.
        """
        for number, line in (("0", 1), ("1", 2)):
            self.shell(
                f"llmentary test faq.llmtest:{line} -q --report json=report-{number}.json || [ $? -eq 1 ]"
            )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """
    Return a machine whose project has six approved answers.
    """
    return Machine(tmp_path)


def steps_of(name: str, job: str) -> dict[str, str]:
    """
    Return the shell steps of a job on GitHub by their names.
    """
    return {step["name"]: step["run"] for step in read(name)["jobs"][job]["steps"] if "run" in step}


def test_github_shards_ask_and_leave_their_reports(machine: Machine) -> None:
    """
    A changed answer does not end its shard; each shard leaves a report without a word of an answer.
    """
    machine.bot("14")
    ask = steps_of("github/llmentary.yml", "ask")["Ask"]

    done = [machine.shell(ask, {"SHARD": f"{n + 1}/4", "NUMBER": str(n)}) for n in range(4)]

    assert [run.returncode for run in done] == [0] * 4, [run.stderr for run in done]
    reports = [json.loads((machine.root / f"report-{n}.json").read_text()) for n in range(4)]
    assert sum(len(report["cases"]) for report in reports) == 6
    assert sum(report["summary"]["changed"] for report in reports) == 1
    assert "zebra" not in json.dumps(reports) + "".join(run.stdout + run.stderr for run in done)


def test_a_github_shard_that_cannot_ask_fails(machine: Machine) -> None:
    """
    A missing key is no changed answer.
    """
    (machine.root / ".llmentary" / "key").unlink()
    shutil.rmtree(machine.root.parent / "home")

    done = machine.shell(steps_of("github/llmentary.yml", "ask")["Ask"], {"SHARD": "1/1", "NUMBER": "0"})

    assert done.returncode == 1
    assert "key" in done.stderr


@pytest.mark.parametrize(("days", "code"), [("30", 0), ("14", 1)])
def test_github_joins_summarises_and_annotates(days: str, code: int, machine: Machine) -> None:
    """
    The join ends as the whole run would have; summary, annotations and files are there in either case.
    """
    machine.bot(days)
    machine.reports()
    summary = machine.root / "step-summary.md"
    summary.write_text("before\n")

    done = machine.shell(
        steps_of("github/llmentary.yml", "report")["Join"], {"GITHUB_STEP_SUMMARY": str(summary)}
    )

    assert done.returncode == code, done.stderr
    assert summary.read_text(encoding="utf-8").startswith("before\n<!-- llmentary -->\n")
    assert ("::error file=faq.llmtest,line=1" in done.stdout) is bool(code)
    for name in ("llmentary.html", "junit.xml", "llmentary.sarif"):
        assert (machine.root / name).stat().st_size


@pytest.mark.parametrize(("old", "method"), [("", "POST"), ("77", "PATCH")])
def test_github_comments_once(old: str, method: str, machine: Machine) -> None:
    """
    The first run writes a comment, later ones change it.
    """
    machine.bot("14")
    machine.reports()
    machine.stub(
        "gh",
        f'echo "gh $*" >> "{machine.calls}"\n'
        'case "$*" in *pulls*) echo 5;; *--paginate*) printf "%s" "$OLD";; *) echo "{}";; esac',
    )

    done = machine.shell(
        steps_of("github/llmentary-comment.yml", "comment")["Comment"],
        {"GH_TOKEN": "x", "REPOSITORY": "me/shop", "HEAD": "abc", "OLD": old},
    )

    assert done.returncode == 0, done.stderr
    last = machine.calls.read_text().strip().split("\n")[-1]
    assert f"--method {method} repos/me/shop/issues" in last
    assert "body=@summary.md" in last


def test_gitlab_asks_joins_and_leaves_junit(machine: Machine) -> None:
    """
    The same on GitLab, whose shards know their number and how many there are.
    """
    machine.bot("14")
    jobs = read("gitlab/.gitlab-ci.yml")
    for number in ("1", "2", "3", "4"):
        place = {"CI_NODE_INDEX": number, "CI_NODE_TOTAL": "4"}
        machine.shell("\n".join(jobs["ask"]["script"]), place, check=True)

    done = machine.shell("\n".join(jobs["report"]["script"]))

    assert done.returncode == 1
    assert "1 changed, 5 passed (from 4 reports)" in done.stdout
    assert "changed: a number differs" in (machine.root / "junit.xml").read_text(encoding="utf-8")


WHEEL = "https://example.invalid/llmentary_regression-0.1.0-py3-none-any.whl#sha256=0123"
PLACES = {"WHEEL": WHEEL, "LLMENTARY_WHEEL": WHEEL}


def installing_steps() -> dict[str, str]:
    """
    Return every shell step that installs something, by its place.
    """
    found = {}
    for name in SCHEMAS:
        for job, content in read(name).get("jobs", read(name)).items():
            if name.startswith("github"):
                found.update({f"{name} {job} {at}": run for at, run in steps_of(name, job).items()})
            elif isinstance(content, dict):
                lines = content.get("before_script", []) + content.get("script", [])
                found.update({f"{name} {job} {at}": line for at, line in enumerate(lines)})
    return {place: step for place, step in found.items() if "pip install" in step}


@pytest.mark.parametrize("place", installing_steps())
def test_installing_steps_take_the_wheel_that_was_named(machine: Machine, place: str) -> None:
    """
    No release is on the index yet, and `llmentary` there is another project's; without the wheel nothing is done.
    """
    step = installing_steps()[place]

    machine.shell(step, PLACES, check=True)
    refused = machine.shell(step)

    (call,) = machine.calls.read_text().splitlines()
    needed = "-r requirements.txt" if " ask " in place else "--no-deps"
    assert call in (
        f"python -m pip install {needed} {WHEEL}",
        f"python -m pip install --no-deps --no-index {WHEEL}",
    )
    assert refused.returncode != 0
    assert "LLMENTARY_WHEEL" in refused.stderr


def test_every_job_that_needs_llmentary_installs_it() -> None:
    """
    Two jobs on each system, and the comment.
    """
    assert len(installing_steps()) == 5


def test_a_job_that_may_write_installs_one_checked_file(machine: Machine) -> None:
    """
    From no index, and only with its hash; this holds for whatever job asks for a right to write.
    """
    writing = [
        (name, job)
        for name in SCHEMAS
        if name.startswith("github")
        for job, content in read(name)["jobs"].items()
        if "write" in content.get("permissions", {}).values()
    ]
    assert writing == [("github/llmentary-comment.yml", "comment")]
    step = steps_of(*writing[0])["Install"]

    machine.shell(step, PLACES, check=True)
    unpinned = machine.shell(step, {"WHEEL": WHEEL.partition("#")[0]})

    assert machine.calls.read_text() == f"python -m pip install --no-deps --no-index {WHEEL}\n"
    assert unpinned.returncode == 1
    assert "sha256" in unpinned.stderr


def test_the_wheel_alone_joins_reports(machine: Machine, tmp_path: Path) -> None:
    """
    So the jobs that only report need no other package.
    """
    machine.bot("14")
    machine.reports()
    bare = Environment(tmp_path / "bare")
    (bare.site / "borrowed.pth").unlink()
    bare.install_ours()
    kinds = ["markdown=s.md", "html=s.html", "junit=s.xml", "sarif=s.sarif", "github=s.txt"]
    options = [word for kind in kinds for word in ("--report", kind)]

    done = bare.run(
        *("-m", "llmentary_regression", "report", "merge", "report-0.json", "report-1.json", *options),
        cwd=machine.root,
    )

    assert done.returncode == 1, done.stderr
    assert (machine.root / "s.md").read_text(encoding="utf-8").startswith("<!-- llmentary -->\n")


@pytest.mark.parametrize(("days", "code"), [("30", 0), ("14", 1)])
def test_pre_commit_hooks_run(days: str, code: int, machine: Machine) -> None:
    """
    A hook is given the suites that changed, and fails where an answer did.
    """
    machine.bot(days)
    suites, answers = read("pre-commit/.pre-commit-config.yaml")["repos"][0]["hooks"]

    assert machine.shell(f"{suites['entry']} faq.llmtest").returncode == 0
    done = machine.shell(f"{answers['entry']} faq.llmtest")
    assert done.returncode == code
    assert "zebra" not in done.stdout
