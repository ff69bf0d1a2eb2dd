"""
What stands between captures and the project they are kept in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Answer, Role, Turn
from llmentary_regression.services.capture import Observed, Prepared, keep, prepare
from llmentary_regression.services.run import run_apart
from llmentary_regression.training.captures import Capture

if TYPE_CHECKING:
    from llmentary_regression.core.pins import WantedPins
    from llmentary_regression.services.approve import PinnableFact
    from llmentary_regression.services.project import Project

ResultT = TypeVar("ResultT")


class NotKept(Exception):
    """
    A capture could not be kept; the text says why and what to do.
    """


def observed_of(capture: Capture) -> Observed:
    """
    Return a capture as the service that keeps it wants it.
    """
    answer = Answer(
        capture.answer,
        data=capture.data,
        has_data=capture.has_data,
        model=capture.model,
        tokens=capture.usage.tokens,
        cost=capture.usage.cost,
        elapsed_s=capture.elapsed_s,
    )
    return Observed(
        turns=capture.turns or (Turn(Role.USER, capture.question),),
        answer=answer,
        category=capture.category,
        name=capture.name,
        tags=capture.tags,
        callable=capture.callable,
        file=capture.file,
        args={**capture.params, **capture.args},
        model=capture.set_model,
        cannot_ask_again=capture.cannot_ask_again,
    )


class Keeper:
    """
    Looks up and keeps observations of one folder's project, one at a time, from whichever thread.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._lock = threading.Lock()

    @cached_property
    def project(self) -> Project:
        """
        Return the project; opened with the first observation, since most sessions begin before there is any.
        """
        from llmentary_regression.services.project import open_project

        return open_project(self._folder, environ=self._environ)

    def prepare(self, observed: Observed) -> Prepared:
        """
        Return what keeping would do.

        Raises:
            NotKept: it cannot be kept.
        """
        return self._do(lambda: prepare(self.project, observed))

    def keep(self, observed: Observed, pins: WantedPins = ()) -> Prepared:
        """
        Keep an observation.

        Raises:
            NotKept: it cannot be kept.
        """
        return self._do(lambda: keep(self.project, observed, pins=pins))

    def facts_of(self, prepared: Prepared) -> list[PinnableFact]:
        """
        Return the phrases of an answer that are worth pinning.
        """
        from llmentary_regression.services.approve import pinnable_facts_of

        return pinnable_facts_of(prepared.result)

    def _do(self, work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
        async def do_and_close() -> ResultT:
            try:
                return await work()
            finally:
                # What was started for this belongs to this event loop.
                await self.project.close()

        with self._lock:
            try:
                return run_apart(do_and_close)
            except LlmentaryError as exc:
                raise NotKept(str(exc)) from exc
            except OSError as exc:
                raise NotKept(f"`{exc.filename or self._folder}`: {exc.strerror or exc}") from exc
