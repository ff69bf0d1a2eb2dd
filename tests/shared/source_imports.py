"""
The imports of all code in `server/`, read from the source without running it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "server"


@dataclass(frozen=True)
class Import:
    """
    One import: the importing and the imported module, and the line.
    """

    importer: str
    imported: str
    name: str | None
    line: int
    at_start: bool
    """Whether it runs when the importer is loaded, not only when a function is called."""
    for_types: bool
    """Whether it is only for type checkers."""
    is_relative: bool = False
    """Whether it is written with leading dots."""

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}: {self.imported}"


@cache
def read_modules() -> dict[str, ast.Module]:
    """
    Return every module below `server/` by its dotted name.
    """
    modules = {}
    for path in sorted(SERVER.glob("llmentary*/**/*.py")):
        parts = path.relative_to(SERVER).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return modules


@cache
def read_imports() -> tuple[Import, ...]:
    """
    Return every import below `server/`.
    """
    return tuple(found for name, tree in read_modules().items() for found in _imports_of(name, tree))


def _imports_of(
    importer: str, tree: ast.AST, at_start: bool = True, for_types: bool = False
) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, alias.name, None, node.lineno, at_start, for_types)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = _absolute(importer, node)
                is_module = f"{module}.{alias.name}" in read_modules()
                imported = f"{module}.{alias.name}" if is_module else module
                yield Import(importer, imported, alias.name, node.lineno, at_start, for_types, node.level > 0)
        else:
            is_later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            is_typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            yield from _imports_of(
                importer, node, at_start and not is_later and not is_typing, for_types or is_typing
            )


@cache
def packages() -> frozenset[str]:
    """
    Return the names of all packages.
    """
    return frozenset(
        ".".join(path.parent.relative_to(SERVER).parts) for path in SERVER.glob("llmentary*/**/__init__.py")
    )


def package_of(module: str) -> str:
    """
    Return the package of a module; for a package, the package itself.
    """
    return module if module in packages() else module.rpartition(".")[0]


def _absolute(importer: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = package_of(importer)
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package
