"""
Where a pinned phrase occurs: in which spellings, and where it is denied.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.baselines import PinSet
from llmentary_regression.core.crypto import PinHasher
from llmentary_regression.core.pins import (
    NamedPin,
    WantedPin,
    absent_pins,
    add_pins,
    denied_pins,
    drop_pins,
    missing_pins,
)
from llmentary_regression.core.text import analyze
from llmentary_regression.core.text.languages import read_lexicon

ENGLISH = read_lexicon("en")
EMPTY = PinSet(bytes(16))


def occurs(pin: WantedPin, answer: str, lang: str = "en") -> bool:
    return not absent_pins([pin], analyze(answer, lang))


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("30 days", "It is a 30-day window."),
        ("30 days", "You have thirty days."),
        ("$265 million", "It took 265 million dollars."),
        ("10 to 12 years", "They live 10-12 years."),
        ("10-12 years", "It is between 10 and 12 years."),
        ("5 liters", "About 5 L of it."),
        ("1885", "It was built in 1881–1885."),
        ("World War II", "That was World War Two."),
        ("season nine", "It came in the ninth season."),
        ("ninth season", "It came in season 9."),
    ],
)
def test_numbers_are_found_in_any_form(phrase: str, answer: str) -> None:
    """In words, in digits, with the unit written out or not."""
    assert occurs(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("September 17, 2016", "On Saturday, 17 Sept. 2016."),
        ("September 17, 2016", "On 2016-09-17."),
        ("September 17", "It was September 17, 2016."),
        ("September 2016", "On 2016-09-17."),
        ("2016", "It came on 17 Sept. 2016."),
        ("1984", "It was May 1984."),
        ("November", "On 3 Nov. 1995 it was."),
    ],
)
def test_a_date_is_found_in_any_form_and_in_a_fuller_one(phrase: str, answer: str) -> None:
    """Who pins the year asks for no more than the year."""
    assert occurs(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("Bob Dylan", "It was Bob Dylan's song."),
        ("Bob Dylan", "Dylan, Bob: Blowin' in the Wind"),
        ("Hugh Samuel Johnson", "Hugh S. Johnson did."),
        ("Hugh Johnson", "hugh samuel johnson"),
        ("Hugh S. Johnson", "H. S. Johnson did."),
        ("Hugh S. Johnson", "Johnson, Hugh S. (editor)"),
        ("Johnson, Hugh S.", "Hugh Samuel Johnson did."),
        ("Hugh S. Johnson", "hugh johnson's plan"),
        ("John F. Kennedy", "J. F. Kennedy was."),
        ("B. R. Ambedkar", "Dr. B.R. Ambedkar did."),
        ("B. R. Ambedkar", "Bhimrao Ramji Ambedkar did."),
        ("United States Postal Service", "The USPS does."),
        ("Dáin Ironfoot", "It was Dain Ironfoot."),
        ("Saint Petersburg", "St. Petersburg is."),
        ("Main Street", "At 12 Main St. it is."),
    ],
)
def test_a_name_is_found_in_any_form(phrase: str, answer: str) -> None:
    """Possessive, reversed, with other middle names, initials, abbreviations or accents."""
    assert occurs(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("boxes", "It takes one box."),
        ("case", "In most cases."),
        ("Steam Ship", "It is a steamship."),
        ("steamship", "It is the steam ship."),
        ("heads-up display", "A heads up display."),
        ("email", "Send an e-mail."),
        ("Vitamin A", "It is rich in vitamin A."),
        ("IT department", "Ask the IT department."),
        ("pip install requests", "Run `pip install requests`."),
        ("textblob", "Import `TextBlob` first."),
        ("US", "For US citizens."),
        ("x==1.2", "Run `pip install x==1.2` first."),
        ("pip install `foo`", "Run `pip install foo`."),
        ("https://example.com/x", "See https://example.com/x/ for it."),
        ("30天", "退款期限为30天。"),
        ("退款", "可以退款"),
        ("الاسترجاع", "مدة الاسترجاع 30 يوم"),
    ],
)
def test_words_are_found_in_any_spelling(phrase: str, answer: str) -> None:
    """Plural, hyphen, articles, code, scripts without spaces or from right to left."""
    assert occurs(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("30 days", "You have 14 days."),
        ("30 days", "On the 30th day."),
        ("season 9", "It has 9 seasons."),
        ("September 17, 2016", "It was September 17."),
        ("September 17, 2016", "It was September 2016."),
        ("Vitamin A", "It is vitamin K."),
        ("option A", "It is option B."),
        ("IT department", "There is it, the it department of old."),
        ("US", "Let us go."),
        ("Hugh Johnson", "Boris Johnson did."),
        ("Hugh Johnson", "Hugh Grant, Boris Johnson and others."),
        ("Hugh Johnson", "Ask Hugh and Boris Johnson."),
        ("Hugh Johnson", "Johnson did."),
        ("B. R. Ambedkar", "Anna Ambedkar did."),
        ("United States Postal Service", "It is usps."),
        ("World War II", "It was World War I."),
        ("care", "It is a car."),
        ("notable", "I am not able to."),
        ("$5", "It is €5."),
        ("60 days", "It takes 30 to 60 days."),
        ("12 years", "They live 10-12 years."),
        ("30 days", "It takes 30 working days."),
        ("5 degrees", "It was -5 degrees."),
        ("café", "Le cafe est froid."),
    ],
)
def test_what_says_something_else_is_not_found(phrase: str, answer: str) -> None:
    """A looser form must not let another fact pass; a surname alone is an alias, which nobody has given."""
    assert not occurs(phrase, answer, "fr" if "est" in answer else "en")


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("30 days", "It is not 30 days."),
        ("30 days", "It isn't quite 30 days."),
        ("30 days", "It is no longer 30 days."),
        ("30 days", "It is 14 instead of 30 days."),
        ("Oslo", "Ask in Bergen rather than Oslo."),
        ("refundable", "Sale items are non-refundable."),
        ("refundable", "Sale items are not refundable."),
        ("Lyon", "It is neither Paris nor Lyon."),
    ],
)
def test_a_denied_phrase_does_not_count(phrase: str, answer: str) -> None:
    """The answer holds the words and says the opposite."""
    assert not occurs(phrase, answer)
    assert denied_pins([phrase], analyze(answer)) == [phrase]


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("30 days", "No, you have 30 days."),
        ("30 days", "Refunds are not possible after 30 days."),
        ("30 days", "No later than 30 days."),
        ("30 days", "It is not more than 30 days."),
        ("30 days", "Not only for 30 days."),
        ("30 days", "It is never over 30 days."),
        ("30 days", "It is not 14 but 30 days."),
        ("30 days", "Not 14 days. 30 days."),
        ("Lyon", "It isn't Paris; it's Lyon."),
        ("not refundable", "Sale items are not refundable."),
        ("30 days", "It is not 30 days for shoes; for jackets it is 30 days."),
    ],
)
def test_a_negation_of_something_else_denies_nothing(phrase: str, answer: str) -> None:
    """A yes or no before it, a limit, another clause."""
    assert occurs(phrase, answer)


def test_what_the_approved_answer_explains_is_one_pin() -> None:
    """Each of `heads-up display` and `HUD` stands for the other from then on."""
    approved = "It is a heads-up display (HUD)."
    for phrase in ("heads-up display", "HUD"):
        pinned = add_pins(EMPTY, [phrase], ENGLISH, approved)

        assert missing_pins(pinned, analyze("A HUD.")) == []
        assert missing_pins(pinned, analyze("A heads-up display.")) == []


def test_a_pin_that_is_there_takes_on_aliases_and_a_name() -> None:
    """It is known by its phrase or its name, and nothing that it held is lost."""
    pinned = add_pins(EMPTY, ["30 days"], ENGLISH)
    pinned = add_pins(pinned, [NamedPin("return window", ("30 days", "a month"))], ENGLISH)
    pinned = add_pins(pinned, [NamedPin("Return window", ("four weeks",))], ENGLISH)

    assert [pin.name for pin in pinned.pins] == ["Return window"]
    for answer in ("In 30 days.", "In a month.", "In four weeks."):
        assert missing_pins(pinned, analyze(answer)) == []


def test_a_pin_is_dropped_by_its_name_or_phrase() -> None:
    """What is not pinned is told."""
    pinned = add_pins(EMPTY, ["30 days", NamedPin("who", ("Maria Jones",)), "Oslo"], ENGLISH)

    left, unknown = drop_pins(pinned, ["thirty days", "WHO", "Bergen"], ENGLISH)

    assert unknown == ["Bergen"]
    assert missing_pins(left, analyze("In Oslo.")) == []
    assert len(left) == 1


def test_an_alias_counts_as_the_phrase_does() -> None:
    """Any of them will do."""
    assert occurs(("Bob Dylan", "Dylan"), "Dylan wrote it.")


def test_a_word_is_hashed_under_the_key_of_its_set() -> None:
    """Else the same phrase of two baselines would look the same."""
    assert PinHasher(bytes(16)).pin(["30"]) != PinHasher(b"1" * 16).pin(["30"])
