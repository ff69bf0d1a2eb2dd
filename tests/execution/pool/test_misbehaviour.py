"""
Callables that raise, hang, leave, crash, flood or return nonsense cost their own case and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmentary_regression.core.model import Answer, Failure, FailureKind, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from llmentary_regression.execution.worker import _failures as failures
from llmentary_regression.execution.worker import _worker as worker
from pool_fixtures import (
    AskForAnswer,
    AskForFailure,
    AskPool,
    MakePool,
    Outcomes,
    WriteSources,
    answered,
    failed,
    process_ids,
)


def kinds(outcomes: Outcomes) -> dict[int, str]:
    """
    Return the kind of each failure by its question's number.
    """
    return {
        number: str(asked.outcome.kind)
        for number, asked in outcomes.items()
        if isinstance(asked.outcome, Failure)
    }


async def test_exception_is_told_with_own_frames_and_output(
    write: WriteSources, pool: Pool, failure_of: AskForFailure, root: Path
) -> None:
    """
    The failure has the exception's words, the developer's lines only, and what was printed.
    """
    write(
        bot="""
        import json

        def ask(question):
            print("about to read")
            return read(question)

        def read(question):
            return json.loads("{")
        """
    )

    failure = await failure_of(pool, "bot:ask")

    assert failure.kind is FailureKind.RAISED
    assert failure.message.startswith("`bot:ask` raised JSONDecodeError: Expecting property name")
    assert [(frame.path, frame.line, frame.function) for frame in failure.frames] == [
        (str(root / "bot.py"), 6, "ask"),
        (str(root / "bot.py"), 9, "read"),
    ]
    assert failure.frames[1].source == 'return json.loads("{")'
    assert failure.output == "about to read"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("return None", "bad-answer", "returned None; return the answer's text"),
        ("return object()", "bad-answer", "returned a value of type `object`"),
        ("return {'a': {1, 2}}", "bad-answer", "returned a value of type `dict` that holds a `set`"),
        ("return float('nan')", "bad-answer", "not a JSON value"),
        ("return b'bytes'", "bad-answer", "returned a value of type `bytes`"),
        ("return 'x' * 50_000_000", "too-large", "50,000,000 characters; an answer may have 1,000,000"),
        ("return ['x'] * 10_000_000", "too-large", "more than 1,000,000 characters"),
        ("import sys; sys.exit('bye')", "exited", "called sys.exit('bye')"),
        ("raise KeyboardInterrupt", "raised", "raised KeyboardInterrupt"),
        ("raise BaseException('odd')", "raised", "raised BaseException: odd"),
        ("raise GeneratorExit", "raised", "raised GeneratorExit"),
        ("return ask(question)", "raised", "raised RecursionError"),
        ("return input()", "raised", "raised EOFError"),
        ("import asyncio; raise asyncio.CancelledError", "raised", "raised CancelledError"),
    ],
)
@pytest.mark.parametrize("keyword", ["def", "async def"])
async def test_each_slip_is_told(
    keyword: str, body: str, kind: str, words: str, write: WriteSources, pool: Pool, ask: AskPool
) -> None:
    """
    What the callable does wrong is said in words, and the worker stays for the next question.
    """
    call = "await ask(question)" if keyword == "async def" else "ask(question)"
    body = body.replace("ask(question)", call)
    write(bot=f"{keyword} ask(question):\n    {body}\ndef fine(question):\n    return question\n")
    await ask(pool, "bot:fine")
    before = process_ids(pool)

    outcome = (await ask(pool, "bot:ask"))[0].outcome

    assert isinstance(outcome, Failure)
    assert str(outcome.kind) == kind
    assert words in outcome.message
    assert process_ids(pool) == before


async def test_endless_stream_is_cut(write: WriteSources, pool: Pool, failure_of: AskForFailure) -> None:
    """
    A generator that never ends is closed once it exceeds the size of an answer.
    """
    write(
        bot="""
        def ask(question):
            while True:
                yield "more " * 1000
        """
    )

    assert (await failure_of(pool, "bot:ask")).kind is FailureKind.TOO_LARGE


async def test_stream_of_something_else_is_told(
    write: WriteSources, pool: Pool, failure_of: AskForFailure
) -> None:
    """
    A generator has to yield strings.
    """
    write(bot="def ask(question):\n    yield {'a': 1}")

    failure = await failure_of(pool, "bot:ask")

    assert failure.message == "`bot:ask` yielded a `dict`; yield the answer's pieces as strings"


async def test_deep_recursion_keeps_the_frames_few(
    write: WriteSources, pool: Pool, failure_of: AskForFailure
) -> None:
    """
    A thousand equal frames are shortened.
    """
    write(bot="def ask(question):\n    return ask(question)")

    assert len((await failure_of(pool, "bot:ask")).frames) <= 12


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os; os._exit(7)", "exit code 7"),
        pytest.param(
            "import ctypes; ctypes.string_at(0)",
            "signal SIGSEGV",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal"),
        ),
    ],
)
async def test_crash_is_blamed_on_its_own_case(
    source: str, words: str, write: WriteSources, pool: Pool, ask: AskPool
) -> None:
    """
    Of many questions under way when the process ends, only the guilty one fails; the others are answered.
    """
    write(bot=f"def ask(question):\n    if question == 'bad':\n        {source}\n    return question")
    questions = [f"q{n}" for n in range(50)]
    questions[20] = "bad"

    outcomes = await ask(pool, "bot:ask", questions)

    assert kinds(outcomes) == {20: "exited"}
    assert words in failed(outcomes[20]).message


async def test_last_words_before_a_crash_are_kept(
    write: WriteSources, pool: Pool, failure_of: AskForFailure
) -> None:
    """
    What was printed before the process ended belongs to the failure.
    """
    write(bot="import os\ndef ask(question):\n    print('last words')\n    os._exit(1)")

    assert "last words" in (await failure_of(pool, "bot:ask")).output


async def test_leaving_disturbs_no_other_question(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    sys.exit in a task of the callable's own ends that question, not the event loop.
    """
    write(
        bot="""
        import asyncio, sys

        async def leave():
            sys.exit(1)

        async def ask(question):
            if question == "bad":
                await asyncio.create_task(leave())
            await asyncio.sleep(0.02)
            return question
        """
    )

    outcomes = await ask(pool, "bot:ask", ["a", "bad", "b", "c"])

    assert kinds(outcomes) == {1: "exited"}


async def test_hanging_thread_costs_one_case(write: WriteSources, pool: Pool, root: Path) -> None:
    """
    A plain callable that hangs times out; those at work beside it are neither failed nor asked twice.
    """
    write(
        bot="""
        import os, threading, time
        asked = []

        def ask(question):
            if question == "bad":
                threading.Event().wait()
            asked.append(question)
            while not os.path.exists("given-up"):
                time.sleep(0.01)
            return str(asked.count(question))
        """
    )
    limits = {"a": 60.0, "bad": 0.8, "b": 60.0, "c": 60.0, "d": 60.0}
    asks = [
        Ask(number, "bot:ask", (Turn(Role.USER, question),), timeout_s=limit_s)
        for number, (question, limit_s) in enumerate(limits.items())
    ]

    outcomes: Outcomes = {}
    async for batch in pool.ask(asks):
        outcomes |= {asked.number: asked for asked in batch}
        if 1 in outcomes:
            (root / "given-up").touch()

    assert kinds(outcomes) == {1: "timed-out"}
    assert len(outcomes) == len(asks)
    assert failed(outcomes[1]).message == (
        "`bot:ask` gave no answer within 0.8 s; raise `timeout` if it needs longer"
    )
    assert {answered(asked).text for n, asked in outcomes.items() if n != 1} == {"1"}


async def test_hung_worker_is_replaced(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    After a thread hung there is a fresh process, and the old one is gone.
    """
    write(bot="import threading\ndef ask(q):\n    return threading.Event().wait() if q == 'bad' else q")
    await ask(pool, "bot:ask", ["fine"])
    before = process_ids(pool)
    await ask(pool, "bot:ask", ["bad"], timeout_s=0.2)

    outcomes = await ask(pool, "bot:ask", ["fine"])

    assert kinds(outcomes) == {}
    assert not set(before) & set(process_ids(pool))


async def test_late_coroutine_is_cancelled(
    write: WriteSources, pool: Pool, ask: AskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An async callable that takes too long is cancelled, and its worker stays.
    """
    monkeypatch.setattr(worker, "_CANCEL_PATIENCE_S", 60.0)
    write(
        bot="""
        import asyncio
        cleaned = []

        async def ask(question):
            if question == "cleaned?":
                return str(cleaned)
            try:
                await asyncio.Event().wait()
            finally:
                cleaned.append(question)
        """
    )
    outcomes = await ask(pool, "bot:ask", ["slow"], timeout_s=0.2)
    before = process_ids(pool)

    after = await ask(pool, "bot:ask", ["cleaned?"])

    assert kinds(outcomes) == {0: "timed-out"}
    assert answered(after[0]).text == "['slow']"
    assert process_ids(pool) == before


async def test_blocked_loop_is_blamed_on_the_one_that_blocks(
    write: WriteSources, pool: Pool, ask: AskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A coroutine that blocks the shared loop makes all of them late, but only it fails.
    """
    monkeypatch.setattr(worker, "_CANCEL_PATIENCE_S", 0.2)
    write(
        bot="""
        import asyncio, threading

        async def ask(question):
            await asyncio.sleep(0)
            if question == "bad":
                threading.Event().wait()
            await asyncio.sleep(0.05)
            return question
        """
    )

    outcomes = await ask(pool, "bot:ask", ["a", "bad", "b", "c"], timeout_s=2.0)

    assert kinds(outcomes) == {1: "timed-out"}


async def test_frozen_interpreter_is_blamed_on_the_one_that_froze_it(
    write: WriteSources, pool: Pool, ask: AskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A callable that holds the interpreter's lock stops everything in its worker, but only it fails.
    """
    monkeypatch.setattr(failures, "SIGN_OF_LIFE_S", 2.0)
    write(
        bot="""
        import re, time

        def ask(question):
            if question == "bad":
                re.match(r"(a+)+$", "a" * 60 + "b")
            time.sleep(0.1)
            return question
        """
    )

    outcomes = await ask(pool, "bot:ask", ["a", "bad", "b", "c", "d", "e"], timeout_s=2.5)

    assert kinds(outcomes) == {1: "timed-out"}


async def test_flood_of_output_neither_blocks_nor_grows(
    write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    A hundred megabytes on stdout are passed on, and only their end is kept.
    """
    passed = 0

    def count(text: str) -> None:
        nonlocal passed
        passed += len(text)

    write(
        bot="""
        import sys

        def ask(question):
            for _ in range(1600):
                sys.stdout.write("x" * 65536)
            sys.stdout.write("the end")
            raise ValueError("enough")
        """
    )

    outcomes = await ask(make_pool(on_output=count), "bot:ask", timeout_s=60)

    failure = failed(outcomes[0])
    assert failure.kind is FailureKind.RAISED
    assert failure.output.endswith("the end")
    assert len(failure.output) <= 4_000
    assert passed == 1600 * 65536 + len("the end")


async def test_stdout_never_reaches_the_protocol(
    write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    print, the bare descriptor and a child's stdout are all output.
    """
    seen: list[str] = []
    write(
        bot="""
        import os, subprocess, sys
        print("at import ✓")

        def ask(question):
            print("printed")
            os.write(1, b"written\\n")
            subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)
            raise ValueError("so that the output is complete")
        """
    )

    await ask(make_pool(on_output=seen.append), "bot:ask")

    assert "".join(seen).split("\n")[:4] == ["at import ✓", "printed", "written", "by a child"]


async def test_closed_output_does_not_hold_up_failures(
    write: WriteSources, pool: Pool, failure_of: AskForFailure
) -> None:
    """
    A callable that closes or replaces the standard streams is still reported.
    """
    write(
        bot="""
        import sys

        def ask(question):
            sys.stdout.close()
            sys.stderr = None
            raise ValueError("x")
        """
    )

    assert (await failure_of(pool, "bot:ask")).message == "`bot:ask` raised ValueError: x"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
async def test_forked_child_does_not_answer(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    A child that the callable forks and that returns says nothing on the wire.
    """
    write(
        bot="""
        import os, warnings
        warnings.simplefilter("ignore")

        def ask(question):
            child = os.fork()
            if child:
                os.waitpid(child, 0)
            return "parent" if child else "child"
        """
    )

    outcomes = await ask(pool, "bot:ask", ["hi"] * 3)

    assert [asked.outcome.text for asked in outcomes.values() if isinstance(asked.outcome, Answer)] == [
        "parent"
    ] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
async def test_a_crash_leaves_no_image_of_the_memory(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    Answers would be in it; so a worker may write none, whatever the shell allows.
    """
    import resource

    write(
        bot="""
        import resource

        def ask(question):
            return str(resource.getrlimit(resource.RLIMIT_CORE)[0])
        """
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        answer = await answer_of(pool, "bot:ask")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))

    assert answer.text == "0"
