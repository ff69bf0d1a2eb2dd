"""
Ask a loaded callable one question, with retries, and turn whatever happens into a result.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable
from typing import Any, Callable

from llmentary_regression_worker.answer import BadAnswer, read_answer, read_json
from llmentary_regression_worker.binding import Binding, CannotAsk
from llmentary_regression_worker.http_failure import HttpFailure
from llmentary_regression_worker.import_name import add_import_name_fault
from llmentary_regression_worker.pieces import is_async_stream, is_stream, join_async_stream, join_stream
from llmentary_regression_worker.retry import is_worth_retrying, retry_after_s, retry_delay_s
from llmentary_regression_worker.trace import describe, innermost, own_frames, shorten
from llmentary_regression_worker.wire import MAX_TEXT, AnswerMessage, AskMessage, FailureMessage, Result


class Loaded:
    """
    A callable that was imported, and how it is called.
    """

    def __init__(self, target: str, function: Callable[..., Any]) -> None:
        self.target = target
        self.is_async = _is_async(function)
        self._function = function
        self._binding: Binding | None = None

    def call(self, ask: AskMessage) -> Any:
        """
        Call the function with the arguments it takes; what it returns may still be awaitable or a stream.
        """
        if "call" in ask:
            return self._function(*ask["call"])
        if self._binding is None:
            self._binding = Binding(self.target, self._function)
            self._warn_of_unknown(ask)
        positional, named = self._binding.arguments(ask)
        return self._function(*positional, **named)

    def _warn_of_unknown(self, ask: AskMessage) -> None:
        assert self._binding is not None
        for name in self._binding.unknown(ask.get("args", {})):
            print(f"llmentary: `{self.target}` takes no argument `{name}`, so `@arg {name}` has no effect")


def ask_plain(
    loaded: Loaded,
    ask: AskMessage,
    *,
    pause: Callable[[float], None],
    wait_for: Callable[[Awaitable[Any]], Any],
) -> Result:
    """
    Ask in this thread.

    Args:
        pause: sleeps before another attempt.
        wait_for: lets an event loop run an awaitable that a plain callable returned.
    """
    attempt = 0
    while True:
        attempt += 1
        started = time.perf_counter()
        try:
            value = loaded.call(ask)
            if type(value) is not str:
                if is_stream(value):
                    value = join_stream(value)
                elif inspect.isawaitable(value) or is_async_stream(value):
                    value = wait_for(await_value(value))
            elapsed = time.perf_counter() - started
            return ask["id"], elapsed, attempt, _read(value, ask), None
        except BaseException as exc:  # noqa: BLE001 - the developer's callable may throw anything
            elapsed = time.perf_counter() - started
            if not _is_tried_again(exc, attempt, ask):
                return ask["id"], elapsed, attempt, "", failure_of(exc, loaded.target)
            delay_s = retry_delay_s(exc, attempt)
        pause(delay_s)


async def ask_async(
    loaded: Loaded,
    ask: AskMessage,
    *,
    pause: Callable[[float], Awaitable[None]],
    is_cancelled: Callable[[], bool],
) -> Result:
    """
    Ask on the running event loop.

    Args:
        pause: sleeps before another attempt.
        is_cancelled: whether a cancellation is ours, and not caused by the developer's code.
    """
    attempt = 0
    while True:
        attempt += 1
        started = time.perf_counter()
        try:
            value = await await_value(loaded.call(ask))
            elapsed = time.perf_counter() - started
            return ask["id"], elapsed, attempt, _read(value, ask), None
        except BaseException as exc:  # the developer's callable may throw anything
            if is_cancelled() and type(exc).__name__ == "CancelledError":
                raise
            elapsed = time.perf_counter() - started
            if not _is_tried_again(exc, attempt, ask):
                return ask["id"], elapsed, attempt, "", failure_of(exc, loaded.target)
            delay_s = retry_delay_s(exc, attempt)
        await pause(delay_s)


async def await_value(value: Any) -> Any:
    """
    Return the result of an awaitable or a stream.
    """
    if inspect.isawaitable(value):
        value = await value
    if is_async_stream(value):
        return await join_async_stream(value)
    if is_stream(value):
        return join_stream(value)
    return value


def failure_of(exc: BaseException, target: str) -> FailureMessage:
    """
    Return what is reported of an exception.
    """
    exc = innermost(exc)
    if isinstance(exc, BadAnswer):
        return {"kind": exc.kind, "message": shorten(f"`{target}` {exc}")}
    if isinstance(exc, HttpFailure):
        return _with_wait({"kind": "raised", "message": shorten(f"`{target}` {exc}")}, exc)
    if isinstance(exc, CannotAsk):
        return {"kind": "raised", "message": shorten(str(exc))}
    if isinstance(exc, SystemExit):
        message = f"`{target}` called sys.exit({exc.code!r}); return an answer instead"
        return {"kind": "exited", "message": shorten(message), "frames": own_frames(exc)}
    failure: FailureMessage = {
        "kind": "raised",
        "message": _explained(shorten(f"`{target}` raised {describe(exc)}"), exc),
        "frames": own_frames(exc),
    }
    return _with_wait(failure, exc)


def _explained(message: str, exc: BaseException) -> str:
    # The kinds of exception that a missing name brings about.
    return add_import_name_fault(message) if isinstance(exc, (AttributeError, ImportError)) else message


def _with_wait(failure: FailureMessage, exc: BaseException) -> FailureMessage:
    wait_s = retry_after_s(exc)
    if wait_s is not None:
        failure["retry_after_s"] = wait_s
    return failure


def _read(value: Any, ask: AskMessage) -> str | AnswerMessage:
    if "call" in ask:
        return {"text": "", "data": read_json(value), "has_data": True}
    if type(value) is str and len(value) <= MAX_TEXT and value.isascii():
        return value
    return read_answer(value)


def _is_tried_again(exc: BaseException, attempt: int, ask: AskMessage) -> bool:
    if attempt > ask.get("retries", 0) or isinstance(exc, (BadAnswer, CannotAsk)):
        return False
    return is_worth_retrying(exc)


def _is_async(function: Callable[..., Any]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - the method itself is what is looked at
    return any(
        inspect.iscoroutinefunction(candidate) or inspect.isasyncgenfunction(candidate)
        for candidate in (function, call, getattr(function, "func", None))
    )
