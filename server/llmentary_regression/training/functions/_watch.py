"""
Watch the calls of one trained function: what went in, what came out, piece by piece where it is streamed.

What is watched never suffers from it: a fault in here is told once and the call goes on.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from dataclasses import dataclass
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from llmentary_regression.training.captures import (
    SCOPE,
    Call,
    Capture,
    Scope,
    Usage,
    current_session,
    emit,
    warn,
)

if TYPE_CHECKING:
    from asyncio import Future

    from llmentary_regression.training.calls import AskedCall, CallReader
    from llmentary_regression_worker.pieces import Joined


@dataclass(frozen=True, slots=True)
class Marks:
    """
    What the decorator was told.
    """

    suite: str | None = None
    tags: tuple[str, ...] = ()
    name: str | None = None
    callable: str | None = None


class Watch:
    """
    One marked function. A class because its signature is read with the first call in training, and then kept.
    """

    def __init__(self, function: Callable[..., Any], marks: Marks) -> None:
        self.function = function
        self.marks = marks
        self._reader: CallReader | None = None

    def begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Seen | None:
        """
        Note what a call asks; None where it is not to be captured.
        """
        session = current_session()
        if session is None:
            return None
        try:
            if self._reader is None:
                from llmentary_regression.training.calls import CallReader

                self._reader = CallReader(self.function)
            asked = self._reader.read(args, kwargs)
        except Exception as exc:  # noqa: BLE001 - the developer's objects may throw when they are looked at
            warn(f"a call of `{self.function.__qualname__}` could not be read ({type(exc).__name__})")
            return None
        if asked is None:
            return None
        return Seen(self, asked, Scope(session, Call()))


class Seen:
    """
    One call under way. A class because a streamed answer arrives bit by bit.
    """

    __slots__ = ("_asked", "_joined", "_started", "_watch", "scope")

    def __init__(self, watch: Watch, asked: AskedCall, scope: Scope) -> None:
        self.scope = scope
        self._watch = watch
        self._asked = asked
        self._joined: Joined | None = None
        self._started = time.perf_counter()

    def returned(self, value: Any) -> Any:
        """
        Capture what was returned, and hand it on; what is still to come is watched further.
        """
        kind = type(value)
        if kind is GeneratorType:
            return passed_on(value, self)
        if kind is AsyncGeneratorType:
            return async_passing(lambda: AsyncPieces(value, self))()
        if kind is CoroutineType:
            return awaited(value, self)
        loops = sys.modules.get("asyncio")  # who never imported it returns no future
        if loops is not None and isinstance(value, loops.Future):
            value.add_done_callback(self._settled)
            return value
        self._capture(value)
        return value

    def add(self, piece: Any) -> None:
        """
        Keep a piece of a streamed answer.
        """
        from llmentary_regression_worker.answer import BadAnswer
        from llmentary_regression_worker.pieces import Joined

        if self._joined is None:
            self._joined = Joined()
        try:
            self._joined.add(piece)
        except BadAnswer as exc:
            self._unreadable(exc)

    def ended(self) -> None:
        """
        Capture a streamed answer that came to its end; one that was given up is no answer.
        """
        if self._joined is not None:
            self._capture(self._joined.text())

    def _settled(self, future: Future[Any]) -> None:
        if not future.cancelled() and future.exception() is None:
            self._capture(future.result())

    def _capture(self, value: Any) -> None:
        elapsed_s = time.perf_counter() - self._started
        try:
            from llmentary_regression.execution.requests import answer_of
            from llmentary_regression_worker.answer import BadAnswer, read_answer
            from llmentary_regression_worker.pieces import is_async_stream, is_stream

            if is_stream(value) or is_async_stream(value):
                return  # an SDK's own stream, which its adapter captures; reading it here would use it up
            try:
                answer = answer_of(read_answer(value), elapsed_s)
            except BadAnswer as exc:
                self._unreadable(exc)
                return
            self._emit(answer)
        except Exception as exc:  # noqa: BLE001 - the developer's objects may throw when they are looked at
            warn(
                f"an answer of `{self._watch.function.__qualname__}` was not captured ({type(exc).__name__})"
            )

    def _emit(self, answer: Any) -> None:
        from ._places import place_of

        marks, asked, call = self._watch.marks, self._asked, self.scope.call
        assert call is not None
        place = place_of(self._watch.function, asked.owner)
        target = marks.callable or place.target
        emit(
            Capture(
                question=asked.question,
                answer=answer.text,
                turns=asked.turns,
                category=marks.suite,
                name=marks.name,
                model=answer.model or call.model,
                set_model=asked.model,
                usage=Usage(
                    answer.tokens if answer.tokens is not None else call.usage.tokens,
                    call.usage.input_tokens,
                    answer.cost if answer.cost is not None else call.usage.cost,
                ),
                tags=marks.tags,
                callable=target,
                file=None if marks.callable else place.file,
                args=asked.args,
                cannot_ask_again=asked.cannot_ask_again or (place.reason if target is None else None),
                data=answer.data,
                has_data=answer.has_data,
                elapsed_s=answer.elapsed_s,
            ),
            always=True,
        )

    def _unreadable(self, exc: Exception) -> None:
        warn(f"`{self._watch.function.__qualname__}` {exc}; this answer was not captured")


async def awaited(work: Any, seen: Seen) -> Any:
    """
    Await in the call's scope.
    """
    token = SCOPE.set(seen.scope)
    try:
        value = await work
    finally:
        SCOPE.reset(token)
    return seen.returned(value)


def passed_on(stream: Generator[Any, Any, Any], seen: Seen) -> Generator[Any, Any, Any]:
    """
    Pass a generator's pieces on and keep them; its own steps run in the call's scope, the consumer's do not.
    """
    step: Callable[[], Any] = functools.partial(next, stream)
    while True:
        token = SCOPE.set(seen.scope)
        try:
            piece = step()
        except StopIteration as exc:
            value = exc.value
            break
        finally:
            SCOPE.reset(token)
        seen.add(piece)
        try:
            sent = yield piece
        except GeneratorExit:
            stream.close()
            raise
        except BaseException as exc:  # noqa: BLE001 - the consumer may throw anything into it
            step = functools.partial(stream.throw, exc)
        else:
            step = functools.partial(stream.send, sent)
    seen.ended()
    return value


class AsyncPieces:
    """
    The same for the steps of an async generator; a class because there is no `yield from` for those.
    """

    __slots__ = ("_seen", "_stream")

    def __init__(self, stream: AsyncGenerator[Any, Any], seen: Seen) -> None:
        self._stream = stream
        self._seen = seen

    def __aiter__(self) -> AsyncPieces:
        return self

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return self._step(self._stream.__anext__())

    def asend(self, value: Any) -> Coroutine[Any, Any, Any]:
        return self._step(self._stream.asend(value))

    def athrow(self, exc: BaseException) -> Coroutine[Any, Any, Any]:
        return self._step(self._stream.athrow(exc))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def _step(self, step: Any) -> Any:
        token = SCOPE.set(self._seen.scope)
        try:
            piece = await step
        except StopAsyncIteration:
            SCOPE.reset(token)
            self._seen.ended()
            raise
        except BaseException:
            SCOPE.reset(token)
            raise
        SCOPE.reset(token)
        self._seen.add(piece)
        return piece


def async_passing(open_steps: Callable[..., Any]) -> Callable[..., AsyncGenerator[Any, Any]]:
    """
    Return an async generator function that passes the steps of another one on, both ways.
    """

    async def passing(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        steps = open_steps(*args, **kwargs)
        # `async for` is the short way for what nearly always happens: that nothing is sent or thrown into it.
        async for piece in steps:
            while True:
                try:
                    sent = yield piece
                except GeneratorExit:
                    await steps.aclose()
                    raise
                except BaseException as exc:  # noqa: BLE001 - the consumer may throw anything into it
                    step = steps.athrow(exc)
                else:
                    if sent is None:
                        break
                    step = steps.asend(sent)
                try:
                    piece = await step  # noqa: PLW2901 - it answers what was sent
                except StopAsyncIteration:
                    return

    return passing
