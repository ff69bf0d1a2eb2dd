"""
`capture_interaction`: capture a question and its answer by hand, where no function can be decorated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llmentary_regression.training.captures import SESSIONS, Capture, Usage, emit, warn
from llmentary_regression.training.session import start_from_environment

from ._import_target import ImportTarget, find_target


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
    Offer a question and its answer for approval; does nothing outside training.

    Raises no error for a question or answer that cannot be captured; a warning on stderr says why.

    Args:
        question: the text that was asked, or the conversation: a list of messages, each a dict or object with
            `role` and `content`, or a tuple of the two.
        answer: the text, or any other value that a callable may return, such as the response of an SDK.
        category: the suite to save into, without folder and file extension; by default that of the session.
        name: the name of the case; by default it is made from the question.
        model: the model that answered.
        tags: tags for the case, without `#`; one string, or several.
        callable: the function that can ask this again, or its name as `module:function`; without one, the case
            is skipped or uses the callable of its suite.
        args: other arguments for the callable; those that JSON cannot represent are left out.

    Returns:
        Whether a training session took it.

    Example:
        reply = client.ask("How long can I return a jacket?")
        llmentary.capture_interaction("How long can I return a jacket?", reply, callable="bot:ask")
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
    except Exception as exc:  # noqa: BLE001 - the developer's objects may raise anything when inspected
        warn(f"an interaction was not captured ({type(exc).__name__})")
        return False


def _capture(
    question: str | Sequence[Any],
    answer: object,
    *,
    callable: str | Callable[..., Any] | None,
    model: str | None,
    args: dict[str, Any],
    **fields: Any,
) -> bool:
    from llmentary_regression.core.model import Role
    from llmentary_regression.execution.requests import answer_of
    from llmentary_regression.training.calls import is_simple, read_turns
    from llmentary_regression_worker.answer import BadAnswer, read_answer

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
        target = ImportTarget(callable)
    else:
        target = find_target(callable, getattr(callable, "__self__", None))
    return emit(
        Capture(
            question=next((turn.text for turn in reversed(turns) if turn.role is Role.USER), ""),
            answer=read.text,
            turns=turns,
            model=model or read.model,
            usage=Usage(read.tokens, None, read.cost),
            callable=target.name,
            file=target.file,
            args={key: value for key, value in args.items() if is_simple(value)},
            source="capture_interaction",
            cannot_ask_again=target.reason,
            data=read.data,
            has_data=read.has_data,
            **fields,
        ),
        is_explicit=True,
    )
