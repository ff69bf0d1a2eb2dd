"""
What a callable gets, by its signature.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from llmentary_regression_worker.binding import Binding, CannotAsk
from llmentary_regression_worker.wire import AskMessage

ASK: AskMessage = {
    "id": 1,
    "target": "bot:ask",
    "question": "hi",
    "model": "m",
    "params": {"p": 1},
    "tags": ["t"],
    "args": {"temperature": 0.2},
}
LONE: AskMessage = {"id": 1, "target": "bot:ask", "question": "hi"}
TALK: AskMessage = {"id": 1, "target": "bot:ask", "turns": [["user", "a"], ["assistant", "b"], ["user", "c"]]}
TURNS = [
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b"},
    {"role": "user", "content": "c"},
]
HI = [{"role": "user", "content": "hi"}]


def check(function: Callable[..., Any], ask: AskMessage, *positional: Any, **named: Any) -> None:
    """
    Check what a function is called with, and that it can be.
    """
    given = Binding("bot:ask", function).arguments(ask)

    assert given == (positional, named)
    function(*given[0], **given[1])


@pytest.mark.parametrize(
    "function",
    [
        lambda q: q,
        lambda q, /: q,
        lambda q, top_k=3: q,
        lambda *questions: questions,
        lambda q, *rest: q,
        functools.partial(lambda greeting, q: q, "hello"),
        lambda q=None: q,
    ],
)
def test_lone_question_is_the_first_positional_argument(function: Callable[..., Any]) -> None:
    """
    Whatever its name, the first parameter gets the question.
    """
    check(function, LONE, "hi")


def test_question_by_name_wherever_it_stands() -> None:
    """
    A parameter named `question` gets it, also behind others.
    """
    check(lambda model, question: question, ASK, model="m", question="hi")
    check(lambda *, question: question, LONE, question="hi")
    check(lambda *, prompt: prompt, LONE, prompt="hi")


def test_only_what_the_signature_takes_is_passed() -> None:
    """
    Of model, params, tags, history and `@arg` names those that are parameters.
    """
    check(lambda q: q, ASK, "hi")
    check(lambda q, model, *, tags: q, ASK, "hi", model="m", tags=["t"])
    check(lambda q, params, temperature: q, ASK, "hi", params={"p": 1}, temperature=0.2)
    check(lambda q, history: q, ASK, "hi", history=[])


def test_any_keyword_gets_what_there_is() -> None:
    """
    `**kwargs` gets everything that is set, and nothing that is empty.
    """
    check(lambda q, **rest: q, ASK, "hi", model="m", params={"p": 1}, tags=["t"], temperature=0.2)
    check(lambda q, **rest: q, LONE, "hi")


def test_model_that_is_not_set_keeps_the_default() -> None:
    """
    A parameter's own default model holds, unless the case sets one.
    """
    check(lambda q, model="mine": q, LONE, "hi")
    check(lambda q, model: q, LONE, "hi", model=None)


def test_messages_get_the_conversation() -> None:
    """
    A parameter named `messages` gets all turns, of a lone question the one.
    """
    check(lambda messages: messages, TALK, messages=TURNS)
    check(lambda messages: messages, LONE, messages=HI)
    check(lambda model, messages: messages, ASK, model="m", messages=HI)
    check(lambda question, messages: messages, TALK, "c", messages=TURNS)


def test_history_gets_the_earlier_turns() -> None:
    """
    Question and history together are a conversation as well.
    """
    check(lambda question, history: question, TALK, "c", history=TURNS[:-1])
    check(lambda question, **rest: question, TALK, "c", history=TURNS[:-1])


@pytest.mark.parametrize(
    ("function", "ask"),
    [
        (lambda q: q, TALK),
        (lambda q, model=None: q, TALK),
        (lambda q, history: q, {**TALK, "turns": [["user", "a"], ["tool", "b"]]}),
    ],
)
def test_conversation_is_refused_rather_than_cut(function: Callable[..., Any], ask: AskMessage) -> None:
    """
    Turns are never dropped silently.
    """
    with pytest.raises(CannotAsk, match="give it a parameter named `messages`"):
        Binding("bot:ask", function).arguments(ask)


def test_callable_without_a_question_is_refused() -> None:
    """
    What takes nothing cannot be asked.
    """
    with pytest.raises(CannotAsk, match="`bot:ask` takes no question"):
        Binding("bot:ask", lambda: "x")


def test_builtin_without_a_signature_gets_the_question() -> None:
    """
    Where no signature can be read, the question is passed alone.
    """
    check(max, LONE, "hi")


def test_wrapped_function_gets_its_question_by_position() -> None:
    """
    A decorator may show another signature than its wrapper has.
    """

    def inner(question: str) -> str:
        return question

    @functools.wraps(inner)
    def wrapper(q: str) -> str:
        return inner(q)

    check(wrapper, LONE, "hi")


def test_arguments_nobody_takes_are_known() -> None:
    """
    The names that have no effect can be told.
    """
    assert Binding("bot:ask", lambda q, a: q).unknown(["a", "b"]) == ["b"]
    assert Binding("bot:ask", lambda q, **rest: q).unknown(["a", "b"]) == []
