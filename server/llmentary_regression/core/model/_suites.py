"""
What a `.llmtest` document contains: cases with their turns, rows and settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ._problems import Span
from ._values import JsonValue, Word, value_class


class Role(Word):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class CaseId(NamedTuple):
    """
    What identifies a case within a project.
    """

    suite: str
    """The suite's path below the root, with `/`."""
    key: str
    """The case's key, see `Case.key`."""


@value_class
class Turn:
    """
    One message of the conversation that a case passes to the callable.
    """

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    The values of one `@params` row, in the heading's order.
    """

    values: tuple[tuple[str, JsonValue], ...]
    span: Span | None = None
    """Where the row is in the suite; None for a row of a params file."""

    @property
    def label(self) -> str:
        """
        Return the row on one line, as it is selected and shown: `France, Paris`.
        """
        return ", ".join(str(value) for _, value in self.values).replace("\n", "\\n")


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """
    One valid `@word value` line.
    """

    name: str
    value: object
    """The typed value, as `core/settings/_setting_table.py` describes it for this name."""
    span: Span


@value_class
class Case:
    """
    One question to ask, with its parameters filled in.
    """

    key: str
    """16 hexadecimal digits derived from the name, or the question, and the row; the id of its baseline."""
    name: str | None
    row: Row | None
    turns: tuple[Turn, ...]
    overrides: tuple[SettingEntry, ...]
    """The settings of the suite, then those of the block, in file order; later ones win or add up."""
    tags: tuple[str, ...]
    """From the header and every `@tags`, without `#`, in order, without duplicates."""
    span: Span
    """The header line, or the plain question: where a verdict is shown."""
    question_span: Span

    @property
    def question(self) -> str:
        """
        Return the question as text; for a conversation, its turns under their `--- role` lines.
        """
        if len(self.turns) == 1 and self.turns[0].role is Role.USER:
            return self.turns[0].text
        return "\n".join(f"--- {turn.role}\n{turn.text}" for turn in self.turns)

    @property
    def label(self) -> str:
        """
        Return the name, or else the question's first line, with the row in brackets.
        """
        label = self.name if self.name is not None else self.turns[-1].text.partition("\n")[0]
        return f"{label}[{self.row.label}]" if self.row is not None else label


@dataclass(frozen=True, slots=True)
class Suite:
    """
    What a `.llmtest` document contains.
    """

    cases: tuple[Case, ...]
    settings: tuple[SettingEntry, ...] = ()
    """The settings before the first question; they are also part of each case's overrides."""
