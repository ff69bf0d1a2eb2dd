"""
Notice when a library is imported, so that its calls can be captured without importing unused libraries.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class ImportWatcher(MetaPathFinder):
    """
    Calls a function when a module has been imported, or at once if it already is.
    """

    def __init__(self, callbacks: Mapping[str, Callable[[], None]]) -> None:
        self._callbacks = dict(callbacks)
        self._searching: str | None = None

    def start(self) -> None:
        """
        Start watching.
        """
        for name, callback in self._callbacks.items():
            if name in sys.modules:
                callback()
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """
        Stop watching.
        """
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._callbacks or self._searching == fullname:
            return None
        self._searching = fullname
        try:
            spec = find_spec(fullname)
        finally:
            self._searching = None
        if spec is not None and spec.loader is not None:
            spec.loader = _NotifyingLoader(spec.loader, self._callbacks[fullname])
        return spec


class _NotifyingLoader(Loader):
    """
    Loads a module with its own loader and then calls a function; it leaves no trace in the module.
    """

    def __init__(self, loader: Loader, callback: Callable[[], None]) -> None:
        self._loader = loader
        self._callback = callback

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is not None:
            spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._callback()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
