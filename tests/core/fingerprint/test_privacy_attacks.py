"""
The attacks that the privacy promise names, each tried.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import fields, is_dataclass, replace

from llmentary_regression.core.baselines import Baseline, Body, PinSet, unbound_baseline
from llmentary_regression.core.baselines._body import STEP
from llmentary_regression.core.crypto import NONCE_SIZE, Root
from llmentary_regression.core.fingerprint import (
    Fingerprint,
    make_fingerprint,
    open_examples,
    seal_examples,
    with_pins,
)
from llmentary_regression.core.judging import judge_answer, redacted_diff
from llmentary_regression.core.model import CaseSettings, Privacy
from llmentary_regression.core.pins import WantedPins

ROOT = Root("r1", bytes(range(32)))
ANSWER = "You can return a jacket within 30 days of delivery, says Maria Jones at help@example.com, for $12."


def a_fingerprint(text: str = ANSWER, baseline_id: bytes = bytes(16), pins: WantedPins = ()) -> Fingerprint:
    return make_fingerprint(
        text,
        root=ROOT,
        baseline_id=baseline_id,
        privacy=Privacy.FULL,
        approved="2026-11-22T18:00:00Z",
        by="x",
        pins=pins,
    )


def a_baseline(*texts: str, pins: WantedPins = ()) -> Baseline:
    baseline = unbound_baseline(root=ROOT, random=os.urandom)
    made = [a_fingerprint(text, baseline.id, pins) for text in texts or (ANSWER,)]
    return seal_examples(baseline, made, root=ROOT, random=os.urandom)


def opened(baseline: Baseline) -> Body:
    body = open_examples(baseline, root=ROOT)[0].body
    assert body is not None
    return body


def test_with_the_key_a_body_holds_numbers_alone() -> None:
    """Hashes, flags and counts: no string, and no bytes but hashes of a JSON tree and signs "
    "of an embedding."""
    body = opened(a_baseline(pins=["30 days", ("Maria Jones", "M. Jones")]))

    assert _strays(body) == []


def test_of_text_a_body_holds_the_names_of_pins_alone() -> None:
    """A name is the developer's own; what it names is hashed."""
    body = opened(a_baseline(pins={"return window": ["30 days", "a month"]}))

    assert [pin.name for pin in body.pins.pins] == ["return window"]
    assert _strays(replace(body, pins=PinSet(body.pins.key))) == []
    assert "return window" not in repr(body.pins)


def _strays(value: object, name: str = "body") -> list[str]:
    """
    Return the names of what is no number; of bytes, only pin keys, JSON trees and sketches may be there.
    """
    if isinstance(value, int) or value == "":
        return []
    if isinstance(value, bytes) and name in ("key", "tree", "sketch"):
        return []
    if isinstance(value, tuple):
        return [stray for one in value for stray in _strays(one, name)]
    if is_dataclass(value):
        return [stray for one in fields(value) for stray in _strays(getattr(value, one.name), one.name)]
    return [name]


def test_no_word_of_the_answer_is_in_the_stored_document() -> None:
    """Not in plain, in base64 or in the opened bytes."""
    data = '{"city": "Reykjavik", "days": 31415}'
    baselines = (a_baseline(pins=["30 days"]), a_baseline(data))
    stored = "".join(json.dumps(one.to_document()) for one in baselines)
    bodies = "".join(repr(opened(one)) + repr(opened(one).tree) + str(opened(one).words) for one in baselines)

    for word in re.findall(r"\w{3,}", ANSWER + data):
        assert not re.search(rf"\b{word}\b", stored)
        assert not re.search(rf"\b{word}\b", bodies)


def test_word_hashes_cannot_be_matched_between_cases() -> None:
    """A random id for each set: knowing sixty answers says nothing about the words of another case."""
    one, other = opened(a_baseline()), opened(a_baseline())

    assert len(set(one.words) & set(other.words)) <= 1
    assert not set(one.facts) & set(other.facts)


def test_each_sealing_draws_a_new_nonce() -> None:
    """Two bodies under one nonce give away their XOR."""
    baseline = a_baseline()
    nonces = set()
    for _ in range(50):
        pinned = with_pins(
            open_examples(baseline, root=ROOT)[0], ["30 days"], root=ROOT, baseline_id=baseline.id
        )
        baseline = seal_examples(baseline, [pinned], root=ROOT, random=os.urandom)
        assert baseline.sealed is not None
        nonces.add(baseline.sealed[:NONCE_SIZE])

    assert len(nonces) == 50


def test_the_size_of_the_sealed_part_is_padded() -> None:
    """Answers of 5 and of 25 words look alike."""
    sizes = {len(a_baseline("word " * count).sealed or b"") for count in (1, 5, 15, 25)}

    assert len(sizes) == 1
    assert (sizes.pop() - NONCE_SIZE - 16) % STEP == 0


def test_sealed_equal_answers_look_different() -> None:
    """The pattern of repeats would pick the text out of thousands."""
    one, other = a_baseline("no no yes no " * 20).sealed, a_baseline("no no yes no " * 20).sealed

    assert one is not None and other is not None
    assert sum(left == right for left, right in zip(one, other, strict=True)) < len(one) / 16


def test_examples_copied_to_another_case_are_refused() -> None:
    """A "Yes" approved for one question does not pass for another."""
    source, target = a_baseline("Yes."), a_baseline("No.")
    forged = replace(target, examples=source.examples, sealed=source.sealed)

    verdict = judge_answer("Yes.", forged, root=ROOT, settings=CaseSettings(), question="")

    assert (str(verdict.kind), verdict.reason) == ("error", "not-authentic")


def test_an_older_sealed_part_put_back_is_refused() -> None:
    """One from before a pin was added would drop the pin unseen."""
    before = a_baseline()
    pinned = with_pins(open_examples(before, root=ROOT)[0], ["30 days"], root=ROOT, baseline_id=before.id)
    after = seal_examples(before, [pinned], root=ROOT, random=os.urandom)

    verdict = judge_answer(
        ANSWER, replace(after, sealed=before.sealed), root=ROOT, settings=CaseSettings(), question=""
    )

    assert (str(verdict.kind), verdict.reason) == ("error", "not-authentic")


def test_an_emptied_set_is_refused_and_not_new() -> None:
    """Taking all examples out must not read as if nothing had been approved."""
    emptied = replace(a_baseline(), examples=(), sealed=None)

    verdict = judge_answer(ANSWER, emptied, root=ROOT, settings=CaseSettings(), question="")

    assert (str(verdict.kind), verdict.reason) == ("error", "not-authentic")


def test_a_whole_baseline_copied_to_another_case_is_refused() -> None:
    """The MAC holds id, identity, question and row."""
    forged = replace(a_baseline("Yes."), question="May I delete everything?")

    verdict = judge_answer("Yes.", forged, root=ROOT, settings=CaseSettings(), question=forged.question)

    assert verdict.reason == "not-authentic"


def test_a_dictionary_as_answer_gets_no_diff() -> None:
    """The diff would show which of its words the approved answer holds."""
    dictionary = " ".join([*ANSWER.split(), *(f"word{number}" for number in range(200))])

    assert redacted_diff(dictionary, a_baseline(), 0, root=ROOT) is None


def test_messages_and_evidence_never_hold_an_approved_word() -> None:
    """Only blocks, and words of the new answer."""
    baseline = a_baseline(
        "Ask Reykjavik about 31415 unworn parcels, and Sigurd will not refund them in time at all, I fear."
    )
    now = "Ask Oslo about 27182 unworn parcels, and Harald will refund them in time at all, I fear."

    verdict = judge_answer(now, baseline, root=ROOT, settings=CaseSettings(), question="")

    shown = verdict.message + "".join(f"{one.approved} {one.now}" for one in verdict.evidence)
    assert str(verdict.kind) == "changed"
    assert not re.search(r"Reykjavik|31415|Sigurd|not\b", shown)


def test_a_wrong_key_is_an_error_and_no_change() -> None:
    """Nor does it open anything."""
    verdict = judge_answer(
        ANSWER, a_baseline(ANSWER), root=Root("r1", bytes(32)), settings=CaseSettings(), question=""
    )

    assert (str(verdict.kind), verdict.reason) == ("error", "not-authentic")
