"""
llmentary: regression tests for programs that answer with an LLM.

Public names are imported when they are first used, so that `import llmentary` takes almost no time.
"""

from __future__ import annotations

# First of all: what comes after it may be found in the folder that somebody else has filled.
from llmentary_regression._own_start import leave_current_folder

leave_current_folder()

from importlib import import_module  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from llmentary_regression._version import __version__  # noqa: E402

if TYPE_CHECKING:
    from llmentary_regression.api import compare, fingerprint, test_all
    from llmentary_regression.training.functions import capture_interaction, trainable
    from llmentary_regression.training.session import training_mode, training_session

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

_MODULES = {
    "capture_interaction": "llmentary_regression.training.functions",
    "trainable": "llmentary_regression.training.functions",
    "training_mode": "llmentary_regression.training.session",
    "training_session": "llmentary_regression.training.session",
}
"""The modules of the public names that are not in `llmentary_regression.api`."""


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(_MODULES.get(name, "llmentary_regression.api")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
