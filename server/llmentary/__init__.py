"""
llmentary: regression tests for programs that answer with an LLM.

Public names are imported when they are first used, so that `import llmentary` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmentary.api import compare, fingerprint

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "fingerprint"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("llmentary.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
