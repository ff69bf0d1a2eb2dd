"""
Asking: each kind of callable, many questions, several workers, several runs at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, Failure, FailureKind, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from llmentary_regression.execution.worker import _process as process
from llmentary_regression.execution.worker import _worker as worker
from pool_fixtures import (
    AskForAnswer,
    AskForFailure,
    AskPool,
    MakePool,
    WriteSources,
    answered,
    failed,
    process_ids,
)

EVERY_KIND = """
    import asyncio

    def plain(question):
        return "plain " + question

    async def coroutine(question):
        await asyncio.sleep(0)
        return "async " + question

    def generator(question):
        yield "gen "
        yield question

    async def async_generator(question):
        yield "agen "
        await asyncio.sleep(0)
        yield question

    def messages(messages):
        return messages[-1]["role"] + " " + messages[-1]["content"]

    def later(question):
        return coroutine(question)

    class Bot:
        def __call__(self, question):
            return "called " + question

        def method(self, question):
            return "method " + question

    bot = Bot()
"""


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("kinds:plain", "plain hi"),
        ("kinds:coroutine", "async hi"),
        ("kinds:generator", "gen hi"),
        ("kinds:async_generator", "agen hi"),
        ("kinds:messages", "user hi"),
        ("kinds:later", "async hi"),
        ("kinds:bot", "called hi"),
        ("kinds:bot.method", "method hi"),
        ("kinds.py:plain", "plain hi"),
    ],
)
async def test_each_kind_of_callable_answers(
    target: str, text: str, write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    Plain, async, streaming and object callables all give their answer.
    """
    write(kinds=EVERY_KIND)

    answer = await answer_of(pool, target)

    assert answer.text == text


async def test_worker_runs_in_each_python(
    python: str, write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    The worker serves every kind of callable in every Python from 3.9 on.
    """
    write(kinds=EVERY_KIND)
    pool = make_pool(python)
    names = ["plain", "coroutine", "generator", "async_generator", "messages", "later", "bot"]

    answers = [answered((await ask(pool, f"kinds:{name}"))[0]) for name in names]

    assert [answer.text for answer in answers] == [
        "plain hi", "async hi", "gen hi", "agen hi", "user hi", "async hi", "called hi"
    ]  # fmt: skip


async def test_failures_are_told_in_each_python(
    python: str, write: WriteSources, make_pool: MakePool, failure_of: AskForFailure
) -> None:
    """
    Raising, leaving and breaking give their failures in every Python.
    """
    write(
        bot="""
        import os, sys

        def raises(question):
            raise ValueError("no")

        def leaves(question):
            sys.exit(2)

        def breaks(question):
            os._exit(3)

        async def araises(question):
            raise ValueError("no")
        """
    )
    pool = make_pool(python)

    kinds = [
        (await failure_of(pool, f"bot:{name}")).kind for name in ("raises", "leaves", "breaks", "araises")
    ]

    assert kinds == [FailureKind.RAISED, FailureKind.EXITED, FailureKind.EXITED, FailureKind.RAISED]


async def test_many_questions_come_back_in_batches(write: WriteSources, pool: Pool) -> None:
    """
    Ten thousand trivial questions come back complete, and in far fewer batches.
    """
    write(bot="def ask(question): return question.upper()")
    asks = [Ask(number, "bot:ask", (Turn(Role.USER, f"q{number}"),)) for number in range(10_000)]

    batches = [batch async for batch in pool.ask(asks)]

    texts = {asked.number: answered(asked).text for batch in batches for asked in batch}
    assert texts == {number: f"Q{number}" for number in range(10_000)}
    assert len(batches) < 1_000


async def test_large_questions_and_answers_pass(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    A line on the wire may be longer than any reader's default limit.
    """
    write(bot="def ask(question): return question + 'é'")

    answer = await answer_of(pool, "bot:ask", "ü" * 500_000)

    assert answer.text == "ü" * 500_000 + "é"


async def test_slow_questions_overlap(write: WriteSources, make_pool: MakePool, ask: AskPool) -> None:
    """
    Plain callables run in as many threads as `concurrency` allows: these meet at a barrier.
    """
    write(
        bot="""
        import threading
        barrier = threading.Barrier(4, timeout=15)

        def ask(question):
            barrier.wait()
            return "met"
        """
    )

    outcomes = await ask(make_pool(concurrency=4), "bot:ask", ["hi"] * 4)

    assert [answered(asked).text for asked in outcomes.values()] == ["met"] * 4


async def test_concurrency_of_one_runs_in_the_main_thread(
    write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    With `concurrency` 1 everything runs in the thread that imported it, which some libraries insist on.
    """
    write(
        bot="""
        import threading
        at_import = threading.current_thread()

        def ask(question):
            return str(threading.current_thread() is at_import is threading.main_thread())
        """
    )

    outcomes = await ask(make_pool(concurrency=1), "bot:ask", ["hi"] * 3)

    assert {answered(asked).text for asked in outcomes.values()} == {"True"}


async def test_async_questions_never_exceed_the_concurrency(
    write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    Async callables share one loop, and no more of them run at once than allowed.
    """
    write(
        bot="""
        import asyncio
        now = most = 0

        async def ask(question):
            global now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.005)
            now -= 1
            return str(most)
        """
    )

    outcomes = await ask(make_pool(concurrency=3), "bot:ask", ["hi"] * 30)

    assert max(int(answered(asked).text) for asked in outcomes.values()) == 3


async def test_several_workers_share_the_work(write: WriteSources, make_pool: MakePool, ask: AskPool) -> None:
    """
    Two workers are two processes, and both are used.
    """
    write(
        bot="""
        import os, time

        def ask(question):
            time.sleep(0.1)
            return str(os.getpid())
        """
    )
    pool = make_pool(workers=2, concurrency=1)

    outcomes = await ask(pool, "bot:ask", ["hi"] * 20)

    assert len({answered(asked).text for asked in outcomes.values()}) == 2


async def test_two_runs_share_one_worker(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    A second run does not wait for the first one's end, and each gets its own outcomes.
    """
    write(bot="def ask(question): return question")

    first, second = await asyncio.gather(
        ask(pool, "bot:ask", [f"a{n}" for n in range(500)]),
        ask(pool, "bot:ask", [f"b{n}" for n in range(500)]),
    )

    assert {answered(asked).text for asked in first.values()} == {f"a{n}" for n in range(500)}
    assert {answered(asked).text for asked in second.values()} == {f"b{n}" for n in range(500)}
    assert len(process_ids(pool)) == 1


async def test_nothing_to_ask_starts_nothing(pool: Pool) -> None:
    """
    An empty run ends at once, without a process.
    """
    assert [batch async for batch in pool.ask([])] == []
    assert process_ids(pool) == []


async def test_each_environment_has_its_own_worker(
    write: WriteSources, make_pool: MakePool, root: Path
) -> None:
    """
    `@env` sets what the callable sees, with no trace in the other cases' process.
    """
    write(bot="import os\ndef ask(question): return os.environ.get('MODE', 'none')")
    asks = [
        Ask(number, "bot:ask", (Turn(Role.USER, "hi"),), env={"MODE": mode} if mode else {})
        for number, mode in enumerate(["a", "", "b", "a"])
    ]

    outcomes = {
        asked.number: answered(asked).text
        async for batch in make_pool(workers=1).ask(asks)
        for asked in batch
    }

    assert outcomes == {0: "a", 1: "none", 2: "b", 3: "a"}


async def test_project_key_is_hidden_from_workers(
    write: WriteSources, make_pool: MakePool, answer_of: AskForAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    LLMENTARY_KEY never reaches the developer's code.
    """
    monkeypatch.setenv("LLMENTARY_KEY", "secret")
    write(bot="import os\ndef ask(question): return os.environ.get('LLMENTARY_KEY', 'hidden')")

    answer = await answer_of(make_pool(), "bot:ask")

    assert answer.text == "hidden"


async def test_workers_see_the_project_and_not_our_packages(
    write: WriteSources,
    make_pool: MakePool,
    answer_of: AskForAnswer,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    The root stands first on sys.path and is the working folder; the folder of our packages is not on it.
    """
    server = str(Path(__file__).parents[3] / "server")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([server, "kept"]))
    write(
        bot="""
        import os, sys
        import wire

        def ask(question):
            path = os.environ["PYTHONPATH"]
            return {"path": sys.path, "cwd": os.getcwd(), "wire": wire.whose, "given": path}
        """,
        wire="whose = 'mine'",
    )

    data: Any = (await answer_of(make_pool(), "bot:ask")).data

    assert data["path"][0] == str(root)
    assert os.path.realpath(data["cwd"]) == os.path.realpath(root)  # noqa: ASYNC240
    assert data["wire"] == "mine"
    assert data["given"] == "kept"
    assert not any(entry.endswith("llmentary_regression_worker") for entry in data["path"])


async def test_judge_callable_is_called_with_positional_arguments(write: WriteSources, pool: Pool) -> None:
    """
    `call` hands over JSON arguments and gives back the JSON value.
    """
    write(bot="async def judge(claim, answer): return {'ok': claim in answer, 'score': [1, 2.5, None]}")

    value = await pool.call("bot:judge", ["yes", "oh yes"], timeout_s=20)

    assert value == {"ok": True, "score": [1, 2.5, None]}


async def test_embed_callable_may_return_an_array(write: WriteSources, pool: Pool) -> None:
    """
    What has a `tolist` is read as a list.
    """
    write(bot="import array\ndef embed(text): return array.array('d', [0.5, 1.5])")

    assert await pool.call("bot:embed", ["hi"], timeout_s=20) == [0.5, 1.5]


async def test_failing_judge_is_a_failure(write: WriteSources, pool: Pool) -> None:
    """
    What the judge raises comes back as a value.
    """
    write(bot="def judge(claim): raise ValueError('no idea')")

    outcome = await pool.call("bot:judge", ["x"], timeout_s=20)

    assert isinstance(outcome, Failure)
    assert outcome.message == "`bot:judge` raised ValueError: no idea"


async def test_conversation_needs_a_callable_that_takes_one(write: WriteSources, pool: Pool) -> None:
    """
    A conversation put to a callable that takes a lone question fails with the fix; history does as well.
    """
    write(
        bot="""
        def lone(question): return question
        def remembers(question, history): return f"{question} after {len(history)}"
        def reads(messages): return " ".join(m["role"] for m in messages)
        """
    )
    turns = (Turn(Role.USER, "a"), Turn(Role.ASSISTANT, "b"), Turn(Role.USER, "c"))
    asks = [Ask(n, f"bot:{name}", turns) for n, name in enumerate(["lone", "remembers", "reads"])]

    found = {asked.number: asked.outcome async for batch in pool.ask(asks) for asked in batch}

    assert isinstance(found[0], Failure)
    assert "give it a parameter named `messages`" in found[0].message
    assert isinstance(found[1], Answer) and found[1].text == "c after 2"
    assert isinstance(found[2], Answer) and found[2].text == "user assistant user"


async def test_settings_reach_the_parameters_that_take_them(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    Model, params, tags and `@arg` values are passed by name where the signature has them.
    """
    write(bot="def ask(q, model, temperature, *, tags, params): return [q, model, temperature, tags, params]")

    answer = await answer_of(
        pool,
        "bot:ask",
        model="m1",
        tags=("a", "b"),
        params={"city": "Oslo"},
        args={"temperature": 0.2, "other": 1},
    )

    assert answer.data == ["hi", "m1", 0.2, ["a", "b"], {"city": "Oslo"}]


async def test_lone_surrogates_are_fixed(write: WriteSources, pool: Pool, answer_of: AskForAnswer) -> None:
    """
    An answer can always be encoded, whatever the callable built.
    """
    write(bot=r"def ask(question): return question + '\ud83d\ude00 \udc00'")

    answer = await answer_of(pool, "bot:ask", "\ud800")

    assert answer.text == "\ufffd\U0001f600 \ufffd"


@pytest.mark.parametrize("python_path", ["/nowhere/python", __file__])
async def test_interpreter_that_cannot_be_started_is_named(
    python_path: str, write: WriteSources, make_pool: MakePool, ask: AskPool
) -> None:
    """
    Every ask gets a failure that names the interpreter and the setting.
    """
    write(bot="def ask(question): return question")

    outcomes = await ask(make_pool(python_path), "bot:ask", ["a"] * 10)

    failures = [failed(asked) for asked in outcomes.values()]
    assert {failure.kind for failure in failures} == {FailureKind.INTERPRETER}
    assert python_path in failures[0].message
    assert "set `interpreter`" in failures[0].message


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
async def test_too_old_interpreter_is_named(
    write: WriteSources, make_pool: MakePool, failure_of: AskForFailure, tmp_path: Path
) -> None:
    """
    A Python that is too old says which one it is.
    """
    write(bot="def ask(question): return question")
    python = tmp_path / "python3.6"
    python.write_text('#!/bin/sh\necho \'{"is": "ready", "python": [3, 6, 15]}\'\n')
    python.chmod(0o755)

    failure = await failure_of(make_pool(str(python)), "bot:ask")

    assert failure.kind is FailureKind.INTERPRETER
    assert failure.message.startswith(f"cannot start {python}: it is Python 3.6.15, and 3.9 is the oldest")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
async def test_interpreter_that_ends_at_once_is_told(
    write: WriteSources, make_pool: MakePool, failure_of: AskForFailure, tmp_path: Path
) -> None:
    """
    What a broken interpreter printed comes with its exit code.
    """
    write(bot="def ask(question): return question")
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no encodings' >&2\nexit 3\n")
    python.chmod(0o755)

    failure = await failure_of(make_pool(str(python)), "bot:ask")

    assert "it ended with exit code 3" in failure.message
    assert failure.output == "no encodings"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
async def test_interpreter_that_says_nothing_is_given_up(
    write: WriteSources,
    make_pool: MakePool,
    failure_of: AskForFailure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    A program that is no Python and never speaks does not hold up the run.
    """
    monkeypatch.setattr(worker, "START_TIMEOUT_S", 0.2)
    write(bot="def ask(question): return question")
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    python.chmod(0o755)

    failure = await failure_of(make_pool(str(python)), "bot:ask")

    assert "it sent nothing for 0.2 s" in failure.message


async def test_worker_that_is_ready_at_once_gets_its_asks(
    write: WriteSources, make_pool: MakePool, answer_of: AskForAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A busy event loop may hear of a worker's readiness before it hears that the process was started.
    """
    start = process.Process.start
    ready = asyncio.Event()
    read = worker.Worker._read

    async def start_slowly(self: process.Process, *args: Any, **options: Any) -> None:
        await start(self, *args, **options)
        await ready.wait()

    def tell(self: worker.Worker, message: dict[str, Any]) -> None:
        read(self, message)
        ready.set()

    monkeypatch.setattr(process.Process, "start", start_slowly)
    monkeypatch.setattr(worker.Worker, "_read", tell)
    write(bot="def ask(question): return question")

    assert (await answer_of(make_pool(), "bot:ask")).text == "hi"


async def test_retried_until_it_answers(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    A passing error costs attempts, not the case; the service's own pause is kept to.
    """
    write(
        bot="""
        class Busy(Exception):
            status_code = 429
            class response:
                headers = {"retry-after": "0"}

        calls = 0

        async def ask(question):
            global calls
            calls += 1
            if calls < 3:
                raise Busy("later")
            return "finally"
        """
    )

    asked = (await ask(pool, "bot:ask", retries=2))[0]

    assert answered(asked).text == "finally"
    assert asked.attempts == 3


async def test_refusals_are_not_retried(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    A wrong API key does not get better by asking again.
    """
    write(
        bot="""
        class Refused(Exception):
            status_code = 401

        def ask(question):
            raise Refused("bad key")
        """
    )

    asked = (await ask(pool, "bot:ask", retries=5))[0]

    assert failed(asked).message == "`bot:ask` raised Refused: bad key"
    assert asked.attempts == 1


async def test_timeouts_are_retried(write: WriteSources, pool: Pool, ask: AskPool, root: Path) -> None:
    """
    A question that hung is asked again, if retries are allowed.
    """
    write(
        bot="""
        import os, threading

        def ask(question):
            if os.path.exists("been-here"):
                return "second time"
            open("been-here", "w").close()
            threading.Event().wait()
        """
    )

    asked = (await ask(pool, "bot:ask", retries=1, timeout_s=2.0))[0]

    assert answered(asked).text == "second time"
    assert asked.attempts == 2


def test_pool_may_be_made_without_a_loop(root: Path) -> None:
    """
    Making a pool starts nothing.
    """
    pool = Pool(sys.executable, root)

    assert process_ids(pool) == []
