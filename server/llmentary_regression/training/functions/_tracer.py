"""
Trace the calls of a decorated function: the arguments, and the answer, piece by piece if it is streamed.

Tracing never breaks a call: an error here is reported once, and the call continues.
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

from ._import_target import find_target

if TYPE_CHECKING:
    from asyncio import Future

    from llmentary_regression.training.calls import AskedCall, CallReader
    from llmentary_regression_worker.pieces import Joined


@dataclass(frozen=True, slots=True)
class Options:
    """
    The arguments of the decorator.
    """

    suite: str | None = None
    tags: tuple[str, ...] = ()
    name: str | None = None
    callable: str | None = None


class Tracer:
    """
    Traces one decorated function. A class because the signature is read once, at the first call in training.
    """

    def __init__(self, function: Callable[..., Any], options: Options) -> None:
        self.function = function
        self.options = options
        self._reader: CallReader | None = None

    def start(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TracedCall | None:
        """
        Read what a call asks; None if the call is not to be captured.
        """
        session = current_session()
        if session is None:
            return None
        try:
            if self._reader is None:
                from llmentary_regression.training.calls import CallReader

                self._reader = CallReader(self.function)
            asked = self._reader.read(args, kwargs)
        except Exception as exc:  # noqa: BLE001 - the developer's objects may raise anything when inspected
            warn(f"a call of `{self.function.__qualname__}` could not be read ({type(exc).__name__})")
            return None
        if asked is None:
            return None
        return TracedCall(self, asked, Scope(session, Call()))


class TracedCall:
    """
    One call in progress. A class because a streamed answer arrives in pieces.
    """

    __slots__ = ("_asked", "_joined", "_started", "_tracer", "scope")

    def __init__(self, tracer: Tracer, asked: AskedCall, scope: Scope) -> None:
        self.scope = scope
        self._tracer = tracer
        self._asked = asked
        self._joined: Joined | None = None
        self._started = time.perf_counter()

    def finish(self, value: Any) -> Any:
        """
        Capture the returned value and return it; a stream, coroutine or future is traced until it ends.
        """
        kind = type(value)
        if kind is GeneratorType:
            return forward(value, self)
        if kind is AsyncGeneratorType:
            return forward_async(lambda: AsyncSteps(value, self))()
        if kind is CoroutineType:
            return await_in_scope(value, self)
        loops = sys.modules.get("asyncio")  # without it, the value is no future
        if loops is not None and isinstance(value, loops.Future):
            value.add_done_callback(self._capture_future)
            return value
        self._capture(value)
        return value

    def add(self, piece: Any) -> None:
        """
        Add a piece of a streamed answer.
        """
        from llmentary_regression_worker.answer import BadAnswer
        from llmentary_regression_worker.pieces import Joined

        if self._joined is None:
            self._joined = Joined()
        try:
            self._joined.add(piece)
        except BadAnswer as exc:
            self._warn_unreadable(exc)

    def end_stream(self) -> None:
        """
        Capture a streamed answer that reached its end; one that was abandoned is not captured.
        """
        if self._joined is not None:
            self._capture(self._joined.text())

    def _capture_future(self, future: Future[Any]) -> None:
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
                self._warn_unreadable(exc)
                return
            self._emit(answer)
        except Exception as exc:  # noqa: BLE001 - the developer's objects may raise anything when inspected
            warn(
                f"an answer of `{self._tracer.function.__qualname__}` was not captured ({type(exc).__name__})"
            )

    def _emit(self, answer: Any) -> None:
        options, asked, call = self._tracer.options, self._asked, self.scope.call
        assert call is not None
        found = find_target(self._tracer.function, asked.owner)
        target = options.callable or found.name
        emit(
            Capture(
                question=asked.question,
                answer=answer.text,
                turns=asked.turns,
                category=options.suite,
                name=options.name,
                model=answer.model or call.model,
                set_model=asked.model,
                usage=Usage(
                    answer.tokens if answer.tokens is not None else call.usage.tokens,
                    call.usage.input_tokens,
                    answer.cost if answer.cost is not None else call.usage.cost,
                ),
                tags=options.tags,
                callable=target,
                file=None if options.callable else found.file,
                args=asked.args,
                cannot_ask_again=asked.cannot_ask_again or (found.reason if target is None else None),
                data=answer.data,
                has_data=answer.has_data,
                elapsed_s=answer.elapsed_s,
            ),
            is_explicit=True,
        )

    def _warn_unreadable(self, exc: Exception) -> None:
        warn(f"`{self._tracer.function.__qualname__}` {exc}; this answer was not captured")


async def await_in_scope(work: Any, call: TracedCall) -> Any:
    """
    Await in the call's scope, and finish the call.
    """
    token = SCOPE.set(call.scope)
    try:
        value = await work
    finally:
        SCOPE.reset(token)
    return call.finish(value)


def forward(stream: Generator[Any, Any, Any], call: TracedCall) -> Generator[Any, Any, Any]:
    """
    Yield a generator's pieces and trace them; its own code runs in the call's scope, the consumer's does not.
    """
    step: Callable[[], Any] = functools.partial(next, stream)
    while True:
        token = SCOPE.set(call.scope)
        try:
            piece = step()
        except StopIteration as exc:
            value = exc.value
            break
        finally:
            SCOPE.reset(token)
        call.add(piece)
        try:
            sent = yield piece
        except GeneratorExit:
            stream.close()
            raise
        except BaseException as exc:  # noqa: BLE001 - the consumer may throw anything into the generator
            step = functools.partial(stream.throw, exc)
        else:
            step = functools.partial(stream.send, sent)
    call.end_stream()
    return value


class AsyncSteps:
    """
    The same for the steps of an async generator. A class because there is no `yield from` for those.
    """

    __slots__ = ("_call", "_stream")

    def __init__(self, stream: AsyncGenerator[Any, Any], call: TracedCall) -> None:
        self._stream = stream
        self._call = call

    def __aiter__(self) -> AsyncSteps:
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
        token = SCOPE.set(self._call.scope)
        try:
            piece = await step
        except StopAsyncIteration:
            SCOPE.reset(token)
            self._call.end_stream()
            raise
        except BaseException:
            SCOPE.reset(token)
            raise
        SCOPE.reset(token)
        self._call.add(piece)
        return piece


def forward_async(open_steps: Callable[..., Any]) -> Callable[..., AsyncGenerator[Any, Any]]:
    """
    Return an async generator function that forwards the steps of another one in both directions.
    """

    async def forwarding(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        steps = open_steps(*args, **kwargs)
        # `async for` is fast for the usual case, in which nothing is sent or thrown into the generator.
        async for piece in steps:
            while True:
                try:
                    sent = yield piece
                except GeneratorExit:
                    await steps.aclose()
                    raise
                except BaseException as exc:  # noqa: BLE001 - the consumer may throw anything into the generator
                    step = steps.athrow(exc)
                else:
                    if sent is None:
                        break
                    step = steps.asend(sent)
                try:
                    piece = await step  # noqa: PLW2901 - the response to what was sent
                except StopAsyncIteration:
                    return

    return forwarding
