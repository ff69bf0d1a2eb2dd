"""
Merging what two branches approved, with real git: `resolve`, `mv`, `show`, and what `init --git` sets up.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_shell import Shell
from git_repository import Repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here to merge with"),
]

HOURS = "When are you open?"
RETURN = "How long do I have?"
SUITE = f"=== window\n\n{RETURN}\n\n=== hours\n\n{HOURS}\n"
FIRST = {RETURN: "You have 30 days.", HOURS: "From 9 to 5."}


@pytest.fixture
def repository(shell: Shell) -> Repository:
    """
    Give a repository in which both cases are approved and committed.
    """
    shell.write({"faq.llmtest": SUITE, ".gitignore": "answers.json\n"})
    shell.answers(FIRST)
    made = Repository(shell.root)
    assert shell.run("approve").returncode == 0
    made.commit()
    return made


def approve(shell: Shell, *arguments: str, **answers: str) -> Callable[[], None]:
    """
    Return an act: approve other answers, by the name of the case.
    """

    def act() -> None:
        named = {"window": RETURN, "hours": HOURS}
        shell.answers({**FIRST, **{named[name]: text for name, text in answers.items()}})
        targets = [f"faq.llmtest::{name}" for name in answers]
        assert "approved 1 changed" in shell.run("approve", "--changed", *targets, *arguments).stdout

    return act


def passing(shell: Shell, question: str, *answers: str) -> list[str]:
    """
    Return those of the answers that pass.
    """
    passed = []
    for answer in answers:
        shell.answers({**FIRST, question: answer})
        name = "window" if question == RETURN else "hours"
        if shell.run("test", f"faq.llmtest::{name}", environ={"CI": "true"}).returncode == 0:
            passed.append(answer)
    return passed


def file_of(shell: Shell, name: str) -> Path:
    (path,) = (shell.root / ".llmentary" / "baselines").rglob(f"{name}.*.json")
    return path


def test_neighbors_approved_on_two_branches_merge_without_their_old_answers(
    shell: Shell, repository: Repository
) -> None:
    """
    What each branch replaced is gone, and nothing has to be resolved.
    """
    repository.merge(approve(shell, window="You have 14 days."), approve(shell, hours="From 8 to 4."))

    assert passing(shell, RETURN, "You have 30 days.", "You have 14 days.") == ["You have 14 days."]
    assert passing(shell, HOURS, "From 9 to 5.", "From 8 to 4.") == ["From 8 to 4."]


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize(
    ("choice", "left"), [("--ours", ["You have 14 days."]), ("--theirs", ["You have 60 days."])]
)
def test_one_side_of_a_conflict_is_chosen(
    shell: Shell, repository: Repository, style: str, choice: str, left: list[str]
) -> None:
    """
    Until then the case is an error that names both sides, and the others pass.
    """
    repository.git("config", "merge.conflictStyle", style)
    repository.merge(
        approve(shell, window="You have 14 days."), approve(shell, window="You have 60 days."), code=1
    )
    shell.answers(FIRST)

    before = shell.run("test")
    listed = shell.run("resolve")
    chosen = shell.run("resolve", choice)

    assert "1 error, 1 passed" in before.stdout
    assert "was approved differently on two branches: here by" in before.stdout
    assert listed.returncode == 1
    assert "ours: approved" in listed.stdout and "theirs: approved" in listed.stdout
    assert chosen.returncode == 0
    assert passing(shell, RETURN, "You have 30 days.", "You have 14 days.", "You have 60 days.") == left
    assert shell.run("resolve").stdout == "no case is in conflict\n"


@pytest.mark.parametrize(
    ("choice", "left"), [("--ours", "You have 14 days."), ("--theirs", "You have 60 days.")]
)
def test_a_chosen_side_has_no_line_of_the_other(
    shell: Shell, repository: Repository, choice: str, left: str
) -> None:
    """
    Git merges a line that one side alone changed, such as the tags, above the lines in conflict.
    """

    def with_tag() -> None:
        shell.write({"faq.llmtest": SUITE.replace("=== window", "=== window  #policy")})
        approve(shell, "--as-example", window="You have 60 days.")()
        shell.write({"faq.llmtest": SUITE})

    repository.merge(approve(shell, "--as-example", window="You have 14 days."), with_tag, code=1)

    assert shell.run("resolve", choice).returncode == 0
    assert passing(shell, RETURN, "You have 14 days.", "You have 60 days.", "You have 30 days.") == [
        left,
        "You have 30 days.",
    ]


def test_markers_that_were_committed_are_resolved_only_where_a_side_is_whole(
    shell: Shell, repository: Repository
) -> None:
    """
    Git has both versions no longer; a side that holds a line of the other is refused, and the file stays.
    """

    def with_tag() -> None:
        shell.write({"faq.llmtest": SUITE.replace("=== window", "=== window  #policy")})
        approve(shell, "--as-example", window="You have 60 days.")()
        shell.write({"faq.llmtest": SUITE})

    repository.merge(approve(shell, "--as-example", window="You have 14 days."), with_tag, code=1)
    repository.commit()
    marked = file_of(shell, "window").read_bytes()

    refused = shell.run("resolve", "--ours")

    assert refused.returncode == 2
    assert "take it from the commit that has it" in refused.stderr
    assert file_of(shell, "window").read_bytes() == marked


def test_examples_that_both_branches_added_are_joined(shell: Shell, repository: Repository) -> None:
    """
    With the key, the set has all of them.
    """
    repository.merge(
        approve(shell, "--as-example", window="You have 14 days."),
        approve(shell, "--as-example", window="You have 60 days."),
        code=1,
    )

    assert shell.run("resolve", "--both").returncode == 0
    answers = ["You have 30 days.", "You have 14 days.", "You have 60 days."]
    assert passing(shell, RETURN, *answers) == answers


def test_two_approvals_that_replaced_cannot_be_joined(shell: Shell, repository: Repository) -> None:
    """
    The message says why and what to do; the file stays in conflict.
    """
    repository.merge(
        approve(shell, window="You have 14 days."), approve(shell, window="You have 60 days."), code=1
    )

    refused = shell.run("resolve", "--both")

    assert refused.returncode == 2
    assert "keep one side" in refused.stderr
    assert shell.run("resolve").returncode == 1


def test_resolve_takes_names_of_cases_in_conflict_only(shell: Shell, repository: Repository) -> None:
    """
    A name that is not in conflict is refused before anything is written.
    """
    repository.merge(
        approve(shell, window="You have 14 days."), approve(shell, window="You have 60 days."), code=1
    )

    assert "`hours` is not in conflict" in shell.run("resolve", "hours", "--ours").stderr
    assert shell.run("resolve", "window", "--ours").returncode == 0


def test_a_renamed_suite_keeps_its_approvals_by_mv(shell: Shell, repository: Repository) -> None:
    """
    `test` never binds them by itself; `mv` shows both names.
    """
    (shell.root / "help").mkdir()
    (shell.root / "faq.llmtest").rename(shell.root / "help" / "faq.llmtest")

    before = shell.run("test", environ={"CI": "true"})
    moved = shell.run("mv", "faq.llmtest", "help/faq.llmtest")

    assert before.returncode == 1 and "2 new" in before.stdout
    assert "moved 2 approved cases: faq.llmtest -> help/faq.llmtest" in moved.stdout
    assert shell.run("test", environ={"CI": "true"}).returncode == 0


def test_a_renamed_case_keeps_its_approval_by_mv(shell: Shell, repository: Repository) -> None:
    """
    Its file follows its name.
    """
    shell.write({"faq.llmtest": SUITE.replace("window", "return-window")})

    assert shell.run("mv", "faq.llmtest::window", "faq.llmtest::return-window").returncode == 0
    assert shell.run("test", environ={"CI": "true"}).returncode == 0
    assert file_of(shell, "return-window").is_file()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("no.llmtest", "faq.llmtest"), "nothing is approved as `no.llmtest`"),
        (("faq.llmtest::no", "faq.llmtest::hours"), "nothing is approved as `faq.llmtest::no`"),
        (("faq.llmtest::hours", "faq.llmtest::no"), "has no case `no`; rename it there first"),
        (("faq.llmtest", "faq.llmtest::hours"), "takes two suites, or two cases"),
        (("../faq.llmtest", "faq.llmtest"), "lies outside the project"),
    ],
)
def test_mv_refuses_what_it_cannot_do(
    shell: Shell, repository: Repository, arguments: tuple[str, str], reason: str
) -> None:
    """
    One line with the reason, and nothing is changed.
    """
    done = shell.run("mv", *arguments)

    assert done.returncode == 2
    assert reason in done.stderr
    assert shell.run("test", environ={"CI": "true"}).returncode == 0


def test_git_shows_who_approved_what_and_nothing_of_an_answer(shell: Shell, repository: Repository) -> None:
    """
    After `init --git`, in this clone, without a key.
    """
    installed = shell.run("init", "--git")
    approve(shell, window="You have 14 days.")()
    (shell.root / ".llmentary" / "key").unlink()

    shown = repository.git("diff", "--", ".llmentary/baselines")

    assert "diff.llmentary.textconv" in installed.stdout
    assert "left as it is" in shell.run("init", "--git").stdout
    assert "-example 1  approved" in shown and "+example 1  approved" in shown
    assert " case      window" in shown
    assert "14 days" not in shown and '"sealed"' not in shown


def test_a_file_that_cannot_be_read_is_shown_as_it_is(shell: Shell, repository: Repository) -> None:
    """
    Git shows what it can of a conflict.
    """
    path = file_of(shell, "window")
    path.write_text("<<<<<<< HEAD\n", encoding="utf-8")

    done = shell.run("show", str(path))

    assert done.returncode == 0
    assert done.stdout.startswith("<<<<<<< HEAD\n(line 1: ")


def test_a_file_of_another_suite_blocks_no_other_approval(shell: Shell, repository: Repository) -> None:
    """
    It is an error of its own case, which names the suite and the way.
    """
    foreign = file_of(shell, "window")
    content = json.loads(foreign.read_text(encoding="utf-8"))
    (key,) = (key for key in content["baselines"] if key != "~")
    content["baselines"][key]["suite"] = "staging.llmtest"
    foreign.write_text(json.dumps(content), encoding="utf-8")

    done = shell.run("test")
    approve(shell, hours="From 8 to 4.")()

    assert "1 error, 1 passed" in done.stdout
    assert "belongs to the suite `staging.llmtest`" in done.stdout
    assert passing(shell, HOURS, "From 8 to 4.") == ["From 8 to 4."]


def test_a_file_of_the_older_format_is_reported_and_left_alone(shell: Shell) -> None:
    """
    It held a whole suite; its cases are in error until it is deleted, and are then approved again.
    """
    shell.write({"faq.llmtest": SUITE})
    shell.answers(FIRST)
    assert shell.run("approve").returncode == 0
    folder = shell.root / ".llmentary" / "baselines" / "faq.llmtest"
    shutil.rmtree(folder)
    old = folder.with_name("faq.llmtest.json")
    old.write_text('{"meta": {"0": {"format": 1}}, "baselines": {\n"~": {}}}\n', encoding="utf-8")
    before = old.read_bytes()

    refused = shell.run("test")

    assert "2 errors" in refused.stdout
    assert "is of format 1" in refused.stdout and "delete it and approve again" in refused.stdout
    assert old.read_bytes() == before
    old.unlink()
    assert shell.run("approve").returncode == 0
    assert shell.run("test").returncode == 0
