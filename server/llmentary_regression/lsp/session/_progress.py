"""
Show the progress of a run in the client, where the user can cancel it.

pygls's own progress keeps every token forever, and starts nothing before the client has answered.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_SECONDS_TO_ANSWER = 5.0


class Progress:
    """
    The progress of one run; does nothing if the client cannot show any.
    """

    def __init__(self, ls: Server, title: str, total: int) -> None:
        self.token: str = f"llmentary-{uuid.uuid4()}"
        self._ls = ls
        self._title = title
        self._total = total
        self._done = 0
        self._is_shown = False
        self._has_ended = False
        window = ls.client_capabilities.window
        if window is not None and window.work_done_progress:
            ls.run_in_background(self._create())

    def report(self, done: int) -> None:
        """
        Report how many cases are done.
        """
        self._done = done
        if self._is_shown and not self._has_ended:
            self._send(
                types.WorkDoneProgressReport(
                    message=f"{done} of {self._total}", percentage=self._percentage, cancellable=True
                )
            )

    def end(self, message: str) -> None:
        if self._is_shown and not self._has_ended:
            self._send(types.WorkDoneProgressEnd(message=message))
        self._has_ended = True

    @property
    def _percentage(self) -> int:
        return 100 * self._done // max(self._total, 1)

    def _create(self) -> Coroutine[Any, Any, None]:
        request = self._ls.window_work_done_progress_create_async(
            types.WorkDoneProgressCreateParams(token=self.token)
        )

        async def begin_when_created() -> None:
            try:
                await asyncio.wait_for(request, _SECONDS_TO_ANSWER)
            except (asyncio.TimeoutError, JsonRpcException):
                return  # the run continues without showing progress
            # Even if the run is over by now: a client that created the token shows it until it is ended.
            self._is_shown = True
            self._send(
                types.WorkDoneProgressBegin(
                    title=self._title,
                    message=f"{self._done} of {self._total}",
                    percentage=self._percentage,
                    cancellable=True,
                )
            )
            if self._has_ended:
                self._send(types.WorkDoneProgressEnd())

        return begin_when_created()

    def _send(
        self,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        self._ls.progress(types.ProgressParams(token=self.token, value=value))
