"""
What answers to `import llmentary`, found without importing it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from llmentary_regression_worker.import_name import add_import_name_fault, find_import_name_fault

MARK = '__distribution__ = "llmentary-regression"\n'
EXPLOSIVE = 'raise RuntimeError("must not be imported")\n'


@pytest.fixture
def first_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Return a folder that Python looks into first, with nothing of the name imported yet.
    """
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "llmentary", raising=False)
    return tmp_path


def package(folder: Path, text: str) -> None:
    (folder / "llmentary").mkdir()
    (folder / "llmentary" / "__init__.py").write_text(text, encoding="utf-8")


def test_our_package_is_known_by_its_mark(first_on_path: Path) -> None:
    """
    The mark is read, and nothing of the package is run.
    """
    package(first_on_path, MARK + EXPLOSIVE)

    assert find_import_name_fault() is None
    assert "llmentary" not in sys.modules


def test_metadata_beside_a_package_names_it(first_on_path: Path) -> None:
    """
    Also where it was installed into a folder by `--target`.
    """
    package(first_on_path, EXPLOSIVE)
    (first_on_path / "llmentary-0.7.3.dist-info").mkdir()
    (first_on_path / "llmentary-0.7.3.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: llmentary\nVersion: 0.7.3\n"
    )

    fault = find_import_name_fault()

    assert fault is not None
    assert (
        "another project's package here, llmentary 0.7.3; write `import llmentary_regression" in fault.message
    )
    assert (fault.is_imported, fault.is_beside_ours) == (False, True)
    assert "llmentary" not in sys.modules


def test_an_imported_module_counts_whatever_lies_on_the_path(
    first_on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What the program has is asked first, without calling anything of it.
    """
    package(first_on_path, MARK)
    module = ModuleType("llmentary")
    module.__file__ = str(first_on_path / "llmentary.py")
    Path(module.__file__).touch()
    module.__getattr__ = pytest.fail  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, "llmentary", module)

    fault = find_import_name_fault()

    assert fault is not None
    assert fault.is_imported
    assert f"your own {module.__file__} here" in fault.message


def test_a_finder_that_throws_is_no_fault(first_on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Import hooks are anybody's.
    """

    class Broken:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            raise OSError(name)

    monkeypatch.setattr(sys, "meta_path", [Broken()])

    assert find_import_name_fault() is None


@pytest.mark.parametrize(
    ("message", "is_explained"),
    [
        ("AttributeError: module 'llmentary' has no attribute 'trainable'", True),
        ("No module named 'llmentary.trainable'", True),
        ("module 'llmentary_regression' has no attribute 'x'", False),
        ("No module named 'llmentary-regression'", False),
        ("'NoneType' object has no attribute 'text'", False),
    ],
)
def test_only_what_speaks_of_it_is_explained(first_on_path: Path, message: str, is_explained: bool) -> None:
    """
    Other exceptions have other reasons.
    """
    package(first_on_path, "")

    assert add_import_name_fault(message).startswith(message)
    assert ("which hides our package" in add_import_name_fault(message)) is is_explained


def test_no_message_is_explained_where_all_is_well() -> None:
    """
    An exception about our own package keeps its words.
    """
    message = "AttributeError: module 'llmentary' has no attribute 'tranable'"

    assert add_import_name_fault(message) == message
