"""
The one-liners for FastAPI and Flask, with the frameworks themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import flask
import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

import llmentary_regression.fastapi
import llmentary_regression.flask
from training_sessions import Opener


async def post(app: FastAPI, path: str) -> httpx2.Response:
    """
    Ask an application without a server.
    """
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return await client.post(path, json={"question": "How long?"})


def make_fastapi() -> FastAPI:
    app = FastAPI()

    @app.post("/ask")
    async def ask(body: dict[str, str]) -> dict[str, str]:
        return {"answer": "30 days."}

    @app.post("/stream")
    async def stream() -> StreamingResponse:
        async def events() -> AsyncIterator[str]:
            for piece in ("30", " days."):
                await asyncio.sleep(0)
                yield f'data: {{"delta": "{piece}"}}\n\n'

        return StreamingResponse(events(), media_type="text/event-stream")

    return app


@pytest.mark.parametrize("path", ["/ask", "/stream"])
async def test_fastapi(training: Opener, path: str) -> None:
    """
    An answer of FastAPI is captured, streamed or not, and arrives as without the middleware.
    """
    plain = await post(make_fastapi(), path)
    app = make_fastapi()
    llmentary_regression.fastapi.install(app, suite="shop")

    with training() as sink:
        watched = await post(app, path)

    assert (watched.content, watched.headers) == (plain.content, plain.headers)
    assert sink.pairs == [("How long?", "30 days.")]
    assert sink.captures[0].category == "shop"
    assert sink.captures[0].callable == f"http://127.0.0.1:8000{path}"


@pytest.mark.parametrize("path", ["/ask", "/stream"])
def test_flask(training: Opener, path: str) -> None:
    """
    An answer of Flask is captured, streamed or not, and arrives as without the middleware.
    """
    app = flask.Flask("shop")

    @app.post("/ask")
    def ask() -> dict[str, str]:
        assert flask.request.json is not None
        return {"answer": "30 days."}

    @app.post("/stream")
    def stream() -> flask.Response:
        return flask.Response(
            (f'data: {{"delta": "{piece}"}}\n\n' for piece in ("30", " days.")), mimetype="text/event-stream"
        )

    if path == "/stream":
        app.before_request(lambda: flask.request.get_data() and None)
    plain = app.test_client().post(path, json={"question": "How long?"})
    llmentary_regression.flask.install(app)

    with training() as sink:
        watched = app.test_client().post(path, json={"question": "How long?"}, buffered=True)

    assert (watched.data, watched.headers) == (plain.data, plain.headers)
    assert sink.pairs == [("How long?", "30 days.")]
    assert sink.captures[0].source == "wsgi"


@pytest.mark.parametrize("module", [llmentary_regression.fastapi, llmentary_regression.flask])
def test_bad_path_is_told_at_once(module: Any) -> None:
    """
    A slip in an option shows where it was written.
    """
    app: Any = FastAPI() if module is llmentary_regression.fastapi else flask.Flask("shop")

    with pytest.raises(ValueError, match="is not a JSON path"):
        module.install(app, question="$.a[")
