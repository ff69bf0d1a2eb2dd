"""
The scripts are programs, not packages: they are imported as when one of them is run.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """
    Return what imports a script; afterwards `sys.modules` is as it was.
    """
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for path in SCRIPTS.glob("*.py"):
        monkeypatch.delitem(sys.modules, path.stem, raising=False)
        # Noted as absent, so that it is absent again afterwards.
        monkeypatch.setitem(sys.modules, path.stem, ModuleType(path.stem))
        del sys.modules[path.stem]
    return importlib.import_module
