"""
`trainable` sees every kind of call, and changes none.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Role
from llmentary_regression.training.captures import SESSIONS, Capture, Usage, emit
from llmentary_regression.training.functions import trainable
from training_sessions import ListSink, Opener


@trainable
def ask(question: str, tone: str = "calm", *, number: int = 1) -> str:
    """
    Answer.
    """
    return f"{question} {tone} {number}"


@trainable
async def ask_later(question: str) -> str:
    await asyncio.sleep(0)
    return f"later {question}"


@trainable
def stream(question: str) -> Iterator[str]:
    received = yield "a"
    yield f"b{received or ''}"
    return


@trainable
async def stream_later(question: str) -> AsyncIterator[str]:
    yield "x"
    await asyncio.sleep(0)
    yield "y"


class Bot:
    """
    Every kind of method.
    """

    @trainable
    def ask(self, question: str) -> str:
        return "method"

    @trainable
    @classmethod
    def ask_class(cls, question: str) -> str:
        return "class"

    @classmethod
    @trainable
    def ask_class_inside(cls, question: str) -> str:
        return "class inside"

    @trainable
    @staticmethod
    def ask_static(question: str) -> str:
        return "static"


bot = Bot()


async def collect(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])


def test_a_plain_call_is_captured(training: Opener) -> None:
    """
    With question, answer, the arguments that differ from their defaults, and how to ask again.
    """
    with training() as sink:
        assert ask("Q", "loud", number=1) == "Q loud 1"

    (capture,) = sink.captures
    assert sink.pairs == [("Q", "Q loud 1")]
    assert capture.args == {"tone": "loud"}
    assert capture.callable is not None
    assert capture.callable.endswith("test_trainable:ask")
    assert capture.file == str(Path(__file__).resolve())


async def test_async_functions_and_streams_are_captured(training: Opener) -> None:
    """
    When they have come to their end.
    """
    with training() as sink:
        assert await ask_later("1") == "later 1"
        assert list(stream("2")) == ["a", "b"]
        assert await collect(stream_later("3")) == "xy"

    assert sink.pairs == [("1", "later 1"), ("2", "ab"), ("3", "xy")]


def test_methods_are_captured_with_a_way_to_ask_them_again(training: Opener) -> None:
    """
    A method by the module's name for its object.
    """
    with training() as sink:
        assert bot.ask("1") == "method"
        assert Bot.ask_class("2") == "class"
        assert bot.ask_class_inside("3") == "class inside"
        assert Bot.ask_static("4") == "static"
        assert Bot().ask("5") == "method"

    names = [capture.callable.rpartition(":")[2] if capture.callable else None for capture in sink.captures]
    assert names == ["bot.ask", "Bot.ask_class", "Bot.ask_class_inside", "Bot.ask_static", None]
    assert "no module has its object" in str(sink.captures[-1].cannot_ask_again)


def test_marks_are_kept(training: Opener) -> None:
    """
    Suite, tags, name and callable are those given to the decorator.
    """

    @trainable(suite="faq", tags="policy", name="returns", callable="shop:ask")
    def inner(prompt: str) -> str:
        return "A"

    with training("other") as sink:
        inner("Q")

    (capture,) = sink.captures
    assert (capture.category, capture.tags, capture.name, capture.callable) == (
        "faq",
        ("policy",),
        "returns",
        "shop:ask",
    )


def test_a_closure_says_why_it_cannot_be_asked_again(training: Opener) -> None:
    """
    The reason goes to the suite's `@skip`.
    """

    @trainable
    def inner(question: str) -> str:
        return "A"

    with training() as sink:
        inner("Q")

    assert sink.captures[0].callable is None
    assert "inside another function" in str(sink.captures[0].cannot_ask_again)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("client, question", "q"),
        ("prompt, client=None", "c"),
        ("client, messages", "q"),
        ("first, second", "c"),
    ],
)
def test_the_question_is_found_by_name_else_first(training: Opener, parameters: str, expected: str) -> None:
    """
    `question`, `prompt` or `messages`, else the first parameter.
    """
    names: dict[str, Any] = {}
    exec(f"def made({parameters}): return 'A'", names)
    made = trainable(names["made"])

    with training() as sink:
        made("c", "q")

    assert sink.captures[0].question == expected


def test_messages_become_turns(training: Opener) -> None:
    """
    Roles of several SDKs, parts of text; the question is the last user turn.
    """

    @trainable
    def chat(messages: list[dict[str, Any]]) -> str:
        return "A"

    with training() as sink:
        chat(
            [
                {"role": "system", "content": "S"},
                {"role": "human", "content": [{"type": "text", "text": "one"}, {"type": "image"}]},
                {"role": "ai", "content": "B"},
                {"role": "user", "content": "two"},
            ]
        )

    (capture,) = sink.captures
    assert capture.question == "two"
    assert [(turn.role, turn.text) for turn in capture.turns] == [
        (Role.SYSTEM, "S"),
        (Role.USER, "one"),
        (Role.ASSISTANT, "B"),
        (Role.USER, "two"),
    ]


def test_arguments_that_no_suite_can_hold_are_told(training: Opener) -> None:
    """
    A handle cannot be written down, so it cannot be asked again the same way.
    """

    @trainable(callable="shop:ask")
    def made(question: str, handle: object) -> str:
        return "A"

    with training() as sink:
        made("Q", object())

    assert "argument `handle`" in str(sink.captures[0].cannot_ask_again)


def test_outside_training_nothing_changes(training: Opener) -> None:
    """
    Names, signature, kind and behavior stay, and nothing is captured.
    """
    assert ask.__name__ == "ask"
    assert ask.__doc__ is not None
    assert list(inspect.signature(ask).parameters) == ["question", "tone", "number"]
    assert inspect.iscoroutinefunction(ask_later)
    assert inspect.isgeneratorfunction(stream)
    assert inspect.isasyncgenfunction(stream_later)
    assert not SESSIONS.any_open
    assert not emit(Capture("Q", "A"))
    steps = stream("Q")
    assert isinstance(steps, Iterator)
    assert next(steps) == "a"
    assert steps.send("!") == "b!"


@pytest.mark.parametrize("is_on", [False, True])
async def test_exceptions_pass_untouched(training: Opener, is_on: bool) -> None:
    """
    The very same object, in training and outside, whatever kind of function.
    """
    error = KeyboardInterrupt("mine")

    @trainable
    def plain(question: str) -> str:
        raise error

    @trainable
    async def later(question: str) -> str:
        raise error

    @trainable
    def pieces(question: str) -> Iterator[str]:
        yield "a"
        raise error

    @trainable
    async def pieces_later(question: str) -> AsyncIterator[str]:
        yield "a"
        raise error

    async def check() -> None:
        for call in (lambda: plain("Q"), lambda: list(pieces("Q"))):
            with pytest.raises(KeyboardInterrupt) as caught:
                call()
            assert caught.value is error
        for work in (later("Q"), collect(pieces_later("Q"))):
            with pytest.raises(KeyboardInterrupt) as caught:
                await work
            assert caught.value is error
        with pytest.raises(TypeError):
            plain()  # type: ignore[call-arg]

    if is_on:
        with training() as sink:
            await check()
        assert sink.captures == []
    else:
        await check()


async def test_what_is_thrown_into_a_stream_arrives(training: Opener) -> None:
    """
    Generators keep their whole protocol.
    """

    @trainable
    def pieces(question: str) -> Iterator[str]:
        try:
            yield "a"
        except ValueError:
            yield "caught"

    @trainable
    async def pieces_later(question: str) -> AsyncIterator[str]:
        try:
            yield "a"
        except ValueError:
            yield "caught"

    with training() as sink:
        plain: Any = pieces("Q")
        other: Any = pieces_later("Q")
        assert next(plain) == await other.__anext__() == "a"
        assert plain.throw(ValueError()) == await other.athrow(ValueError()) == "caught"
        with pytest.raises(StopIteration):
            next(plain)
        with pytest.raises(StopAsyncIteration):
            await other.__anext__()

    assert [answer for _, answer in sink.pairs] == ["acaught", "acaught"]


async def test_a_stream_that_is_given_up_is_no_answer(training: Opener) -> None:
    """
    Half an answer is not worth a baseline.
    """
    with training() as sink:
        plain: Any = stream("Q")
        next(plain)
        plain.close()
        other: Any = stream_later("Q")
        await other.__anext__()
        await other.aclose()

    assert sink.captures == []


async def test_plain_functions_may_return_what_is_still_to_come(training: Opener) -> None:
    """
    A coroutine, a generator, a task: captured when it is there.
    """

    @trainable
    def returns(question: str, kind: str) -> Any:
        async def later() -> str:
            return "later"

        if kind == "coroutine":
            return later()
        if kind == "task":
            return asyncio.ensure_future(later())
        return (piece for piece in "abc")

    with training() as sink:
        assert await returns("1", "coroutine") == "later"
        assert await returns("2", "task") == "later"
        assert "".join(returns("3", "generator")) == "abc"
        await asyncio.sleep(0)

    assert sorted(sink.pairs) == [("1", "later"), ("2", "later"), ("3", "abc")]


async def test_tasks_of_concurrent_sessions_are_kept_apart(training: Opener) -> None:
    """
    Each task's calls land in the session that it was started in, interleaved as they are.
    """
    sinks: dict[str, Any] = {}

    async def work(name: str) -> None:
        with training(name) as sinks[name]:
            await asyncio.gather(*(ask_later(f"{name}{number}") for number in range(5)))

    await asyncio.gather(*(work(name) for name in "abc"))

    for name in "abc":
        assert sorted(capture.question for capture in sinks[name].captures) == [
            f"{name}{n}" for n in range(5)
        ]
        assert {capture.category for capture in sinks[name].captures} == {name}


def test_threads_belong_to_the_session_that_started_them(training: Opener) -> None:
    """
    Threads, pools, and threads that were there before; afterwards threads are as they were.
    """
    start = threading.Thread.start
    old = ThreadPoolExecutor(1)
    old.submit(int).result()

    def work(name: str, sink: ListSink) -> None:
        with training(name, sink):
            threads = [threading.Thread(target=ask, args=(f"{name}{number}",)) for number in range(3)]
            for thread in threads:
                thread.start()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(ask, [f"{name}pool"]))
            old.submit(ask, f"{name}old").result()
            for thread in threads:
                thread.join()

    sinks = {name: training.new_sink() for name in "ab"}
    outer = [threading.Thread(target=work, args=(name, sink)) for name, sink in sinks.items()]
    for thread in outer:
        thread.start()
    for thread in outer:
        thread.join()
    old.shutdown()

    for name, sink in sinks.items():
        assert sorted(capture.question for capture in sink.captures) == sorted(
            [f"{name}0", f"{name}1", f"{name}2", f"{name}pool", f"{name}old"]
        )
    assert threading.Thread.start is start


def test_sessions_nest(training: Opener) -> None:
    """
    The inner one takes what is called in it, the outer one the rest.
    """
    with training("outer") as outer:
        ask("1")
        with training("inner") as inner:
            ask("2")
        ask("3")

    assert [capture.question for capture in outer.captures] == ["1", "3"]
    assert [capture.category for capture in inner.captures] == ["inner"]


def test_calls_of_an_sdk_inside_lend_model_and_usage(training: Opener) -> None:
    """
    One question to the developer's function is one capture, whatever it calls.
    """

    @trainable(callable="shop:ask")
    def made(question: str) -> str:
        emit(Capture("raw", "A", model="gpt-5", usage=Usage(7, 3, 0.5), source="openai"))
        return "A"

    with training() as sink:
        made("Q")
        emit(Capture("direct", "B", source="openai"))

    assert [capture.question for capture in sink.captures] == ["Q", "direct"]
    assert (sink.captures[0].model, sink.captures[0].usage) == ("gpt-5", Usage(7, 3, 0.5))


def test_what_is_no_answer_is_told_once(training: Opener, capsys: pytest.CaptureFixture[str]) -> None:
    """
    And handed on as it is.
    """

    @trainable
    def made(question: str) -> Any:
        return None

    with training() as sink:
        assert made("Q") is None
        assert made("Q") is None

    assert sink.captures == []
    assert capsys.readouterr().err.count("returned None") == 1


def test_hostile_objects_do_no_harm(training: Opener) -> None:
    """
    An argument that cannot even be compared costs the capture, never the call.
    """

    class Hostile(str):
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("no")

        __hash__ = str.__hash__

    @trainable
    def made(question: str, other: object = "x") -> str:
        return "A"

    with training():
        assert made("Q", Hostile("h")) == "A"
