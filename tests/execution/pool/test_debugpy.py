"""
Tests of debugging with the real `debugpy`: an editor's part is taken by a small client of its protocol.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from pool_fixtures import MakePool, WriteSources

SECONDS_TO_WAIT = 60.0

PLAIN_BOT = """
    def ask(question):
        stock = {"jackets": 3}
        return f"{question} {stock}"
"""
ASYNC_BOT = """
    import asyncio

    async def ask(question):
        await asyncio.sleep(0)
        stock = {"jackets": 3}
        return f"{question} {stock}"
"""


class Debugger:
    """
    Speaks the Debug Adapter Protocol as far as a breakpoint needs it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._kept: list[dict[str, Any]] = []

    @classmethod
    async def connect(cls, port: int) -> Debugger:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def send(self, command: str, **arguments: Any) -> Callable[[dict[str, Any]], bool]:
        """
        Send a request, and return what knows its response.
        """
        number = next(self._numbers)
        request = {"seq": number, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(request).encode()
        self._writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return lambda message: message["type"] == "response" and message["request_seq"] == number

    async def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        response = await self.receive(self.send(command, **arguments))
        assert response["success"], response
        return dict(response.get("body") or {})

    async def event(self, name: str) -> dict[str, Any]:
        event = await self.receive(lambda message: message["type"] == "event" and message["event"] == name)
        return dict(event.get("body") or {})

    async def receive(self, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """
        Return the first message of a kind, whether it came before or is to come; others are kept.
        """
        for message in self._kept:
            if is_wanted(message):
                self._kept.remove(message)
                return message
        while True:
            message = await asyncio.wait_for(self._read(), SECONDS_TO_WAIT)
            if is_wanted(message):
                return message
            self._kept.append(message)

    async def _read(self) -> dict[str, Any]:
        header = await self._reader.readuntil(b"\r\n\r\n")
        length = int(header.split(b":")[1].split(b"\r\n")[0])
        return dict(json.loads(await self._reader.readexactly(length)))

    async def attach(self, file: Path, *, stops_at: int) -> None:
        """
        Do what an editor does, up to the moment when the program goes on.
        """
        await self.request("initialize", adapterID="debugpy", pathFormat="path", linesStartAt1=True)
        attached = self.send("attach", justMyCode=True)
        await self.event("initialized")
        await self.request("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": stops_at}])
        await self.request("configurationDone")
        assert (await self.receive(attached))["success"]

    async def locals_where_stopped(self) -> tuple[int, dict[str, str]]:
        """
        Wait for a stop, and return its thread and the variables there.
        """
        thread = (await self.event("stopped"))["threadId"]
        (frame, *_) = (await self.request("stackTrace", threadId=thread))["stackFrames"]
        (scope, *_) = (await self.request("scopes", frameId=frame["id"]))["scopes"]
        found = await self.request("variables", variablesReference=scope["variablesReference"])
        return thread, {one["name"]: one["value"] for one in found["variables"]}

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@pytest.mark.parametrize(("bot", "line"), [(PLAIN_BOT, 4), (ASYNC_BOT, 7)], ids=["plain", "async"])
async def test_a_breakpoint_in_the_callable_is_hit(
    root: Path, write: WriteSources, make_pool: MakePool, bot: str, line: int
) -> None:
    """
    Variables can be read there for longer than the question's timeout, and then the answer comes.
    """
    write(bot=bot)
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    pool = make_pool(workers=1, concurrency=1, on_debug=port.set_result)
    answer = asyncio.ensure_future(_ask(pool))
    debugger = await Debugger.connect(await asyncio.wait_for(port, SECONDS_TO_WAIT))

    await debugger.attach(root / "bot.py", stops_at=line)
    thread, found = await debugger.locals_where_stopped()
    has_waited = not answer.done()
    await debugger.request("continue", threadId=thread)

    assert (await asyncio.wait_for(answer, SECONDS_TO_WAIT)).text == "Open? {'jackets': 3}"
    assert found == {"question": "'Open?'", "stock": "{'jackets': 3}"}
    assert has_waited
    await debugger.close()


async def _ask(pool: Pool) -> Answer:
    asks = [Ask(0, "bot:ask", (Turn(Role.USER, "Open?"),), timeout_s=0.001)]
    (outcome,) = [one.outcome async for batch in pool.ask(asks) for one in batch]
    assert isinstance(outcome, Answer), outcome.message
    return outcome
