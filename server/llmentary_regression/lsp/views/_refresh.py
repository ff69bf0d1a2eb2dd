"""
Ask the client to fetch something again, at the pace at which it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_PATIENCE_S = 4.0
"""How long to wait for a client that has not come: it may show no suite just now."""


class Refresh:
    """
    Asks again only when the client has come for what it was last asked to fetch.

    VS Code comes for lenses when nobody has asked it to for a quarter of a second, or longer where fetching
    takes longer. Results of a long run arrive faster: asked at each, it would come when the run ends.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._is_wanted = False
        self._waits: asyncio.TimerHandle | None = None

    def want(self) -> None:
        """
        Ask now, or as soon as the client has come.
        """
        if self._waits is not None:
            self._is_wanted = True
            return
        self._is_wanted = False
        self._waits = asyncio.get_running_loop().call_later(_PATIENCE_S, self.came)
        self._ask()

    def came(self) -> None:
        """
        Note that the client comes. It may show other suites too, so what is wanted stays wanted.
        """
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None
        if self._is_wanted:
            self.want()
