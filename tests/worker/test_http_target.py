"""
Programs that are asked over HTTP, by a server on this machine.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest

from llmentary_regression_worker.call import Loaded, ask_plain
from llmentary_regression_worker.load import NotImportable, load_callable
from llmentary_regression_worker.wire import AskMessage


class Program:
    """
    A program behind an address: what it was asked, and what it answers.
    """

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.type = "application/json"
        self.body: bytes | str = '{"answer": "30 days."}'
        self.more_headers: dict[str, str] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.headers: dict[str, str] = {}


@pytest.fixture
def program() -> Iterator[Program]:
    """
    Serve a program.
    """
    program = Program()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """
            Say nothing.
            """

        def answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length", 0)))
            program.requests.append((self.command, self.path, json.loads(data)))
            program.headers = dict(self.headers.items())
            body = program.body.encode() if isinstance(program.body, str) else program.body
            self.send_response(program.status)
            self.send_header("content-type", program.type)
            for name, value in program.more_headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    program.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield program
    server.shutdown()
    thread.join()
    server.server_close()


Asking = Callable[..., tuple[Any, Any]]


@pytest.fixture
def ask(program: Program, tmp_path: Path) -> Asking:
    """
    Return what asks the program as a worker does, and returns answer and failure.
    """

    def ask(url: str | None = None, turns: list[list[str]] | None = None, **fields: Any) -> tuple[Any, Any]:
        target = url or f"{program.url}/ask"
        question: Any = {"turns": turns} if turns else {"question": "How long?"}
        message: AskMessage = cast(AskMessage, {"id": 1, "target": target, **question, **fields})
        loaded = Loaded(target, load_callable(target, str(tmp_path)))
        result = ask_plain(loaded, message, pause=lambda _: None, wait_for=lambda _: None)
        return result[3], result[4]

    return ask


def test_question_and_answer(program: Program, ask: Asking) -> None:
    """
    Without any setting, the question goes as JSON and `answer` comes back.
    """
    program.body = '{"answer": "30 days.", "model": "gpt-5", "usage": {"output_tokens": 5}}'

    answer, failure = ask()

    assert failure is None
    assert answer == {"text": "30 days.", "model": "gpt-5", "tokens": 5}
    assert program.requests == [("POST", "/ask", {"question": "How long?"})]


def test_template(program: Program, ask: Asking) -> None:
    """
    A body of one's own is filled with question, messages, model and arguments.
    """
    body = {
        "q": "{{question}}",
        "deep": [{"say": "Q: {{question}} ({{model}})"}],
        "m": "{{messages}}",
        "t": "{{top}}",
        "u": "{{no}}",
    }

    ask(args={"method": "PUT", "body": body, "top": 0.5}, model="gpt-5")

    assert program.requests == [
        (
            "PUT",
            "/ask",
            {
                "q": "How long?",
                "deep": [{"say": "Q: How long? (gpt-5)"}],
                "m": [{"role": "user", "content": "How long?"}],
                "t": 0.5,
                "u": "{{no}}",
            },
        )
    ]


def test_conversation(program: Program, ask: Asking) -> None:
    """
    A conversation goes as messages; arguments and model go beside.
    """
    turns = [["user", "a"], ["assistant", "b"], ["user", "c"]]

    ask(f"{program.url}/chat?v=2", turns=turns, args={"temperature": 0}, model="gpt-5")

    ((_, path, body),) = program.requests
    assert path == "/chat?v=2"
    assert [message["content"] for message in body["messages"]] == ["a", "b", "c"]
    assert (body["model"], body["temperature"]) == ("gpt-5", 0)


@pytest.mark.parametrize(
    ("kind", "body", "path", "expected"),
    [
        ("application/json", '{"data": [{"out": "30"}]}', "$.data[0].out", "30"),
        ("application/json", '{"reply": "30"}', None, {"text": "30"}),
        ("application/json", '{"choices": [{"message": {"content": "30"}}]}', None, {"text": "30"}),
        ("application/json", '"30"', None, "30"),
        (
            "application/json",
            '{"days": 30}',
            None,
            {"text": '{"days": 30}', "data": {"days": 30}, "has_data": True},
        ),
        ("text/plain", "thirty\n", None, "thirty\n"),
        ("text/event-stream", 'data: {"delta": "3"}\n\ndata: {"delta": "0"}\n\ndata: [DONE]\n\n', None, "30"),
        ("text/event-stream", 'data: {"x": "3"}\n\ndata: {"x": "0"}\n\n', "x", "30"),
    ],
)
def test_ways_to_answer(
    program: Program, ask: Asking, kind: str, body: str, path: str | None, expected: Any
) -> None:
    """
    JSON, text and streams of events are read; a path says where to look.
    """
    program.type, program.body = kind, body

    answer, failure = ask(args={"answer": path} if path else {})

    assert failure is None
    assert answer in (expected, {"text": expected})


@pytest.mark.parametrize(
    ("change", "args", "message"),
    [
        ({"status": 500, "body": "out of order"}, {}, "answered 500: out of order"),
        ({"status": 500, "body": "x" * 400}, {}, "answered 500: " + "x" * 300 + "…"),
        (
            {"status": 302, "more_headers": {"location": "http://else.test/?secret"}},
            {},
            "answered 302, a redirect, which is not followed",
        ),
        ({"type": "text/html", "body": "<p>hi"}, {}, "answered with `text/html` that is not JSON"),
        ({}, {"answer": "$.nothing"}, "has nothing at `$.nothing`"),
        ({}, {"answer": "$["}, "`$[` is not a JSON path"),
        ({}, {"method": "po st"}, "`@arg method` wants a word"),
        ({}, {"headers": "x"}, "`@arg headers` wants an object"),
        ({}, {"headers": {"X-A": "a\r\nX-B: b"}}, "the header `X-A` cannot be sent"),
        (
            {},
            {"headers": {"X-A": "${SHOP_TOKEN}"}},
            "the header variable `SHOP_TOKEN` may not go to 127.0.0.1",
        ),
        ({"body": b" " * 4_000_001}, {}, "more than 4,000,000 characters"),
        (
            {"more_headers": {"content-length": "1000"}, "type": "text/plain", "body": "Within"},
            {},
            "broke off after 6 of 1,000 bytes",
        ),
        (
            {"type": "text/event-stream", "body": 'data: {"x": 1}\n\ndata: {"x": 2}\n\n'},
            {},
            "answered with events that hold no text at the usual places; set `@arg answer`",
        ),
    ],
)
def test_failures_say_what_is_wrong(
    program: Program,
    ask: Asking,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    args: dict[str, Any],
    message: str,
) -> None:
    """
    Each failure names the address and the reason, and no frame of ours.
    """
    monkeypatch.setenv("SHOP_TOKEN", "hunter2")
    for name, value in change.items():
        setattr(program, name, value)

    _, failure = ask(args=args)

    assert failure["message"].startswith(f"`{program.url}/ask` ")
    assert message in failure["message"]
    assert "hunter2" not in str(failure)
    assert "secret" not in str(failure)
    assert not failure.get("frames")


def test_nothing_listens(ask: Asking) -> None:
    """
    A program that was not started is told as such, after the retries that were asked for.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        _, failure = ask(f"http://127.0.0.1:{port}/ask")

    assert f"nothing listens at 127.0.0.1:{port}; start the program" in failure["message"]


def test_retry_after_is_heeded(program: Program, ask: Asking) -> None:
    """
    What the program asks to wait is handed on.
    """
    program.status, program.more_headers = 429, {"Retry-After": "7"}

    _, failure = ask()

    assert failure["retry_after_s"] == 7


@pytest.mark.parametrize("allowed", ["SHOP_TOKEN", "OTHER, SHOP_TOKEN@127.0.0.1"])
def test_allowed_variable_reaches_the_header(
    program: Program, ask: Asking, monkeypatch: pytest.MonkeyPatch, allowed: str
) -> None:
    """
    A variable that the user allowed for this host is filled in.
    """
    monkeypatch.setenv("SHOP_TOKEN", "hunter2")
    monkeypatch.setenv("LLMENTARY_HTTP_ENV", allowed)

    answer, _ = ask(args={"headers": {"Authorization": "Bearer ${SHOP_TOKEN}"}})

    assert answer == {"text": "30 days."}
    assert program.headers["Authorization"] == "Bearer hunter2"


def test_variable_for_another_host_stays_here(
    program: Program, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What is allowed for one host goes to no other.
    """
    monkeypatch.setenv("SHOP_TOKEN", "hunter2")
    monkeypatch.setenv("LLMENTARY_HTTP_ENV", "SHOP_TOKEN@shop.example")

    _, failure = ask(args={"headers": {"X-Token": "${SHOP_TOKEN}"}})

    assert "may not go to 127.0.0.1" in failure["message"]
    assert program.requests == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://user:hunter2@shop.example/ask?key=abc", "`http://shop.example/ask` holds a password"),
        ("http:///ask", "is not an address"),
        ("http://shop.example:port/", "is not an address"),
    ],
)
def test_addresses_that_cannot_be_used(tmp_path: Path, address: str, message: str) -> None:
    """
    They are told before anything is asked, without their secrets.
    """
    with pytest.raises(NotImportable, match=message) as caught:
        load_callable(address, str(tmp_path))

    assert "hunter2" not in str(caught.value)


TOKEN = 'hunter2 "shop"/äö'


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
@pytest.mark.parametrize(
    "form",
    [
        lambda token: token,
        json.dumps,
        quote,
        lambda token: base64.b64encode(token.encode()).decode(),
        lambda token: token.encode().hex(),
    ],
)
def test_what_a_server_repeats_of_a_header_variable_is_masked(
    program: Program,
    ask: Asking,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    kind: str,
    form: Callable[[str], str],
) -> None:
    """
    In answers and in failures, plain or in a usual coding: both are shown, and may be logged.
    """
    monkeypatch.setenv("SHOP_TOKEN", TOKEN)
    monkeypatch.setenv("LLMENTARY_HTTP_ENV", "SHOP_TOKEN")
    text = f"you sent {form(TOKEN)}, thanks"
    program.status, program.type = status, f"{kind}; charset=utf-8"
    program.body = json.dumps({"answer": text}) if kind == "application/json" else text

    answer, failure = ask(args={"headers": {"X-Token": "${SHOP_TOKEN}"}})

    shown = json.dumps([answer, failure])
    assert "[masked]" in shown
    assert form(TOKEN) not in shown
    assert "hunter2" not in shown
