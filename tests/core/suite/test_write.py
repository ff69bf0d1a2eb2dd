"""
A case written into a suite asks exactly what it was made from.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Role, Turn
from llmentary_regression.core.suite.editing import NewCase, add_case, free_name, plain_turns
from llmentary_regression.core.suite.parsing import parse_suite

SYNTAX = st.sampled_from(
    [
        *("=== x", "===", "--- user", "--- assistant", "--user", "@skip", "@params", "@other", "# x", "#"),
        *('"""', '""""', "| a |", "", " ", "\t", "{{a}}", "\ufeff", "\u2028", "\x0c", "\x85", "===x", "é"),
    ]
)
TEXTS = st.lists(
    st.one_of(SYNTAX, st.text(st.characters(exclude_characters="\0"), max_size=8)), min_size=1, max_size=6
).map("\n".join)


def written(text: str, *turns: Turn, **more: object) -> str:
    case = NewCase("new", turns, **more)  # type: ignore[arg-type]
    return text + add_case(text, case)


@given(
    TEXTS, st.sampled_from(["", "A plain question?\n", "=== old\n\nx", '=== open\n"""\nleft open\n', "\r\n"])
)
def test_any_question_is_asked_as_it_was(question: str, suite: str) -> None:
    """
    Whatever the text looks like, reading the suite gives it back.
    """
    turns = plain_turns([Turn(Role.USER, question)])
    if not turns or not turns[0].text.strip(" \t\n"):
        return

    try:
        text = written(suite, *turns)
    except UsageError:
        # What closes a quote that its author left open is refused: there is no other way to write it.
        assert "left open" in suite and '"""' in question
        return

    assert parse_suite(text)[0].cases[-1].turns == turns


@given(st.lists(st.tuples(st.sampled_from(list(Role)), TEXTS), min_size=1, max_size=4), TEXTS)
def test_any_conversation_is_asked_as_it_was(others: list[tuple[Role, str]], last: str) -> None:
    """
    The same for turns, each plain or quoted.
    """
    turns = plain_turns([*(Turn(role, text) for role, text in others), Turn(Role.USER, last)])
    if not turns or turns[-1].role is not Role.USER or any(not one.text.strip(" \t\n") for one in turns):
        return

    cases = parse_suite(written("", *turns))[0].cases

    assert cases[0].turns == turns


def test_settings_stand_in_the_head() -> None:
    """
    Name, tags, callable, model, arguments and the reason for skipping.
    """
    text = written(
        "",
        Turn(Role.USER, "Is it so?"),
        tags=("policy", "two words"),
        callable="bot:ask",
        model="gpt-5",
        args={"tone": "calm", "n": 2},
        skip="not yet",
    )

    assert text == (
        '=== new #policy #two-words\n@callable bot:ask\n@model gpt-5\n@arg tone "calm"\n@arg n 2\n'
        "@skip not yet\n\nIs it so?\n"
    )


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "=== new\n\nQ\n"),
        ("a\n", "a\n\n=== new\n\nQ\n"),
        ("a", "a\n\n=== new\n\nQ\n"),
        ("a\r\nb\r\n", "a\r\nb\r\n\r\n=== new\r\n\r\nQ\r\n"),
        ("a\rb", "a\rb\r\r=== new\r\rQ\r"),
        ("\ufeffa\n", "\ufeffa\n\n=== new\n\nQ\n"),
    ],
)
def test_what_was_there_stays(before: str, expected: str) -> None:
    """
    The line ends of the file are used, and nothing before the new block changes.
    """
    assert written(before, Turn(Role.USER, "Q")) == expected


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is our refund policy?", "what-is-our-refund-policy"),
        ("Don't you?", "dont-you"),
        (
            "What is the very long question about a thing that has no end?",
            "what-is-the-very-long-question-about-a",
        ),
        ("Où est la gare ?", "où-est-la-gare"),
        ("日本語の質問です", "日本語の質問です"),
        ("???", "case"),
        ("Taken?", "taken-2"),
        ("#a::b", "a-b"),
    ],
)
def test_names_come_from_questions(question: str, name: str) -> None:
    """
    The first words, as one word that can be typed behind `::`.
    """
    assert free_name(question, {"taken"}) == name


@pytest.mark.parametrize("question", ["", " \n", "with \0 zero"])
def test_what_no_suite_can_hold_is_refused(question: str) -> None:
    """
    Rather than a suite that cannot be read.
    """
    with pytest.raises(UsageError):
        written("", Turn(Role.USER, question))
