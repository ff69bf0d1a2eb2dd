"""
Keys of several people: adding one, several at once, two first keys, rotation, and keys of strangers.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from llmentary_regression.core.crypto import ProjectKey, Root, wrap_root
from llmentary_regression.core.errors import (
    KeyExposedError,
    KeyMissingError,
    KeyUnknownError,
    KeyUnreadableError,
    KeyWrongError,
)
from llmentary_regression.storage.files import prepare_folder
from llmentary_regression.storage.keys import (
    Keyring,
    add_key,
    check_approving,
    ensure_keyring,
    find_project_key,
    key_status,
    load_keyring,
    rotate_keyring,
)

STRANGER = base64.b64encode(bytes(range(32))).decode()

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


class Person:
    """
    A clone of the project, and the user's folder of the one who works in it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir(parents=True)
        self.home = folder / "home"

    @property
    def key_file(self) -> Path:
        return self.root / ".llmentary" / "key"

    @property
    def keyring_file(self) -> Path:
        return self.root / ".llmentary" / "keyring.json"

    @property
    def key(self) -> ProjectKey:
        return ProjectKey.from_text(self.key_file.read_text())

    def approve(self) -> Keyring:
        return ensure_keyring(self.root, {}, os.urandom, self.home)

    def opened(self, variable: str = "") -> Keyring:
        found = load_keyring(self.root, {"LLMENTARY_KEY": variable} if variable else {}, self.home)
        assert found is not None
        return found

    def add(self, key: ProjectKey) -> object:
        return add_key(self.root, key, {}, os.urandom, self.home)

    def pull(self, other: Person) -> None:
        self.keyring_file.parent.mkdir(exist_ok=True)
        self.keyring_file.write_bytes(other.keyring_file.read_bytes())

    def merge(self, other: Person) -> None:
        """
        Merge the other's keyring as git does with `merge=union`: the lines of both.
        """
        first, *ours, last = self.keyring_file.read_text().splitlines()
        theirs = other.keyring_file.read_text().splitlines()[1:-1]
        self.keyring_file.write_text("\n".join([first, *ours, *theirs, last]) + "\n")


@pytest.fixture
def ann(tmp_path: Path) -> Person:
    """
    Return the person who approved first.
    """
    ann = Person(tmp_path / "ann")
    ann.approve()
    return ann


@pytest.fixture
def bob(tmp_path: Path) -> Person:
    return Person(tmp_path / "bob")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- adding ---


def test_added_key_opens_the_keyring_and_is_private(ann: Person, bob: Person) -> None:
    """It lies in the project and in the user's folder, for nobody else to read."""
    bob.pull(ann)
    with pytest.raises(KeyMissingError, match="run `llmentary key add`"):
        bob.opened()

    added = add_key(bob.root, ann.key, {}, os.urandom, bob.home)

    copy = bob.home / "keys" / ann.key.id
    assert added.files == (bob.key_file, copy)
    assert (added.opened, added.total, added.joined, added.set_aside) == (1, 1, 0, None)
    assert bob.approve().roots == ann.opened().roots
    assert bob.keyring_file.read_bytes() == ann.keyring_file.read_bytes()
    if sys.platform != "win32":
        assert (mode(bob.key_file), mode(copy)) == (0o600, 0o600)


def test_adding_it_twice_makes_it_private_again(ann: Person) -> None:
    """A key that others could read is the usual reason."""
    ann.key_file.chmod(0o644)

    ann.add(ann.key)

    assert sys.platform == "win32" or mode(ann.key_file) == 0o600


def test_key_that_opens_nothing_is_not_added(ann: Person, bob: Person) -> None:
    """The error names both keys; nothing is written."""
    bob.pull(ann)

    with pytest.raises(KeyWrongError) as caught:
        bob.add(ProjectKey.from_text(STRANGER))

    for part in (ProjectKey.from_text(STRANGER).id, ann.key.id, "nothing was changed"):
        assert part in str(caught.value)
    assert STRANGER not in str(caught.value)
    assert not bob.key_file.exists()
    assert not bob.home.exists()


def test_key_can_be_added_before_there_is_a_keyring(ann: Person, bob: Person) -> None:
    """Then two branches start with one key, and their keyrings merge into one that it opens."""
    bob.add(ann.key)
    bob.approve()

    ann.merge(bob)

    assert len(ann.opened().roots) == 2
    assert ann.opened().closed == ()


def test_adding_without_a_keyring_replaces_no_other_key(bob: Person) -> None:
    """Nothing can tell which of the two is the right one."""
    bob.key_file.parent.mkdir()
    bob.key_file.write_text(STRANGER)

    with pytest.raises(KeyWrongError, match="holds another key"):
        bob.add(ProjectKey.from_bytes(bytes(32)))

    assert bob.key_file.read_text() == STRANGER


def test_useless_key_makes_way_and_is_kept_aside(ann: Person, bob: Person) -> None:
    """It may open the keyring of another branch."""
    bob.pull(ann)
    bob.key_file.write_text(STRANGER)

    added = add_key(bob.root, ann.key, {}, os.urandom, bob.home)

    assert bob.key == ann.key
    assert added.set_aside is not None
    assert added.set_aside.read_text().strip() == STRANGER
    assert sys.platform == "win32" or mode(added.set_aside) == 0o600


def test_damaged_key_file_is_replaced(ann: Person, bob: Person) -> None:
    """Half a key helps nobody."""
    bob.pull(ann)
    bob.key_file.write_text(STRANGER[:20])

    bob.add(ann.key)

    assert bob.key == ann.key


def test_variable_does_not_decide_what_is_added(ann: Person, bob: Person) -> None:
    """The files are what was asked for; that the variable goes before them is reported."""
    bob.pull(ann)

    added = add_key(bob.root, ann.key, {"LLMENTARY_KEY": STRANGER}, os.urandom, bob.home)

    assert added.ignored_for_variable
    assert added.opened == 1


# --- several keys ---


def test_one_of_several_keys_is_enough(ann: Person) -> None:
    """Around a rotation CI holds both keys, and each branch needs another one."""
    key = ann.key.to_text()

    for variable in (f"{STRANGER},{key}", f"{key}, {STRANGER}", f"{STRANGER}\n{key}\n", f"{key};{key},"):
        opened = ann.opened(variable)
        assert (opened.key_id, opened.place) == (ann.key.id, "LLMENTARY_KEY")
        assert opened.roots == ann.opened().roots


def test_several_keys_open_before_and_after_a_rotation(ann: Person, bob: Person) -> None:
    """New approvals derive from the root of the key that comes first among those that open."""
    bob.pull(ann)
    old = ann.key.to_text()
    before = ann.opened()
    after = rotate_keyring(ann.root, {}, os.urandom, ann.home)
    both = f"{ann.key.to_text()},{old}"

    assert ann.opened(both).current == after.current
    assert bob.opened(both).current == before.current


def test_several_wrong_keys_are_all_named(ann: Person) -> None:
    """And so is the one that is wanted; no key is quoted."""
    others = [STRANGER, base64.b64encode(bytes(32)).decode()]

    with pytest.raises(KeyWrongError) as caught:
        ann.opened(",".join(others))

    for part in ("none of the 2 keys in LLMENTARY_KEY", ann.key.id):
        assert part in str(caught.value)
    for other in others:
        assert ProjectKey.from_text(other).id in str(caught.value)
        assert other not in str(caught.value)


def test_one_bad_text_among_several_keys_is_named_by_its_number(ann: Person) -> None:
    """A secret that was cut off is a slip that somebody should fix, not a key that can be passed over."""
    with pytest.raises(KeyUnreadableError, match="key 2 of 2 in the variable LLMENTARY_KEY") as caught:
        ann.opened(f"{ann.key.to_text()},{STRANGER[:30]}")
    assert STRANGER[:30] not in str(caught.value)

    with pytest.raises(KeyUnreadableError, match="the variable LLMENTARY_KEY holds no project key"):
        ann.opened(" , ")


# --- two first keys ---


def test_two_first_keys_are_joined_under_one(ann: Person, bob: Person) -> None:
    """Each branch made a key; after the merge and `key add`, one key opens what both approved."""
    bob.approve()
    theirs = bob.opened().current
    ann.merge(bob)
    assert ann.opened().closed == (theirs.id,)
    status = key_status(ann.root, {}, ann.home)
    assert (status.opened, status.total) == (1, 2)
    for part in (theirs.id, bob.key.id, "`llmentary key add`"):
        assert part in str(status.problem)

    added = add_key(ann.root, bob.key, {}, os.urandom, ann.home)

    assert (added.opened, added.total, added.joined, added.used) == (2, 2, 1, ann.key.id)
    alone = ann.opened(ann.key.to_text())
    assert alone.roots[theirs.id] == theirs
    assert alone.closed == ()
    assert key_status(ann.root, {}, ann.home).problem is None
    # Bob's key opens what it opened, and no more: joining gives nothing to who has not both.
    assert set(ann.opened(bob.key.to_text()).roots) == {theirs.id}


def test_two_first_keys_open_everything_side_by_side(ann: Person, bob: Person) -> None:
    """CI needs no commit to judge both branches."""
    bob.approve()
    ann.merge(bob)

    opened = ann.opened(f"{ann.key.to_text()},{bob.key.to_text()}")

    assert opened.closed == ()
    assert opened.current == ann.opened().current


def test_after_a_join_the_other_key_is_replaced(ann: Person, bob: Person) -> None:
    """The team ends with one key, and its keyring does not grow."""
    bob.approve()
    own = bob.key
    ann.merge(bob)
    ann.add(own)
    bob.pull(ann)

    added = add_key(bob.root, ann.key, {}, os.urandom, bob.home)

    assert (bob.key, added.joined, added.opened) == (ann.key, 0, 2)
    assert added.set_aside is not None
    assert ProjectKey.from_text(added.set_aside.read_text()) == own
    assert bob.keyring_file.read_bytes() == ann.keyring_file.read_bytes()


def test_both_may_join_and_merge_again(ann: Person, bob: Person) -> None:
    """Either key opens everything afterwards."""
    bob.approve()
    keys = ann.key, bob.key
    merged = Person(ann.root.parent.parent / "merged")
    ann.merge(bob)
    bob.pull(ann)
    ann.add(keys[1])
    bob.add(keys[0])

    ann.merge(bob)
    merged.pull(ann)

    for key in keys:
        assert len(merged.opened(key.to_text()).roots) == 2


def test_root_of_another_key_is_never_approved_with(ann: Person, bob: Person) -> None:
    """Whoever has a replaced key could add a root under it; what is approved must not derive from that."""
    stolen = ann.key
    rotated = rotate_keyring(ann.root, {}, os.urandom, ann.home)
    forged = wrap_root(Root("r9-0a0b0c0d", bytes(32)), stolen, nonce=bytes(12)) | {"key": stolen.id}
    first, *lines = ann.keyring_file.read_text().splitlines()
    ann.keyring_file.write_text(
        "\n".join([first, f'"r9-0a0b0c0d.{stolen.id}": {json.dumps(forged)},', *lines])
    )

    approving = ann.approve()

    # The stolen key is among the user's copies, so that root opens; its number is the highest.
    assert "r9-0a0b0c0d" in approving.roots
    assert approving.current == rotated.current


# --- rotation ---


def test_previous_key_is_reported_with_when_and_by_whom(ann: Person, bob: Person) -> None:
    """A colleague is told what happened and what to run, at each surface that needs the key."""
    bob.pull(ann)
    bob.add(ann.key)
    old = ann.key
    rotate_keyring(ann.root, {}, os.urandom, ann.home, at="2026-12-01T09:30:00Z", by="Ann \x1b[31mLee")
    bob.pull(ann)

    with pytest.raises(KeyWrongError) as caught:
        bob.approve()
    with pytest.raises(KeyWrongError) as in_ci:
        bob.opened(old.to_text())

    said = str(caught.value)
    for part in (f"key {old.id} was replaced", "on 2026-12-01 by Ann", ann.key.id, "run `llmentary key add`"):
        assert part in said
    assert "wrong" not in said
    assert "\x1b" not in said
    assert "set LLMENTARY_KEY to it" in str(in_ci.value)
    with pytest.raises(KeyWrongError, match="was replaced by `llmentary key rotate`"):
        bob.add(old)
    bob.add(ann.key)
    assert bob.approve().current == ann.opened().current


def test_rotations_in_a_row_are_remembered(ann: Person) -> None:
    """Someone may come back from a long leave."""
    first = ann.key.to_text()
    rotate_keyring(ann.root, {}, os.urandom, ann.home, at="2026-12-01T09:30:00Z", by="Ann")
    rotate_keyring(ann.root, {}, os.urandom, ann.home)

    with pytest.raises(KeyWrongError, match=r"was replaced .* on 2026-12-01 by Ann") as caught:
        ann.opened(first)
    assert ann.key.id in str(caught.value)


def test_copy_of_a_new_key_is_pointed_at(ann: Person, bob: Person) -> None:
    """Two clones of one person: the other one has the new key already."""
    bob.home = ann.home
    bob.pull(ann)
    bob.add(ann.key)
    rotate_keyring(ann.root, {}, os.urandom, ann.home)
    bob.pull(ann)

    with pytest.raises(KeyWrongError, match="was replaced") as caught:
        bob.opened()

    copy = ann.home / "keys" / ann.key.id
    assert f"you have a copy of the new key; run `llmentary key add < {copy}`" in str(caught.value)


def test_rotation_after_a_join_replaces_both_first_keys(ann: Person, bob: Person) -> None:
    """Neither opens a part any more, which would hide from its owner that it is out of date."""
    bob.approve()
    own = bob.key
    ann.merge(bob)
    ann.add(own)
    old = ann.key
    rotate_keyring(ann.root, {}, os.urandom, ann.home, by="Ann")

    assert len(ann.opened().roots) == 3
    for key in (own, old):
        with pytest.raises(KeyWrongError, match="was replaced by `llmentary key rotate` by Ann"):
            ann.opened(key.to_text())


def test_rotation_keeps_what_it_cannot_open(ann: Person, bob: Person) -> None:
    """A colleague's first key still opens the colleague's root afterwards, and can be joined then."""
    bob.approve()
    theirs = bob.opened().current
    ann.merge(bob)
    rotate_keyring(ann.root, {}, os.urandom, ann.home)

    assert ann.opened().closed == (theirs.id,)
    ann.add(bob.key)
    assert ann.opened(ann.key.to_text()).roots[theirs.id] == theirs


def test_after_a_rotation_old_branches_are_judged_with_the_copy(ann: Person, bob: Person) -> None:
    """Going back to a branch from before it needs no exchange of keys."""
    bob.pull(ann)
    before = ann.opened()
    rotate_keyring(ann.root, {}, os.urandom, ann.home)
    ann.pull(bob)

    assert ann.opened().roots == before.roots
    assert "approves none" in str(key_status(ann.root, {}, ann.home).hint)


# --- keys of strangers ---


def test_key_that_came_with_the_files_approves_nothing(ann: Person, bob: Person) -> None:
    """Whoever made it could read what is approved; judging writes nothing and may go on."""
    bob.pull(ann)
    bob.key_file.write_bytes(ann.key_file.read_bytes())

    for use in (bob.approve, lambda: check_approving(bob.root, {}, bob.home)):
        with pytest.raises(KeyUnknownError) as caught:
            use()
        for part in (ann.key.id, "`llmentary key rotate`", f"`llmentary key add < {bob.key_file}`"):
            assert part in str(caught.value)
    assert bob.opened().roots == ann.opened().roots
    assert "neither made nor added" in str(key_status(bob.root, {}, bob.home).hint)


def test_rotating_a_strangers_key_makes_it_ones_own(ann: Person, bob: Person) -> None:
    """The stranger's key opens nothing of what is approved from then on."""
    bob.pull(ann)
    bob.key_file.write_bytes(ann.key_file.read_bytes())

    rotated = rotate_keyring(bob.root, {}, os.urandom, bob.home)

    assert bob.approve().current == rotated.current
    with pytest.raises(KeyWrongError):
        bob.opened(ann.key.to_text())


def test_strangers_key_without_a_keyring_starts_none(bob: Person) -> None:
    """A template can bring a key and leave the rest to its user."""
    bob.key_file.parent.mkdir()
    bob.key_file.write_text(STRANGER)

    with pytest.raises(KeyUnknownError, match="remove the file"):
        bob.approve()

    assert not bob.keyring_file.exists()


def test_copies_are_ignored_by_git_in_the_users_folder(ann: Person) -> None:
    """Many keep their settings in a repository."""
    assert (ann.home / "keys" / ".gitignore").read_text() == "*\n"


# --- git ---


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.invalid", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@needs_git
def test_key_that_git_tracks_is_refused(ann: Person, bob: Person) -> None:
    """By whoever cloned it, and by the one who added it by mistake; untracking it is the fix."""
    git(ann.root, "init", "-q")
    git(ann.root, "add", "-A")
    git(ann.root, "add", "-f", ".llmentary/key")
    git(ann.root, "commit", "-qm", "All")
    bob.root.rmdir()
    git(ann.root, "clone", "-q", str(ann.root), str(bob.root))

    for person in (ann, bob):
        for use in (person.opened, person.approve, lambda one=person: one.add(one.key)):
            with pytest.raises(KeyExposedError, match="git tracks the project key") as caught:
                use()
            assert "`git rm --cached key`" in str(caught.value)
        assert "git tracks the project key" in str(key_status(person.root, {}, person.home).problem)

    git(ann.root / ".llmentary", "rm", "-q", "--cached", "key")
    assert ann.approve().roots == ann.opened().roots


@needs_git
@pytest.mark.parametrize("line", ["!/key", "!key*", "!*"])
def test_key_that_git_would_track_is_refused(ann: Person, line: str) -> None:
    """One line can take back what the others ignore; approving and `init` put it right."""
    git(ann.root, "init", "-q")
    ignore = ann.root / ".llmentary" / ".gitignore"
    ignore.write_text(ignore.read_text() + line + "\n")

    with pytest.raises(KeyExposedError, match="git does not ignore the project key") as caught:
        ann.opened()
    assert "run `llmentary init`" in str(caught.value)
    with pytest.raises(KeyExposedError):
        find_project_key(ann.root, {}, ann.home)

    prepare_folder(ann.root)
    once = ignore.read_bytes()
    prepare_folder(ann.root)
    assert ignore.read_bytes() == once
    assert ann.opened().roots
    git(ann.root, "add", "-A")
    assert ".llmentary/key\n" not in git(ann.root, "ls-files")


@needs_git
def test_approving_writes_what_git_must_ignore_first(ann: Person) -> None:
    """Whoever took the lines out does not have to know how they came there."""
    git(ann.root, "init", "-q")
    (ann.root / ".llmentary" / ".gitignore").unlink()

    assert ann.approve().roots

    git(ann.root, "add", "-A")
    assert ".llmentary/key\n" not in git(ann.root, "ls-files")


@needs_git
def test_variable_and_copies_need_no_ignored_file(ann: Person) -> None:
    """What git tracks in the project is no matter where the key is elsewhere."""
    git(ann.root, "init", "-q")
    key = ann.key.to_text()
    git(ann.root, "add", "-f", ".llmentary/key")

    assert ann.opened(key).roots


@needs_git
def test_looking_at_git_runs_nothing_of_the_repository(ann: Person, tmp_path: Path) -> None:
    """`.git/config` names programs, and an unpacked archive can bring one."""
    git(ann.root, "init", "-q")
    ran = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "filter.x.process", "filter.x.clean"):
        git(ann.root, "config", name, str(script))
    (ann.root / ".gitattributes").write_text("* filter=x\n")

    ann.opened()
    ann.approve()

    assert not ran.exists()


@needs_git
def test_hook_of_git_sees_the_same(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a hook of a repository around the project, git would take our folder for the top of the work tree."""
    around = ann.root.parent
    git(around, "init", "-q")
    git(around, "add", "-f", "project/.llmentary/key")
    monkeypatch.setenv("GIT_DIR", str(around / ".git"))

    with pytest.raises(KeyExposedError, match="git tracks"):
        ann.opened()
