"""
Capture the answers of an ASGI application: FastAPI, Starlette, Litestar, Django and others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from llmentary_regression.training.captures import SCOPE, SESSIONS

from ._exchange import Exchange
from ._middleware import Middleware, address_of

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[Any, Any, Any], Awaitable[None]]


class TrainingMiddleware(Middleware[_App]):
    """
    Wraps an ASGI application; its requests and responses pass unchanged.

    The arguments are those of `Middleware`.
    """

    async def __call__(self, scope: Any, receive: _Receive, send: _Send) -> None:
        if not SESSIONS.any_open or scope["type"] != "http" or not self._matches(scope):
            await self.app(scope, receive, send)
            return
        host, port = scope.get("server") or (None, None)
        path = scope.get("root_path", "") if not scope["path"].startswith(scope.get("root_path", "")) else ""
        address = address_of(scope.get("scheme", "http"), host, port, f"{path}{scope['path']}")
        exchange = Exchange(self.rules, scope["method"], address, "asgi")

        async def receive_and_copy() -> _Message:
            message = await receive()
            if message["type"] == "http.request":
                exchange.add_request(message.get("body", b""))
            return message

        async def send_and_copy(message: _Message) -> None:
            if message["type"] == "http.response.start":
                exchange.start_response(message["status"], _texts(message.get("headers", ())))
            elif message["type"] == "http.response.body":
                exchange.add_response(message.get("body", b""))
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                exchange.finish()

        token = SCOPE.set(exchange.scope)
        try:
            await self.app(scope, receive_and_copy, send_and_copy)
        finally:
            SCOPE.reset(token)

    def _matches(self, scope: Any) -> bool:
        kind = next((value for name, value in scope["headers"] if name.lower() == b"content-type"), b"")
        return self.rules.matches(scope["method"], scope["path"], kind.decode("latin-1"))


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
