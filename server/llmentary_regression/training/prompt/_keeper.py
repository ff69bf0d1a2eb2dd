"""
What stands between captures and the project they are kept in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.services.capture import Preview, preview_capture, save_capture
from llmentary_regression.services.run import run_sync

if TYPE_CHECKING:
    from llmentary_regression.core.pins import PinSuggestion, WantedPins
    from llmentary_regression.services.project import Project

ResultT = TypeVar("ResultT")


class NotKept(Exception):
    """
    A capture could not be kept; the text says why and what to do.
    """


class Keeper:
    """
    Looks up and saves captures of one folder's project, one at a time, from whichever thread.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._lock = threading.Lock()

    @cached_property
    def project(self) -> Project:
        """
        Return the project; opened with the first capture, since most sessions begin before there is any.
        """
        from llmentary_regression.services.project import open_project

        return open_project(self._folder, environ=self._environ)

    def preview(self, capture: Capture) -> Preview:
        """
        Return what saving would do.

        Raises:
            NotKept: it cannot be kept.
        """
        return self._do(lambda: preview_capture(self.project, capture))

    def save(self, capture: Capture, pins: WantedPins = ()) -> Preview:
        """
        Save a capture.

        Raises:
            NotKept: it cannot be kept.
        """
        return self._do(lambda: save_capture(self.project, capture, pins=pins))

    def facts_of(self, preview: Preview) -> list[PinSuggestion]:
        """
        Return the phrases of an answer that are worth pinning.
        """
        from llmentary_regression.services.approve import suggested_pins

        return suggested_pins(preview.result)

    def _do(self, work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
        async def do_and_close() -> ResultT:
            try:
                return await work()
            finally:
                # What was started for this belongs to this event loop.
                await self.project.close()

        with self._lock:
            try:
                return run_sync(do_and_close)
            except LlmentaryError as exc:
                raise NotKept(str(exc)) from exc
            except OSError as exc:
                raise NotKept(f"`{exc.filename or self._folder}`: {exc.strerror or exc}") from exc
