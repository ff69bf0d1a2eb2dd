"""
A question and the answer that a running application gave to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from llmentary_regression.core.model import Answer, JsonValue, Role, Turn


@dataclass(frozen=True, slots=True, repr=False)
class Observed:
    """
    A question and the answer that an application gave to it. Memory only; its `repr` shows no text.
    """

    turns: tuple[Turn, ...]
    """What was put, whole."""
    answer: Answer
    category: str | None = None
    """The suite, without folder and ending."""
    name: str | None = None
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """How to ask again; a file's path may be absolute."""
    file: str | None = None
    """The source file of a `module:function`, where it is known."""
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | None = None
    """What the call itself set as `model`."""
    cannot_ask_again: str | None = None
    kept_turns: frozenset[int] = frozenset()
    """Positions of turns that are no user's and that the developer wants in the suite nevertheless."""

    @property
    def written_turns(self) -> tuple[Turn, ...]:
        """
        Return the turns that a suite gets: up to the last user's, and of the others only those wished for.
        """
        from llmentary_regression.core.suite.editing import plain_turns

        users = [at for at, turn in enumerate(self.turns) if turn.role is Role.USER and turn.text.strip()]
        last = max([*users, *(at for at in self.kept_turns if self.turns[at].role is Role.TOOL)], default=-1)
        return plain_turns(
            [
                turn
                for at, turn in enumerate(self.turns[: last + 1])
                if turn.role is Role.USER or at in self.kept_turns
            ]
        )

    @property
    def other_turns(self) -> list[int]:
        """
        Return the positions of the turns that are written only at the developer's word.
        """
        return [at for at, turn in enumerate(self.turns) if turn.role is not Role.USER and turn.text.strip()]

    @property
    def left_out_turns(self) -> list[int]:
        """
        Return the positions of the turns before the question that are not written.
        """
        users = [at for at, turn in enumerate(self.turns) if turn.role is Role.USER]
        last = max(users, default=-1)
        return [at for at in self.other_turns if at < last and at not in self.kept_turns]

    def __repr__(self) -> str:
        return f"Observed(<{len(self.turns)} turns>, {self.answer!r})"
