"""
Two branches that both approved, merged by git itself.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline_makers import MakeBaseline, MakeVariant
from git_repository import Repository
from llmentary_regression.core.baselines import Baseline, Variant
from llmentary_regression.storage.baselines import BaselineStore
from llmentary_regression.storage.baselines._repeated import merge_repeated
from llmentary_regression.storage.keys import ensure_keyring, load_keyring, rotate_keyring

SUITE = "support/refunds.llmtest"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """
    Return an empty repository.
    """
    return Repository(tmp_path)


def approve(repository: Repository, *baselines: Baseline) -> None:
    BaselineStore(repository.root).update(
        {SUITE: lambda known: {**known, **{one.key: one for one in baselines}}}
    )


def read(repository: Repository) -> dict[str, Baseline]:
    return dict(BaselineStore(repository.root).read(SUITE))


@pytest.mark.parametrize(("ours", "theirs"), [(1, 9), (4, 5), (5, 4)])
def test_different_cases_approved_on_two_branches_are_all_kept(
    repository: Repository, make_baseline: MakeBaseline, ours: int, theirs: int
) -> None:
    """No conflict, no loss, no note, wherever the new lines stand."""
    approve(repository, make_baseline(3), make_baseline(6))
    repository.commit()

    repository.merge(
        lambda: approve(repository, make_baseline(ours)),
        lambda: approve(repository, make_baseline(theirs)),
    )

    expected = {make_baseline(number).key for number in (3, 6, ours, theirs)}
    assert read(repository).keys() == expected
    assert BaselineStore(repository.root).notes(SUITE) == []


def test_first_approvals_of_a_suite_on_two_branches_are_all_kept(
    repository: Repository, make_baseline: MakeBaseline
) -> None:
    """Both branches made the same file; its head and sentinel stay single."""
    repository.merge(
        lambda: approve(repository, make_baseline(1), make_baseline(3)),
        lambda: approve(repository, make_baseline(2), make_baseline(4)),
    )

    assert sorted(read(repository)) == [make_baseline(number).key for number in (1, 2, 3, 4)]


def test_same_case_approved_on_two_branches_keeps_both_answers(
    repository: Repository, make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """Each made a baseline of its own: the later one leads, the other is its alternate; a note says so."""
    early = make_baseline(1, id=10, variants=(make_variant(1, approved="2026-11-22T08:00:00Z"),))
    late = make_baseline(1, id=20, variants=(make_variant(2, approved="2026-11-22T09:00:00Z"),))

    repository.merge(lambda: approve(repository, late), lambda: approve(repository, early))

    assert read(repository) == {late.key: replace(late, alternates=(early,))}
    (note,) = BaselineStore(repository.root).notes(SUITE)
    assert "two branches approved `case-1`" in note


def test_variants_added_on_two_branches_are_variants_of_one_baseline(
    repository: Repository, make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """Their digests are bound to the same id, so nothing need be kept apart."""
    first = make_variant(1, approved="2026-11-22T08:00:00Z")
    ours = make_variant(2, approved="2026-11-22T09:00:00Z")
    theirs = make_variant(3, approved="2026-11-22T10:00:00Z")
    approve(repository, make_baseline(1, variants=(first,)))
    repository.commit()

    repository.merge(
        lambda: approve(repository, make_baseline(1, variants=(first, ours))),
        lambda: approve(repository, make_baseline(1, variants=(first, theirs))),
    )

    merged = make_baseline(1, variants=(first, ours, theirs))
    assert read(repository) == {merged.key: merged}
    assert len(BaselineStore(repository.root).notes(SUITE)) == 1


def test_approving_again_settles_a_merge(repository: Repository, make_baseline: MakeBaseline) -> None:
    """What the note advises leaves one line, and no note."""
    repository.merge(
        lambda: approve(repository, make_baseline(1, id=10), make_baseline(2)),
        lambda: approve(repository, make_baseline(1, id=20)),
    )

    approve(repository, make_baseline(1, id=30))

    assert read(repository) == {one.key: one for one in (make_baseline(1, id=30), make_baseline(2))}
    assert BaselineStore(repository.root).notes(SUITE) == []


def test_other_approvals_keep_a_merged_case_as_it_is(
    repository: Repository, make_baseline: MakeBaseline
) -> None:
    """Writing the file for another reason turns the two lines into one, with the alternate inside."""
    repository.merge(
        lambda: approve(repository, make_baseline(1, id=10)),
        lambda: approve(repository, make_baseline(1, id=20)),
    )
    before = read(repository)

    approve(repository, make_baseline(2))

    assert read(repository) == {**before, make_baseline(2).key: make_baseline(2)}
    assert BaselineStore(repository.root).notes(SUITE) == []


def test_case_approved_on_one_branch_and_removed_on_the_other_stays(
    repository: Repository, make_baseline: MakeBaseline
) -> None:
    """A merge never costs an approval."""
    approve(repository, make_baseline(1), make_baseline(2), make_baseline(3))
    repository.commit()

    repository.merge(
        lambda: approve(repository, make_baseline(2, id=20)),
        lambda: BaselineStore(repository.root).update(
            {SUITE: lambda known: {key: one for key, one in known.items() if key != make_baseline(2).key}}
        ),
    )

    assert read(repository)[make_baseline(2).key] == make_baseline(2, id=20)


def test_files_are_lf_also_where_git_converts(repository: Repository, make_baseline: MakeBaseline) -> None:
    """On Windows git checks text out with CRLF unless it is told otherwise."""
    repository.git("config", "core.autocrlf", "true")
    approve(repository, make_baseline(1))
    repository.commit()
    path = repository.root / ".llmentary" / "baselines" / f"{SUITE}.json"
    written = path.read_bytes()
    path.unlink()

    repository.git("checkout", "-q", "--", str(path))

    assert path.read_bytes() == written
    assert b"\r" not in written


def test_git_sees_nothing_that_is_secret_or_passing(repository: Repository, home: Path) -> None:
    """Only what a colleague needs is there to be committed."""
    ensure_keyring(repository.root, {}, os.urandom, home)
    repository.git("add", "-A")

    assert repository.git("ls-files").split() == [
        ".llmentary/.gitattributes",
        ".llmentary/.gitignore",
        ".llmentary/keyring.json",
    ]


def test_keyrings_started_on_two_branches_merge(repository: Repository, home: Path) -> None:
    """The key is one machine's, each branch has a root of its own, and both open after the merge."""
    repository.merge(
        lambda: ensure_keyring(repository.root, {}, os.urandom, home),
        lambda: ensure_keyring(repository.root, {}, os.urandom, home),
    )

    keyring = load_keyring(repository.root, {}, home)

    assert keyring is not None
    assert len(keyring.roots) == 2
    assert keyring.current.id == max(keyring.roots)
    assert keyring.closed == ()


def test_rotation_on_both_branches_keeps_every_root(
    repository: Repository, tmp_path: Path, home: Path
) -> None:
    """Two people rotate at once: whoever has either new key opens the old root and a new one."""
    ensure_keyring(repository.root, {}, os.urandom, home)
    repository.commit()
    old = (repository.root / ".llmentary" / "key").read_text()

    def rotate_elsewhere() -> None:
        rotate_keyring(repository.root, {}, os.urandom, home / "theirs")
        shutil.move(repository.root / ".llmentary" / "key", home / "their-key")
        (repository.root / ".llmentary" / "key").write_text(old)

    repository.merge(lambda: rotate_keyring(repository.root, {}, os.urandom, home), rotate_elsewhere)

    mine = load_keyring(repository.root, {}, home)
    theirs = load_keyring(repository.root, {"LLMENTARY_KEY": (home / "their-key").read_text()}, home)
    assert mine is not None
    assert theirs is not None
    assert len(mine.roots.keys() & theirs.roots.keys()) == 1
    assert len(mine.roots.keys() | theirs.roots.keys()) == 3
    assert mine.closed == (theirs.current.id,)


@given(st.permutations(range(4)), st.data())
def test_order_of_merged_lines_does_not_count(order: list[int], data: st.DataObject) -> None:
    """Every machine makes the same baseline of the same lines."""
    times = ["2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z"]

    def variant(number: int) -> Variant:
        return Variant(
            1, bytes([number]) * 16, b"e", b"n", None, None, data.draw(st.sampled_from(times)), "ada"
        )

    lines = [
        Baseline(
            "k", bytes([number % 2]), "n", None, "q", (), None, "r1", b"m", (variant(number), variant(9))
        )
        for number in range(4)
    ]

    merged = merge_repeated([lines[number] for number in order])

    assert merged == merge_repeated(lines)
    assert {one.id for one in merged.every} == {b"\0", b"\1"}
    assert merge_repeated([merged]) == merged
