"""
What the talks with a developer by single letters have in common: the reply to a line, and what a letter does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

_Talk = TypeVar("_Talk")


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What to show after a line.
    """

    text: str = ""
    shows_subject: bool = False
    """Whether what is decided on is to be shown: it is another one, has changed, or was asked for."""


def act_on(letters: Mapping[str, Callable[[_Talk], Reply]], talk: _Talk, line: str) -> Reply:
    """
    Do what a letter stands for, or say how to go on.
    """
    act = letters.get(line.strip().lower())
    if act is None:
        return Reply("type one of the letters in brackets, then Enter; `?` explains them")
    return act(talk)
