"""
What the middlewares for ASGI and WSGI have in common: the application, and what to capture of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from llmentary_regression.training.session import start_from_environment
from llmentary_regression_worker.json_paths import compile_path

from ._bodies import MOST_BYTES, is_json

_METHODS = frozenset({"POST", "PUT", "PATCH"})
_App = TypeVar("_App")


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
        if method not in _METHODS or not is_json(content_type):
            return False
        return not self.paths or any(
            path.startswith(one[:-1]) if one.endswith("*") else path.rstrip("/") == one.rstrip("/")
            for one in self.paths
        )


class Middleware(Generic[_App]):
    """
    Wraps an application.

    Args:
        app: the application.
        paths: addresses to look at, such as `/ask` or `/api/*`; all, where none is given.
        question: JSON path of the question in a request's body; the usual names are tried without one.
        answer: JSON path of the answer in the response, or in each event of a stream.
        model: JSON path of the model in the response.
        suite: keep the captures in this suite.
        tags: for the cases.
        callable: what asks again; without one, the server's own address.

    Raises:
        ValueError: a JSON path cannot be read.
    """

    def __init__(
        self,
        app: _App,
        *,
        paths: str | Iterable[str] = (),
        question: str | None = None,
        answer: str | None = None,
        model: str | None = None,
        suite: str | None = None,
        tags: Iterable[str] = (),
        callable: str | None = None,
    ) -> None:
        self.app = app
        self.wanted = WebCapture(
            paths=(paths,) if isinstance(paths, str) else tuple(paths),
            question=question,
            answer=answer,
            model=model,
            suite=suite,
            tags=tuple(tags),
            callable=callable,
        )
        start_from_environment()


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
