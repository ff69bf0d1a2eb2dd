"""
Decide which arguments a callable gets, from its signature and the question.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Callable

from llmentary_regression_worker.wire import AskMessage

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class CannotAsk(Exception):
    """
    The callable's parameters do not fit the question; the text says how to fix it.
    """


class Binding:
    """
    How one callable is given its question; determined once, since reading a signature is slow.

    Raises:
        CannotAsk: it has no parameter for a question.
    """

    def __init__(self, target: str, function: Callable[..., Any]) -> None:
        self._target = target
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            # A built-in without a signature: it gets the question and nothing else.
            parameters = [inspect.Parameter("question", inspect.Parameter.POSITIONAL_ONLY)]
        self._takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self._takes_messages = any(p.name == "messages" and p.kind in _NAMED for p in parameters)
        self._question = _question_parameter(parameters, only_by_name=self._takes_messages)
        if self._question is None and not self._takes_messages:
            raise CannotAsk(f"`{target}` takes no question; give it a parameter for one, such as `question`")
        others = [
            p for p in parameters if p is not self._question and p.name != "messages" and p.kind in _NAMED
        ]
        self._names = {p.name for p in others}
        self._required = {p.name for p in others if p.default is inspect.Parameter.empty}
        # By position if that works: the signature may be that of a wrapped function with other names.
        is_first = bool(parameters) and parameters[0] is self._question
        kind = self._question.kind if self._question is not None else None
        self._is_named = kind in _NAMED and not (is_first and kind in _POSITIONAL)
        self._is_lone = not self._takes_messages and not self._names and not self._takes_any

    def arguments(self, ask: AskMessage) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """
        Return positional and keyword arguments for one question.

        Raises:
            CannotAsk: it is a conversation, and the callable takes a lone question.
        """
        if self._is_lone and "question" in ask:
            return self._place(ask["question"])
        turns = _turns_of(ask)
        offered: dict[str, Any] = {
            "model": ask.get("model"),
            "params": ask.get("params", {}),
            "tags": ask.get("tags", []),
            "history": turns[:-1],
            **ask.get("args", {}),
        }
        named = {name: value for name, value in offered.items() if self._accepts(name, value)}
        if self._takes_messages:
            named["messages"] = turns
        elif len(turns) > 1 and not ("history" in named and turns[-1]["role"] == "user"):
            raise CannotAsk(
                f"`{self._target}` takes one question, but this case is a conversation; "
                f"give it a parameter named `messages`"
            )
        last_user = next((turn["content"] for turn in reversed(turns) if turn["role"] == "user"), "")
        positional, by_name = self._place(last_user)
        return positional, {**named, **by_name}

    def unknown(self, names: Iterable[str]) -> list[str]:
        """
        Return those of the `@arg` names that the callable does not take.
        """
        return [] if self._takes_any else [name for name in names if name not in self._names]

    def _accepts(self, name: str, value: Any) -> bool:
        if name in self._names:
            # A model that is not set must not override the parameter's own default.
            return name != "model" or value is not None or name in self._required
        # `**kwargs` gets what has a value; an empty value would only surprise what it is passed on to.
        is_question = self._question is not None and name == self._question.name
        return self._takes_any and not is_question and value not in (None, [], {})

    def _place(self, question: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self._question is None:
            return (), {}
        return ((), {self._question.name: question}) if self._is_named else ((question,), {})


def _question_parameter(
    parameters: list[inspect.Parameter], *, only_by_name: bool
) -> inspect.Parameter | None:
    """
    Return the parameter named `question` or `prompt`, else the first that has no other known meaning.
    """
    for name in ("question",) if only_by_name else ("question", "prompt"):
        for parameter in parameters:
            if parameter.name == name and parameter.kind in (*_POSITIONAL, *_NAMED):
                return parameter
    if only_by_name:
        return None
    free = [p for p in parameters if p.name not in {"model", "params", "tags", "history"}] or parameters
    for parameter in free:
        if parameter.kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL):
            return parameter
    for parameter in free:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty:
            return parameter
    return None


def _turns_of(ask: AskMessage) -> list[dict[str, str]]:
    if "question" in ask:
        return [{"role": "user", "content": ask["question"]}]
    return [{"role": role, "content": text} for role, text in ask["turns"]]
