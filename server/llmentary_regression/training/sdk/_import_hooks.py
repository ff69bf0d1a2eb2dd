"""
Hear of a library's import, so that its calls can be captured without importing what nobody uses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class ImportFollower(MetaPathFinder):
    """
    Tells when modules have been imported, from `follow` to `leave`; those that are there already, at once.
    """

    def __init__(self, tell: Mapping[str, Callable[[], None]]) -> None:
        self._tell = dict(tell)
        self._looking_for: str | None = None

    def follow(self) -> None:
        """
        Begin.
        """
        for name, tell in self._tell.items():
            if name in sys.modules:
                tell()
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def leave(self) -> None:
        """
        End.
        """
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._tell or self._looking_for == fullname:
            return None
        self._looking_for = fullname
        try:
            spec = find_spec(fullname)
        finally:
            self._looking_for = None
        if spec is not None and spec.loader is not None:
            spec.loader = _TellingLoader(spec.loader, self._tell[fullname])
        return spec


class _TellingLoader(Loader):
    """
    Loads a module as its own loader does, and then tells; it leaves no trace in the module.
    """

    def __init__(self, loader: Loader, tell: Callable[[], None]) -> None:
        self._loader = loader
        self._tell = tell

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is not None:
            spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
