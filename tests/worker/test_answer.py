"""
Reading what a callable returned: texts, SDK responses by shape, mappings, JSON values, and nonsense.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from llmentary_regression_worker.answer import BadAnswer, TooLarge, fix_surrogates, read_answer, read_json
from llmentary_regression_worker.wire import MAX_TEXT


def thing(**attributes: Any) -> SimpleNamespace:
    """
    Return an object with these attributes.
    """
    return SimpleNamespace(**attributes)


CHAT = {
    "model": "gpt-5",
    "choices": [{"message": {"role": "assistant", "content": "Hello"}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3},
}
CHAT_OBJECT = thing(
    model="gpt-5",
    choices=[thing(message=thing(content="Hello"))],
    usage=thing(completion_tokens=3, cost=None),
)
RESPONSES = {
    "model": "gpt-5",
    "output": [
        {"type": "reasoning", "content": None},
        {
            "type": "message",
            "content": [{"type": "output_text", "text": "Hel"}, {"type": "output_text", "text": "lo"}],
        },
    ],
    "usage": {"output_tokens": 3},
}
RESPONSES_OBJECT = thing(model="gpt-5", output_text="Hello", usage=thing(output_tokens=3))
ANTHROPIC = {
    "type": "message",
    "model": "gpt-5",
    "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hello"}],
    "usage": {"output_tokens": 3},
}
ANTHROPIC_OBJECT = thing(
    model="gpt-5", content=[thing(type="text", text="Hello")], usage=thing(output_tokens=3)
)
LANGCHAIN = thing(
    content="Hello", usage_metadata={"output_tokens": 3}, response_metadata={"model_name": "gpt-5"}
)


@pytest.mark.parametrize(
    "response",
    [
        CHAT, CHAT_OBJECT, RESPONSES, RESPONSES_OBJECT, ANTHROPIC, ANTHROPIC_OBJECT, LANGCHAIN,
        {"answer": "Hello", "model": "gpt-5", "usage": 3},
        {"answer": "Hello", "model": "gpt-5", "usage": {"tokens": 3}},
        {"answer": thing(text="Hello"), "model": "gpt-5", "usage": 3},
    ],
)  # fmt: skip
def test_response_gives_text_model_and_tokens(response: Any) -> None:
    """
    The SDKs' responses are known by shape, as objects and as the dicts they become.
    """
    assert read_answer(response) == {"text": "Hello", "model": "gpt-5", "tokens": 3}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        (thing(text="by text"), "by text"),
        (thing(content="by content"), "by content"),
        (thing(text=None, content="second choice"), "second choice"),
        ({"choices": [{"text": "legacy"}]}, "legacy"),
        ({"choices": [{"message": {"content": None, "refusal": "I won't"}}]}, "I won't"),
        ({"answer": "from a mapping"}, "from a mapping"),
        (MappingProxyType({"answer": "any mapping"}), "any mapping"),
    ],
)
def test_text_is_found(value: Any, text: str) -> None:
    """
    Whatever holds one clear text gives it, without data.
    """
    assert read_answer(value) == {"text": text}


@pytest.mark.parametrize(
    ("value", "text", "data"),
    [
        ({"b": 1, "a": [True, None]}, '{"a": [true, null], "b": 1}', {"a": [True, None], "b": 1}),
        ([1, "zwei", 3.5], '[1, "zwei", 3.5]', [1, "zwei", 3.5]),
        (("a", "b"), '["a", "b"]', ["a", "b"]),
        (42, "42", 42),
        (False, "false", False),
        ({}, "{}", {}),
        ({1: "one"}, '{"1": "one"}', {"1": "one"}),
        (OrderedDict(ü="é"), '{"ü": "é"}', {"ü": "é"}),
        (MappingProxyType({"a": 1}), '{"a": 1}', {"a": 1}),
        ({"answer": {"total": 3}}, '{"total": 3}', {"total": 3}),
        ({"choices": ["a", "b"]}, '{"choices": ["a", "b"]}', {"choices": ["a", "b"]}),
        ({"content": "c", "title": "t"}, '{"content": "c", "title": "t"}', {"content": "c", "title": "t"}),
    ],
)
def test_json_value_is_kept_as_data(value: Any, text: str, data: Any) -> None:
    """
    A JSON value is the data itself, and its text is the same however it was ordered.
    """
    assert read_answer(value) == {"text": text, "data": data, "has_data": True}


def test_structured_outputs_are_json() -> None:
    """
    Dataclasses and what has `model_dump` become JSON values.
    """

    @dataclass
    class Order:
        total: int

    class Model:
        def model_dump(self, mode: str) -> dict[str, Any]:
            return {"mode": mode}

    assert read_answer(Order(3)) == {"text": '{"total": 3}', "data": {"total": 3}, "has_data": True}
    assert read_answer(Model())["data"] == {"mode": "json"}


def test_cost_is_read() -> None:
    """
    A mapping may tell its cost.
    """
    assert read_answer({"answer": "x", "cost": 0.25}) == {"text": "x", "cost": 0.25}


@pytest.mark.parametrize(
    "detail",
    [
        {"cost": float("nan")},
        {"cost": "much"},
        {"cost": True},
        {"usage": -1},
        {"usage": True},
        {"usage": {"output_tokens": "3"}},
        {"model": 5},
    ],
)
def test_senseless_details_are_left_out(detail: dict[str, Any]) -> None:
    """
    What is no number or name is no detail.
    """
    assert read_answer({"answer": "x", **detail}) == {"text": "x"}


def circular() -> list[Any]:
    """
    Return a list that holds itself.
    """
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None"),
        ({"answer": None}, "whose `answer` is None"),
        (object(), "returned a value of type `object`"),
        (b"bytes", "returned a value of type `bytes`; return a string"),
        (MagicMock(), "returned a value of type `unittest.mock.MagicMock`"),
        ({"when": {1}}, "that holds a `set`"),
        ({(1, 2): 3}, "whose keys are not strings"),
        (float("inf"), "not a JSON value"),
        (circular(), "Circular reference"),
        (thing(text=5), "returned a value of type `types.SimpleNamespace`"),
        ({"choices": [{"message": {"content": None, "tool_calls": [1]}}]}, "holds tool calls and no text"),
        ({"type": "message", "content": [{"type": "tool_use"}]}, "holds tool calls and no text"),
    ],
)
def test_nonsense_is_named(value: Any, words: str) -> None:
    """
    What cannot be read is told by its type, with what to do instead.
    """
    with pytest.raises(BadAnswer) as caught:
        read_answer(value)

    assert words in str(caught.value)


@pytest.mark.parametrize("value", ["x" * (MAX_TEXT + 1), ["x" * MAX_TEXT], thing(text="x" * (MAX_TEXT + 1))])
def test_too_large_is_said(value: Any) -> None:
    """
    More than the limit is refused, with the limit.
    """
    with pytest.raises(TooLarge, match="an answer may have 1,000,000"):
        read_answer(value)


def test_limit_itself_is_allowed() -> None:
    """
    Exactly as long as allowed is an answer.
    """
    assert len(read_answer("x" * MAX_TEXT)["text"]) == MAX_TEXT


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("plain", "plain"),
        ("é😀", "é😀"),
        ("\ud83d\ude00", "😀"),
        ("a\udfffb", "a\ufffdb"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_surrogates_are_fixed(text: str, fixed: str) -> None:
    """
    Pairs are joined, lone ones replaced; all else is untouched.
    """
    assert fix_surrogates(text) == fixed


def test_values_of_judges_stay_values() -> None:
    """
    A judge's text, None and numbers come as they are; an array as a list.
    """
    array = thing(tolist=lambda: [1.0, 2.0])

    assert [read_json(value) for value in ("yes", None, 0.5, array, {"a": (1,)})] == [
        "yes", None, 0.5, [1.0, 2.0], {"a": [1]}
    ]  # fmt: skip
