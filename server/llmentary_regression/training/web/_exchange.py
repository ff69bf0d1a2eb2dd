"""
One request to a web application and its response: watched, and captured if question and answer are found.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable
from typing import Any

from llmentary_regression.core.model import JsonValue, Role
from llmentary_regression.training.captures import SCOPE, Call, Capture, Scope, current_session, emit, warn

from ._bodies import find_model, find_question, may_hold_answer, read_answer
from ._middleware import WebCapture


class Exchange:
    """
    One request and its response under way. Keeps copies of their bytes, up to a limit.
    """

    def __init__(self, wanted: WebCapture, method: str, address: str | None, source: str) -> None:
        scope = SCOPE.get(None)
        self.call = Call()
        self.call.outer = scope.call if scope is not None else None
        self.scope = Scope(current_session(), self.call)
        """Where the application's code runs meanwhile, so that the calls inside belong to this one."""
        self._wanted = wanted
        self._method = method
        self._address = address
        self._source = source
        self._request = _Copy(wanted.most_bytes)
        self._response = _Copy(wanted.most_bytes)
        self._status = 0
        self._type = ""
        self._encoding = ""
        self._started = time.perf_counter()

    def asked(self, data: bytes) -> None:
        """
        Note bytes of the request's body.
        """
        self._request.add(data)

    def begin(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """
        Note how the response begins.
        """
        found = {name.lower(): value for name, value in headers}
        self._status = status
        self._type = found.get("content-type", "").partition(";")[0].strip().lower()
        self._encoding = found.get("content-encoding", "").strip().lower()

    @property
    def is_of_interest(self) -> bool:
        """
        Tell whether the response, as it began, may hold an answer.
        """
        return 200 <= self._status < 300 and may_hold_answer(self._type)

    def answered(self, data: bytes) -> None:
        """
        Note bytes of the response's body.
        """
        if self.is_of_interest:
            self._response.add(data)

    def ended(self) -> None:
        """
        Capture the exchange, if question and answer are found in it.

        Where something inside was captured by the developer's own word, that is what counts.
        """
        self.call.is_over = True
        if self.call.captured or not self.is_of_interest:
            return
        for name, copy in (("request", self._request), ("response", self._response)):
            if copy.is_too_long:
                warn(f"a {name} with more than {self._wanted.most_bytes:,} bytes was not captured")
                return
        try:
            capture = self._read()
        except (ValueError, RecursionError, zlib.error):
            return  # not the JSON that it says it is
        if capture is not None:
            emit(capture)

    def _read(self) -> Capture | None:
        body = json.loads(self._request.data)
        asked = find_question(body, self._wanted.question)
        answer, data = read_answer(self._response.data, self._type, self._encoding, self._wanted.answer)
        if asked is None or not answer:
            return None
        turns, path = asked
        question = next((turn.text for turn in reversed(turns) if turn.role is Role.USER), "")
        if not question.strip():
            return None
        target, args, cannot = self._target(body, path)
        return Capture(
            question=question,
            answer=answer,
            turns=turns,
            category=self._wanted.suite,
            model=find_model(data, self._wanted.model) or self.call.model,
            usage=self.call.usage,
            tags=self._wanted.tags,
            callable=target,
            args=args,
            source=self._source,
            cannot_ask_again=cannot,
            elapsed_s=time.perf_counter() - self._started,
        )

    def _target(self, body: Any, path: str) -> tuple[str | None, dict[str, JsonValue], str | None]:
        """
        Return the callable that asks this again with its arguments, or why there is none.
        """
        if self._wanted.callable is not None:
            return self._wanted.callable, {}, None
        if self._address is None:
            return None, {}, "the server's address is not known; give the middleware a `callable`"
        name = path.strip().removeprefix("$").removeprefix(".")
        if not isinstance(body, dict) or list(body) != [name]:
            # What else a request holds may be a secret or say who asked, so that no suite gets it.
            return (
                None,
                {},
                f"a request to {self._address} holds more than the question; name a function that asks it, "
                "or write `@callable` and `@arg body`",
            )
        args: dict[str, JsonValue] = {}
        if self._method != "POST":
            args["method"] = self._method
        if isinstance(body[name], list):
            args["body"] = {name: "{{messages}}"}
        elif name != "question":
            args["body"] = {name: "{{question}}"}
        if self._wanted.answer is not None:
            args["answer"] = self._wanted.answer
        return self._address, args, None


class _Copy:
    """
    Bytes that were seen, as long as they are not too many. A class because it forgets them then.
    """

    def __init__(self, most: int) -> None:
        self._left = most
        self._parts: list[bytes] = []

    @property
    def is_too_long(self) -> bool:
        return self._left < 0

    @property
    def data(self) -> bytes:
        return b"".join(self._parts)

    def add(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            self._parts.clear()
        else:
            self._parts.append(bytes(data))
