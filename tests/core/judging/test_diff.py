"""
The redacted diff, and that it never shows what the new answer does not hold.
"""

from __future__ import annotations

import os
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmentary_regression.core.baselines import Baseline, unbound_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples
from llmentary_regression.core.judging import RedactedDiff, redacted_diff
from llmentary_regression.core.judging._diff import BLOCK, align
from llmentary_regression.core.model import Privacy, TokenKind

ROOT = Root("r1", bytes(range(32)))
WORDS = st.sampled_from(
    [
        "refund",
        "jacket",
        "days",
        "30",
        "14",
        "Oslo",
        "Paris",
        "not",
        "only",
        "is",
        "isn't",
        "within",
        "5",
        "km",
        "$20",
        "**bold**",
        "(x*y)",
        "delivery",
        "日本",
        "café",
        ",",
        ".",
        "?",
    ]
)


def baseline_of(text: str, privacy: Privacy = Privacy.FULL) -> Baseline:
    baseline = unbound_baseline(root=ROOT, random=os.urandom)
    made = make_fingerprint(text, root=ROOT, baseline_id=baseline.id, privacy=privacy, approved="", by="")
    return seal_examples(baseline, [made], root=ROOT, random=os.urandom)


def diff(approved: str, now: str) -> RedactedDiff:
    found = redacted_diff(now, baseline_of(approved), 0, root=ROOT)
    assert found is not None
    return found


def test_a_changed_number_stands_as_a_typed_block() -> None:
    """The rest of the sentence is shown, since the new answer says it, too."""
    found = diff("Return it within 30 days.", "Return it within 14 days.")

    assert found.left == f"Return it within {BLOCK}number{BLOCK} days."
    assert found.right == "Return it within 14 days."


def test_other_words_stand_as_blocks_of_equal_width() -> None:
    """A long word looks like a short one."""
    left = diff("Send the parcel back today.", "Send it back today.").left

    assert left == f"Send {BLOCK * 4} {BLOCK * 4} back today."


def test_a_dropped_ending_is_blocks_at_the_end() -> None:
    """Each word counts one block."""
    found = diff("Return it within a month. Keep the receipt.", "Return it within a month.")

    assert found.left.count(BLOCK * 4) == 3
    assert found.right == "Return it within a month."


def test_equal_answers_have_nothing_removed_or_added() -> None:
    """One segment, equal."""
    found = diff("Return it.", "Return it.")

    assert [segment.kind for segment in found.segments] == ["equal"]


def test_an_answer_of_more_than_twice_the_words_has_no_diff() -> None:
    """One that lists a dictionary would read the approved answer out."""
    approved = baseline_of("Return it within 30 days.")
    dictionary = " ".join(str(number) for number in range(100))

    assert redacted_diff(dictionary, approved, 0, root=ROOT) is None


@pytest.mark.parametrize("privacy", [Privacy.FACTS, Privacy.DIGEST])
def test_without_word_hashes_there_is_no_diff(privacy: Privacy) -> None:
    """That is what the lower levels are for."""
    assert redacted_diff("Return it.", baseline_of("Return it.", privacy), 0, root=ROOT) is None


def test_another_root_has_no_diff() -> None:
    """The body does not open."""
    assert redacted_diff("Return it.", baseline_of("Return it."), 0, root=Root("r1", bytes(32))) is None


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.lists(WORDS, min_size=1, max_size=12))
def test_the_left_side_shows_only_words_of_the_right_side(approved: list[str], now: list[str]) -> None:
    """The promise of the redacted diff, for any pair of answers."""
    found = redacted_diff(" ".join(now), baseline_of(" ".join(approved)), 0, root=ROOT)

    if found is not None:
        blocks = "|".join(kind.word for kind in TokenKind)
        left = re.sub(rf"{BLOCK}(?:{blocks}){BLOCK}|{BLOCK}+", " ", found.left)
        assert set(left.split()) <= set(found.right.split())


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=30))
def test_the_right_side_is_the_new_answer(now: list[str]) -> None:
    """Nothing of it is lost or moved."""
    text = " ".join(now)
    found = redacted_diff(text, baseline_of(text + " and thirty more words follow here"), 0, root=ROOT)

    if found is not None:
        assert found.right.split() == text.split()


@given(st.lists(st.integers(0, 5), max_size=20), st.lists(st.integers(0, 5), max_size=20))
def test_an_alignment_covers_both_sides(left: list[int], right: list[int]) -> None:
    """Stretches follow each other without gaps, and the equal ones are equal."""
    at_left = at_right = 0
    for change in align(left, right):
        assert (change.left_start, change.right_start) == (at_left, at_right)
        at_left, at_right = change.left_end, change.right_end
        if change.is_equal:
            assert left[change.left_start : at_left] == right[change.right_start : at_right]
    assert (at_left, at_right) == (len(left), len(right))


def test_answers_of_book_length_are_aligned_at_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory for the full alignment grows with the product of both lengths."""
    monkeypatch.setattr("llmentary_regression.core.judging._diff._MAX_CELLS", 10)

    changes = align([1, 2, 3, 4, 9], [1, 2, 5, 4, 9])

    assert [(change.is_equal, change.left_start, change.left_end) for change in changes] == [
        (True, 0, 2),
        (False, 2, 3),
        (True, 3, 5),
    ]


def test_alignment_works_without_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The universal .vsix has rapidfuzz's Python part alone."""
    for name in [name for name in sys.modules if name.startswith("rapidfuzz")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("RAPIDFUZZ_IMPLEMENTATION", "python")

    assert [change.is_equal for change in align([1, 2, 3], [1, 5, 3])] == [True, False, True]


def test_representations_hold_no_answer() -> None:
    """A diff in a traceback gives nothing away."""
    found = diff("Return it within 30 days.", "Return it within 4096731 days.")

    assert "Return" not in f"{found!r} {found.segments!r}"
    assert "4096731" not in f"{found!r} {found.segments!r}"
