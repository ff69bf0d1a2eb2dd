"""
Capture the answers of a WSGI application: Flask, Django and others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from llmentary_regression.training.captures import SCOPE, SESSIONS

from ._exchange import Exchange
from ._middleware import Middleware, address_of

_App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TrainingMiddleware(Middleware[_App]):
    """
    Wraps a WSGI application; its requests and responses pass unchanged, piece by piece.

    The arguments are those of `Middleware`.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not SESSIONS.any_open:
            return self.app(environ, start_response)
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        method = environ.get("REQUEST_METHOD", "")
        if not self.rules.matches(method, path, environ.get("CONTENT_TYPE", "")):
            return self.app(environ, start_response)
        address = address_of(
            environ.get("wsgi.url_scheme", "http"),
            environ.get("SERVER_NAME"),
            environ.get("SERVER_PORT"),
            path.encode("latin-1").decode("utf-8", "replace"),
        )
        exchange = Exchange(self.rules, method, address, "wsgi")
        environ["wsgi.input"] = _Input(environ["wsgi.input"], exchange)
        has_started = False

        def start_and_copy(status: str, headers: Any, *exc_info: Any) -> Any:
            nonlocal has_started
            write = start_response(status, headers, *exc_info)
            exchange.start_response(int(status.split(" ", 1)[0]), headers)
            has_started = True

            def write_and_copy(data: bytes) -> Any:
                exchange.add_response(data)
                return write(data)

            return write_and_copy

        token = SCOPE.set(exchange.scope)
        try:
            result = self.app(environ, start_and_copy)
        finally:
            SCOPE.reset(token)
        if has_started and not exchange.may_hold_answer:
            return result  # unwrapped, so that the server can send a file itself
        wrapper = _SizedPieces if hasattr(result, "__len__") else _Pieces
        return wrapper(result, exchange)


class _Pieces:
    """
    The pieces of a response, copied as the server reads them. A class because servers call `close`.
    """

    def __init__(self, result: Iterable[bytes], exchange: Exchange) -> None:
        self._result = result
        self._pieces: Iterator[bytes] | None = None
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        token = SCOPE.set(self._exchange.scope)
        try:
            if self._pieces is None:
                self._pieces = iter(self._result)
            piece = next(self._pieces)
        except StopIteration:
            SCOPE.reset(token)
            self._exchange.finish()
            raise
        except BaseException:
            SCOPE.reset(token)
            raise
        SCOPE.reset(token)
        self._exchange.add_response(piece)
        return piece

    def close(self) -> None:
        close = getattr(self._result, "close", None)
        if close is not None:
            close()


class _SizedPieces(_Pieces):
    """
    Pieces whose number is known, from which servers derive the length of the response.
    """

    def __len__(self) -> int:
        return len(self._result)  # type: ignore[arg-type]


class _Input:
    """
    The request's body, copied as the application reads it.
    """

    def __init__(self, stream: Any, exchange: Exchange) -> None:
        self._stream = stream
        self._exchange = exchange

    def read(self, *size: Any) -> bytes:
        return self._copied(self._stream.read(*size))

    def readline(self, *size: Any) -> bytes:
        return self._copied(self._stream.readline(*size))

    def readlines(self, *hint: Any) -> list[bytes]:
        return [self._copied(line) for line in self._stream.readlines(*hint)]

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._copied(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _copied(self, data: bytes) -> bytes:
        self._exchange.add_request(data)
        return data
