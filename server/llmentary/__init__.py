"""
The short import name of `llmentary-regression`: `import llmentary` gives the public API of `llmentary_regression`.

Another distribution on the package index has the same import name. Where both are installed, whichever came last
owns this folder; `import llmentary_regression as llmentary` always means this project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import llmentary_regression
from llmentary_regression import __all__ as __all__
from llmentary_regression import __version__ as __version__

if TYPE_CHECKING:
    from llmentary_regression.api import compare as compare
    from llmentary_regression.api import fingerprint as fingerprint
    from llmentary_regression.api import test_all as test_all
    from llmentary_regression.training.functions import capture_interaction as capture_interaction
    from llmentary_regression.training.functions import trainable as trainable
    from llmentary_regression.training.session import training_mode as training_mode
    from llmentary_regression.training.session import training_session as training_session

__distribution__ = "llmentary-regression"
"""Marks this package as ours; another project's `llmentary` does not have it."""


def __getattr__(name: str) -> object:
    try:
        return getattr(llmentary_regression, name)
    except AttributeError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return sorted(__all__)
