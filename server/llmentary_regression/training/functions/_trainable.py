"""
`@llmentary.trainable`: mark a function whose questions and answers are captured in training.

Outside training a marked function does what it did, exceptions, laziness and introspection included.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar, overload

from llmentary_regression.training.captures import SCOPE, SESSIONS

from ._watch import AsyncPieces, Marks, Watch, async_passing, awaited, passed_on

# A plain type variable rather than `ParamSpec`: it keeps overloads and descriptors as well.
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
    Have a function's questions and answers captured while training is on.

    The parameter named `question`, `prompt` or `messages` is the question, else the first.
    The function may be plain, async, a generator or async generator, a method, class or static method.

    Args:
        suite: keep them in this suite, without folder and ending.
        tags: for the cases.
        name: of the case; by default its question gives one.
        callable: how to ask again, where the function itself cannot be imported by its name.
    """
    marks = Marks(suite, (tags,) if isinstance(tags, str) else tuple(tags), name, callable)
    if function is None:
        return functools.partial(_mark, marks=marks)
    return _mark(function, marks=marks)


def _mark(function: Any, *, marks: Marks) -> Any:
    from llmentary_regression.training.session import start_from_environment

    start_from_environment()
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(_mark(function.__func__, marks=marks))
    if isinstance(function, type) or not hasattr(function, "__call__"):  # noqa: B004 - classes are refused too
        raise TypeError(f"`trainable` marks functions and methods, not `{function!r}`")
    watch = Watch(function, marks)
    if inspect.isasyncgenfunction(function):
        return _mark_async_generator(function, watch)
    if inspect.isgeneratorfunction(function):
        return _mark_generator(function, watch)
    if inspect.iscoroutinefunction(function):
        return _mark_coroutine(function, watch)
    return _mark_plain(function, watch)


# --- one wrapper for each kind of function -------------------------------------------------------


def _mark_plain(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @functools.wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        if not SESSIONS.any_open or (seen := watch.begin(args, kwargs)) is None:
            return function(*args, **kwargs)
        token = SCOPE.set(seen.scope)
        try:
            value = function(*args, **kwargs)
        finally:
            SCOPE.reset(token)
        return seen.returned(value)

    return marked


def _mark_coroutine(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @functools.wraps(function)
    async def marked(*args: Any, **kwargs: Any) -> Any:
        if not SESSIONS.any_open or (seen := watch.begin(args, kwargs)) is None:
            return await function(*args, **kwargs)
        return await awaited(function(*args, **kwargs), seen)

    return marked


def _mark_generator(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @functools.wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        if not SESSIONS.any_open or (seen := watch.begin(args, kwargs)) is None:
            return (yield from function(*args, **kwargs))
        return (yield from passed_on(function(*args, **kwargs), seen))

    return marked


def _mark_async_generator(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    def open_steps(*args: Any, **kwargs: Any) -> Any:
        stream = function(*args, **kwargs)
        if not SESSIONS.any_open or (seen := watch.begin(args, kwargs)) is None:
            return stream
        return AsyncPieces(stream, seen)

    return functools.wraps(function)(async_passing(open_steps))
