"""
pygls's protocol, fixed where it would hang, leak memory, leave a request unanswered or log too much.

Each override says which behavior of pygls 2.1 it replaces, and each has a test.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import Future
from pathlib import PurePath
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
    from pygls.workspace import Workspace

    from llmentary_regression.lsp.server import Server

_log = logging.getLogger(__name__)

REQUEST_FAILED = -32803
_NOT_INITIALIZED = -32002
_INVALID_REQUEST = -32600
_PARSE_ERROR = -32700


def refusal(message: str) -> JsonRpcException:
    """
    Return the error response to a valid request that cannot be fulfilled; the client shows the message.
    """
    return JsonRpcException(message, REQUEST_FAILED)


def describe_exception(error: BaseException) -> str:
    """
    Return an error's type and the lines it came through, innermost last; its text may quote an answer.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames[-6:])
    return f"{type(error).__name__} at {lines}" if lines else type(error).__name__


def make_converter() -> Converter:
    """
    Return a converter that leaves the parameters of custom messages as plain dictionaries.

    pygls turns them into named tuples, whose fields clash with method names such as `keys`.
    """
    converter = get_converter()
    for message in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(message, _build_message)
    return converter


def _build_message(message: dict[str, Any], cls: type) -> Any:
    fields = ("jsonrpc", "id", "method", "params", "result")
    known = {name: message.get(name) for name in fields if name in cls.__annotations__}
    return cls(**known)


class Protocol(LanguageServerProtocol):
    """
    The protocol of one connection.
    """

    _server: Server  # pygls declares its own class here

    # --- incoming ---

    def receive(self, body: bytes) -> None:
        """
        Handle one message. Every request gets a response, however malformed it is.

        If the parameters are malformed, pygls shows the user a message and never answers the client.
        """
        try:
            data = json.loads(body)
        except ValueError:
            self._answer_error(None, _PARSE_ERROR, "the message is not JSON")
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._answer_error(None, _INVALID_REQUEST, "the message is not JSON-RPC 2.0")
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
        Fail the request whose response cannot be read.
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
        Drop a handler's future once it is done; pygls keeps the future of every notification forever.
        """

        def drop_and_call(future: Future[Any]) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, drop_and_call, args, kwargs)

    def _handle_response(
        self, msg_id: Any, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """
        Drop a response that nobody waits for any more; pygls raises on a cancelled future.
        """
        future = self._request_futures.get(msg_id)
        if future is not None and future.done():
            self._request_futures.pop(msg_id, None)
            return
        super()._handle_response(msg_id, result, error)

    # --- outgoing ---

    def _send_data(self, data: Any) -> None:
        """
        Send a message without logging it; pygls logs whole messages, including answers.
        """
        if not data or self.writer is None:
            return
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":")).encode()
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _serialize_message(self, data: Any) -> Any:
        """
        Send a result that is JSON already as it is; pygls would convert all of it again.
        """
        if isinstance(data, JsonRPCResponseMessage):
            return {"jsonrpc": self.VERSION, "id": data.id, "result": data.result}
        return super()._serialize_message(data)

    def as_json(self, value: Any) -> Any:
        """
        Return a value of the protocol as JSON, to be sent as part of a larger message.
        """
        return self._converter.unstructure(value)

    def notify_json(self, method: str, params: dict[str, Any]) -> None:
        """
        Send a notification whose parameters are JSON already.
        """
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    # --- start and end ---

    def use_workspace(self, workspace: Workspace) -> None:
        """
        Replace pygls's workspace; to be called before any document is open.
        """
        self._workspace = workspace

    def clear_features(self) -> None:
        """
        Remove the placeholders that stood for the features until these are loaded.
        """
        for table in (self.fm._features, self.fm._feature_options, self.fm._commands):
            table.clear()

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """
        Cancel pending requests before answering; pygls changes a dictionary while iterating over it, and raises.
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
        Make the server leave its loop; pygls raises `SystemExit` inside it and then waits for threads.
        """
        self._server.stop(0 if self._shutdown else 1)
        yield from ()
