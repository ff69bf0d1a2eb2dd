"""
llmentary: regression tests for programs that answer with an LLM.

Public names are imported when they are first used, so that `import llmentary` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmentary.api import compare, fingerprint, test_all
    from llmentary.training.interaction import capture_interaction
    from llmentary.training.session import training_mode, training_session
    from llmentary.training.trainable import trainable

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "capture_interaction",
    "compare",
    "fingerprint",
    "test_all",
    "trainable",
    "training_mode",
    "training_session",
]

_HOMES = {
    "capture_interaction": "llmentary.training.interaction",
    "trainable": "llmentary.training.trainable",
    "training_mode": "llmentary.training.session",
    "training_session": "llmentary.training.session",
}
"""Where the public names live that are not in `llmentary.api`."""


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "llmentary.api")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
