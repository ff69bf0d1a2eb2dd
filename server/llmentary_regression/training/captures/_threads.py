"""
Let new threads belong to the session of whoever starts them, while any session is open.

Context variables do not flow into threads by themselves. So `Thread.start` and
`ThreadPoolExecutor.submit` are wrapped from the first session's opening to the last one's closing,
and are the originals otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from ._capture import SCOPE, Scope


class ThreadsFollow:
    """
    The wrapping of threads, on or off.
    """

    def __init__(self) -> None:
        self._start: Callable[..., None] | None = None
        self._submit: Callable[..., Future[Any]] | None = None

    def follow(self) -> None:
        """
        Wrap.
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

    def leave(self) -> None:
        """
        Put the originals back.
        """
        if self._start is not None and self._submit is not None:
            threading.Thread.start = self._start  # type: ignore[method-assign]
            ThreadPoolExecutor.submit = self._submit  # type: ignore[method-assign]
            self._start = self._submit = None


THREADS: Final = ThreadsFollow()


def _call_in_scope(scope: Scope, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    token = SCOPE.set(scope)
    try:
        return function(*args, **kwargs)
    finally:
        SCOPE.reset(token)
