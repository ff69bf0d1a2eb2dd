"""
What a call of a decorated function asks: its question or conversation, and the arguments for the suite.
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
"""Parameters whose values a worker takes from the case itself."""
_ROLES = {
    **{str(role): role for role in Role},
    "human": Role.USER,
    "ai": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "developer": Role.SYSTEM,
    "function": Role.TOOL,
}
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True, repr=False)
class AskedCall:
    """
    One call, in the form in which a suite asks it.
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
        Return the text of the user's last turn.
        """
        return next((turn.text for turn in reversed(self.turns) if turn.role is Role.USER), "")


class CallReader:
    """
    Reads the calls of one function. A class because reading the signature is expensive and done once.
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
        Return what a call asks, or None if it asks nothing that a suite can represent.
        """
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None  # the call itself is about to fail
        arguments = dict(bound.arguments)
        owner = arguments.pop(self._owner, None) if self._owner is not None else None
        if self._question is None or self._question not in arguments:
            return None
        turns = read_turns(arguments.pop(self._question))
        if turns is None:
            return None
        turns = (*(read_turns(arguments.pop("history", None)) or ()), *turns)
        model = arguments.pop("model", None)
        written, unsupported = self._other_arguments(arguments)
        reason = None
        if unsupported:
            reason = f"a suite cannot hold the argument `{unsupported[0]}`; give it a default"
        return AskedCall(turns, written, model if isinstance(model, str) and model else None, owner, reason)

    def _other_arguments(self, arguments: Mapping[str, Any]) -> tuple[dict[str, JsonValue], list[str]]:
        """
        Return the other arguments that JSON can represent, and the names of required ones that it cannot.
        """
        written: dict[str, JsonValue] = {}
        unsupported: list[str] = []
        for name, value in arguments.items():
            parameter = self._signature.parameters[name]
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                written |= {
                    key: item for key, item in value.items() if key.isidentifier() and is_simple(item)
                }
            elif parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
                if parameter.default is inspect.Parameter.empty and value != ():
                    unsupported.append(name)
            elif name in _PASSED_BY_WORKERS or value is parameter.default:
                continue
            elif is_simple(value):
                if type(value) is not type(parameter.default) or value != parameter.default:
                    written[name] = value
            else:
                unsupported.append(name)
        return written, unsupported


def read_turns(value: object) -> tuple[Turn, ...] | None:
    """
    Return the turns of a question or of a list of messages; None if it is neither.
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
        turn_role = role_of(role)
        text = _text_of(content)
        if turn_role is None:
            return None
        if text is not None:
            turns.append(Turn(turn_role, text))
    return tuple(turns) or None


def role_of(name: object) -> Role | None:
    """
    Return the role for the name that a message gives it, or None if it is unknown.
    """
    return _ROLES.get(str(getattr(name, "value", name)))


def is_simple(value: object, depth: int = 0) -> bool:
    """
    Return whether `@arg` can hold a value.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= _MAX_DEPTH:
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
        strings = [text for text in texts if isinstance(text, str)]
        return "\n".join(strings) if strings else None
    return None


def _get(source: object, name: str) -> Any:
    if isinstance(source, Mapping):
        return source.get(name)
    return getattr(source, name, None)
