"""
Libraries that are imported after a session began are heard of.
"""

from __future__ import annotations

import importlib
import importlib.resources
import sys
from pathlib import Path

import pytest

from llmentary_regression.training.sdk._import_hooks import ImportWatcher


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """
    Return the name of a package that can be imported.
    """
    package = tmp_path / "followed_library"
    package.mkdir()
    (package / "__init__.py").write_text("from followed_library.inner import value\n", encoding="utf-8")
    (package / "inner.py").write_text("value = 1\n", encoding="utf-8")
    (package / "data.txt").write_text("data", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("followed_library", "followed_library.inner"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return "followed_library"


def test_later_import_is_told_once_it_is_whole(library: str) -> None:
    """
    The module is complete when the callback runs, and has its own loader.
    """
    seen: list[object] = []
    watcher = ImportWatcher({library: lambda: seen.append(sys.modules[library].value)})

    watcher.start()
    module = importlib.import_module(library)
    watcher.stop()

    assert seen == [1]
    assert type(module.__loader__).__module__ == "_frozen_importlib_external"
    assert module.__spec__ is not None
    assert module.__spec__.loader is module.__loader__
    assert importlib.resources.files(library).joinpath("data.txt").read_text() == "data"
    assert watcher not in sys.meta_path


def test_earlier_import_is_told_at_once(library: str) -> None:
    """
    What is imported already need not be waited for.
    """
    importlib.import_module(library)
    seen: list[bool] = []
    watcher = ImportWatcher({library: lambda: seen.append(True)})

    watcher.start()
    watcher.stop()

    assert seen == [True]


def test_missing_library_is_missing_as_before() -> None:
    """
    The import of what is not installed fails with Python's own error.
    """
    watcher = ImportWatcher({"no_such_library": lambda: None})

    watcher.start()
    try:
        with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_library'"):
            importlib.import_module("no_such_library")
    finally:
        watcher.stop()


def test_after_leaving_nothing_is_told(library: str) -> None:
    """
    Imports after the end are nobody's business.
    """
    seen: list[bool] = []
    watcher = ImportWatcher({library: lambda: seen.append(True)})

    watcher.start()
    watcher.stop()
    importlib.import_module(library)

    assert seen == []
