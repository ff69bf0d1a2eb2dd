"""
`http:` targets through real workers: how long they may take, and who allows header variables.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, Failure, FailureKind, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask
from llmentary_regression.storage.user import allow_http_variables
from pool_fixtures import MakePool

HEADERS = {"headers": {"X-Token": "${SHOP_TOKEN}"}}


@pytest.fixture
def address() -> Iterator[str]:
    """
    Return where a program answers with the token that it was sent, or at `/slow` not at all.
    """
    is_over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """
            Say nothing.
            """

        def do_POST(self) -> None:
            if self.path == "/slow":
                is_over.wait(60)
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.end_headers()
            self.wfile.write(f"token {self.headers['X-Token']}".encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    is_over.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def ask(pool: Pool, target: str, **fields: Any) -> Answer | Failure:
    """
    Return what comes of one question.
    """
    asked = [
        one
        async for batch in pool.ask([Ask(1, target, (Turn(Role.USER, "How long?"),), **fields)])
        for one in batch
    ]
    return asked[0].outcome


async def test_suite_cannot_allow_itself_a_variable(make_pool: MakePool, address: str) -> None:
    """
    `@env` does not make a header variable allowed.
    """
    pool = make_pool(environ={"SHOP_TOKEN": "hunter2"})

    outcome = await ask(pool, address, args=HEADERS, env={"LLMENTARY_HTTP_ENV": "SHOP_TOKEN"})

    assert isinstance(outcome, Failure)
    assert "may not go to 127.0.0.1" in outcome.message


@pytest.mark.parametrize("place", ["environment", "folder"])
async def test_user_allows_a_variable(make_pool: MakePool, address: str, tmp_path: Path, place: str) -> None:
    """
    The user's environment and the user's folder for llmentary do.
    """
    environ = {"SHOP_TOKEN": "hunter2", "LLMENTARY_HOME": str(tmp_path)}
    if place == "environment":
        environ["LLMENTARY_HTTP_ENV"] = "SHOP_TOKEN@127.0.0.1"
    else:
        (tmp_path / "http-env").write_text("# For the shop\nSHOP_TOKEN@127.0.0.1\n", encoding="utf-8")
    pool = make_pool(environ=allow_http_variables(environ))

    outcome = await ask(pool, address, args=HEADERS)

    assert isinstance(outcome, Answer)
    # The server repeats what it was sent, which is not shown.
    assert outcome.text == "token [masked]"


async def test_slow_program_times_out(make_pool: MakePool, address: str) -> None:
    """
    A program that does not answer costs its case, and the next one is asked.
    """
    pool = make_pool()

    slow = await ask(pool, f"{address}/slow", timeout_s=0.2)
    quick = await ask(pool, address)

    assert isinstance(slow, Failure)
    assert slow.kind is FailureKind.TIMED_OUT
    assert f"`{address}/slow` gave no answer within 0.2 s" in slow.message
    assert isinstance(quick, Answer)
