"""
`report merge` joins what shards left, and ends as one run would have ended.
"""

from __future__ import annotations

import json

import pytest

from cli_shell import Shell

pytestmark = pytest.mark.slow


@pytest.fixture
def shards(shell: Shell) -> Shell:
    """
    Return a project whose first case changed, with the reports of two shards.
    """
    shell.run("approve")
    answers = json.loads((shell.root / "answers.json").read_text(encoding="utf-8"))
    answers["How long may I return it?"] = "You may return it within 14 days of delivery."
    shell.answers(answers)
    for line in ("1", "2"):
        shell.run("test", f"faq.llmtest:{line}", "--report", f"json={line}.json")
    return shell


def test_the_joint_report_ends_as_one_run(shards: Shell) -> None:
    """
    What needs attention is shown, the files are written, and the code is 1.
    """
    done = shards.run("report", "merge", "1.json", "2.json", "--report", "junit=out.xml")
    one = shards.run("report", "merge", "2.json")

    assert done.returncode == 1
    assert done.stdout.split("\n")[:2] == [
        "changed  faq.llmtest:1  How long may I return it?",
        "1 changed, 1 passed (from 2 reports)",
    ]
    assert "<failure" in (shards.root / "out.xml").read_text(encoding="utf-8")
    assert one.returncode == 0


def test_a_report_on_stdout_stands_alone(shards: Shell) -> None:
    """
    What is for people goes to stderr then.
    """
    done = shards.run("report", "merge", "1.json", "2.json", "--report", "json=-")

    assert json.loads(done.stdout)["summary"]["changed"] == 1
    assert "from 2 reports" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.json"], "every shard has to write its report"),
        (["bot.py"], "is not JSON"),
        (["answers.json"], "is not a JSON report"),
        (["1.json", "--report", "junti=x"], "did you mean `junit`?"),
        (["1.json", "--report", "html=no/x.html"], "there is no folder"),
    ],
)
def test_wrong_use_is_told_in_one_line(arguments: list[str], message: str, shards: Shell) -> None:
    """
    Nothing is joined, and the exit code is 2.
    """
    done = shards.run("report", "merge", *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_shard_is_told_and_nothing_is_joined(shards: Shell) -> None:
    """
    What is left of two shards must not read as a run in which all was asked.
    """
    shards.run("test", "--shard", "1/2", "--report", "json=first.json")
    shards.run("test", "--shard", "2/2", "--report", "json=second.json")

    part = shards.run("report", "merge", "first.json", "--report", "junit=out.xml")
    whole = shards.run("report", "merge", "first.json", "second.json")

    assert (part.returncode, part.stdout) == (2, "")
    assert part.stderr == (
        "llmentary: nothing was joined: shard 2/2 is missing; run what failed, or name its report too\n"
    )
    assert not (shards.root / "out.xml").exists()
    assert (whole.returncode, whole.stdout.split("\n")[-2]) == (1, "1 changed, 1 passed (from 2 reports)")
