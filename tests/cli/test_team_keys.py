"""
Keys of a team, with real git and the real command line: two clones, two people, two keys.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_shell import Shell
from git_repository import Repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here to clone with"),
]

FILES = {
    "llmentary.toml": 'callable = "bot:ask"\n',
    "bot.py": "def ask(question):\n    return {'Open?': 'From 9 to 5.', 'Norway?': 'Yes.'}[question.strip()]\n",
    "hours.llmtest": "=== hours\n\nOpen?\n",
    "shipping.llmtest": "=== shipping\n\nNorway?\n",
    ".gitignore": "__pycache__\n",
}


class Person(Shell):
    """
    A clone of the project, with a home of its own.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.repository = Repository(self.root)
        self.repository.git("config", "user.name", name)

    @property
    def key(self) -> str:
        return (self.root / ".llmentary" / "key").read_text(encoding="ascii").strip()

    def pull(self, other: Person) -> None:
        self.repository.git("pull", "-q", "--no-rebase", "--no-edit", str(other.root), "main")


@pytest.fixture
def team(tmp_path: Path) -> Callable[[str], Person]:
    """
    Return how to have another person clone what the first one has.
    """
    people: list[Person] = []

    def join(name: str) -> Person:
        person = Person(tmp_path / name, name)
        if people:
            person.repository.git("fetch", "-q", str(people[0].root), "main")
            person.repository.git("reset", "-q", "--hard", "FETCH_HEAD")
        else:
            person.write(FILES)
            person.repository.commit()
        people.append(person)
        return person

    return join


def test_two_first_approvals_are_joined(team: Callable[[str], Person]) -> None:
    """
    Each branch made its own key; after merge and `key add`, everything approved on either passes with one.
    """
    ann = team("Ann")
    bob = team("Bob")
    ci = team("Runner")
    assert ann.run("approve", "hours.llmtest").returncode == 0
    assert bob.run("approve", "shipping.llmtest").returncode == 0
    for person in (ann, bob):
        person.repository.commit()
    keys = ann.key, bob.key

    ann.pull(bob)
    apart, checked = ann.run("test"), ann.run("key", "check")
    added = ann.run("key", "add", stdin=f"{bob.key}\n")
    ann.repository.commit()
    ci.pull(ann)
    bob.pull(ann)
    switched = bob.run("key", "add", stdin=ann.key)

    assert apart.returncode == 1
    assert "1 error, 1 passed" in apart.stdout
    assert "run `llmentary key check`" in apart.stdout
    assert checked.returncode == 2
    assert "opens     1 of 2 roots" in checked.stdout
    assert "`llmentary key add`" in checked.stderr
    assert added.returncode == 0
    assert "now opens all of that by itself" in added.stdout
    assert "next: commit .llmentary/keyring.json" in added.stdout
    assert ci.run("test", environ={"LLMENTARY_KEY": keys[0]}).stdout.startswith("2 passed")
    assert ci.run("test", environ={"LLMENTARY_KEY": ",".join(keys)}).stdout.startswith("2 passed")
    assert "keyring" not in switched.stdout.replace("keyring.json", "")
    assert bob.key == keys[0]
    for person in (ann, bob):
        assert person.run("test").stdout.startswith("2 passed")
        assert person.repository.git("status", "--short") == ""
        for key in keys:
            assert key not in added.stdout + added.stderr


def test_two_first_approvals_pass_with_both_keys_before_anybody_joins_them(
    team: Callable[[str], Person],
) -> None:
    """
    `LLMENTARY_KEY` holds both, in either order; a third among them does no harm.
    """
    ann = team("Ann")
    bob = team("Bob")
    ann.run("approve", "hours.llmtest")
    bob.run("approve", "shipping.llmtest")
    for person in (ann, bob):
        person.repository.commit()
    ann.pull(bob)
    other = "A" * 43 + "="

    for variable in (f"{ann.key},{bob.key}", f"{other}, {bob.key}, {ann.key}"):
        assert ann.run("test", environ={"LLMENTARY_KEY": variable}).stdout.startswith("2 passed")


def test_colleague_is_told_of_a_rotation(team: Callable[[str], Person]) -> None:
    """
    When, by whom, and what to run; CI can hold both keys while branches differ.
    """
    ann = team("Ann")
    ann.run("approve")
    ann.repository.commit()
    bob = team("Bob")
    assert bob.run("key", "add", stdin=ann.key).returncode == 0
    assert bob.run("test").stdout.startswith("2 passed")
    feature = team("Feature")
    old = ann.key

    assert ann.run("key", "rotate").returncode == 0
    ann.repository.commit()
    bob.pull(ann)
    told = [bob.run(*command) for command in (("test",), ("approve",), ("key", "check"))]
    again = bob.run("key", "add", stdin=old)
    added = bob.run("key", "add", stdin=ann.key)

    for one in told:
        assert one.returncode == 2
        assert "was replaced by `llmentary key rotate` on 20" in one.stderr
        assert "by Ann; ask Ann or another colleague for the new key" in one.stderr
        assert "run `llmentary key add`" in one.stderr
        assert "wrong" not in one.stderr
    assert again.returncode == 2
    assert "was replaced" in again.stderr
    assert added.returncode == 0
    assert bob.run("test").stdout.startswith("2 passed")
    for variable in (f"{ann.key},{old}", f"{old},{ann.key}"):
        for branch in (bob, feature):
            assert branch.run("test", environ={"LLMENTARY_KEY": variable}).stdout.startswith("2 passed")


def test_key_that_came_with_a_clone_is_never_used_silently(team: Callable[[str], Person]) -> None:
    """
    Refused while git tracks it; untracked it judges, but approves nothing until it is rotated.
    """
    eve = team("Eve")
    eve.run("approve")
    eve.repository.git("add", "-f", ".llmentary/key")
    eve.repository.commit()
    victim = team("Vic")
    victim.write({"bot.py": FILES["bot.py"].replace("9 to 5", "8 to 4")})

    tracked = [victim.run(*command) for command in (("test",), ("approve", "--changed"), ("key", "check"))]
    victim.repository.git("rm", "-q", "--cached", ".llmentary/key")
    victim.repository.commit()
    judged, refused = victim.run("test"), victim.run("approve", "--changed")
    rotated = victim.run("key", "rotate")
    approved = victim.run("approve", "--changed")

    for one in tracked:
        assert one.returncode == 2
        assert "git tracks the project key" in one.stderr
        assert "`git rm --cached key`" in one.stderr
    assert "1 changed, 1 passed" in judged.stdout
    assert refused.returncode == 2
    assert "you neither made nor added the project key" in refused.stderr
    assert rotated.returncode == 0
    assert "approved 1 changed" in approved.stdout
    with_eves = victim.run("test", environ={"LLMENTARY_KEY": eve.key})
    assert "was replaced" in with_eves.stderr


def test_key_that_git_could_track_is_refused_until_init_fixes_it(team: Callable[[str], Person]) -> None:
    """
    One line of `.llmentary/.gitignore` is enough to publish it by `git add -A`.
    """
    ann = team("Ann")
    ann.run("approve")
    ignore = ann.root / ".llmentary" / ".gitignore"
    ignore.write_text(f"{ignore.read_text()}!/key\n")

    refused = ann.run("test")
    fixed = ann.run("init")
    passed = ann.run("test")
    ann.repository.git("add", "-A")

    assert refused.returncode == 2
    assert "git does not ignore the project key" in refused.stderr
    assert "run `llmentary init`" in refused.stderr
    assert fixed.returncode == 0
    assert passed.stdout.startswith("2 passed")
    assert ".llmentary/key\n" not in ann.repository.git("ls-files")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "no key was given"),
        ("hunter2\n", "that is no project key"),
        ("A" * 43 + "=\n", "is the wrong one"),
    ],
)
def test_what_is_no_key_of_this_project_is_not_added(
    team: Callable[[str], Person], given: str, said: str
) -> None:
    """
    Nothing is written and nothing of the input is shown.
    """
    ann = team("Ann")
    ann.run("approve")
    before = ann.key

    done = ann.run("key", "add", stdin=given)

    assert done.returncode == 2
    assert said in done.stderr
    assert "nothing was changed" in done.stderr
    assert not given.strip() or given.strip() not in done.stderr + done.stdout
    assert ann.key == before


@pytest.mark.parametrize("way", ["approve", "pytest"])
def test_everyone_who_approves_has_a_copy_of_the_key(team: Callable[[str], Person], way: str) -> None:
    """
    However they approve, `git clean` and a new worktree cost nobody the key.
    """
    ann = team("Ann")
    done = {
        "approve": lambda: ann.run("approve"),
        "pytest": lambda: python(ann, "-m", "pytest", "-q", "--llm-approve-new"),
    }[way]()
    assert ann.root.joinpath(".llmentary", "key").exists(), done.stdout + done.stderr

    (ann.root / ".llmentary" / "key").unlink()

    assert ann.run("test").stdout.startswith("2 passed")


def python(person: Person, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=person.root,
        env=person.environ,
        capture_output=True,
        encoding="utf-8",
        timeout=150,
        check=False,
    )
