"""
One request to a web application and its response, captured if a question and an answer are found in them.
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
from ._middleware import CaptureRules


class Exchange:
    """
    A request and its response in progress. Holds copies of their bodies, up to a limit.
    """

    def __init__(self, rules: CaptureRules, method: str, address: str | None, source: str) -> None:
        scope = SCOPE.get(None)
        self.call = Call()
        self.call.outer = scope.call if scope is not None else None
        self.scope = Scope(current_session(), self.call)
        """The scope for the application's code, so that calls inside it are part of this one."""
        self._rules = rules
        self._method = method
        self._address = address
        self._source = source
        self._request = _Copy(rules.max_bytes)
        self._response = _Copy(rules.max_bytes)
        self._status = 0
        self._type = ""
        self._encoding = ""
        self._started = time.perf_counter()

    def add_request(self, data: bytes) -> None:
        """
        Add bytes of the request's body.
        """
        self._request.add(data)

    def start_response(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """
        Record the status and headers of the response.
        """
        found = {name.lower(): value for name, value in headers}
        self._status = status
        self._type = found.get("content-type", "").partition(";")[0].strip().lower()
        self._encoding = found.get("content-encoding", "").strip().lower()

    @property
    def may_hold_answer(self) -> bool:
        """
        Return whether the response may contain an answer, by its status and headers.
        """
        return 200 <= self._status < 300 and may_hold_answer(self._type)

    def add_response(self, data: bytes) -> None:
        """
        Add bytes of the response's body.
        """
        if self.may_hold_answer:
            self._response.add(data)

    def finish(self) -> None:
        """
        Capture the exchange, if a question and an answer are found in it.

        If `trainable` or `capture_interaction` captured something inside it, only that counts.
        """
        self.call.is_over = True
        if self.call.captured or not self.may_hold_answer:
            return
        for name, copy in (("request", self._request), ("response", self._response)):
            if copy.is_too_long:
                warn(f"a {name} with more than {self._rules.max_bytes:,} bytes was not captured")
                return
        try:
            capture = self._read()
        except (ValueError, RecursionError, zlib.error):
            return  # it is declared as JSON but is not
        if capture is not None:
            emit(capture)

    def _read(self) -> Capture | None:
        body = json.loads(self._request.data)
        found = find_question(body, self._rules.question)
        answer, data = read_answer(self._response.data, self._type, self._encoding, self._rules.answer)
        if found is None or not answer:
            return None
        turns, path = found
        question = next((turn.text for turn in reversed(turns) if turn.role is Role.USER), "")
        if not question.strip():
            return None
        target, args, reason = self._target(body, path)
        return Capture(
            question=question,
            answer=answer,
            turns=turns,
            category=self._rules.suite,
            model=find_model(data, self._rules.model) or self.call.model,
            usage=self.call.usage,
            tags=self._rules.tags,
            callable=target,
            args=args,
            source=self._source,
            cannot_ask_again=reason,
            elapsed_s=time.perf_counter() - self._started,
        )

    def _target(self, body: Any, path: str) -> tuple[str | None, dict[str, JsonValue], str | None]:
        """
        Return the callable that asks this again, its arguments, and the reason if there is none.
        """
        if self._rules.callable is not None:
            return self._rules.callable, {}, None
        if self._address is None:
            return None, {}, "the server's address is not known; give the middleware a `callable`"
        name = path.strip().removeprefix("$").removeprefix(".")
        if not isinstance(body, dict) or list(body) != [name]:
            # Other fields of a request may be secrets or identify the user, so no suite gets them.
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
        if self._rules.answer is not None:
            args["answer"] = self._rules.answer
        return self._address, args, None


class _Copy:
    """
    A copy of the bytes of a body. A class because it drops them once there are too many.
    """

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
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
