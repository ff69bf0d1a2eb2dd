"""
The adapters that are switched on with the first session of a process and off with the last.

Each is a module with `switch_on()` and `switch_off()`; one whose library is not installed does nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

ADAPTERS: Final[tuple[str, ...]] = (
    "llmentary_regression.training.sdk.otel",
    "llmentary_regression.training.sdk.langchain",
)
"""Module names; what is not used costs nothing, since they are imported with the first session."""


def switch_on_adapters() -> None:
    """
    Have the adapters capture.
    """
    for name in ADAPTERS:
        import_module(name).switch_on()


def switch_off_adapters() -> None:
    """
    Leave the adapters' libraries as they were found.
    """
    for name in ADAPTERS:
        import_module(name).switch_off()
