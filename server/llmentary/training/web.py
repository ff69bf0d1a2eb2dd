"""
What the middlewares for ASGI and WSGI share: which requests to look at, and how to read them.
"""

from __future__ import annotations

import json
import re
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from llmentary.core.model import JsonValue, Role, Turn
from llmentary.execution.web_reading import compile_path, join_events, read_events
from llmentary.training.calls import read_turns
from llmentary.training.capture import SCOPE, Call, Capture, Scope, current_session, emit
from llmentary.training.faults import warn

MOST_BYTES: Final = 2_000_000
"""Of a request's body and of a response's, each; what is longer is not captured."""
QUESTION_PATHS: Final = ("question", "prompt", "messages", "message", "query", "input", "text")
ANSWER_PATHS: Final = (
    "answer",
    "choices[0].message.content",
    "response",
    "reply",
    "output",
    "message.content",
    "message",
    "content",
    "text",
    "$",
)
PIECE_PATHS: Final = (
    "choices[0].delta.content",
    "delta.text",
    "delta",
    "answer",
    "token",
    "text",
    "content",
    "$",
)
"""Where an event of a stream holds its piece of the answer."""
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b", re.IGNORECASE)
_EVENTS = ("text/event-stream",)
_LINES = ("application/x-ndjson", "application/jsonl")
_METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class WebCapture:
    """
    What to capture of a web application.

    Raises:
        ValueError: a path cannot be read.
    """

    paths: tuple[str, ...] = ()
    """Addresses, such as `/ask`; one that ends in `*` stands for all that begin so. Empty takes every one."""
    question: str | None = None
    """JSON path of the question in a request's body; None tries the usual names."""
    answer: str | None = None
    """JSON path of the answer in a response, or in each event of a stream; None tries the usual names."""
    model: str | None = None
    """JSON path of the model in a response's body."""
    suite: str | None = None
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """How to ask again; None has the address itself asked, as an `http:` target."""
    most_bytes: int = MOST_BYTES

    def __post_init__(self) -> None:
        for path in (self.question, self.answer, self.model):
            if path is not None:
                compile_path(path)

    def wants(self, method: str, path: str, content_type: str) -> bool:
        """
        Tell whether a request is worth looking at.
        """
        if method not in _METHODS or not _JSON.match(content_type):
            return False
        return not self.paths or any(
            path.startswith(one[:-1]) if one.endswith("*") else path.rstrip("/") == one.rstrip("/")
            for one in self.paths
        )


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
        return 200 <= self._status < 300 and (
            _JSON.match(self._type) is not None or self._type in (*_EVENTS, *_LINES, "text/plain")
        )

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
        asked = self._find_question(body)
        answer, data = self._read_answer()
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
            model=self._find_model(data) or self.call.model,
            usage=self.call.usage,
            tags=self._wanted.tags,
            callable=target,
            args=args,
            source=self._source,
            cannot_ask_again=cannot,
            elapsed_s=time.perf_counter() - self._started,
        )

    def _find_question(self, body: Any) -> tuple[tuple[Turn, ...], str] | None:
        paths = (self._wanted.question,) if self._wanted.question is not None else QUESTION_PATHS
        for path in paths:
            for value in compile_path(path)(body):
                turns = read_turns(value)
                if turns is not None:
                    return turns, path
        return None

    def _find_model(self, data: Any) -> str | None:
        if self._wanted.model is None:
            return None
        found = compile_path(self._wanted.model)(data)
        return next((one for one in found if isinstance(one, str)), None)

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

    def _read_answer(self) -> tuple[str | None, Any]:
        data = _decoded(self._response.data, self._encoding)
        if data is None:
            return None, None
        text = data.decode("utf-8")
        chosen = (self._wanted.answer,) if self._wanted.answer is not None else None
        if self._type in (*_EVENTS, *_LINES):
            events = read_events(text) if self._type in _EVENTS else text.split("\n")
            picks = [compile_path(path) for path in chosen or PIECE_PATHS]
            return join_events((event for event in events if event.strip()), picks), None
        if self._type == "text/plain":
            return text, None
        body = json.loads(text)
        for path in chosen or ANSWER_PATHS:
            for value in compile_path(path)(body):
                if isinstance(value, str) and value:
                    return value, body
        return None, body


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


def address_of(scheme: str, host: object, port: object, path: str) -> str | None:
    """
    Return the address of a server on this machine as a suite can name it; None where it is not known.
    """
    if not isinstance(host, str) or not host or not str(port).isdigit():
        return None
    if host in ("0.0.0.0", "::", "testserver"):
        host = "127.0.0.1"
    place = f"[{host}]" if ":" in host else host
    return f"{scheme}://{place}:{port}{quote(path, safe='/%:@!$&()*+,;=~-._')}"


def _decoded(data: bytes, encoding: str) -> bytes | None:
    if encoding in ("", "identity"):
        return data
    if encoding in ("gzip", "x-gzip"):
        reader = zlib.decompressobj(31)
        text = reader.decompress(data, MOST_BYTES)
        return None if reader.unconsumed_tail else text
    return None
