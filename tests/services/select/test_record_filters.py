"""
Choosing cases by approvals, by the last run and by edits.
"""

import json
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Answer, Failure
from llmentary_regression.services.approve import approve_results
from llmentary_regression.services.history import record_run
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene, Scene

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=timezone.utc)
SUITES = {
    "a.llmtest": "One?\n\n=== two\nTwo?\n\n=== three  #slow\n@model gpt-5\nThree?\n",
    "b.llmtest": "@model claude-4\nFour?\n",
    "bot.py": "x = 1\n",
}
ANSWERS: dict[str, str | Answer | Failure] = {
    "One?": Answer("The first.", model="gpt-4"),
    "Two?": "The second has 2 parts.",
    "Three?": "The third.",
    "Four?": "The fourth.",
}


@pytest.fixture
async def asked(scene: MakeScene) -> Scene:
    """
    Return a project whose cases One, Two and Three were approved 10 days ago, and then asked once.

    Two changed since, and Four was never approved and gave an error.
    """
    made = scene(SUITES, ANSWERS)
    project = made.open()
    approve_results(
        project, await made.run("a.llmtest", project=project), now=lambda: NOW - timedelta(days=10)
    )
    made.pool.answers["Two?"] = "The second has 3 parts."
    del made.pool.answers["Four?"]
    results = await made.run(project=made.open())
    record_run(project, results, began=NOW, is_whole=True, sources=[made.root / "bot.py"])
    return made


def questions(made: Scene, **selection: Any) -> list[str]:
    selected = select_cases(made.open(), Selection(**selection), made.root, now=NOW)
    return [one.case.question for one in selected.cases]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"models": ("gpt-4",)}, ["One?"]),
        ({"models": ("GPT-*",)}, ["One?", "Three?"]),
        ({"models": ("claude-4", "gpt-4")}, ["One?", "Four?"]),
        ({"since": "11d"}, ["One?", "Two?", "Three?"]),
        ({"before": "9d"}, ["One?", "Two?", "Three?"]),
        ({"before": "2026-11-13"}, ["One?", "Two?", "Three?"]),
        ({"since": "2026-11-12T18:00Z"}, ["One?", "Two?", "Three?"]),
        ({"failed": True}, ["Four?"]),
        ({"changed": True}, ["Two?"]),
        ({"failed": True, "changed": True}, ["Two?", "Four?"]),
        ({"since": "11d", "tags": ("not:slow",)}, ["One?", "Two?"]),
    ],
)
def test_record_selects(asked: Scene, selection: dict[str, Any], expected: list[str]) -> None:
    """
    Each filter gives the cases it speaks of, and filters add up.
    """
    assert questions(asked, **selection) == expected


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"since": "9d"}, "none of 4 cases is selected by `--since 9d`"),
        ({"before": "11d"}, "none of 4 cases is selected by `--before 11d`"),
        ({"edited": True}, "nothing of it was edited since"),
        ({"since": "soon"}, "is not a date; write a time ago such as `7d`"),
        ({"since": "1d", "before": "5d"}, "exchange them"),
        ({"durations": "x.json"}, "add `--shard N/TOTAL`"),
        ({"shard": "1/2", "durations": "x.json"}, "cannot read the durations"),
        ({"shard": "1/2", "durations": "bot.py"}, "holds no durations"),
        ({"edited_since": "main"}, "git knows no revision `main`"),
        ({"edited_since": "--output=x"}, "is not a revision"),
    ],
)
def test_wrong_or_empty_selection_says_why(asked: Scene, selection: dict[str, Any], reason: str) -> None:
    """
    One line with the fix.
    """
    with pytest.raises(UsageError) as caught:
        questions(asked, **selection)

    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("a.llmtest", SUITES["a.llmtest"].replace("Two?", "Second?"), ["Second?"]),
        ("a.llmtest", SUITES["a.llmtest"].replace("gpt-5", "gpt-6"), ["Three?"]),
        ("a.llmtest", "# moved\n\n" + SUITES["a.llmtest"].replace("One?", "Zero?"), ["Zero?"]),
        ("b.llmtest", "@match exact\n" + SUITES["b.llmtest"], ["Four?"]),
        ("bot.py", "x = 2\n", ["One?", "Two?", "Three?", "Four?"]),
    ],
)
def test_edited_cases_are_found(asked: Scene, file: str, text: str, expected: list[str]) -> None:
    """
    Question, settings and sources count; moving a case does not.
    """
    asked.write({file: text})

    assert questions(asked, edited=True) == expected


def test_shards_cover_what_the_filters_leave(asked: Scene) -> None:
    """
    All shards together are the selection, each case once.
    """
    parts = [questions(asked, shard=f"{number}/3", tags=("not:slow",)) for number in (1, 2, 3)]

    assert sorted(question for part in parts for question in part) == ["Four?", "One?", "Two?"]


def test_more_shards_than_cases_leave_some_empty(asked: Scene) -> None:
    """
    An empty shard is no mistake.
    """
    assert sorted(len(questions(asked, shard=f"{number}/6")) for number in range(1, 7)) == [0, 0, 1, 1, 1, 1]


def test_shards_go_by_the_durations_of_a_report(asked: Scene) -> None:
    """
    A report that all machines share balances the shards.
    """
    cases = select_cases(asked.open(), Selection(), asked.root).cases
    report = [
        {"suite": one.suite.name, "key": one.case.key, "elapsed_s": 9.0 if one.case.question == "Two?" else 1}
        for one in cases
    ]
    asked.write({"last.json": json.dumps({"version": 1, "cases": report})})

    parts = [questions(asked, shard=f"{number}/2", durations="last.json") for number in (1, 2)]

    assert sorted(parts, key=len) == [["Two?"], ["One?", "Three?", "Four?"]]


def test_edited_since_a_revision(asked: Scene) -> None:
    """
    Cases that stand otherwise in the working tree are found, and no others.
    """
    git(asked.root, "init", "-q")
    git(asked.root, "add", "a.llmtest", "b.llmtest", "bot.py", "llmentary.toml")
    git(asked.root, "commit", "-q", "-m", "first")
    asked.write({"a.llmtest": SUITES["a.llmtest"].replace("Two?", "Second?"), "c.llmtest": "Five?\n"})

    assert questions(asked, edited_since="HEAD") == ["Second?", "Five?"]


@pytest.mark.parametrize("file", ["bot.py", "llmentary.toml"])
def test_code_and_settings_edited_since_a_revision_concern_all(asked: Scene, file: str) -> None:
    """
    What every case depends on selects every case.
    """
    git(asked.root, "init", "-q")
    git(asked.root, "add", "a.llmtest", "b.llmtest", "bot.py", "llmentary.toml")
    git(asked.root, "commit", "-q", "-m", "first")
    asked.write({file: 'match = "exact"\ncallable = "bot:ask"\n' if file.endswith("toml") else "x = 3\n"})

    assert len(questions(asked, edited_since="HEAD")) == 4


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, timeout=30)
