"""
Capture what a WSGI application answers: Flask, Django and others.
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
    Wraps a WSGI application; what it reads and returns passes unchanged, piece by piece.

    The arguments are those of `Middleware`.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not SESSIONS.any_open:
            return self.app(environ, start_response)
        path = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
        method = environ.get("REQUEST_METHOD", "")
        if not self.wanted.wants(method, path, environ.get("CONTENT_TYPE", "")):
            return self.app(environ, start_response)
        address = address_of(
            environ.get("wsgi.url_scheme", "http"),
            environ.get("SERVER_NAME"),
            environ.get("SERVER_PORT"),
            path.encode("latin-1").decode("utf-8", "replace"),
        )
        exchange = Exchange(self.wanted, method, address, "wsgi")
        environ["wsgi.input"] = _Input(environ["wsgi.input"], exchange)
        has_begun = False

        def start_noting(status: str, headers: Any, *exc_info: Any) -> Any:
            nonlocal has_begun
            write = start_response(status, headers, *exc_info)
            exchange.begin(int(status.split(" ", 1)[0]), headers)
            has_begun = True

            def write_noting(data: bytes) -> Any:
                exchange.answered(data)
                return write(data)

            return write_noting

        token = SCOPE.set(exchange.scope)
        try:
            result = self.app(environ, start_noting)
        finally:
            SCOPE.reset(token)
        if has_begun and not exchange.is_of_interest:
            return result  # as it is, such as a file that the server sends by itself
        kind = _SizedPieces if hasattr(result, "__len__") else _Pieces
        return kind(result, exchange)


class _Pieces:
    """
    The application's pieces, noted as the server takes them. A class because servers call `close`.
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
            self._exchange.ended()
            raise
        except BaseException:
            SCOPE.reset(token)
            raise
        SCOPE.reset(token)
        self._exchange.answered(piece)
        return piece

    def close(self) -> None:
        close = getattr(self._result, "close", None)
        if close is not None:
            close()


class _SizedPieces(_Pieces):
    """
    Pieces whose number is known, from which servers conclude the length of the response.
    """

    def __len__(self) -> int:
        return len(self._result)  # type: ignore[arg-type]


class _Input:
    """
    The request's body, noted as the application reads it.
    """

    def __init__(self, stream: Any, exchange: Exchange) -> None:
        self._stream = stream
        self._exchange = exchange

    def read(self, *size: Any) -> bytes:
        return self._noted(self._stream.read(*size))

    def readline(self, *size: Any) -> bytes:
        return self._noted(self._stream.readline(*size))

    def readlines(self, *hint: Any) -> list[bytes]:
        return [self._noted(line) for line in self._stream.readlines(*hint)]

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._noted(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _noted(self, data: bytes) -> bytes:
        self._exchange.asked(data)
        return data
