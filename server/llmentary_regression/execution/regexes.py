"""
Run a suite's regular expressions where they can be killed: each request has a deadline.

A 25-character input was shown to keep Python's `re` busy for seconds, and it holds every thread meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llmentary_regression.core.model import Failure, FailureKind, Regex
from llmentary_regression.execution.worker import Process
from llmentary_regression.programs import without_key

_SCRIPT = Path(__file__).resolve().parents[2] / "llmentary_regression_worker" / "regexes.py"
_START_TIMEOUT_S = 30.0
_LAST_RESORT_S = 5.0
"""How long after its deadline the process ends by itself: nobody is left to kill it."""


class RegexRunner:
    """
    One process for regular expressions; started when first needed, replaced when an expression takes too long.
    """

    def __init__(self) -> None:
        self._process: Process | None = None
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._turn = asyncio.Lock()

    async def mask(self, text: str, masks: Sequence[Regex], *, timeout_s: float = 1.0) -> str | Failure:
        """
        Return the text with every match replaced by a fixed placeholder.
        """
        if not masks:
            return text
        outcome = await self._run("mask", text, masks, timeout_s)
        return outcome if isinstance(outcome, Failure) else str(outcome["text"])

    async def search(
        self, text: str, regexes: Sequence[Regex], *, timeout_s: float = 1.0
    ) -> Mapping[Regex, bool] | Failure:
        """
        Return for each expression whether it matches somewhere in the text.
        """
        if not regexes:
            return {}
        outcome = await self._run("search", text, regexes, timeout_s)
        return (
            outcome if isinstance(outcome, Failure) else dict(zip(regexes, outcome["matches"], strict=True))
        )

    async def close(self) -> None:
        """
        End the process, if there is one.
        """
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait()

    async def _run(
        self, action: str, text: str, regexes: Sequence[Regex], timeout_s: float
    ) -> dict[str, Any] | Failure:
        async with self._turn:
            try:
                return await self._ask(action, text, regexes, timeout_s)
            except BaseException:
                # Cancelled half-way: what the process still sends would be taken for a later reply.
                await self.close()
                raise

    async def _ask(
        self, action: str, text: str, regexes: Sequence[Regex], timeout_s: float
    ) -> dict[str, Any] | Failure:
        reason = await self._start()
        if reason is not None:
            why = f"cannot run regular expressions: {reason}; check whether {sys.executable} works"
            return Failure(FailureKind.REGEX, why)
        assert self._process is not None
        self._process.send(
            {
                "do": action,
                "text": text,
                "regexes": [[one.pattern, one.flags] for one in regexes],
                "limit_s": timeout_s + _LAST_RESORT_S,
            }
        )
        trying = regexes[0]
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            reply = await self._next_message(deadline - asyncio.get_running_loop().time())
            if reply is None or reply["is"] == "ended":
                await self.close()
                return _failure(
                    trying,
                    f"took longer than {timeout_s:g} s; make it simpler" if reply is None else "crashed",
                )
            if reply["is"] == "trying":
                trying = regexes[reply["regex"]]
            elif "broken" in reply:
                reason = f"is not a regular expression ({reply['reason']})"
                return _failure(regexes[reply["broken"]], reason)
            else:
                return reply

    async def _start(self) -> str | None:
        """
        Return why there is no process, if there is none.
        """
        if self._process is not None and not self._process.has_ended:
            return None
        messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._messages = messages
        process = Process(messages.put_nowait, lambda _: None, lambda _: messages.put_nowait({"is": "ended"}))
        try:
            await process.start(
                [sys.executable, "-I", str(_SCRIPT)], cwd=_SCRIPT.parent, env=without_key(os.environ)
            )
        except OSError as exc:
            return exc.strerror or str(exc)
        self._process = process
        message = await self._next_message(_START_TIMEOUT_S)
        if message is None or message["is"] != "ready":
            await self.close()
            return "the process did not start"
        return None

    async def _next_message(self, timeout_s: float) -> dict[str, Any] | None:
        if not self._messages.empty():
            return self._messages.get_nowait()
        try:
            return await asyncio.wait_for(self._messages.get(), max(timeout_s, 0))
        except asyncio.TimeoutError:
            return None


def _failure(regex: Regex, why: str) -> Failure:
    return Failure(FailureKind.REGEX, f"/{regex.pattern}/{regex.flags} {why}")
