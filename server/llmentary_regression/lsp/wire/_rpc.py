"""
pygls's protocol, mended where it would hang, grow, stay silent or tell too much.

Each override says which behaviour of pygls 2.1 it replaces; a test holds each of them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from cattrs import Converter
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    lsp_method,
)

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_log = logging.getLogger(__name__)

REQUEST_FAILED = -32803
_NOT_INITIALIZED = -32002
_INVALID_REQUEST = -32600
_PARSE_ERROR = -32700


def refusal(message: str) -> JsonRpcException:
    """
    Return the answer to a request that was understood and cannot be met; the client shows the message.
    """
    return JsonRpcException(message, REQUEST_FAILED)


def make_converter() -> Converter:
    """
    Return a converter that leaves the parameters of our own messages plain dictionaries.

    pygls makes named tuples of them, whose fields clash with method names such as `keys`.
    """
    converter = get_converter()
    for message in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(message, _build)
    return converter


def _build(message: dict[str, Any], cls: type) -> Any:
    fields = ("jsonrpc", "id", "method", "params", "result")
    known = {name: message.get(name) for name in fields if name in cls.__annotations__}
    return cls(**known)


class Protocol(LanguageServerProtocol):
    """
    The protocol of one connection.
    """

    _server: Server  # pygls declares its own class here

    # --- coming in ---

    def receive(self, body: bytes) -> None:
        """
        Handle one message, and answer a request whatever is wrong with it.

        Where parameters are malformed, pygls tells the user and never the client, which waits for ever.
        """
        try:
            data = json.loads(body)
        except ValueError:
            self._answer_error(None, _PARSE_ERROR, "the message is no JSON")
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._answer_error(None, _INVALID_REQUEST, "the message is no JSON-RPC 2.0")
            return
        method, msg_id = data.get("method"), data.get("id")
        is_request = isinstance(method, str) and "id" in data
        if is_request and not self._is_ready_for(str(method)):
            code = _INVALID_REQUEST if self._shutdown else _NOT_INITIALIZED
            self._answer_error(msg_id, code, "the server is shutting down or not initialized")
            return
        if isinstance(method, str) and not is_request and not self._is_ready_for(method):
            return
        if method != types.INITIALIZE and self._workspace is not None:
            self._server.assemble()
        try:
            message = self.structure_message(data)
        except JsonRpcException:
            if is_request:
                self._answer_error(
                    msg_id, JsonRpcInvalidParams.CODE, f"the parameters of `{method}` are malformed"
                )
            elif not isinstance(method, str):
                self._fail_response(msg_id)
            return
        self.handle_message(message)

    def _is_ready_for(self, method: str) -> bool:
        if method == types.EXIT:
            return True
        if self._shutdown:
            return False
        return self._workspace is not None or method == types.INITIALIZE

    def _fail_response(self, msg_id: Any) -> None:
        """
        End the wait for a response that cannot be read.
        """
        future = self._request_futures.pop(msg_id, None)
        if future is not None and not future.done():
            future.set_exception(JsonRpcInvalidParams())

    def _answer_error(self, msg_id: Any, code: int, message: str) -> None:
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "error": {"code": code, "message": message}})

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """
        Forget a handler's future once it is done; pygls keeps that of every notification for ever.
        """

        def forget_and_call(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, forget_and_call, args, kwargs)

    def _handle_response(
        self, msg_id: Any, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """
        Drop an answer that nobody waits for any more; pygls raises on a cancelled future.
        """
        future = self._request_futures.get(msg_id)
        if future is not None and future.done():
            self._request_futures.pop(msg_id, None)
            return
        super()._handle_response(msg_id, result, error)

    # --- going out ---

    def _send_data(self, data: Any) -> None:
        """
        Send without writing the message into any log; pygls logs whole messages, answers included.
        """
        if not data or self.writer is None:
            return
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":")).encode()
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _serialize_message(self, data: Any) -> Any:
        """
        Take a result that is JSON already as it is; pygls walks through all of it once more.
        """
        if isinstance(data, JsonRPCResponseMessage):
            return {"jsonrpc": self.VERSION, "id": data.id, "result": data.result}
        return super()._serialize_message(data)

    def as_json(self, value: Any) -> Any:
        """
        Return a value of the protocol as JSON, ready to be sent in a larger whole.
        """
        return self._converter.unstructure(value)

    def notify_ready(self, method: str, params: dict[str, Any]) -> None:
        """
        Send a notification whose parameters are JSON already.
        """
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    # --- start and end ---

    def use_own_documents(self) -> None:
        """
        Put our own documents in place; to be called before any is open.
        """
        from llmentary_regression.lsp.positions import Documents

        self._workspace = Documents(self.workspace)

    def forget_features(self) -> None:
        """
        Make room for the features that were only offered until now.
        """
        for table in (self.fm._features, self.fm._feature_options, self.fm._commands):
            table.clear()

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """
        End what is pending before answering; pygls changes a dictionary while it walks it, and raises.
        """
        handler = self.fm.features.get(types.SHUTDOWN)
        if handler is not None:
            yield handler, args, None
        current = self.msg_id
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != current and not future.done():
                future.cancel()
        self._shutdown = True

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        """
        Have the server leave its loop; pygls raises `SystemExit` inside of it, and threads are waited for.
        """
        self._server.leave(0 if self._shutdown else 1)
        yield from ()
