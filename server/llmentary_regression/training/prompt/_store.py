"""
Preview and save captures in a project.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.services.approve import suggested_pins
from llmentary_regression.services.capture import Preview, preview_capture, save_capture
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.run import run_sync

if TYPE_CHECKING:
    from llmentary_regression.core.pins import PinSuggestion, WantedPins

ResultT = TypeVar("ResultT")


class CaptureNotSaved(Exception):
    """
    A capture cannot be saved; the text says why and what to do.
    """


class CaptureStore:
    """
    Previews and saves captures in the project of one folder, one at a time, from any thread.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._lock = threading.Lock()

    @cached_property
    def project(self) -> Project:
        """
        Return the project, opened with the first capture: most sessions start before there is one.
        """
        return open_project(self._folder, environ=self._environ)

    def preview(self, capture: Capture) -> Preview:
        """
        Return what saving a capture would do.

        Raises:
            CaptureNotSaved: it cannot be saved.
        """
        return self._run(lambda: preview_capture(self.project, capture))

    def save(self, capture: Capture, pins: WantedPins = ()) -> Preview:
        """
        Save a capture.

        Raises:
            CaptureNotSaved: it cannot be saved.
        """
        return self._run(lambda: save_capture(self.project, capture, pins=pins, via="capture"))

    def suggested_pins(self, preview: Preview) -> list[PinSuggestion]:
        """
        Return the phrases of an answer that are worth pinning.
        """
        return suggested_pins(preview.result)

    def _run(self, work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
        async def do_and_close() -> ResultT:
            try:
                return await work()
            finally:
                # What the project has started belongs to this event loop, which ends now.
                await self.project.close()

        with self._lock:
            try:
                return run_sync(do_and_close)
            except LlmentaryError as exc:
                raise CaptureNotSaved(str(exc)) from exc
            except OSError as exc:
                raise CaptureNotSaved(f"`{exc.filename or self._folder}`: {exc.strerror or exc}") from exc
