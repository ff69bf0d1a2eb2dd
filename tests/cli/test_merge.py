"""
`llmentary merge` under real git, installed by `llmentary init --git`.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from git_repository import Repository
from llmentary_regression.cli.main import main
from llmentary_regression.core.baselines import Baseline, Variant
from llmentary_regression.core.fingerprint import make_variant, open_body, with_pins
from llmentary_regression.core.model import Privacy
from llmentary_regression.core.pins import missing_pins
from llmentary_regression.core.text import analyze
from llmentary_regression.storage.baselines import BaselineStore
from llmentary_regression.storage.keys import Keyring, ensure_keyring

SUITE = "llm tests/refunds.llmtest"
FILE = f".llmentary/baselines/{SUITE}.json"
Approvals = set[tuple[str, bytes, bytes]]


OLD, NEW, ONE, OTHER = (mark * 16 for mark in (b"-", b"+", b"1", b"2"))
"""Salts, digests and ids."""

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Shop(Repository):
    """
    A project in a git repository, and what is approved there.
    """

    def put(self, *baselines: Baseline) -> None:
        self.change(lambda known: {**known, **{one.key: one for one in baselines}})

    def change(self, change: Callable[[dict[str, Baseline]], dict[str, Baseline]]) -> None:
        BaselineStore(self.root).update({SUITE: change})

    def read(self) -> dict[str, Baseline]:
        return dict(BaselineStore(self.root).read(SUITE))

    def approvals(self) -> set[tuple[str, bytes, bytes]]:
        return {
            (key, one.id, variant.salt)
            for key, baseline in self.read().items()
            for one in baseline.every
            for variant in one.variants
        }


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """
    Return an empty repository, its path with a space, and the working folder there.
    """
    monkeypatch.setenv("LLMENTARY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LLMENTARY_KEY", raising=False)
    root = tmp_path / "my shop"
    root.mkdir()
    monkeypatch.chdir(root)
    return Shop(root)


def baseline(number: int, *salts: bytes, id: bytes = b"") -> Baseline:
    variants = tuple(
        Variant(1, salt, salt, salt, None, None, f"2026-11-22T18:00:{at:02}Z", "ada")
        for at, salt in enumerate(salts)
    )
    own = id or bytes([number]) * 16
    return Baseline(f"{number:016x}", own, f"case-{number}", None, "q?", (), None, "r1", b"m" * 16, variants)


def test_init_says_what_it_told_git_and_is_idempotent(
    repository: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything lies in this clone; what others clone keeps to union."""
    assert main(["init", "--git"]) == 0
    first = capsys.readouterr().out
    files = {path: path.read_bytes() for path in repository.root.rglob("*") if path.is_file()}
    assert main(["init", "--git"]) == 0

    assert "git config merge.llmentary.driver: " in first
    assert "**/.llmentary/baselines/**/*.json merge=llmentary" in first
    assert "already" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in repository.root.rglob("*") if path.is_file()} == files
    assert "merge: llmentary" in repository.git("check-attr", "merge", FILE)
    assert "merge: union" in repository.git("check-attr", "merge", ".llmentary/keyring.json")
    assert "merge=union" in (repository.root / ".llmentary" / ".gitattributes").read_text()


def test_attributes_of_the_developer_stay(repository: Shop) -> None:
    """Ours is a line behind them."""
    path = repository.root / ".git" / "info" / "attributes"
    path.write_text("*.png binary")

    main(["init", "--git"])

    assert path.read_text().startswith("*.png binary\n**/.llmentary/")


def test_init_without_a_repository_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, nothing written."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)

    assert main(["init", "--git"]) == 2

    assert "`git init`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_init_without_git_says_so(
    repository: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, nothing written."""
    monkeypatch.setenv("PATH", str(repository.root))

    assert main(["init", "--git"]) == 2

    assert "git is not on the PATH" in capsys.readouterr().err
    assert not (repository.root / ".llmentary").exists()


def test_removal_beside_an_approval_holds(repository: Shop) -> None:
    """Union brings the pruned case back, since the lines touch."""
    main(["init", "--git"])
    repository.put(*(baseline(number, OLD) for number in (1, 2, 3)))
    repository.commit()

    repository.merge(
        lambda: repository.change(lambda known: {key: one for key, one in known.items() if key[-1] != "2"}),
        lambda: repository.put(baseline(3, NEW, id=NEW)),
    )

    assert repository.approvals() == {
        (baseline(1).key, baseline(1).id, OLD),
        (baseline(3).key, NEW, NEW),
    }


def _act(chance: random.Random, repository: Shop, *, may_remove: bool) -> None:
    key = chance.randrange(5)
    salt = chance.randbytes(16)

    def change(known: dict[str, Baseline]) -> dict[str, Baseline]:
        previous = known.get(baseline(key).key)
        action = chance.randrange(4 if may_remove else 2)
        if previous is None or action == 0:
            one = baseline(key, salt, id=chance.randbytes(16))
            return {**known, one.key: one}
        if action == 1:
            (new,) = baseline(key, salt).variants
            return {**known, previous.key: replace(previous, variants=(*previous.variants, new))}
        return {other: one for other, one in known.items() if other != previous.key}

    repository.change(change)


@pytest.mark.parametrize("seed", range(2))
def test_random_histories_merged_by_the_driver(repository: Shop, seed: int) -> None:
    """What either side approved is there, what either removed is gone, and nothing is in conflict."""
    main(["init", "--git"])
    chance = random.Random(seed)
    _play(
        repository,
        chance,
        lambda before, ours, theirs: (ours & theirs) | (ours - before) | (theirs - before),
    )


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_merged_by_union(repository: Shop, seed: int) -> None:
    """A clone without the driver: no approval of either side is lost, and nothing is in conflict."""
    _play(repository, random.Random(seed), None)


def _play(
    repository: Shop,
    chance: random.Random,
    expected: Callable[[Approvals, Approvals, Approvals], Approvals] | None,
) -> None:
    """
    Merge three branches one after the other, each with a few acts on both sides.
    """
    repository.put(baseline(7, OLD))  # git itself asks where one side removed the whole file
    repository.commit()
    for _ in range(3):
        before = repository.approvals()
        seen: list[Approvals] = []

        def work() -> None:
            for _ in range(chance.randrange(1, 4)):
                _act(chance, repository, may_remove=expected is not None)
            seen.append(repository.approvals())  # noqa: B023 - called within this round

        repository.merge(work, work)
        theirs, ours = seen

        if expected is not None:
            assert repository.approvals() == expected(before, ours, theirs)
        else:
            assert repository.approvals() >= (ours - before) | (theirs - before) | (ours & theirs)


@pytest.fixture
def keyring(repository: Shop) -> Keyring:
    """
    Return the project's keyring.
    """
    return ensure_keyring(repository.root, os.environ, os.urandom)


def _pin(repository: Shop, keyring: Keyring, *pin: str) -> None:
    root = keyring.current

    def change(known: dict[str, Baseline]) -> dict[str, Baseline]:
        (one,) = known.values()
        pinned = with_pins(one.variants[0], [pin], root=root, baseline_id=one.id, random=os.urandom)
        return {one.key: replace(one, variants=(pinned,))}

    repository.change(change)


def _approve_real(repository: Shop, keyring: Keyring) -> None:
    root = keyring.current
    plain = replace(baseline(1), root=root.id)
    variant = make_variant(
        "You have 30 days, and Norway is fine.",
        root=root,
        baseline_id=plain.id,
        privacy=Privacy.FULL,
        random=os.urandom,
        approved="2026-11-22T18:00:00Z",
        by="ada",
    )
    repository.put(replace(plain, variants=(variant,)))
    repository.commit()


def test_pins_of_both_sides_hold_after_a_merge(repository: Shop, keyring: Keyring) -> None:
    """An answer has to hold both phrases; union would have kept one side's."""
    main(["init", "--git"])
    _approve_real(repository, keyring)

    repository.merge(
        lambda: _pin(repository, keyring, "30 days"), lambda: _pin(repository, keyring, "Norway")
    )

    (merged,) = repository.read().values()
    (variant,) = merged.variants
    body = open_body(variant, root=keyring.current, baseline_id=merged.id)
    assert body is not None
    assert len(body.pins) == 2


def test_aliases_of_both_sides_are_alternatives_of_one_pin(repository: Shop, keyring: Keyring) -> None:
    """Two pins of one phrase would both have to hold, and an answer with one side's alias would fail."""
    main(["init", "--git"])
    _approve_real(repository, keyring)
    _pin(repository, keyring, "30 days")
    repository.commit()

    repository.merge(
        lambda: _pin(repository, keyring, "30 days", "a month"),
        lambda: _pin(repository, keyring, "30 days", "four weeks"),
    )

    (merged,) = repository.read().values()
    body = open_body(merged.variants[0], root=keyring.current, baseline_id=merged.id)
    assert body is not None
    assert len(body.pins) == 1
    for answer in ("30 days.", "A month.", "Four weeks."):
        assert missing_pins(body.pins, analyze(answer)) == []


def test_pins_of_both_sides_without_the_key_are_a_conflict_that_the_key_settles(
    repository: Shop, keyring: Keyring, tmp_path: Path
) -> None:
    """The message names the case and the next step, which works."""
    main(["init", "--git"])
    _approve_real(repository, keyring)
    key = repository.root / ".llmentary" / "key"

    def pin_and_lose_the_key() -> None:
        _pin(repository, keyring, "30 days")
        key.rename(tmp_path / "key")
        shutil.rmtree(tmp_path / "home", ignore_errors=True)

    said = repository.merge(pin_and_lose_the_key, lambda: _pin(repository, keyring, "Norway"), code=1)
    text = (repository.root / FILE).read_text()
    (tmp_path / "key").rename(key)
    repository.git("checkout", "--merge", "--", FILE)

    assert "both sides pinned the approved answer of `case-1`" in said
    assert f"git checkout --merge -- {FILE}" in said.replace("'", "")
    assert "<<<<<<< ours" in text
    ((variant,),) = (one.variants for one in repository.read().values())
    body = open_body(variant, root=keyring.current, baseline_id=baseline(1).id)
    assert body is not None
    assert len(body.pins) == 2


def test_damaged_side_is_merged_as_text_and_said(repository: Shop) -> None:
    """Git is told of a conflict, and which version is broken."""
    main(["init", "--git"])
    repository.put(baseline(1, OLD))
    repository.commit()
    path = repository.root / FILE

    said = repository.merge(
        lambda: repository.put(baseline(1, NEW)),
        lambda: path.write_bytes(path.read_bytes()[:-9]),
        code=1,
    )

    assert "their version" in said
    assert "UU" in repository.git("status", "--short")


def test_clone_whose_llmentary_is_gone_keeps_both_sides(repository: Shop) -> None:
    """The environment that the driver was installed from was deleted: lines are merged as ever."""
    main(["init", "--git"])
    command = repository.git("config", "merge.llmentary.driver")
    repository.git("config", "merge.llmentary.driver", command.strip().replace(" -I -m ", " -I -m no_such_"))
    repository.put(baseline(1, OLD))
    repository.commit()

    repository.merge(
        lambda: repository.put(baseline(1, ONE, id=ONE)), lambda: repository.put(baseline(1, OTHER, id=OTHER))
    )

    assert {salt for _, _, salt in repository.approvals()} == {ONE, OTHER}


def test_missing_version_is_said_in_one_line(repository: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """Called by hand with a slip."""
    assert main(["merge", "no-base", "no-ours", "no-theirs"]) == 2

    assert "cannot read `no-base`" in capsys.readouterr().err
