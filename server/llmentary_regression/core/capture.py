"""
A question and its answer as a running application gave them.

Imported into the developer's own application: the values of core are loaded only when they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmentary_regression.core.model import Answer, JsonValue, Turn


@dataclass(frozen=True, slots=True)
class Usage:
    """
    What an answer took, as far as it was reported.
    """

    tokens: int | None = None
    """Tokens of the answer."""
    input_tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Capture:
    """
    One question and its answer, seen in a running application. Memory only; its `repr` shows no text.
    """

    question: str
    """What was asked; of a conversation, the text of its last user turn."""
    answer: str
    turns: tuple[Turn, ...] = ()
    """The whole conversation that was put, the question included; empty where there was only a question."""
    category: str | None = None
    """The suite to save it in, without folder and ending; None takes the session's."""
    name: str | None = None
    """The case's name; None derives one from the question."""
    model: str | None = None
    """The model that answered."""
    set_model: str | None = None
    """The model that the call itself asked for, to be written as `@model`."""
    usage: Usage = Usage()
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """How to ask again: `module:function`, `path/to/file.py:function` or an `http:` target."""
    file: str | None = None
    """The source file of a `module:function`, for projects from whose root that module is not found."""
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    """Other arguments of the call, to be written as `@arg`."""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    """What a model was called with besides the messages (`temperature`, ...); `@arg` of a replay callable."""
    source: str = "trainable"
    """Who captured: `trainable`, `capture_interaction`, or an adapter's name such as `openai` or `asgi`."""
    cannot_ask_again: str | None = None
    """Why no callable can ask this again; the suite gets it as the reason of `@skip`."""
    data: JsonValue = None
    """The JSON value itself where the answer is one."""
    has_data: bool = False
    elapsed_s: float = 0.0
    kept_turns: frozenset[int] = frozenset()
    """Indexes in `conversation` of turns by others than the user that the developer wants in the suite."""

    def __repr__(self) -> str:
        return f"Capture({self.source}, <{len(self.question)} and {len(self.answer)} characters>)"

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """
        Return everything that was put, be it a single question.
        """
        from llmentary_regression.core.model import Role, Turn

        return self.turns or (Turn(Role.USER, self.question),)

    @property
    def other_turns(self) -> list[int]:
        """
        Return the indexes of the turns that are not the user's; they are written only if the developer says so.
        """
        from llmentary_regression.core.model import Role

        return [
            index
            for index, turn in enumerate(self.conversation)
            if turn.role is not Role.USER and turn.text.strip()
        ]

    @property
    def all_args(self) -> dict[str, JsonValue]:
        """
        Return all that is written as `@arg`; the call's own arguments win.
        """
        return {**self.params, **self.args}

    def to_answer(self) -> Answer:
        """
        Return the answer as it is judged.
        """
        from llmentary_regression.core.model import Answer

        return Answer(
            self.answer,
            data=self.data,
            has_data=self.has_data,
            model=self.model,
            tokens=self.usage.tokens,
            cost=self.usage.cost,
            elapsed_s=self.elapsed_s,
        )
