"""
Sentences about the conversation, and sentences of much the same words that answer.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.text import analyze
from llmentary_regression.core.text.languages import closing_start, opening_end, read_lexicon

ANSWER = "Mix the flour with water. Bake it slowly in the oven."
OPENERS = (
    "Here's the scoop:",
    "Alrighty, let's dig in:",
    "Let's break it down.",
    "Right, let's get into it:",
    "Wow, great one!",
    "No problem!",
    "Gotcha!",
    "Howdy!",
    "Below you'll find a short overview:",
    "This is what I found:",
    "Let me walk you through it.",
    "Happy to break this down for you:",
    "Excellent point!",
    "Thanks a lot for the question!",
    "Here's everything you need:",
    "Short version:",
    "So, here we go:",
    "My pleasure!",
    "Allow me to explain.",
    "I've got you covered:",
    "Sure thing, here's a concise summary for you:",
    "That's an intriguing topic!",
    "The short answer is as follows:",
    "Please see below.",
    "Per your request:",
    "Coming right up!",
    "I hear you!",
)
CLOSERS = (
    "Shout if you get stuck!",
    "Ping me anytime!",
    "Drop me a line if you have questions.",
    "That's all there is to it!",
    "There you have it!",
    "That's it!",
    "Happy baking!",
    "Keep me posted!",
    "Hope that clears things up!",
    "Does that make sense?",
    "What do you think?",
    "Want me to go deeper?",
    "Was that helpful?",
    "Catch you later!",
    "See you around!",
    "Best of luck!",
    "Have fun!",
    "Enjoy the rest of your day!",
    "I'm just a message away.",
    "Reach out whenever you like.",
    "Glad I could help!",
    "Yours truly, your friendly assistant",
    "Thanks for stopping by!",
    "Feel free to ping me if you run into any snags.",
    "Let me know how it goes!",
    "Let me know what you think.",
    "Would you like a more detailed version?",
    "Do you want to hear more?",
    "Hopefully that answers it!",
    "Much appreciated!",
    "Peace!",
    "Ta-da!",
    "Ask away!",
    "Need more info? Just ask.",
)
STATEMENTS = (
    "Sure to work.",
    "Great for the weekend.",
    "Cool it down.",
    "Here it is free.",
    "The following steps follow.",
    "My answer is the other one.",
    "I would go for the other one.",
    "My request is simple.",
    "Help is on the way.",
    "That helps the team.",
    "The best one is the other one.",
    "Be happy with it.",
    "Here the results are good.",
    "Let us know by evening.",
    "Shall I stop it?",
    "Thanks to the team it works.",
    "If unsure, stop.",
    "If any issues come up, stop.",
    "Here is the best one.",
    "Take the following steps.",
    "Here, it works.",
    "Done.",
    "Definitely the best.",
    "Certainly it is free.",
    "Well, it works.",
    "You have to ask us.",
    "We found issues.",
    "Keep it in the fridge.",
    "You can do it.",
    "Do it again.",
    "Stop it then.",
    "Take it out.",
    "It is safe.",
    "Have a look at the dough.",
    "It takes a day.",
    "Someone else has to do it.",
    "It is a good idea to wait.",
    "Be sure to stop in time.",
    "Enjoy it with friends.",
    "Give it time.",
    "Then do something else.",
    "Wait and see.",
    "Do the same with the rest.",
    "Let it go.",
    "We are happy to refund it.",
    "It was provided free.",
    "Free of charge.",
    "Contact the team.",
    "Please try again later.",
    "Come back in the morning.",
    "Give feedback.",
    "Please provide more information.",
    "Or something else.",
    "Let it sit.",
    "Let the team know.",
    "Feel free to ask for a free replacement!",
    "Please let me know if you want to pay by card and need details.",
    "Don't hesitate to contact us to cancel your order.",
    "If you have any questions, just call the police.",
    "Don't hesitate to let me know your card number.",
    "Is there anything else you need to pay for the parcel?",
)


def forms(text: str, lang: str = "en") -> list[str]:
    return analyze(text, lang).tokens.forms


@pytest.mark.parametrize("gap", [" ", "\n\n"])
@pytest.mark.parametrize("opener", OPENERS)
def test_an_opener_is_no_part_of_the_answer(opener: str, gap: str) -> None:
    """Whether it shares the answer's line or has one of its own."""
    assert forms(opener + gap + ANSWER) == forms(ANSWER)


@pytest.mark.parametrize("gap", [" ", "\n\n"])
@pytest.mark.parametrize("closer", CLOSERS)
def test_a_sign_off_is_no_part_of_the_answer(closer: str, gap: str) -> None:
    """Whether it shares the answer's line or has one of its own."""
    assert forms(ANSWER + gap + closer) == forms(ANSWER)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_in_plain_words_is_part_of_the_answer(statement: str) -> None:
    """However chatty its words: it says what is so, or what to do."""
    assert forms(f"{ANSWER} {statement}") != forms(ANSWER)


@pytest.mark.parametrize(
    "announced",
    [
        "Below is an outdated answer:",
        "Here is the wrong answer:",
        "Here's a fake response:",
        "The incorrect answer is as follows:",
        "So the incorrect answer is:",
        "Here is our old policy summary:",
    ],
)
def test_an_announcement_that_says_what_kind_of_answer_follows_is_part_of_it(announced: str) -> None:
    """Nobody may take a wrong answer for the approved one."""
    assert forms(f"{announced} {ANSWER}") != forms(ANSWER)


@pytest.mark.parametrize(
    "closer",
    [
        "Let me know if you have any other questions!",
        "Please feel free to reach out if you need more information.",
        "If you need further help, just ask.",
        "Is there anything else I can help you with today?",
    ],
)
def test_a_usual_sign_off_may_follow_an_answer_without_a_full_stop(closer: str) -> None:
    """A list, a number or a line of a table ends without one."""
    assert forms(f"1. Flour\n2. Water {closer}") == forms("1. Flour\n2. Water")


@pytest.mark.parametrize(
    "text",
    [
        "If you need help, call the desk.",
        "Here are the banned items: knives.",
        "Here are 3 tips: wait.",
        "Never mind the rest.",
    ],
)
def test_a_condition_a_number_or_a_negation_keeps_a_phrase(text: str) -> None:
    """Each of them may turn round what follows."""
    assert len(forms(text)) > 3


def test_an_item_of_a_list_is_no_sign_off() -> None:
    """What stands in a list was listed as a part of the answer."""
    text = "Say at the end:\n3. Regards\n4. Have a great day"

    assert "regards" in forms(text)
    assert forms(text)[-1] == "day"


def test_tags_around_an_opener_are_seen_through() -> None:
    """A paragraph of its own makes no difference."""
    dressed = f"<p>Sure! Here is the answer:</p>\n<p>{ANSWER}</p>\n<p>I hope this helps!</p>"

    assert forms(dressed) == forms(ANSWER)


def test_places_are_told_within_the_text() -> None:
    """Where the opener ends, and where the sign-off begins."""
    spoken = read_lexicon("en").conversation
    assert spoken is not None
    text = "Happy to help! Bake it. Anything else?"

    assert opening_end(text, 0, spoken) == len("Happy to help!")
    assert closing_start(text, 0, len(text), spoken) == text.index(" Anything")


def test_german_has_words_of_its_own() -> None:
    """And does without the finer distinctions."""
    assert forms("Gerne! Das dauert drei Tage. Haben Sie noch Fragen?", "de") == forms(
        "Das dauert drei Tage.", "de"
    )
