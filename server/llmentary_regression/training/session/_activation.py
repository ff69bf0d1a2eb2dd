"""
Open and close sessions; the first one that opens switches on what captures besides `trainable`, the last one
that closes switches it off: the adapters, and the scope of new threads.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any, Final

from llmentary_regression.training.captures import SCOPE, SESSIONS, Scope, Session

_ADAPTERS: Final[tuple[str, ...]] = (
    "llmentary_regression.training.sdk.otel",
    "llmentary_regression.training.sdk.langchain",
)
"""
Modules with `enable()` and `disable()`, which do nothing where the adapter's library is not installed.

By name, so that an application outside training does not import them.
"""


def is_worker() -> bool:
    """
    Return whether this process is a worker that asks suites; there an application's training captures nothing.
    """
    return "llmentary_regression_worker.serve" in sys.modules


def open_session(session: Session) -> None:
    """
    Let a session capture.
    """
    if SESSIONS.add(session):
        _THREADS.enable()
        for name in _ADAPTERS:
            import_module(name).enable()


def close_session(session: Session) -> None:
    """
    Let a session capture no longer; its sink decides what happens to its captures.
    """
    if SESSIONS.remove(session):
        for name in _ADAPTERS:
            import_module(name).disable()
        _THREADS.disable()


class _ThreadScopes:
    """
    Lets new threads run in the scope of the code that starts them.

    Threads do not inherit context variables. So `Thread.start` and `ThreadPoolExecutor.submit` are wrapped while
    any session is open, and are the originals otherwise.
    """

    def __init__(self) -> None:
        self._start: Callable[..., None] | None = None
        self._submit: Callable[..., Future[Any]] | None = None

    def enable(self) -> None:
        """
        Wrap the two methods.
        """
        if self._start is not None:
            return
        start = self._start = threading.Thread.start
        submit = self._submit = ThreadPoolExecutor.submit

        def start_in_scope(thread: threading.Thread) -> None:
            scope = SCOPE.get(None)
            if scope is not None:
                run = thread.run

                def run_in_scope() -> None:
                    SCOPE.set(scope)
                    run()

                thread.run = run_in_scope  # type: ignore[method-assign]
            start(thread)

        def submit_in_scope(
            pool: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any
        ) -> Future[Any]:
            scope = SCOPE.get(None)
            if scope is None:
                return submit(pool, function, *args, **kwargs)
            return submit(pool, _call_in_scope, scope, function, *args, **kwargs)

        threading.Thread.start = start_in_scope  # type: ignore[method-assign, assignment]
        ThreadPoolExecutor.submit = submit_in_scope  # type: ignore[method-assign, assignment]

    def disable(self) -> None:
        """
        Restore the originals.
        """
        if self._start is not None and self._submit is not None:
            threading.Thread.start = self._start  # type: ignore[method-assign]
            ThreadPoolExecutor.submit = self._submit  # type: ignore[method-assign]
            self._start = self._submit = None


_THREADS: Final = _ThreadScopes()


def _call_in_scope(scope: Scope, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    token = SCOPE.set(scope)
    try:
        return function(*args, **kwargs)
    finally:
        SCOPE.reset(token)
