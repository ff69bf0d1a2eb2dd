"""
The name under which a worker can import a function of the running application.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """
    How to import a function, or why a suite cannot name it.
    """

    name: str | None
    """`module:function`, or `/path/to/file.py:function` for the script that was started."""
    file: str | None = None
    """The source file of the function's module."""
    reason: str | None = None


def find_target(function: Callable[..., Any], owner: object = None) -> ImportTarget:
    """
    Return how a worker can import a function.

    Args:
        function: a function, or the function of a method.
        owner: the object or class that the method belongs to.
    """
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if not isinstance(name, str) or module is None:
        return ImportTarget(None, reason="what was called has no name under which it can be imported")
    if isinstance(owner, type):
        name = f"{owner.__qualname__}.{function.__name__}"
        module = sys.modules.get(owner.__module__, module)
    elif owner is not None:
        found = _name_of(owner, module)
        if found is None:
            return ImportTarget(
                None,
                reason=f"`{_shown(name)}` is a method, and no module has its object under a name of its own",
            )
        module, instance = found
        name = f"{instance}.{function.__name__}"
    if "<lambda>" in name or "<locals>" in name:
        return ImportTarget(None, reason=f"`{_shown(name)}` is defined inside another function")
    return _target_in(module, name)


def _target_in(module: ModuleType, name: str) -> ImportTarget:
    file = getattr(module, "__file__", None)
    file = str(Path(file).resolve()) if isinstance(file, str) else None
    if module.__name__ != "__main__":
        return ImportTarget(f"{module.__name__}:{name}", file)
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.name != "__main__":  # python -m package.module
        return ImportTarget(f"{spec.name}:{name}", file)
    if file is None or not file.endswith(".py"):
        return ImportTarget(None, reason=f"`{name}` is defined in a notebook or an interactive session")
    return ImportTarget(f"{file}:{name}", file)


def _name_of(owner: object, module: ModuleType) -> tuple[ModuleType, str] | None:
    """
    Return the module-level name of an object.
    """
    for module_name in (module.__name__, type(owner).__module__, "__main__"):
        candidate = sys.modules.get(module_name)
        if candidate is None:
            continue
        for name, value in list(vars(candidate).items()):
            if value is owner and not name.startswith("_"):
                return candidate, name
    return None


def _shown(name: str) -> str:
    return name.replace("<locals>.", "")
