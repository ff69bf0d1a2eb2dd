"""
Who asks: the local pool of workers, or a cluster of machines.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from llmentary_regression.core.model import Failure, JsonValue

from ._jobs import Budget
from ._requests import Ask, Asked


class Executor(Protocol):
    """
    Asks the developer's callables; it belongs to one event loop and is closed before that ends.
    """

    def ask(self, asks: Iterable[Ask], *, budget: Budget | None = None) -> AsyncGenerator[list[Asked], None]:
        """Ask, and yield the outcomes in batches, in any order; closing the generator stops the work."""

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue | Failure:
        """Call a judge or embed callable with positional arguments."""

    def mark_outdated(self) -> None:
        """Load the developer's code again for what is asked from now on."""

    def loaded_files(self) -> frozenset[Path]:
        """Return the developer's own source files that were loaded, as far as they lie on this machine."""

    def import_name_fault(self) -> str | None:
        """Return what is wrong with `import llmentary` in the developer's Python, as far as it is known."""

    async def close(self) -> None:
        """Cancel what is in flight, and leave no process running."""
