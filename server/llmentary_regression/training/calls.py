"""
What a call of a trained function asks: its question or conversation, and the arguments worth keeping.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llmentary_regression.core.model import JsonValue, Role, Turn

_QUESTION_NAMES = ("question", "prompt", "messages")
_PASSED_BY_WORKERS = frozenset({"params", "tags", "history"})
"""Parameters that a worker fills in from the case itself."""
_ROLES = {
    **{str(role): role for role in Role},
    "human": Role.USER,
    "ai": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "developer": Role.SYSTEM,
    "function": Role.TOOL,
}
_DEEPEST = 4


@dataclass(frozen=True, slots=True, repr=False)
class AskedCall:
    """
    One call, as a suite would ask it.
    """

    turns: tuple[Turn, ...]
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | None = None
    owner: object = None
    """The object or class whose method was called."""
    cannot_ask_again: str | None = None

    @property
    def question(self) -> str:
        """
        Return the last thing a user said.
        """
        return next((turn.text for turn in reversed(self.turns) if turn.role is Role.USER), "")


class CallReader:
    """
    Reads the calls of one function; a class because a signature is dear to read and wanted once.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._signature = inspect.signature(function)
        names = list(self._signature.parameters)
        is_inside_class = "." in function.__qualname__.rpartition("<locals>.")[2]
        self._owner = names[0] if names and is_inside_class and names[0] in ("self", "cls") else None
        own = [name for name in names if name != self._owner]
        self._question = next((name for name in _QUESTION_NAMES if name in own), own[0] if own else None)

    def read(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> AskedCall | None:
        """
        Return what a call asks, or None where it asks nothing that could be written down.
        """
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None  # the call fails by itself in a moment
        given = dict(bound.arguments)
        owner = given.pop(self._owner, None) if self._owner is not None else None
        if self._question is None or self._question not in given:
            return None
        turns = read_turns(given.pop(self._question))
        if turns is None:
            return None
        turns = (*(read_turns(given.pop("history", None)) or ()), *turns)
        model = given.pop("model", None)
        kept, lost = self._others(given)
        cannot = None
        if lost:
            cannot = f"a suite cannot hold the argument `{lost[0]}`; give it a default"
        return AskedCall(turns, kept, model if isinstance(model, str) and model else None, owner, cannot)

    def _others(self, given: Mapping[str, Any]) -> tuple[dict[str, JsonValue], list[str]]:
        """
        Return the other arguments that JSON can hold, and the names of those that are needed and do not fit.
        """
        kept: dict[str, JsonValue] = {}
        lost: list[str] = []
        for name, value in given.items():
            parameter = self._signature.parameters[name]
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                kept |= {key: item for key, item in value.items() if key.isidentifier() and is_simple(item)}
            elif parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
                if parameter.default is inspect.Parameter.empty and value != ():
                    lost.append(name)
            elif name in _PASSED_BY_WORKERS or value is parameter.default:
                continue
            elif is_simple(value):
                if type(value) is not type(parameter.default) or value != parameter.default:
                    kept[name] = value
            else:
                lost.append(name)
        return kept, lost


def read_turns(value: object) -> tuple[Turn, ...] | None:
    """
    Return the turns of a question or of a list of messages; None where it is neither.
    """
    if isinstance(value, str):
        return (Turn(Role.USER, str.__str__(value)),)
    if not isinstance(value, Sequence) or isinstance(value, (bytes, bytearray)) or not value:
        return None
    turns = []
    for message in value:
        if isinstance(message, tuple) and len(message) == 2 and isinstance(message[0], str):
            role, content = message
        else:
            role = _get(message, "role") or _get(message, "type")
            content = _get(message, "content")
        found = role_of(role)
        text = _text_of(content)
        if found is None:
            return None
        if text is not None:
            turns.append(Turn(found, text))
    return tuple(turns) or None


def role_of(name: object) -> Role | None:
    """
    Return the role that a message's own word for it means.
    """
    return _ROLES.get(str(getattr(name, "value", name)))


def is_simple(value: object, depth: int = 0) -> bool:
    """
    Tell whether `@arg` can hold a value.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= _DEEPEST:
        return False
    if isinstance(value, list):
        return all(is_simple(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_simple(item, depth + 1) for key, item in value.items())
    return False


def _text_of(content: object) -> str | None:
    if isinstance(content, str):
        return str.__str__(content)
    if isinstance(content, (list, tuple)):
        texts = [part if isinstance(part, str) else _get(part, "text") for part in content]
        found = [text for text in texts if isinstance(text, str)]
        return "\n".join(found) if found else None
    return None


def _get(source: object, name: str) -> Any:
    if isinstance(source, Mapping):
        return source.get(name)
    return getattr(source, name, None)
