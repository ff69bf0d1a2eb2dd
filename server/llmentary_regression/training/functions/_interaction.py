"""
`capture_interaction`: hand in a question and its answer by hand, where no function can be marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llmentary_regression.training.captures import SESSIONS, Capture, Usage, emit, warn
from llmentary_regression.training.session import start_from_environment


def capture_interaction(
    question: str | Sequence[Any],
    answer: object,
    *,
    category: str | None = None,
    name: str | None = None,
    model: str | None = None,
    tags: str | Sequence[str] = (),
    callable: str | Callable[..., Any] | None = None,
    args: Mapping[str, Any] | None = None,
) -> bool:
    """
    Offer a question and its answer for approval; outside training nothing happens.

    Args:
        question: the text that was asked, or the messages of a conversation.
        answer: the text, or anything that a callable may return.
        category: the suite to keep it in, without folder and ending.
        name: of the case; by default the question gives one.
        model: that answered.
        tags: for the case.
        callable: what asks this again: a function, or its name as `module:function`.
        args: other arguments for the callable.

    Returns:
        Whether it was taken.
    """
    start_from_environment()
    if not SESSIONS.any_open:
        return False
    try:
        return _capture(
            question,
            answer,
            callable=callable,
            category=category,
            name=name,
            model=model,
            tags=(tags,) if isinstance(tags, str) else tuple(tags),
            args=dict(args or {}),
        )
    except Exception as exc:  # noqa: BLE001 - the developer's objects may throw when they are looked at
        warn(f"an interaction was not captured ({type(exc).__name__})")
        return False


def _capture(
    question: str | Sequence[Any],
    answer: object,
    *,
    callable: str | Callable[..., Any] | None,
    model: str | None,
    args: dict[str, Any],
    **kept: Any,
) -> bool:
    from llmentary_regression.core.model import Role
    from llmentary_regression.execution.requests import answer_of
    from llmentary_regression.training.calls import is_simple, read_turns
    from llmentary_regression_worker.answer import BadAnswer, read_answer

    from ._places import Place, place_of

    turns = read_turns(question)
    if turns is None:
        warn(f"an interaction was not captured: its question is a `{type(question).__qualname__}`")
        return False
    try:
        read = answer_of(read_answer(answer))
    except BadAnswer as exc:
        warn(f"an interaction was not captured: its answer {exc}".replace("answer returned", "answer is"))
        return False
    if isinstance(callable, str) or callable is None:
        place = Place(callable)
    else:
        place = place_of(callable, getattr(callable, "__self__", None))
    return emit(
        Capture(
            question=next((turn.text for turn in reversed(turns) if turn.role is Role.USER), ""),
            answer=read.text,
            turns=turns,
            model=model or read.model,
            usage=Usage(read.tokens, None, read.cost),
            callable=place.target,
            file=place.file,
            args={key: value for key, value in args.items() if is_simple(value)},
            source="capture_interaction",
            cannot_ask_again=place.reason,
            data=read.data,
            has_data=read.has_data,
            **kept,
        ),
        always=True,
    )
