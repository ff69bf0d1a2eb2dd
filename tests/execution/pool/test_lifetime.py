"""
Workers stay warm while the code is the same, and are gone when they should be, however that came about.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from llmentary_regression.execution.worker import _worker as worker
from pool_fixtures import AskPool, MakePool, WriteSources, answered, process_ids

SERVER = Path(__file__).parents[3] / "server"

CONNECTS = """
    import asyncio, os, re, socket, subprocess, sys, threading
    port = int(os.environ["TEST_PORT"])

    def connect(word):
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(word)
        return line

    def hang(question):
        line = connect(b"here")
        threading.Event().wait()

    async def ahang(question):
        line = connect(b"here")
        await asyncio.Event().wait()

    def spawn(question):
        line = connect(b"here")
        os.set_inheritable(line.fileno(), True)
        forever = "import threading; threading.Event().wait()"
        subprocess.Popen([sys.executable, "-c", forever], close_fds=False)
        return "spawned"

    def freeze(question):
        line = connect(b"here")
        re.match(r"(a+)+$", "a" * 60 + "b")

    def fine(question):
        return str(os.getpid())
"""


SECONDS_TO_WAIT = 90.0
"""Only what hangs takes so long; a busy machine does not."""


class Listener:
    """
    Notices when every process that holds the connection is gone: it then reads the end.
    """

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(SECONDS_TO_WAIT)
        self.port = self._socket.getsockname()[1]
        self._lines: list[socket.socket] = []

    def accept(self) -> socket.socket:
        """
        Wait for a callable to connect.
        """
        line, _ = self._socket.accept()
        line.settimeout(SECONDS_TO_WAIT)
        assert line.recv(4) == b"here"
        self._lines.append(line)
        return line

    def close(self) -> None:
        """
        Close everything.
        """
        for line in [self._socket, *self._lines]:
            line.close()


def is_at_end(line: socket.socket) -> bool:
    """
    Wait until the other side is gone.
    """
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """
    Return a listener whose port the callables find in their environment.
    """
    found = Listener()
    monkeypatch.setenv("TEST_PORT", str(found.port))
    yield found
    found.close()


@pytest.fixture
def pool(listener: Listener, make_pool: MakePool) -> Pool:
    """
    Return a pool that is made when the listener's port is already known.
    """
    return make_pool()


@pytest.mark.parametrize("target", ["bot:hang", "bot:ahang"])
async def test_closing_the_iterator_stops_the_work(
    target: str, write: WriteSources, listener: Listener, make_pool: MakePool
) -> None:
    """
    Whoever stops reading stops the callable, plain or async.
    """
    write(bot=CONNECTS)
    pool = make_pool(concurrency=2)
    asks = [Ask(n, t, (Turn(Role.USER, "hi"),)) for n, t in enumerate(["bot:fine", target])]
    run = pool.ask(asks)
    await anext(run)
    line = await asyncio.to_thread(listener.accept)

    await run.aclose()

    if target == "bot:hang":
        assert is_at_end(line)
        assert process_ids(pool) == []
    else:
        line.sendall(b"x")
        assert len(process_ids(pool)) == 1


@pytest.mark.parametrize("target", ["bot:hang", "bot:ahang"])
async def test_cancelling_the_reader_stops_the_work(
    target: str, write: WriteSources, pool: Pool, ask: AskPool, listener: Listener
) -> None:
    """
    Cancelling the task that reads is as good as closing, and the pool goes on working.
    """
    write(bot=CONNECTS)
    reader = asyncio.create_task(ask(pool, target, ["a", "b", "c"]))
    await asyncio.to_thread(listener.accept)

    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader

    assert answered((await ask(pool, "bot:fine"))[0]).text == str(process_ids(pool)[0])


async def test_cancelling_keeps_a_worker_that_can_stop(
    write: WriteSources, pool: Pool, ask: AskPool, listener: Listener
) -> None:
    """
    Async callables are cancelled one by one, so their warm worker is kept.
    """
    write(bot=CONNECTS)
    await ask(pool, "bot:fine")
    before = process_ids(pool)
    reader = asyncio.create_task(ask(pool, "bot:ahang", ["a"]))
    await asyncio.to_thread(listener.accept)

    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader

    assert process_ids(pool) == before


async def test_cancelling_one_run_leaves_the_other(
    write: WriteSources, pool: Pool, ask: AskPool, listener: Listener
) -> None:
    """
    A run that is cancelled does not cost another run its answers.
    """
    write(
        bot=CONNECTS
        + "\n    async def slow(question):\n        await asyncio.sleep(0.4)\n        return question\n"
    )
    other = asyncio.create_task(ask(pool, "bot:slow", ["a", "b"]))
    reader = asyncio.create_task(ask(pool, "bot:ahang", ["a"]))
    await asyncio.to_thread(listener.accept)

    reader.cancel()

    assert [answered(asked).text for asked in (await other).values()] == ["a", "b"]


@pytest.mark.parametrize("target", ["bot:hang", "bot:ahang", "bot:fine"])
async def test_close_leaves_no_process(
    target: str, write: WriteSources, pool: Pool, ask: AskPool, listener: Listener
) -> None:
    """
    Closing the pool ends idle and busy workers alike, and whoever still waits gets what there is.
    """
    write(bot=CONNECTS)
    if target == "bot:fine":
        await ask(pool, target)
        [pid] = process_ids(pool)
    else:
        reader = asyncio.create_task(collect(pool, target))
        await asyncio.to_thread(listener.accept)
        [pid] = process_ids(pool)

    await pool.close()

    assert process_ids(pool) == []
    assert not is_alive(pid)
    if target != "bot:fine":
        assert await reader == []


async def collect(pool: Pool, target: str) -> list[Any]:
    """
    Return all outcomes of one question, of which there may be none.
    """
    return [asked async for batch in pool.ask([Ask(0, target, (Turn(Role.USER, "hi"),))]) for asked in batch]


def is_alive(pid: int) -> bool:
    """
    Return whether there is such a process, reaped or not.
    """
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


async def test_idle_worker_ends_in_good_order(
    write: WriteSources, pool: Pool, ask: AskPool, root: Path
) -> None:
    """
    Closing lets the developer's atexit functions run.
    """
    write(
        bot="""
        import atexit
        atexit.register(lambda: open("goodbye", "w").close())
        def ask(question): return question
        """
    )
    await ask(pool, "bot:ask")

    await pool.close()

    assert (root / "goodbye").exists()


async def test_worker_that_does_not_end_is_killed(
    write: WriteSources, pool: Pool, ask: AskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A thread of the developer's that keeps the process from ending does not keep the pool from closing.
    """
    monkeypatch.setattr(worker, "_STOP_PATIENCE_S", 0.1)
    write(
        bot="""
        import threading
        threading.Thread(target=threading.Event().wait).start()
        def ask(question): return question
        """
    )
    await ask(pool, "bot:ask")

    await asyncio.wait_for(pool.close(), 20)

    assert process_ids(pool) == []


async def test_closing_while_a_worker_starts_leaves_none(write: WriteSources, pool: Pool) -> None:
    """
    A process that is just being started is ended as well.
    """
    write(bot="def ask(question): return question")
    reader = asyncio.create_task(collect(pool, "bot:ask"))
    await asyncio.sleep(0)

    await pool.close()

    assert await reader == []
    assert process_ids(pool) == []


async def test_closed_pool_answers_nothing(write: WriteSources, pool: Pool) -> None:
    """
    Asking a closed pool starts no process.
    """
    await pool.close()

    [asked] = await collect(pool, "bot:ask")

    assert str(asked.outcome.kind) == "cancelled"
    assert process_ids(pool) == []


@pytest.mark.skipif(sys.platform == "win32", reason="taskkill does this on Windows")
async def test_children_of_the_callable_end_with_the_worker(
    write: WriteSources, pool: Pool, ask: AskPool, listener: Listener
) -> None:
    """
    A server that the callable started does not outlive the pool.
    """
    write(bot=CONNECTS)
    await ask(pool, "bot:spawn")
    line = await asyncio.to_thread(listener.accept)

    await pool.close()

    assert await asyncio.to_thread(is_at_end, line)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX notion")
@pytest.mark.parametrize("target", ["bot:hang", "bot:ahang", "bot:spawn", "bot:freeze"])
async def test_workers_end_when_llmentary_is_killed(
    target: str, write: WriteSources, root: Path, listener: Listener
) -> None:
    """
    Nothing is left when the parent dies without a word, even while the callable blocks or freezes.
    """
    write(bot=CONNECTS)
    # A worker that is frozen ends by itself when loading and answering should long have been over.
    limit_s = 8.0 if target == "bot:freeze" else 60.0
    script = f"""
        import asyncio, sys
        sys.path.insert(0, {str(SERVER)!r})
        from pathlib import Path
        from llmentary_regression.core.model import Role, Turn
        from llmentary_regression.execution.pool import Pool
        from llmentary_regression.execution.requests import Ask
        from llmentary_regression.execution.worker import _worker

        _worker._LAST_RESORT_S = 0.5

        async def main():
            pool = Pool(sys.executable, Path({str(root)!r}), load_timeout_s={limit_s})
            turns = (Turn(Role.USER, "hi"),)
            async for batch in pool.ask([Ask(0, {target!r}, turns, timeout_s={limit_s})]):
                pass
            await asyncio.Event().wait()

        asyncio.run(main())
    """
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", textwrap.dedent(script))
    line = await asyncio.to_thread(listener.accept)

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    assert await asyncio.to_thread(is_at_end, line)


# --- changed code --------------------------------------------------------------------------------


async def test_warm_worker_is_used_again(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    While nothing changes, run after run is answered by the same process.
    """
    write(bot="import os\ndef ask(question): return str(os.getpid())")

    pids = {answered((await ask(pool, "bot:ask"))[0]).text for _ in range(5)}

    assert len(pids) == 1


async def test_edited_code_is_used_in_the_next_run(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    Edits of one length, faster than a file's time stamp in whole seconds can tell, are all noticed.
    """
    texts = []
    for number in range(6):
        write(bot=f"def ask(question): return 'after {number} days'")
        texts.append(answered((await ask(pool, "bot:ask"))[0]).text)

    assert texts == [f"after {number} days" for number in range(6)]


async def test_edited_helper_is_noticed_although_imported_late(
    write: WriteSources, pool: Pool, ask: AskPool
) -> None:
    """
    A module that the callable imports only while it answers counts as well.
    """
    write(bot="def ask(question):\n    import helper\n    return helper.text", helper="text = 'one'")
    await ask(pool, "bot:ask")
    write(helper="text = 'two'")

    assert answered((await ask(pool, "bot:ask"))[0]).text == "two"


async def test_stale_workers_are_replaced(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    `mark_outdated` is for what cannot be seen from the modules, such as a data file.
    """
    write(bot="import os\npid = os.getpid()\ndef ask(question): return str(pid)")
    before = answered((await ask(pool, "bot:ask"))[0]).text

    pool.mark_outdated()

    assert answered((await ask(pool, "bot:ask"))[0]).text != before


async def test_loaded_files_are_the_developers_own(
    write: WriteSources, pool: Pool, ask: AskPool, root: Path
) -> None:
    """
    The files to watch are known, and hold nothing of the standard library.
    """
    write(bot="import json, helper\ndef ask(question): return question", helper="")

    await ask(pool, "bot:ask")

    assert pool.loaded_files() == {root / "bot.py", root / "helper.py"}
