"""
`@llmentary.trainable`: capture the questions and answers of a function in training.

Outside training a decorated function behaves as before, including exceptions, laziness and introspection.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar, overload

from llmentary_regression.training.captures import SCOPE, SESSIONS
from llmentary_regression.training.session import start_from_environment

from ._tracer import AsyncSteps, Options, Tracer, await_in_scope, forward, forward_async

# A type variable rather than `ParamSpec`, as it also preserves overloads and descriptors.
FunctionT = TypeVar(
    "FunctionT", bound="Callable[..., Any] | staticmethod[..., Any] | classmethod[Any, ..., Any]"
)


@overload
def trainable(function: FunctionT, /) -> FunctionT: ...


@overload
def trainable(
    *,
    suite: str | None = None,
    tags: str | Sequence[str] = (),
    name: str | None = None,
    callable: str | None = None,
) -> Callable[[FunctionT], FunctionT]: ...


def trainable(
    function: Any = None,
    /,
    *,
    suite: str | None = None,
    tags: str | Sequence[str] = (),
    name: str | None = None,
    callable: str | None = None,
) -> Any:
    """
    Decorate a function so that its questions and answers are captured while training is on.

    The question is the parameter named `question`, `prompt` or `messages`, otherwise the first one: a string, or a
    list of messages with `role` and `content`. The function may be plain, async, a generator or async generator, a
    method, class method or static method. Outside training a call costs well below a microsecond more.

    Args:
        suite: the suite to save into, without folder and file extension; by default that of the session.
        tags: tags for the cases, without `#`; one string, or several.
        name: the name of the case; by default it is made from the question.
        callable: how to ask again, as `module:function`, if the function cannot be imported by its own name.

    Raises:
        TypeError: what is decorated is not a function or method.

    Example:
        @llmentary.trainable(suite="returns")
        def ask(question: str) -> str:
            return model.generate(question)
    """
    options = Options(suite, (tags,) if isinstance(tags, str) else tuple(tags), name, callable)
    if function is None:
        return functools.partial(_decorate, options=options)
    return _decorate(function, options=options)


def _decorate(function: Any, *, options: Options) -> Any:
    start_from_environment()
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(_decorate(function.__func__, options=options))
    if isinstance(function, type) or not hasattr(function, "__call__"):  # noqa: B004 - classes are refused too
        raise TypeError(f"`trainable` decorates functions and methods, not `{function!r}`")
    tracer = Tracer(function, options)
    if inspect.isasyncgenfunction(function):
        return _decorate_async_generator(function, tracer)
    if inspect.isgeneratorfunction(function):
        return _decorate_generator(function, tracer)
    if inspect.iscoroutinefunction(function):
        return _decorate_coroutine(function, tracer)
    return _decorate_plain(function, tracer)


# --- one wrapper for each kind of function -------------------------------------------------------


def _decorate_plain(function: Callable[..., Any], tracer: Tracer) -> Callable[..., Any]:
    @functools.wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if not SESSIONS.any_open or (call := tracer.start(args, kwargs)) is None:
            return function(*args, **kwargs)
        token = SCOPE.set(call.scope)
        try:
            value = function(*args, **kwargs)
        finally:
            SCOPE.reset(token)
        return call.finish(value)

    return decorated


def _decorate_coroutine(function: Callable[..., Any], tracer: Tracer) -> Callable[..., Any]:
    @functools.wraps(function)
    async def decorated(*args: Any, **kwargs: Any) -> Any:
        if not SESSIONS.any_open or (call := tracer.start(args, kwargs)) is None:
            return await function(*args, **kwargs)
        return await await_in_scope(function(*args, **kwargs), call)

    return decorated


def _decorate_generator(function: Callable[..., Any], tracer: Tracer) -> Callable[..., Any]:
    @functools.wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        if not SESSIONS.any_open or (call := tracer.start(args, kwargs)) is None:
            return (yield from function(*args, **kwargs))
        return (yield from forward(function(*args, **kwargs), call))

    return decorated


def _decorate_async_generator(function: Callable[..., Any], tracer: Tracer) -> Callable[..., Any]:
    def open_steps(*args: Any, **kwargs: Any) -> Any:
        stream = function(*args, **kwargs)
        if not SESSIONS.any_open or (call := tracer.start(args, kwargs)) is None:
            return stream
        return AsyncSteps(stream, call)

    return functools.wraps(function)(forward_async(open_steps))
