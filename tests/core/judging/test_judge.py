"""
Verdicts: each rule with the smallest answers that show it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from llmentary_regression.core.baselines import Baseline, new_baseline, with_mac
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples
from llmentary_regression.core.judging import REASONS, apply_policy, explain_verdict, judge_answer
from llmentary_regression.core.model import (
    Case,
    CaseSettings,
    Match,
    MatchMode,
    Position,
    Privacy,
    Regex,
    Role,
    Span,
    Turn,
    Unsure,
    Verdict,
)
from llmentary_regression.core.pins import WantedPins
from llmentary_regression.core.text import COMPARABLE_SINCE, PIPELINE_VERSION
from llmentary_regression.core.text._long_answers import MAX_READ

ROOT = Root("r1", bytes(range(32)))
SPAN = Span(Position(0, 0), Position(0, 1))
QUESTION = "How long do I have to return a jacket?"
CASE = Case("0123456789abcdef", None, None, (Turn(Role.USER, QUESTION),), (), (), SPAN, SPAN)
ANSWER = (
    "You can return a jacket within 30 days of delivery for a full refund. "
    "Items must be unworn and have their tags. We send the money back to your card after Maria "
    "Jones has checked the parcel."
)


def baseline_of(*answers: str, pins: WantedPins = (), privacy: Privacy = Privacy.FULL) -> Baseline:
    baseline = new_baseline("", CASE, root=ROOT, mask_digest=None, random=os.urandom)
    made = [
        make_fingerprint(
            answer,
            root=ROOT,
            baseline_id=baseline.id,
            privacy=privacy,
            approved="",
            by="",
            pins=pins,
        )
        for answer in answers
    ]
    return seal_examples(baseline, made, root=ROOT, random=os.urandom)


def judge(baseline: Baseline | None, answer: str, settings: CaseSettings | None = None) -> Verdict:
    return judge_answer(answer, baseline, root=ROOT, settings=settings or CaseSettings(), question=QUESTION)


def check(
    approved: str, now: str, verdict: str, reason: str, match: Match | None = None, pins: WantedPins = ()
) -> Verdict:
    settings = CaseSettings(match=match or Match())
    found = judge(baseline_of(approved, pins=pins), now, settings)
    assert (str(found.kind), found.reason) == (verdict, reason)
    assert found.reason in REASONS
    assert found.message
    return found


# --- before any comparison -------------------------------------------------------------------------


def test_without_a_baseline_an_answer_is_new() -> None:
    """Neither is one without examples of any use."""
    assert str(judge(None, ANSWER).kind) == "new"
    assert str(judge(baseline_of(), ANSWER).kind) == "new"


def test_an_unknown_root_is_an_error_and_no_change() -> None:
    """It never reads as if all answers had changed."""
    found = judge_answer(ANSWER, baseline_of(ANSWER), root=None, settings=CaseSettings(), question=QUESTION)

    assert (str(found.kind), found.reason) == ("error", "unknown-root")


def test_a_baseline_copied_from_another_case_is_an_error() -> None:
    """The MAC is checked before any digest."""
    copied = replace(baseline_of(ANSWER), key="fedcba9876543210")

    assert judge(copied, ANSWER).reason == "not-authentic"


def test_an_edited_question_is_new() -> None:
    """The answer to another question proves nothing."""
    found = judge_answer(ANSWER, baseline_of(ANSWER), root=ROOT, settings=CaseSettings(), question="Why?")

    assert (str(found.kind), found.reason) == ("new", "question-edited")


def test_an_edited_mask_is_new() -> None:
    """What is hidden belongs to what was approved."""
    found = judge(baseline_of(ANSWER), ANSWER, CaseSettings(mask=(Regex(r"\d+"),)))

    assert (str(found.kind), found.reason) == ("new", "mask-edited")


# --- approved under another version of the text analysis ------------------------------------------


def of_version(baseline: Baseline, version: int) -> Baseline:
    """
    Return the baseline as if that version of the analysis had made it.
    """
    examples = tuple(replace(example, analysis=version) for example in baseline.examples)
    return with_mac(replace(baseline, examples=examples), ROOT)


PRESENTED = ANSWER.replace("within 30 days", "**within thirty days**")
OTHER_NUMBER = ANSWER.replace("30", "14")
REWORDED = (
    "Within 30 days of delivery you may bring back a jacket; Maria Jones checks it, and you get all money."
)


@pytest.mark.parametrize("version", [0, COMPARABLE_SINCE - 1, COMPARABLE_SINCE, PIPELINE_VERSION + 1])
def test_the_same_text_passes_whatever_version_approved_it(version: int) -> None:
    """Its digest does not depend on the analysis."""
    found = judge(of_version(baseline_of(ANSWER), version), ANSWER)

    assert (str(found.kind), found.reason) == ("passed", "same-text")


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (PRESENTED, "passed", "same-normalized"),
        (OTHER_NUMBER, "changed", "number-differs"),
        ("", "changed", "empty"),
        (ANSWER.replace("card", "wallet"), "unsure", "older-analysis"),
        (ANSWER.partition("Items")[0], "unsure", "older-analysis"),
        (ANSWER + " Whoever comes by is welcome.", "unsure", "older-analysis"),
        (ANSWER.replace("You can return", "You can never return"), "changed", "negation-differs"),
    ],
)
def test_an_older_version_is_compared_by_digests_and_facts(answer: str, verdict: str, reason: str) -> None:
    """What rests on the sequence of words cannot be told: a word may be written otherwise now."""
    found = judge(of_version(baseline_of(ANSWER), COMPARABLE_SINCE), answer)

    assert (str(found.kind), found.reason) == (verdict, reason)
    assert found.message


def test_of_a_version_that_is_not_trusted_only_the_text_counts() -> None:
    """It took two meanings for one; so an equal normalized form proves nothing."""
    old = of_version(baseline_of(ANSWER), COMPARABLE_SINCE - 1)

    for answer in (PRESENTED, OTHER_NUMBER, "Quite another thing."):
        found = judge(old, answer)
        assert (str(found.kind), found.reason) == ("unsure", "older-analysis")


def test_of_a_newer_version_only_the_text_counts() -> None:
    """Approving again here would take the example back to the older version: the advice is to upgrade."""
    new = of_version(baseline_of(ANSWER), PIPELINE_VERSION + 1)

    for answer in (PRESENTED, OTHER_NUMBER):
        found = judge(new, answer)
        assert (str(found.kind), found.reason) == ("unsure", "newer-analysis")
        assert "upgrade" in found.message


def test_pins_are_held_across_versions() -> None:
    """Their words have digests of their own."""
    old = of_version(baseline_of(ANSWER, pins=[("30 days",)]), COMPARABLE_SINCE)

    assert judge(old, REWORDED).reason == "pins-hold"
    assert judge(old, OTHER_NUMBER).reason == "pin-missing"


def test_nothing_is_similar_enough_across_versions() -> None:
    """How much is alike was never measured between two versions, so a threshold is not applied."""
    settings = CaseSettings(match=Match(threshold=0.1))
    answer = ANSWER.replace("card", "wallet").replace("parcel", "box")

    assert str(judge(baseline_of(ANSWER), answer, settings).kind) == "passed"
    old = judge(of_version(baseline_of(ANSWER), COMPARABLE_SINCE), answer, settings)
    assert (str(old.kind), old.reason) == ("unsure", "older-analysis")


def test_normalized_mode_cannot_tell_across_versions() -> None:
    """A differing digest may be the analysis's doing; an equal one is not."""
    settings = CaseSettings(match=Match(mode=MatchMode.NORMALIZED))
    old = of_version(baseline_of(ANSWER), COMPARABLE_SINCE)

    assert judge(old, PRESENTED, settings).reason == "same-normalized"
    assert judge(old, REWORDED, settings).reason == "older-analysis"


def test_the_setting_unsure_pass_does_not_cover_what_is_not_known() -> None:
    """It lets other words pass, and nobody knows that there is no more to it."""
    lenient = CaseSettings(unsure=Unsure.PASS)
    old = judge(of_version(baseline_of(ANSWER), COMPARABLE_SINCE), ANSWER.replace("card", "wallet"))

    assert apply_policy(old, lenient) == old
    assert str(apply_policy(judge(baseline_of(ANSWER), REWORDED), lenient).kind) == "passed"


def test_an_example_of_the_present_version_decides_beside_an_older_one() -> None:
    """Each example is compared as well as its version allows."""
    both = baseline_of(ANSWER, "Bring it back in a month and you have your money again.")
    mixed = replace(both.examples[0], analysis=COMPARABLE_SINCE - 1), both.examples[1]
    baseline = with_mac(replace(both, examples=mixed), ROOT)

    assert judge(baseline, "**Bring it back** in a month and you have your money again.").example == 1


# --- very long answers ----------------------------------------------------------------------------


def long_answer(*, number: int = 5, far_number: int = 7, wrap: str = " ") -> str:
    """
    Return an answer of which the most is only compared passage by passage.
    """
    near = f"The fee is {number} euros. "
    filler = "".join(
        f"Sentence number {count} of the{wrap}guide is here for you to read. " for count in range(3000)
    )
    return f"{near}{filler}The far fee is {far_number} euros. {filler}"


@pytest.mark.parametrize(
    ("changed", "verdict", "reason"),
    [
        ({}, "passed", "same-text"),
        ({"wrap": "\n  "}, "unsure", "other-words"),
        ({"number": 6}, "changed", "number-differs"),
        ({"far_number": 8}, "unsure", "other-words"),
    ],
)
def test_what_lies_far_into_a_long_answer_is_never_taken_for_equal(
    changed: dict[str, Any], verdict: str, reason: str
) -> None:
    """It is not read, so a difference there cannot be told; but it shows."""
    assert len(long_answer()) > 2 * MAX_READ
    found = judge(baseline_of(long_answer()), long_answer(**changed))

    assert (str(found.kind), found.reason) == (verdict, reason)


@pytest.mark.parametrize("privacy", [Privacy.FULL, Privacy.FACTS])
def test_a_far_difference_is_never_similar_enough(privacy: Privacy) -> None:
    """The threshold speaks of words that were read."""
    settings = CaseSettings(match=Match(threshold=0.1))
    approved = baseline_of(long_answer(), privacy=privacy)

    found = judge(approved, long_answer(far_number=8), settings)

    assert str(found.kind) == "unsure"


def test_a_body_that_does_not_open_is_an_error() -> None:
    """A damaged file is no change."""
    baseline = baseline_of(ANSWER)
    assert baseline.sealed is not None
    spoiled = replace(baseline, sealed=baseline.sealed[:-1] + bytes([baseline.sealed[-1] ^ 1]))

    assert judge(spoiled, "Another answer.").reason == "not-authentic"
    assert judge(with_mac(spoiled, ROOT), "Another answer.").reason == "body-unreadable"


# --- modes -----------------------------------------------------------------------------------------


def test_exact_asks_for_the_same_text() -> None:
    """A single space is a change."""
    match = Match(MatchMode.EXACT)
    check(ANSWER, ANSWER, "passed", "same-text", match)
    check(ANSWER, ANSWER + " ", "changed", "not-same-text", match)


def test_normalized_allows_presentation_alone() -> None:
    """Marks and white space may differ, words may not."""
    match = Match(MatchMode.NORMALIZED)
    check(ANSWER, ANSWER.replace("30", "**30**"), "passed", "same-normalized", match)
    check(ANSWER, ANSWER.replace("parcel", "box"), "changed", "not-same-normalized", match)


def test_none_leaves_it_to_expectations() -> None:
    """Even without a baseline."""
    assert judge(None, ANSWER, CaseSettings(match=Match(MatchMode.NONE))).reason == "not-compared"


def test_a_threshold_passes_alike_answers_with_equal_facts() -> None:
    """Only where the author asked for it."""
    now = ANSWER.replace("send the money back", "return the money")
    check(ANSWER, now, "unsure", "reworded")
    check(ANSWER, now, "passed", "similar-enough", Match(MatchMode.SIMILAR, 0.85))
    check(ANSWER, now, "unsure", "below-threshold", Match(MatchMode.SIMILAR, 0.99))


def test_a_threshold_never_passes_a_differing_fact() -> None:
    """However low it is."""
    now = "For a jacket that is 14 days, and Maria Jones checks the parcel."

    found = check(ANSWER, now, "changed", "number-differs", Match(MatchMode.SIMILAR, 0.05))

    assert "`14`" in found.message


def test_semantic_needs_an_embedding_of_both() -> None:
    """Each missing one is said."""
    match = Match(MatchMode.SEMANTIC, 0.9)
    check(ANSWER, "Quite other words stand here.", "error", "embedding-missing", match)
    found = judge_answer(
        "Quite other words stand here.",
        baseline_of(ANSWER),
        root=ROOT,
        settings=CaseSettings(match=match),
        question=QUESTION,
        embedding=[1.0, 0.0],
    )
    assert (str(found.kind), found.reason) == ("new", "no-embedding")


@pytest.mark.parametrize(("now", "verdict"), [("may", "passed"), ("would", "passed"), ("only", "changed")])
def test_a_modal_verb_counts_for_nothing_where_words_are_free(now: str, verdict: str) -> None:
    """`may` and `will` are exchanged at will in a rewording; `only` is not."""
    approved = "We will send the money back to your card after a check of the parcel at our own post office."
    baseline = new_baseline("", CASE, root=ROOT, mask_digest=None, random=os.urandom)
    made = make_fingerprint(
        approved,
        root=ROOT,
        baseline_id=baseline.id,
        privacy=Privacy.FULL,
        approved="",
        by="",
        embedding=[1.0, 0.0],
    )

    found = judge_answer(
        f"The money {now} return to the card once our office looked at what came by post.",
        seal_examples(baseline, [made], root=ROOT, random=os.urandom),
        root=ROOT,
        settings=CaseSettings(match=Match(MatchMode.SEMANTIC, 0.9)),
        question=QUESTION,
        embedding=[1.0, 0.0],
    )

    assert str(found.kind) == verdict


# --- what kind of answer it is ---------------------------------------------------------------------


@pytest.mark.parametrize("now", ["", "   \n", "```\n```", "**"])
def test_an_empty_answer_is_a_change(now: str) -> None:
    """White space and bare marks are empty, too."""
    check(ANSWER, now, "changed", "empty")


@pytest.mark.parametrize(
    "now",
    [
        "Internal Server Error",
        "502 Bad Gateway",
        "None",
        "Error: connection refused",
        "Traceback (most recent call last):\n x",
    ],
)
def test_an_error_message_is_a_change(now: str) -> None:
    """It is named as what it is."""
    check(ANSWER, now, "changed", "error-message")


@pytest.mark.parametrize(
    "now",
    [
        "I'm sorry, but I can't help with that.",
        "As an AI language model, I do not have access to order data.",
        "Unfortunately, I am not able to answer this.",
        "I cannot provide that information.",
    ],
)
def test_a_refusal_is_a_change(now: str) -> None:
    """So is an answer where a refusal was approved."""
    check(ANSWER, now, "changed", "refusal")
    check(now, ANSWER, "changed", "no-longer-refusal")


@pytest.mark.parametrize("size", [30, 61, 120, 160])
def test_an_answer_that_breaks_off_is_a_change(size: int) -> None:
    """In mid-word as well."""
    check(ANSWER, ANSWER[:size], "changed", "truncated")


# --- what it says ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("30", "14", "number-differs"),
        ("30 days", "30 weeks", "unit-differs"),
        ("can return", "cannot return", "negation-differs"),
        ("Maria Jones", "Peter Smith", "name-differs"),
        ("a full refund", "a full $5 refund", "number-differs"),
        ("and have", "or have", "opposite-word"),
        ("after Maria", "before Maria", "opposite-word"),
        ("within 30", "within < 30", "sign-differs"),
        ("must be unworn", "might be unworn", "opposite-word"),
        ("You can", "Only you can", "limit-differs"),
        ("parcel", "garden", "word-replaced"),
        (" Items must be unworn and have their tags.", "", "sentence-missing"),
    ],
)
def test_a_changed_fact_is_named(old: str, new: str, reason: str) -> None:
    """One edit in an otherwise equal answer."""
    check(ANSWER, ANSWER.replace(old, new), "changed", reason)


def test_names_that_changed_places_are_a_change() -> None:
    """The words are the same, their order is not."""
    old = "In the last round of the tournament in Oslo, the team of Norway beat that of Sweden by a margin."
    new = old.replace("Norway", "X").replace("Sweden", "Norway").replace("X", "Sweden")

    check(old, new, "changed", "order-differs")


def test_yes_and_no_are_opposites_however_worded() -> None:
    """Nothing else needs to be alike."""
    check("Yes, you can.", "No, that is not possible for any order.", "changed", "yes-no-flipped")


def test_other_words_are_unsure_and_not_changed() -> None:
    """What cannot be told is not claimed."""
    check(
        ANSWER,
        "Jackets may be sent back for a month after they arrive, says Maria Jones.",
        "unsure",
        "other-words",
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("January 4, 2015", "June 7, 1993", "date-differs"),
        ("Order A101 of 2026-11-12 10:03 ships.", "Order A441 of 2026-11-19 10:07 ships.", "date-differs"),
        ("Bart Conner.", "Bart Simpson.", "name-differs"),
    ],
)
def test_the_same_words_around_other_facts_are_a_change(old: str, new: str, reason: str) -> None:
    """However few words are left that are alike: nothing else was said another way."""
    check(old, new, "changed", reason)


def test_other_facts_among_other_words_are_not_called_known() -> None:
    """A paraphrase may say a number another way; that none differs is only said where none does."""
    old = "You have 30 days to send a jacket back."

    check(old, "Jackets are taken back from you for 14 days.", "unsure", "other-words")
    check(old, "Send the jacket back, you have 30 days.", "unsure", "reworded")


def test_a_plural_is_no_other_word() -> None:
    """The forms of a word do not make an answer `changed`."""
    assert str(judge(baseline_of(ANSWER), ANSWER.replace("parcel", "parcels")).kind) == "unsure"


@pytest.mark.parametrize(
    "now", [ANSWER.replace("30", "14"), ANSWER.replace("parcel", "box"), "Something else entirely."]
)
def test_nothing_but_presentation_passes_by_itself(now: str) -> None:
    """Being alike is no reason to pass."""
    assert str(judge(baseline_of(ANSWER), now).kind) != "passed"


# --- pins and examples -----------------------------------------------------------------------------


def test_a_pin_decides_over_the_wording() -> None:
    """Free rewording passes if what matters recurs."""
    pins = ["30 days"]
    check(ANSWER, "Our window for jackets is 30 days.", "passed", "pins-hold", pins=pins)
    check(ANSWER, "Our window for jackets is 14 days.", "changed", "pin-missing", pins=pins)


def test_an_alias_is_as_good_as_its_phrase() -> None:
    """A pin is a phrase, or a phrase and its aliases."""
    check(ANSWER, "You have one month.", "passed", "pins-hold", pins=[("30 days", "one month")])


def test_missing_pins_are_counted() -> None:
    """The phrase itself is never shown."""
    found = check(ANSWER, "You have 30 days.", "changed", "pin-missing", pins=["30 days", "Maria Jones"])

    assert found.message == "1 of 2 pinned phrases is missing"


def test_missing_pins_are_named() -> None:
    """By the names that the developer gave; what may be written to a file holds not even those."""
    pins = {"return window": "30 days", "contact": "Maria Jones"}
    found = check(ANSWER, "You have 30 days.", "changed", "pin-missing", pins=pins)

    assert found.message == "1 of 2 pinned phrases is missing: `contact`"
    assert "contact" not in explain_verdict(found.reason, found.evidence, quote_answer=False)


def test_a_short_answer_that_holds_the_pin_is_not_broken_off() -> None:
    """`30 days` is how the approved answer begins, and an answer of its own; what ends in `of` is none."""
    approved = "30 days of delivery is the limit for all jackets, boots and hats."
    check(approved, "30 days", "passed", "pins-hold", pins=["30 days"])
    check(approved, "30 days of", "changed", "truncated", pins=["30 days"])


def test_a_denied_pin_does_not_hold() -> None:
    """ "Not within 30 days" holds the words and says the opposite."""
    check(ANSWER, "The limit is not 30 days any more.", "changed", "pin-missing", pins=["30 days"])


def test_a_pinned_name_recurs_with_or_without_middle_names() -> None:
    """People are named in many ways."""
    check(
        "It was Maria Ann Jones.",
        "By Maria Jones, of course, it was.",
        "passed",
        "pins-hold",
        pins=["Maria Ann Jones"],
    )


def test_a_refusal_is_a_change_even_if_it_holds_the_pin() -> None:
    """What kind of answer it is comes first."""
    check(ANSWER, "I'm sorry, but I can't confirm 30 days.", "changed", "refusal", pins=["30 days"])


def test_an_answer_passes_against_any_example() -> None:
    """The second approved answer counts as much as the first."""
    found = judge(baseline_of("It takes 3 days.", ANSWER), ANSWER.upper())

    assert (str(found.kind), found.example) == ("passed", 1)


def test_the_nearest_example_gives_the_reason() -> None:
    """A change is told against what was most alike."""
    found = judge(baseline_of("Ask Peter in Oslo.", ANSWER), ANSWER.replace("30", "14"))

    assert (found.reason, found.example) == ("number-differs", 1)


def test_privacy_digest_says_that_another_answer_cannot_be_told() -> None:
    """Two digests can only say equal; whatever else came must not look like a case never approved."""
    baseline = baseline_of(ANSWER, privacy=Privacy.DIGEST)

    assert str(judge(baseline, ANSWER.lower()).kind) == "passed"
    found = judge(baseline, "Other words.")
    assert (str(found.kind), found.reason) == ("unsure", "privacy-too-low")


def test_privacy_facts_still_finds_a_changed_number() -> None:
    """The words are not kept, the facts are."""
    baseline = baseline_of(ANSWER, privacy=Privacy.FACTS)

    assert judge(baseline, ANSWER.replace("30", "14")).reason == "number-differs"
    assert judge(baseline, ANSWER.replace("parcel", "box")).reason == "reworded"
