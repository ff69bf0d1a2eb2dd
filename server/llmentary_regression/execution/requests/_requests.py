"""
What the pool is asked, and what it answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from llmentary_regression.core.model import (
    Answer,
    Failure,
    FailureKind,
    Frame,
    JsonValue,
    Role,
    Turn,
    value_class,
)
from llmentary_regression_worker import wire

from ._rates import Rate


@value_class
class Ask:
    """
    One question for the developer's callable.
    """

    number: int
    """The caller's own; it comes back with the outcome."""
    target: str
    """`module:function`, `path/to/file.py:function` or `module:object.method`."""
    turns: tuple[Turn, ...]
    model: str | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 60.0
    """For one attempt."""
    retries: int = 0
    rate: Rate | None = None
    """How fast such asks may be sent; the worker's own retries are not delayed."""


@value_class
class Asked:
    """
    What became of an ask.
    """

    number: int
    outcome: Answer | Failure
    elapsed_s: float
    """Of the last attempt."""
    attempts: int


def ask_message(ask: Ask, job_id: int) -> wire.AskMessage:
    """
    Return an ask as it is sent to a worker, without what is empty.
    """
    message: wire.AskMessage = {"id": job_id, "target": ask.target}
    if len(ask.turns) == 1 and ask.turns[0].role is Role.USER:
        message["question"] = ask.turns[0].text
    else:
        message["turns"] = [[str(turn.role), turn.text] for turn in ask.turns]
    if ask.model is not None:
        message["model"] = ask.model
    if ask.params:
        message["params"] = dict(ask.params)
    if ask.tags:
        message["tags"] = list(ask.tags)
    if ask.args:
        message["args"] = dict(ask.args)
    if ask.retries:
        message["retries"] = ask.retries
    return message


def answer_of(message: str | wire.AnswerMessage, elapsed_s: float = 0.0) -> Answer:
    """
    Return a worker's message as an answer.
    """
    if isinstance(message, str):
        return Answer(message, elapsed_s=elapsed_s)
    return Answer(
        message["text"],
        data=message.get("data"),
        has_data=message.get("has_data", False),
        model=message.get("model"),
        tokens=message.get("tokens"),
        cost=message.get("cost"),
        elapsed_s=elapsed_s,
    )


def failure_of(message: wire.FailureMessage, output: str) -> Failure:
    """
    Return a worker's message as a failure.
    """
    return Failure(
        FailureKind(message["kind"]),
        message["message"],
        frames=tuple(Frame(**frame) for frame in message.get("frames", [])),
        output=output,
        retry_after_s=message.get("retry_after_s"),
    )
