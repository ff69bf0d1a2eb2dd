"""
What the middleware for ASGI and for WSGI have in common: the application, and what to capture of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from llmentary_regression.training.session import start_from_environment
from llmentary_regression_worker.json_paths import compile_path

from ._bodies import MAX_BYTES, is_json

_METHODS = frozenset({"POST", "PUT", "PATCH"})
_App = TypeVar("_App")


@dataclass(frozen=True, slots=True)
class CaptureRules:
    """
    Which requests of a web application to capture, and where question and answer are in them.

    Raises:
        ValueError: a JSON path is not valid.
    """

    paths: tuple[str, ...] = ()
    """URL paths such as `/ask`; `/api/*` matches every path with this prefix. Empty matches all paths."""
    question: str | None = None
    """The JSON path of the question in a request; None tries the usual names."""
    answer: str | None = None
    """The JSON path of the answer in a response, or in each event of a stream; None tries the usual names."""
    model: str | None = None
    """The JSON path of the model's name in a response."""
    suite: str | None = None
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """How to ask again; None asks the URL of the request, as an `http:` target."""
    max_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        for path in (self.question, self.answer, self.model):
            if path is not None:
                compile_path(path)

    def matches(self, method: str, path: str, content_type: str) -> bool:
        """
        Return whether a request is to be captured, by its method, path and content type.
        """
        if method not in _METHODS or not is_json(content_type):
            return False
        return not self.paths or any(
            path.startswith(pattern[:-1])
            if pattern.endswith("*")
            else path.rstrip("/") == pattern.rstrip("/")
            for pattern in self.paths
        )


class Middleware(Generic[_App]):
    """
    Wraps an application and captures its answers while training is on.

    Args:
        app: the application.
        paths: URL paths to capture, such as `/ask` or `/api/*`; one string, or several. By default all of them.
        question: the JSON path of the question in a request, such as `$.question`; by default the usual names.
        answer: the JSON path of the answer in a response, or in each event of a stream; by default the usual names.
        model: the JSON path of the model's name in a response.
        suite: the suite to save into, without folder and file extension; by default that of the session.
        tags: tags for the cases, without `#`.
        callable: how to ask again, as `module:function`; by default an HTTP request to the same URL.

    Raises:
        ValueError: a JSON path is not valid.
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
        self.rules = CaptureRules(
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
    Return the URL for a path of a server on this machine, for use in a suite; None if it is not known.
    """
    if not isinstance(host, str) or not host or not str(port).isdigit():
        return None
    if host in ("0.0.0.0", "::", "testserver"):
        host = "127.0.0.1"
    shown_host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown_host}:{port}{quote(path, safe='/%:@!$&()*+,;=~-._')}"
