"""
The middlewares see questions and answers of web applications, and change not one byte.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmentary_regression.training.captures import SCOPE, SESSIONS, Capture, Scope, Session, Usage, emit
from llmentary_regression.training.session._activation import close_session, open_session
from llmentary_regression.training.web import asgi, wsgi
from training_sessions import Opener

ASKED = b'{"question": "How long?"}'
JSON = ("content-type", "application/json")
EVENTS = ("content-type", "text/event-stream; charset=utf-8")

Sent = list[tuple[str, Any]]


class Answering:
    """
    An application, for both kinds of server, that answers with given bytes in given pieces.
    """

    def __init__(self, pieces: list[bytes], *headers: tuple[str, str], status: int = 200) -> None:
        self.pieces = pieces
        self.headers = list(headers)
        self.status = status
        self.received = b""

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            self.received += message.get("body", b"")
            more = message.get("more_body", False)
        headers = [(name.encode(), value.encode()) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for piece in self.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    def wsgi(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        self.received = environ["wsgi.input"].read()
        start_response(f"{self.status} X", self.headers)
        yield from self.pieces


def call_asgi(app: Any, request: list[bytes], method: str = "POST", path: str = "/ask") -> Sent:
    """
    Return everything that an application sends to its server.
    """
    sent: Sent = []
    queue = [
        {"type": "http.request", "body": piece, "more_body": at < len(request) - 1}
        for at, piece in enumerate(request)
    ]

    async def receive() -> Any:
        return queue.pop(0)

    async def send(message: Any) -> None:
        sent.append((message["type"], dict(message)))

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "scheme": "http",
        "headers": [(b"content-type", b"application/json")],
        "server": ("127.0.0.1", 8000),
    }
    asyncio.run(app(scope, receive, send))
    return sent


def call_wsgi(app: Any, request: list[bytes], method: str = "POST", path: str = "/ask") -> Sent:
    """
    Return everything that an application returns to its server.
    """
    sent: Sent = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b"".join(request)),
    }

    def start_response(status: str, headers: Any, *exc_info: Any) -> Any:
        sent.append((status, list(headers)))
        return lambda data: sent.append(("written", data))

    result = app(environ, start_response)
    sent += [("piece", piece) for piece in result]
    if hasattr(result, "close"):
        result.close()
    return sent


class Kind:
    """
    One of the two kinds of servers, spoken to in the same way.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def wrap(self, app: Any, **options: Any) -> Any:
        inner = getattr(app, self.name) if isinstance(app, Answering) else app
        return (
            asgi.TrainingMiddleware(inner, **options)
            if self.name == "asgi"
            else wsgi.TrainingMiddleware(inner, **options)
        )

    def call(self, app: Any, *request: bytes, method: str = "POST", path: str = "/ask") -> Sent:
        call = call_asgi if self.name == "asgi" else call_wsgi
        return call(app, list(request) or [ASKED], method, path)


@pytest.fixture(params=["asgi", "wsgi"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return Kind(request.param)


def check(kind: Kind, training: Opener, app: Answering, *request: bytes, **options: Any) -> Any:
    """
    Return what is captured of one exchange.
    """
    with training() as sink:
        kind.call(kind.wrap(app, **options), *request)
    return sink.captures


def test_json(kind: Kind, training: Opener) -> None:
    """
    Question and answer are found under their usual names, and the address asks again.
    """
    (capture,) = check(kind, training, Answering([b'{"answer": ', b'"30 days."}'], JSON))

    assert (capture.question, capture.answer, capture.source) == ("How long?", "30 days.", kind.name)
    assert capture.callable == "http://127.0.0.1:8000/ask"
    assert dict(capture.args) == {}


def test_paths_of_choice(kind: Kind, training: Opener) -> None:
    """
    JSON paths say where question, answer and model are.
    """
    app = Answering([b'{"data": [{"out": "30 days."}], "by": "gpt-5"}'], JSON)

    (capture,) = check(
        kind,
        training,
        app,
        b'{"q": "How long?"}',
        question="$.q",
        answer="$.data[0].out",
        model="$.by",
        suite="shop",
        tags=["web"],
    )

    assert (capture.question, capture.answer, capture.model) == ("How long?", "30 days.", "gpt-5")
    assert (capture.category, capture.tags) == ("shop", ("web",))
    assert dict(capture.args) == {"body": {"q": "{{question}}"}, "answer": "$.data[0].out"}


def test_messages(kind: Kind, training: Opener) -> None:
    """
    A conversation keeps its turns, and is asked again as one.
    """
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How long?"}]
    app = Answering([b'{"choices": [{"message": {"content": "30 days."}}]}'], JSON)

    (capture,) = check(kind, training, app, json.dumps({"messages": messages}).encode())

    assert (capture.question, capture.answer, len(capture.turns)) == ("How long?", "30 days.", 2)
    assert dict(capture.args) == {"body": {"messages": "{{messages}}"}}


def test_other_fields_go_into_no_suite(kind: Kind, training: Opener) -> None:
    """
    What a request holds besides may be a secret.
    """
    app = Answering([b'{"answer": "30 days."}'], JSON)

    (capture,) = check(kind, training, app, b'{"question": "How long?", "token": "hunter2"}')

    assert capture.callable is None
    assert "more than the question" in capture.cannot_ask_again
    assert "hunter2" not in str((capture.args, capture.params, capture.cannot_ask_again))


@pytest.mark.parametrize(
    "stream",
    [
        b'data: {"answer": "30"}\n\ndata: {"answer": " days."}\n\ndata: [DONE]\n\n',
        b": hello\r\nevent: x\r\ndata: 30\r\n\r\ndata:  days.\r\n\r\n",
        b'data: {"choices": [{"delta": {"content": "30"}}]}\n\n'
        b'data: {"choices": [{"delta": {"content": " days."}}]}\n\n',
        b'data: "30"\n\ndata: " days."\n\n',
        b'data: {"delta": "30 days"}\n\ndata: {"done": true}\n\ndata: {"delta": "."}\n\n',
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_events_are_joined(kind: Kind, training: Opener, stream: bytes, size: int) -> None:
    """
    A streamed answer is joined, however its bytes were cut.
    """
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]

    (capture,) = check(kind, training, Answering(pieces, EVENTS))

    assert capture.answer == "30 days."


def test_compressed(kind: Kind, training: Opener) -> None:
    """
    A compressed answer is read, and passes compressed.
    """
    data = gzip.compress(b'{"answer": "30 days."}')

    (capture,) = check(kind, training, Answering([data], JSON, ("content-encoding", "gzip")))

    assert capture.answer == "30 days."


@pytest.mark.parametrize(
    ("app", "request_body"),
    [
        (Answering([b'{"answer": "no"}'], JSON, status=500), ASKED),
        (Answering([b"<p>no</p>"], ("content-type", "text/html")), ASKED),
        (Answering([b'{"answer": '], JSON), ASKED),
        (Answering([b'{"answer": 3}'], JSON), ASKED),
        (Answering([b'{"answer": "a"}'], JSON), b"no json"),
        (Answering([b'{"answer": "a"}'], JSON), b'{"other": 1}'),
        (Answering([b'{"answer": "\xff"}'], JSON), ASKED),
        (Answering([b"\x1f\x8b broken"], JSON, ("content-encoding", "gzip")), ASKED),
        (Answering([b"[" * 100_000], JSON), ASKED),
    ],
)
def test_what_is_no_answer(kind: Kind, training: Opener, app: Answering, request_body: bytes) -> None:
    """
    Errors, pages and broken bodies are not captured.
    """
    assert check(kind, training, app, request_body) == []


def test_requests_that_are_not_meant(kind: Kind, training: Opener) -> None:
    """
    Other methods and other addresses are passed by.
    """
    app = kind.wrap(Answering([b'{"answer": "a"}'], JSON), paths=["/ask", "/api/*"])

    with training() as sink:
        kind.call(app, path="/other")
        kind.call(app, method="GET")
        kind.call(app, path="/ask/")
        kind.call(app, path="/api/chat")

    assert [capture.callable for capture in sink.captures] == [
        "http://127.0.0.1:8000/ask/",
        "http://127.0.0.1:8000/api/chat",
    ]


def test_long_bodies_are_not_kept(kind: Kind, training: Opener, capfd: pytest.CaptureFixture[str]) -> None:
    """
    Memory is bounded: a body over the limit passes uncaptured, with one warning.
    """
    app = Answering([b" " * 1_000_000] * 3, JSON)

    assert check(kind, training, app) == []
    assert "more than 2,000,000 bytes" in capfd.readouterr().err


def test_bad_path_is_told_at_once(kind: Kind) -> None:
    """
    A slip in a JSON path shows when the application starts.
    """
    with pytest.raises(ValueError, match="is not a JSON path"):
        kind.wrap(Answering([]), answer="$.a[")


def test_exception_passes(kind: Kind, training: Opener) -> None:
    """
    The application's exceptions are the server's business.
    """

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise KeyError("gone")

    def broken_wsgi(environ: Any, start_response: Any) -> Any:
        raise KeyError("gone")

    with training() as sink, pytest.raises(KeyError, match="gone"):
        kind.call(kind.wrap(broken if kind.name == "asgi" else broken_wsgi))

    assert sink.captures == []


def test_calls_inside_belong_to_the_exchange(kind: Kind, training: Opener) -> None:
    """
    An SDK call inside adds its model; what a decorated function captured inside is not captured again.
    """

    class Calling(Answering):
        def __init__(self, *, is_trained: bool) -> None:
            super().__init__([b'{"answer": "30 days."}'], JSON)
            self.is_trained = is_trained

        def emit(self) -> None:
            emit(
                Capture("q", "a", model="gpt-5", usage=Usage(tokens=5), source="openai"),
                is_explicit=self.is_trained,
            )

        async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
            self.emit()
            await super().asgi(scope, receive, send)

        def wsgi(self, environ: Any, start_response: Any) -> Iterator[bytes]:
            self.emit()
            yield from super().wsgi(environ, start_response)

    (outer,) = check(kind, training, Calling(is_trained=False))
    (inner,) = check(kind, training, Calling(is_trained=True))

    assert (outer.source, outer.model, outer.usage.tokens) == (kind.name, "gpt-5", 5)
    assert inner.source == "openai"


def test_length_of_the_response_stays_known(training: Opener) -> None:
    """
    A WSGI server that asks for the number of pieces gets it, and otherwise finds that there is none.
    """

    def listing(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [JSON])
        return [b"{}"]

    environ: Any = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(),
    }
    with training():
        listed: Any = wsgi.TrainingMiddleware(listing)(dict(environ), lambda *_: None)
        streamed: Any = wsgi.TrainingMiddleware(Answering([b"{}"], JSON).wsgi)(dict(environ), lambda *_: None)

    assert len(listed) == 1
    assert not hasattr(streamed, "__len__")


def test_other_protocols_pass(training: Opener) -> None:
    """
    Web sockets and the lifespan go straight to the application.
    """
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["type"], receive, send))

    receive, send = object(), object()
    with training():
        for name in ("websocket", "lifespan"):
            asyncio.run(asgi.TrainingMiddleware(app)({"type": name}, receive, send))  # type: ignore[arg-type]

    assert seen == [("websocket", receive, send), ("lifespan", receive, send)]


class Nowhere:
    """
    A sink that drops captures.
    """

    def add(self, session: Session, capture: Capture) -> None:
        """
        Drop it.
        """

    def close(self, session: Session) -> None:
        """
        Do nothing.
        """


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.binary(max_size=12) | st.sampled_from([b'{"answer": "a"}', b"data: a\n\n"]), max_size=5
    ),
    request=st.lists(st.binary(max_size=12) | st.just(ASKED), min_size=1, max_size=3),
    header=st.sampled_from(
        [JSON, EVENTS, ("content-type", "text/plain"), ("x-other", "ü".encode().decode("latin-1"))]
    ),
    encoding=st.sampled_from([(), (("content-encoding", "gzip"),), (("content-encoding", "br"),)]),
    status=st.sampled_from([200, 201, 404]),
    name=st.sampled_from(["asgi", "wsgi"]),
)
def test_every_byte_passes_unchanged(
    pieces: list[bytes], request: list[bytes], header: Any, encoding: Any, status: int, name: str
) -> None:
    """
    In training a server gets the same messages, in the same pieces, and the application the same request.
    """
    kind = Kind(name)
    plain, watched = (Answering(pieces, header, *encoding, status=status) for _ in range(2))
    expected = kind.call(getattr(plain, name), *request)
    session = Session(Nowhere())

    open_session(session)
    token = SCOPE.set(Scope(session))
    try:
        sent = kind.call(kind.wrap(watched), *request)
    finally:
        SCOPE.reset(token)
        close_session(session)

    assert sent == expected
    assert watched.received == plain.received
    assert not SESSIONS.any_open
