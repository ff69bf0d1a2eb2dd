"""
The project key and the keyring it opens.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from llmentary_regression.core.crypto import ProjectKey
from llmentary_regression.core.errors import (
    KeyMissingError,
    KeyringError,
    KeyUnreadableError,
    KeyWrongError,
    StoreWriteError,
)
from llmentary_regression.storage.files import replace_file
from llmentary_regression.storage.keys import _keyfile as keyfile
from llmentary_regression.storage.keys import _keyring as keyring
from llmentary_regression.storage.keys import (
    ensure_keyring,
    find_project_key,
    key_status,
    load_keyring,
    rotate_keyring,
)

OTHER_KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Path:
    """
    Return the root of a project in which something was approved.
    """
    ensure_keyring(tmp_path, {}, os.urandom, home)
    return tmp_path


def key_of(root: Path) -> Path:
    return root / ".llmentary" / "key"


def keyring_of(root: Path) -> Path:
    return root / ".llmentary" / "keyring.json"


def forget_copies(home: Path) -> None:
    for copy in copies(home):
        copy.unlink()


def copies(home: Path) -> list[Path]:
    """
    Return the copies of keys in the user's folder; git must ignore them there, too.
    """
    return [path for path in (home / "keys").iterdir() if path.name != ".gitignore"]


def test_project_without_approvals_has_no_keyring(tmp_path: Path, home: Path) -> None:
    """Looking makes nothing, neither in the project nor for the user."""
    assert load_keyring(tmp_path, {}, home) is None
    assert find_project_key(tmp_path, {}, home) is None
    assert list(tmp_path.iterdir()) == []
    assert not home.exists()


def test_first_approval_makes_key_keyring_and_copy(tmp_path: Path, home: Path) -> None:
    """The key is private, the keyring holds one root, and the copy lies under the key's id."""
    made = ensure_keyring(tmp_path, {}, os.urandom, home)

    key = ProjectKey.from_text(key_of(tmp_path).read_text())
    assert (made.key_id, made.place) == (key.id, str(key_of(tmp_path)))
    assert list(made.roots) == [made.current.id]
    assert (home / "keys" / key.id).read_text() == key_of(tmp_path).read_text()
    if sys.platform != "win32":
        for path in (key_of(tmp_path), home / "keys" / key.id):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700


def test_order_of_creation_leaves_nothing_in_danger(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First what git must ignore, then the user's copy, then the key, then the keyring."""
    seen: list[tuple[list[str], int]] = []

    def note(path: Path, data: bytes, *, root: Path, mode: int | None = None) -> bool:
        if path.is_relative_to(tmp_path):
            names = sorted(one.name for one in (tmp_path / ".llmentary").iterdir() if one.suffix != ".owner")
            seen.append((names, len(copies(home))))
        path.write_bytes(data)
        return True

    monkeypatch.setattr(keyfile, "create_file", note)
    monkeypatch.setattr(keyring, "create_file", note)

    ensure_keyring(tmp_path, {}, os.urandom, home)

    assert seen == [
        ([".gitattributes", ".gitignore", "lock", "lock.next"], 1),
        ([".gitattributes", ".gitignore", "key", "lock", "lock.next"], 1),
    ]


def test_keyring_holds_no_secret(project: Path, home: Path) -> None:
    """The committed file shows neither the key nor a root, and no repr does."""
    opened = load_keyring(project, {}, home)
    assert opened is not None
    text = keyring_of(project).read_text() + repr(opened) + repr(find_project_key(project, {}, home))

    for secret in (opened.current.secret, base64.b64decode(key_of(project).read_text())):
        assert base64.b64encode(secret).decode() not in text
        assert secret.hex() not in text


def test_second_approval_finds_the_same_keyring(project: Path, home: Path) -> None:
    """Nothing is made twice, and nothing is written."""
    before = keyring_of(project).read_bytes(), keyring_of(project).stat().st_mtime_ns

    again = ensure_keyring(project, {}, os.urandom, home)

    assert again.current == load_keyring(project, {}, home).current  # type: ignore[union-attr]
    assert before == (keyring_of(project).read_bytes(), keyring_of(project).stat().st_mtime_ns)


def test_stop_between_key_and_keyring_is_made_good(project: Path, home: Path) -> None:
    """A key without a keyring is used, not replaced."""
    keyring_of(project).unlink()
    key = key_of(project).read_text()

    ensure_keyring(project, {}, os.urandom, home)

    assert key_of(project).read_text() == key


def test_lost_key_is_found_among_the_users_copies(project: Path, home: Path) -> None:
    """`git clean` and new worktrees cost nobody the key."""
    before = load_keyring(project, {}, home)
    key_of(project).unlink()

    after = load_keyring(project, {}, home)

    assert after is not None
    assert before is not None
    assert after.roots == before.roots
    assert Path(after.place).parent == home / "keys"
    assert not key_of(project).exists()


def test_copies_follow_the_variable_of_the_users_folder(tmp_path: Path, home: Path) -> None:
    """`LLMENTARY_HOME` moves the user's folder, for containers and tests."""
    ensure_keyring(tmp_path, {"LLMENTARY_HOME": str(tmp_path / "elsewhere")}, os.urandom)

    assert len(copies(tmp_path / "elsewhere")) == 1
    assert not home.exists()


def test_approving_works_without_a_users_folder(tmp_path: Path) -> None:
    """A container may have no home; the copy is a convenience."""
    (tmp_path / "file").touch()

    made = ensure_keyring(tmp_path, {}, os.urandom, tmp_path / "file" / "below")

    assert len(made.roots) == 1


def test_variable_overrides_the_key_file(project: Path, home: Path) -> None:
    """CI has the key in a secret; a stale file does not get in its way."""
    key = key_of(project).read_text()
    key_of(project).write_text(OTHER_KEY)

    opened = load_keyring(project, {"LLMENTARY_KEY": f" {key}"}, home)

    assert opened is not None
    assert opened.place == "LLMENTARY_KEY"


def test_key_from_the_variable_is_never_written(tmp_path: Path, home: Path) -> None:
    """Where the key comes from outside, it stays outside."""
    made = ensure_keyring(tmp_path, {"LLMENTARY_KEY": OTHER_KEY}, os.urandom, home)

    assert made.key_id == ProjectKey.from_text(OTHER_KEY).id
    assert not key_of(tmp_path).exists()
    assert not home.exists()


def test_first_approval_in_a_read_only_project_makes_nothing(
    open_folder: Path, home: Path, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """The error says what to do, and no half-made key is left."""
    with read_only(open_folder), pytest.raises(StoreWriteError, match="folder writable"):
        ensure_keyring(open_folder, {}, os.urandom, home)

    assert list(open_folder.iterdir()) == []


def test_key_of_another_user_is_said_so(
    open_folder: Path, home: Path, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """A key made with sudo cannot be read without; the error names the file."""
    ensure_keyring(open_folder, {}, os.urandom, home)
    key_of(open_folder).chmod(0o000 if os.geteuid() else 0o600)

    with read_only(open_folder), pytest.raises(KeyUnreadableError, match="make the file readable for you"):
        load_keyring(open_folder, {}, home)


def test_missing_key_is_said_with_its_fix(project: Path, home: Path) -> None:
    """The error names both places and the key that is wanted; no new key is made."""
    wanted = load_keyring(project, {}, home).key_id  # type: ignore[union-attr]
    key_of(project).unlink()
    forget_copies(home)

    for use in (load_keyring, lambda *a: ensure_keyring(a[0], a[1], os.urandom, a[2])):
        with pytest.raises(KeyMissingError) as caught:
            use(project, {}, home)
        for part in ("LLMENTARY_KEY", str(key_of(project)), wanted, "`llmentary key show`"):
            assert part in str(caught.value)
    assert not key_of(project).exists()


def test_wrong_key_is_said_with_its_fix(project: Path, home: Path) -> None:
    """It never reads as if all answers had changed."""
    wanted = load_keyring(project, {}, home).key_id  # type: ignore[union-attr]
    forget_copies(home)
    key_of(project).write_text(OTHER_KEY)

    with pytest.raises(KeyWrongError) as caught:
        load_keyring(project, {}, home)

    for part in (str(key_of(project)), "is the wrong one", wanted, "run `llmentary key add`"):
        assert part in str(caught.value)
    assert OTHER_KEY not in str(caught.value)


def test_copy_opens_what_the_key_file_does_not_but_approves_nothing(project: Path, home: Path) -> None:
    """On a branch from before a rotation the keyring is the old one, and the file holds the new key."""
    before = load_keyring(project, {}, home)
    assert before is not None
    key_of(project).write_text(OTHER_KEY)

    opened = load_keyring(project, {}, home)

    assert opened is not None
    assert (opened.roots, opened.place) == (before.roots, str(home / "keys" / before.key_id))
    for use in (ensure_keyring, rotate_keyring):
        with pytest.raises(KeyWrongError, match="merge the branch on which the key was rotated"):
            use(project, {}, os.urandom, home)


def test_wrong_variable_is_said_so(project: Path, home: Path) -> None:
    """A rotated key leaves CI with the old secret."""
    with pytest.raises(KeyWrongError, match="key in LLMENTARY_KEY is the wrong one"):
        load_keyring(project, {"LLMENTARY_KEY": OTHER_KEY}, home)


@pytest.mark.parametrize(
    "text", ["", "\n", "password", OTHER_KEY[:-4], OTHER_KEY + "AAAA", OTHER_KEY[:10] + "é" + OTHER_KEY[11:]]
)
def test_file_that_holds_no_key_is_said_so(project: Path, home: Path, text: str) -> None:
    """The error names the file and quotes nothing of it."""
    key_of(project).write_text(text, encoding="utf-8")

    with pytest.raises(KeyUnreadableError) as caught:
        load_keyring(project, {}, home)

    assert str(key_of(project)) in str(caught.value)
    assert caught.value.__cause__ is None or "password" not in str(caught.value.__cause__)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_variable_that_holds_no_key_is_said_so(project: Path, home: Path) -> None:
    """A truncated secret in CI is a common slip."""
    with pytest.raises(KeyUnreadableError, match="variable LLMENTARY_KEY holds no project key"):
        load_keyring(project, {"LLMENTARY_KEY": OTHER_KEY[:20]}, home)


def test_key_that_cannot_be_opened_is_said_so(project: Path, home: Path) -> None:
    """Permissions, or a folder in its place."""
    key_of(project).unlink()
    key_of(project).mkdir()

    with pytest.raises(KeyUnreadableError, match="cannot read the project key"):
        load_keyring(project, {}, home)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:60],
        lambda data: data.replace(b"\n", b"\n<<<<<<< HEAD\n", 1),
        lambda data: data.replace(b'"format": 1', b'"format": 2'),
        lambda data: data.replace(b'"wrapped": "', b'"wrapped": "!'),
        lambda data: data.replace(b'"wrapped"', b'"unwrapped"'),
        lambda data: b'{"meta": {"0": {"format": 1}}, "roots": {\n"~": {}}}\n',
    ],
)
def test_damaged_keyring_is_said_so_and_left_untouched(
    project: Path, home: Path, damage: Callable[[bytes], bytes]
) -> None:
    """No new keyring takes its place: that would disown every baseline."""
    damaged = damage(keyring_of(project).read_bytes())
    keyring_of(project).write_bytes(damaged)

    uses: list[Callable[[], object]] = [
        lambda: load_keyring(project, {}, home),
        lambda: ensure_keyring(project, {}, os.urandom, home),
        lambda: rotate_keyring(project, {}, os.urandom, home),
    ]
    for use in uses:
        with pytest.raises(KeyringError, match=r"keyring\.json"):
            use()

    assert keyring_of(project).read_bytes() == damaged


def test_altered_root_does_not_open(project: Path, home: Path) -> None:
    """A root is sealed: one changed byte is as good as another key."""
    content = json.loads(keyring_of(project).read_bytes())
    (document,) = (one for one in content["roots"].values() if one)
    wrapped = bytearray(base64.b64decode(document["wrapped"]))
    wrapped[-1] ^= 1
    document["wrapped"] = base64.b64encode(wrapped).decode()
    keyring_of(project).write_text(json.dumps(content))

    with pytest.raises(KeyWrongError):
        load_keyring(project, {}, home)


def test_baselines_without_a_keyring_are_not_disowned(project: Path, home: Path) -> None:
    """A keyring that was not committed is missed, not made again."""
    (project / ".llmentary" / "baselines").mkdir()
    (project / ".llmentary" / "baselines" / "a.llmtest.json").touch()
    keyring_of(project).unlink()

    with pytest.raises(KeyringError, match="is missing, but there are baselines"):
        ensure_keyring(project, {}, os.urandom, home)

    assert not keyring_of(project).exists()


def test_twenty_processes_at_once_make_one_key_and_one_keyring(tmp_path: Path, home: Path) -> None:
    """All of them end with the same root, whichever came first."""
    script = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from llmentary_regression.storage.keys import ensure_keyring

        print("ready", flush=True)
        sys.stdin.readline()
        made = ensure_keyring(Path(sys.argv[1]), {}, os.urandom, Path(sys.argv[2]))
        print(made.key_id, made.current.id, made.current.secret.hex()[:8], len(made.roots))
        """
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )
        for _ in range(20)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {process.communicate(timeout=60)[0] for process in processes}

    assert len(said) == 1
    assert [process.returncode for process in processes] == [0] * 20
    assert len(copies(home)) == 1


def test_rotation_keeps_old_roots_and_starts_a_new_one(project: Path, home: Path) -> None:
    """Old fingerprints stay judgeable; the old key opens nothing any more."""
    old_key = key_of(project).read_text()
    before = load_keyring(project, {}, home)
    assert before is not None

    rotated = rotate_keyring(project, {}, os.urandom, home)

    after = load_keyring(project, {}, home)
    assert after is not None
    assert (after.roots, after.current, after.key_id) == (rotated.roots, rotated.current, rotated.key_id)
    assert after.roots[before.current.id] == before.current
    assert after.current.id.startswith("r2-")
    assert after.key_id != before.key_id
    assert (home / "keys" / after.key_id).exists()
    with pytest.raises(KeyWrongError):
        load_keyring(project, {"LLMENTARY_KEY": old_key}, home)


def test_rotation_can_be_repeated(project: Path, home: Path) -> None:
    """Each time all roots so far are wrapped again."""
    for _ in range(3):
        rotate_keyring(project, {}, os.urandom, home)

    opened = load_keyring(project, {}, home)
    assert opened is not None
    assert [name.partition("-")[0] for name in sorted(opened.roots)] == ["r1", "r2", "r3", "r4"]
    assert opened.closed == ()


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("has_home", [True, False])
def test_rotation_stopped_at_any_write_locks_nobody_out(
    project: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, has_home: bool
) -> None:
    """Whichever key file is left, it opens the keyring that is left, without any copy of a key."""
    before = load_keyring(project, {}, home)
    assert before is not None
    folder = home if has_home else key_of(project) / "nowhere"
    real = replace_file
    left = [step]

    def stop(path: Path, data: bytes, *, root: Path = project, mode: int | None = None) -> None:
        left[0] -= 1
        if not left[0]:
            raise StoreWriteError(path, "stopped")
        real(path, data, root=root, mode=mode)

    monkeypatch.setattr(keyring, "replace_file", stop)
    monkeypatch.setattr(
        keyring, "replace_key", lambda root, key: stop(key_of(root), f"{key.to_text()}\n".encode())
    )
    with pytest.raises(StoreWriteError):
        rotate_keyring(project, {}, os.urandom, folder)
    monkeypatch.undo()
    forget_copies(home)

    opened = load_keyring(project, {}, home)

    assert opened is not None
    assert opened.roots[before.current.id] == before.current
    again = rotate_keyring(project, {}, os.urandom, home)
    assert again.roots[before.current.id] == before.current


def test_rotation_is_refused_while_the_variable_is_set(project: Path, home: Path) -> None:
    """The variable would go on holding the old key."""
    before = keyring_of(project).read_bytes()

    with pytest.raises(KeyringError, match="LLMENTARY_KEY is set"):
        rotate_keyring(project, {"LLMENTARY_KEY": key_of(project).read_text()}, os.urandom, home)

    assert keyring_of(project).read_bytes() == before


def test_rotation_needs_a_keyring(tmp_path: Path, home: Path) -> None:
    """There is nothing to rotate before the first approval."""
    with pytest.raises(KeyringError, match="approve an answer first"):
        rotate_keyring(tmp_path, {}, os.urandom, home)


def test_status_of_a_sound_project(project: Path, home: Path) -> None:
    """`llmentary key check` tells where the key is and that it opens all."""
    rotate_keyring(project, {}, os.urandom, home)

    status = key_status(project, {}, home)

    assert status.has_keyring
    assert status.place == str(key_of(project))
    assert (status.opened, status.total, status.is_private, status.problem) == (2, 2, True, None)


def test_status_tells_what_is_wrong_instead_of_raising(project: Path, home: Path) -> None:
    """A check that fails is an answer too."""
    forget_copies(home)
    key_of(project).write_text(OTHER_KEY)

    status = key_status(project, {}, home)

    assert status.key_id == ProjectKey.from_text(OTHER_KEY).id
    assert (status.opened, status.total) == (0, 1)
    assert "is the wrong one" in str(status.problem)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_status_warns_of_a_key_that_others_can_read(project: Path, home: Path) -> None:
    """The fix is one command."""
    key_of(project).chmod(0o644)

    status = key_status(project, {}, home)

    assert not status.is_private
    assert "chmod 600" in str(status.problem)


def test_status_before_the_first_approval(tmp_path: Path, home: Path) -> None:
    """Nothing is there, and nothing is wrong."""
    status = key_status(tmp_path, {}, home)

    assert not status.has_keyring
    assert (status.key_id, status.place, status.opened, status.total, status.problem) == (
        None,
        None,
        0,
        0,
        None,
    )
