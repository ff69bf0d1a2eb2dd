"""
Baseline files merged case by case, with the common ancestor at hand.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baseline_makers import MakeBaseline, MakeVariant
from llmentary_regression.core.baselines import Baseline, Variant
from llmentary_regression.core.model import JsonValue
from llmentary_regression.storage.baselines import Merged, merge_files
from llmentary_regression.storage.files import DamagedError, format_documents, read_documents


def write(*baselines: Baseline) -> bytes:
    return format_documents({}, "baselines", {one.key: one.to_document() for one in baselines})


def read(data: bytes) -> dict[str, Baseline]:
    found = read_documents(data, "baselines")
    assert not found.repeated
    return {key: Baseline.from_document(key, document) for key, document in found.documents.items()}


def merge(base: Sequence[Baseline], ours: Sequence[Baseline], theirs: Sequence[Baseline]) -> Merged:
    return merge_files(write(*base), write(*ours), write(*theirs), lambda *_: None)


def check(
    base: Sequence[Baseline], ours: Sequence[Baseline], theirs: Sequence[Baseline], *expected: Baseline
) -> None:
    """
    See that a merge comes to the expected, whichever side is ours.
    """
    for left, right in ((ours, theirs), (theirs, ours)):
        merged = merge(base, left, right)
        assert merged.undecided == ()
        assert read(merged.data) == {one.key: one for one in expected}


def test_removal_on_one_side_is_kept(make_baseline: MakeBaseline) -> None:
    """Even where the neighboring lines changed, which makes a line-wise union bring it back."""
    one, two, three = (make_baseline(number) for number in (1, 2, 3))
    anew = make_baseline(2, id=20)

    check([one, two, three], [one, anew], [one, two, three], one, anew)
    check([one, two, three], [one, anew, three], [one, two], one, anew)


def test_removals_on_both_sides_are_kept(make_baseline: MakeBaseline) -> None:
    """Each pruned a case of its own."""
    one, two, three = (make_baseline(number) for number in (1, 2, 3))

    check([one, two, three], [one, two], [two, three], two)


def test_approval_outlives_the_removal_of_its_case(make_baseline: MakeBaseline) -> None:
    """What was approved anew stays; what was there before is gone, as the other side wanted."""
    anew = make_baseline(1, id=20)

    check([make_baseline(1)], [anew], [], anew)


def test_variant_added_outlives_the_replacement_of_the_others(
    make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """Theirs is an alternate then: its digests are bound to the previous baseline's id."""
    first, added, anew = (make_variant(seed, approved=f"2026-11-2{seed}T08:00:00Z") for seed in (1, 2, 3))
    replaced = make_baseline(1, id=20, variants=(anew,))

    check(
        [make_baseline(1, variants=(first,))],
        [replaced],
        [make_baseline(1, variants=(first, added))],
        replace(replaced, alternates=(make_baseline(1, variants=(added,)),)),
    )


def test_variant_dropped_on_one_side_is_gone(make_baseline: MakeBaseline, make_variant: MakeVariant) -> None:
    """And one added on the other is there."""
    first, second, third = (make_variant(seed, approved=f"2026-11-2{seed}T08:00:00Z") for seed in (1, 2, 3))

    check(
        [make_baseline(1, variants=(first, second))],
        [make_baseline(1, variants=(second,))],
        [make_baseline(1, variants=(first, second, third))],
        make_baseline(1, variants=(second, third)),
    )


def test_tags_of_both_sides_hold(make_baseline: MakeBaseline, make_variant: MakeVariant) -> None:
    """A tag added or removed anywhere is added or removed; a variant beside it stays."""
    before = replace(make_baseline(1), tags=("a", "b"))
    ours = replace(before, tags=("a", "b", "c"))
    theirs = replace(before, tags=("b",), variants=(*before.variants, make_variant(9)))

    merged = merge([before], [ours], [theirs])

    (found,) = read(merged.data).values()
    assert found.tags == ("b", "c")
    assert set(found.variants) == set(theirs.variants)


def test_question_kept_on_one_side_takes_the_variants_of_the_other(
    make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """Digests are bound to the id, which an edited question leaves alone."""
    before = make_baseline(1, variants=(make_variant(1),))
    edited = replace(before, question="What is twice one?", mac=b"x" * 16)
    added = replace(before, variants=(make_variant(1), make_variant(2)))

    merged = read(merge([before], [edited], [added]).data)

    assert merged == read(merge([before], [added], [edited]).data)
    (found,) = merged.values()
    assert (found.question, found.mac, found.alternates) == (edited.question, edited.mac, ())
    assert set(found.variants) == set(added.variants)


def test_question_edited_on_both_sides_leaves_both(make_baseline: MakeBaseline) -> None:
    """Whichever the suite's merge keeps, its approval is there."""
    before = make_baseline(1)
    ours, theirs = (replace(before, question=text, mac=text.encode() * 8) for text in ("q1", "q2"))

    (found,) = read(merge([before], [ours], [theirs]).data).values()

    assert {one.question for one in found.every} == {"q1", "q2"}


def test_pins_on_both_sides_are_joined_by_whoever_has_the_key(
    make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """The ancestor's form and both new ones are handed over."""
    before = make_variant(1)
    ours, theirs, joined = (replace(before, body=body) for body in (b"ours", b"theirs", b"joined"))
    asked: list[tuple[Variant | None, Variant, Variant]] = []

    def join(_: Baseline, base: Variant | None, our: Variant, their: Variant) -> Variant | None:
        asked.append((base, our, their))
        return joined

    base, our, their = (write(make_baseline(1, variants=(one,))) for one in (before, ours, theirs))
    merged = merge_files(base, our, their, join)

    assert asked == [(before, ours, theirs)]
    assert read(merged.data)[make_baseline(1).key].variants == (joined,)


def test_pins_that_cannot_be_joined_are_a_conflict_of_that_case_alone(
    make_baseline: MakeBaseline, make_variant: MakeVariant
) -> None:
    """Both sides' lines stand between markers; another case of either side is merged."""
    before = make_baseline(1, variants=(make_variant(1),))
    ours, theirs = (
        replace(before, variants=(replace(make_variant(1), body=body),)) for body in (b"ours", b"them")
    )

    merged = merge([before], [ours, make_baseline(2)], [theirs, make_baseline(3)])

    assert merged.undecided == ("case-1",)
    lines = merged.data.split(b"\n")
    start, middle, end = (lines.index(one) for one in (b"<<<<<<< ours", b"=======", b">>>>>>> theirs"))
    assert (middle - start, end - middle) == (2, 2)
    assert merged.data.count(make_baseline(2).key.encode()) == 1
    with pytest.raises(DamagedError, match="conflict markers"):
        read_documents(merged.data, "baselines")
    kept = b"\n".join([*lines[:start], lines[start + 1], lines[middle + 1], *lines[end + 1 :]])
    assert read_documents(kept, "baselines").repeated.keys() == {before.key}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_damaged_version_is_named(make_baseline: MakeBaseline, place: int) -> None:
    """Nothing is merged from it."""
    versions = [write(make_baseline(1))] * 3
    versions[place] = versions[place][:-20]

    with pytest.raises(DamagedError, match=("the common ancestor", "our version", "their version")[place]):
        merge_files(versions[0], versions[1], versions[2], lambda *_: None)


def test_file_made_on_both_sides_has_no_ancestor(make_baseline: MakeBaseline) -> None:
    """Git then gives an empty file."""
    versions = b"", write(make_baseline(1)), write(make_baseline(2))

    assert len(read(merge_files(*versions, lambda *_: None).data)) == 2


def test_untouched_case_keeps_fields_of_a_newer_version(make_baseline: MakeBaseline) -> None:
    """A document is only taken apart where both sides changed it."""
    document: dict[str, JsonValue] = {**make_baseline(1).to_document(), "later": [1]}
    ours = {make_baseline(1).key: document, make_baseline(2).key: make_baseline(2).to_document()}
    changed = format_documents({}, "baselines", ours)
    untouched = format_documents({}, "baselines", {})

    merged = merge_files(untouched, changed, untouched, lambda *_: None)

    assert read_documents(merged.data, "baselines").documents == ours


Approval = tuple[str, bytes, bytes]


def approvals(baselines: Mapping[str, Baseline]) -> set[Approval]:
    return {
        (key, one.id, variant.salt)
        for key, baseline in baselines.items()
        for one in baseline.every
        for variant in one.variants
    }


def act(chance: random.Random, baselines: dict[str, Baseline], make_baseline: MakeBaseline) -> None:
    """
    Approve, approve as variant, drop a variant, tag or prune, at random.
    """
    number = chance.randrange(6)
    key = make_baseline(number).key
    salt = chance.randbytes(16)
    moment = f"2026-11-22T{chance.randrange(10, 24)}:00:00Z"
    fresh = Variant(1, salt, salt, salt, None, None, moment, "ada")
    known = baselines.get(key)
    action = chance.randrange(6)
    if known is None or action < 2:
        baselines[key] = replace(make_baseline(number), id=chance.randbytes(16), variants=(fresh,))
    elif action == 2:
        baselines[key] = replace(known, variants=(*known.variants, fresh))
    elif action == 3 and len(known.variants) > 1:
        baselines[key] = replace(known, variants=known.variants[1:])
    elif action == 4:
        baselines[key] = replace(known, tags=(*known.tags, salt.hex()))
    else:
        del baselines[key]


@given(st.randoms(use_true_random=False))
def test_random_histories_keep_what_either_side_approved_and_drop_what_either_removed(
    chance: random.Random,
) -> None:
    """Many branches and merges, each merge held against plain set arithmetic of approvals."""

    def make(number: int = 0, *, id: int | None = None, variants: tuple[Variant, ...] = ()) -> Baseline:
        return Baseline(
            f"{number:016x}", bytes(16), f"n{number}", None, "q", (), None, "r1", bytes(16), variants
        )

    main: dict[str, Baseline] = {}
    for _ in range(4):
        sides = dict(main), dict(main)
        for side in sides:
            for _ in range(chance.randrange(6)):
                act(chance, side, make)
        before, ours, theirs = (approvals(one) for one in (main, *sides))
        data = [write(*one.values()) for one in (main, *sides)]

        merged = merge_files(data[0], data[1], data[2], lambda *_: None)
        mirrored = merge_files(data[0], data[2], data[1], lambda *_: None)

        main = read(merged.data)
        assert merged.undecided == ()
        assert approvals(main) == (ours & theirs) | (ours - before) | (theirs - before)
        assert approvals(read(mirrored.data)) == approvals(main)
