"""
Pins from approval to verdict: checked, kept, dropped, counted.
"""

from typing import Any

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.core.pins import NamedPin, WantedPins
from llmentary_regression.services.approve import Approval, approve_results, read_pin, suggested_pins
from project_scene import MakeScene, Scene

QUESTION = "How long may I return a jacket?"
ANSWER = "You may return a jacket within 30 days of delivery; ask for Maria Jones."


async def approve(made: Scene, answer: str, pins: WantedPins = (), **more: Any) -> Approval:
    made.pool.answers[QUESTION] = answer
    results = await made.run()
    places = {one.case_id: pins for one in results}
    return approve_results(made.open(), results, pins=places, **more)


async def verdict_on(made: Scene, answer: str) -> tuple[str, str]:
    made.pool.answers[QUESTION] = answer
    (result,) = await made.run()
    return str(result.verdict.kind), result.verdict.reason


def asks(scene: MakeScene, settings: str = "") -> Scene:
    return scene({"faq.llmtest": f"{settings}{QUESTION}\n"})


async def test_a_pin_decides_over_free_wording(scene: MakeScene) -> None:
    """
    Its phrase or an alias has to recur; everything else may be said otherwise.
    """
    made = asks(scene)
    await approve(made, ANSWER, [("30 days", "a month")])

    assert await verdict_on(made, "Bring it back any time in the first 30 days.") == ("passed", "pins-hold")
    assert await verdict_on(made, "There is a month for that.") == ("passed", "pins-hold")
    assert await verdict_on(made, "Bring it back in the first 14 days.") == ("changed", "pin-missing")


async def test_a_phrase_that_does_not_occur_is_refused_and_nothing_written(scene: MakeScene) -> None:
    """
    Not even the other answers of the same approval.
    """
    made = asks(scene)

    with pytest.raises(UsageError, match="does not contain `90 days`; pin a phrase that occurs in it"):
        await approve(made, ANSWER, [("90 days", "three months")])

    assert not (made.root / ".llmentary").exists()


async def test_a_pin_without_a_word_is_refused(scene: MakeScene) -> None:
    """
    It would be missing from every answer.
    """
    with pytest.raises(UsageError, match="does not contain"):
        await approve(asks(scene), ANSWER, ["…"])


async def test_digest_privacy_keeps_no_pins(scene: MakeScene) -> None:
    """
    That is said, instead of a pin that never counts.
    """
    with pytest.raises(UsageError, match="stores no pins"):
        await approve(asks(scene, "@privacy digest\n"), ANSWER, ["30 days"])


async def test_facts_privacy_judges_by_pins(scene: MakeScene) -> None:
    """
    Pins need no word sequence.
    """
    made = asks(scene, "@privacy facts\n")
    await approve(made, ANSWER, ["30 days"])

    assert await verdict_on(made, "Within 30 days.") == ("passed", "pins-hold")


async def test_pins_hold_on_when_a_new_answer_is_approved(scene: MakeScene) -> None:
    """
    With their aliases, although the words of those are kept nowhere.
    """
    made = asks(scene)
    await approve(made, ANSWER, [("30 days", "a month")])

    approval = await approve(made, "The limit is 30 days, for jackets and all else.")

    assert list(approval.kept_pins.values()) == [1]
    assert approval.dropped_pins == {}
    assert await verdict_on(made, "You have a month.") == ("passed", "pins-hold")
    assert await verdict_on(made, "You have a week.") == ("changed", "pin-missing")


async def test_an_alias_that_is_given_later_keeps_the_pin(scene: MakeScene) -> None:
    """
    The new answer says it in other words: with them as an alias, the pin of before holds on.
    """
    made = asks(scene)
    await approve(made, ANSWER, [NamedPin("window", ("30 days",))])

    approval = await approve(made, "You have a month.", [NamedPin("window", ("a month",))])

    assert approval.dropped_pins == {}
    assert await verdict_on(made, "It is thirty days.") == ("passed", "pins-hold")
    assert await verdict_on(made, "It is a month.") == ("passed", "pins-hold")


async def test_names_of_pins_live_on(scene: MakeScene) -> None:
    """
    Through another approved answer, an example, and a new key.
    """
    import os

    from llmentary_regression.storage.keys import rotate_keyring

    made = asks(scene)
    await approve(made, ANSWER, [NamedPin("window", ("30 days",))])
    await approve(made, "The limit is 30 days for jackets.")
    rotate_keyring(made.root, made.environ, os.urandom)
    await approve(made, "It is 30 days.", as_example=True)
    made.pool.answers[QUESTION] = "You have a week."

    (result,) = await made.run()

    assert result.verdict.message == "the pinned phrase `window` is missing"


async def test_pins_that_the_new_answer_lacks_are_dropped_and_counted(scene: MakeScene) -> None:
    """
    The developer approved an answer without them, so they can be no condition any more.
    """
    made = asks(scene)
    await approve(made, ANSWER, ["30 days", "Maria Jones"])

    approval = await approve(made, "Within 14 days; ask Maria Jones.")

    assert list(approval.kept_pins.values()) == list(approval.dropped_pins.values()) == [1]
    assert await verdict_on(made, "Maria Jones knows: 14 days.") == ("passed", "pins-hold")
    assert await verdict_on(made, "Sigurd knows: 14 days.") == ("changed", "pin-missing")


async def test_pins_hold_on_after_the_key_was_rotated(scene: MakeScene) -> None:
    """
    A new root hashes the new answer; the pins move along.
    """
    import os

    from llmentary_regression.storage.keys import rotate_keyring

    made = asks(scene)
    await approve(made, ANSWER, [("30 days", "a month")])
    rotate_keyring(made.root, made.environ, os.urandom)

    approval = await approve(made, "The limit is 30 days for jackets.")

    assert list(approval.kept_pins.values()) == [1]
    assert await verdict_on(made, "You have a month.") == ("passed", "pins-hold")


async def test_an_example_takes_the_pins_that_it_holds(scene: MakeScene) -> None:
    """
    Pins of all examples are alternatives.
    """
    made = asks(scene)
    await approve(made, ANSWER, ["30 days"])

    await approve(
        made, "Returns of jackets are open for one month, ask Maria Jones.", ["one month"], as_example=True
    )

    assert await verdict_on(made, "Exactly 30 days.") == ("passed", "pins-hold")
    assert await verdict_on(made, "Exactly one month.") == ("passed", "pins-hold")
    assert (await verdict_on(made, "Exactly one week."))[0] == "changed"


async def test_facts_are_offered_with_what_the_question_says_last(scene: MakeScene) -> None:
    """
    What the question holds itself recurs in any answer.
    """
    made = scene({"faq.llmtest": "Is it 30 days or is it Maria Jones?\n"}, {})
    made.pool.answers["Is it 30 days or is it Maria Jones?"] = (
        "It is 30 days for all of our jackets, or 4096731 days if the parcel went to Norway."
    )
    (result,) = await made.run()

    facts = suggested_pins(result)

    assert [fact.phrase for fact in facts if not fact.in_question][:1] == ["4096731 days"]
    assert [fact.phrase for fact in facts if fact.in_question] == ["30 days"]
    assert "4096731" not in repr(facts)


async def test_masked_text_cannot_be_pinned(scene: MakeScene) -> None:
    """
    A pin is looked for in the text that is judged.
    """
    made = asks(scene, "@mask /\\d+ days/\n")

    with pytest.raises(UsageError, match="does not contain"):
        await approve(made, ANSWER, ["30 days"])


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("30 days", ("30 days",)),
        ("30 days|a month| one month ", ("30 days", "a month", "one month")),
        ("30 days = a month", ("30 days", "a month")),
        ("x=1", ("x=1",)),
        ("x == 1", ("x == 1",)),
    ],
)
def test_pins_are_written_with_their_aliases(text: str, pin: tuple[str, ...]) -> None:
    """
    An equals sign without blanks belongs to the phrase.
    """
    assert read_pin(text) == pin


@pytest.mark.parametrize("text", ["return window := 30 days|a month", "return window:=30 days = a month"])
def test_a_pin_is_given_a_name(text: str) -> None:
    """
    Before `:=`, which neither answers nor code of most languages hold.
    """
    assert read_pin(text) == NamedPin("return window", ("30 days", "a month"))


@pytest.mark.parametrize("text", ["", " ", "30 days|", "| a month", "30 days = ", "window :=", "a := |b"])
def test_an_empty_pin_is_refused(text: str) -> None:
    """
    It would hold always or never.
    """
    with pytest.raises(UsageError, match="pins nothing"):
        read_pin(text)


async def test_one_refusal_keeps_all_answers_from_being_approved(scene: MakeScene) -> None:
    """
    An approval is written whole or not at all.
    """
    made = scene({"faq.llmtest": "One?\nTwo?\n"}, {"One?": "30 days.", "Two?": "40 days."})
    results = await made.run()
    pins = {one.case_id: ["30 days"] for one in results}

    with pytest.raises(UsageError, match="`Two\\?`"):
        approve_results(made.open(), results, pins=pins)

    assert {one.verdict.kind for one in await made.run()} == {VerdictKind.NEW}
