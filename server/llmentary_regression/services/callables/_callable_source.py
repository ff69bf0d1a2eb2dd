"""
Find where a callable is defined, by reading Python files, never importing them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """
    A place in a Python file.
    """

    path: Path
    line: int
    """Zero-based."""
    column: int
    """Zero-based code points."""


def find_source(root: Path, target: str) -> SourcePlace | None:
    """
    Return where `module:function` is defined, or the top of its module where the name is made otherwise.

    Args:
        root: the project's folder, which stands first on the callable's search path.
        target: `module:function`, `module:object.method` or `path/to/file.py:function`.
    """
    module, _, name = target.rpartition(":")
    for path in _files(root, module):
        try:
            source = path.read_bytes()
            tree = ast.parse(source)
        except OSError:
            continue
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return SourcePlace(path, 0, 0)
        return _place(path, source, tree.body, name.split("."))
    return None


def _files(root: Path, module: str) -> Iterator[Path]:
    if module.endswith(".py"):
        yield root / module
        return
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for folder in (root, root / "src"):
        yield folder.joinpath(*parts[:-1], f"{parts[-1]}.py")
        yield folder.joinpath(*parts, "__init__.py")


def _place(path: Path, source: bytes, body: Sequence[ast.stmt], names: Sequence[str]) -> SourcePlace:
    place = SourcePlace(path, 0, 0)
    for name in names:
        node = next((one for one in reversed(body) if _defines(one, name)), None)
        if node is None:
            break
        place = SourcePlace(path, node.lineno - 1, _column(source, node, name))
        body = node.body if isinstance(node, ast.ClassDef) else []
    return place


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((one.asname or one.name) == name for one in node.names)
    return False


def _column(source: bytes, node: ast.stmt, name: str) -> int:
    """
    Return where the name itself stands in its line.
    """
    lines = source.decode("utf-8", errors="replace").split("\n")
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    return max(line.find(name), 0)
