"""
Code that nobody calls goes: whatever is public has a caller in the product itself.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache

from source_imports import read_modules

ROOT = "llmentary_regression"

PUBLIC_API = (ROOT, f"{ROOT}.api", f"{ROOT}.fastapi", f"{ROOT}.flask", f"{ROOT}.replay")
"""Modules that users import; their functions, and the methods of what they return, have callers outside."""

PLAIN_DECORATORS = frozenset(
    {
        *("property", "cached_property", "staticmethod", "classmethod", "contextmanager"),
        *("asynccontextmanager", "lru_cache", "cache", "dataclass", "value_class", "overload"),
    }
)
"""Decorators that register nothing: a function under any other one is called by whoever decorated it."""

CALLED_BY_NAME = frozenset({"run", "add_arguments", "register"})
"""What `cli/main.py` and the server look up in the modules of commands and features."""

CALLED_BY_LIBRARIES = {
    # Stands in for OpenTelemetry's tracer and span, which need not be installed.
    f"{ROOT}.training.sdk._unexported_spans",
    # Hooks that OpenTelemetry's instrumentation of an SDK is given.
    f"{ROOT}.training.sdk.otel",
    # Stands in for the `wsgi.input` of a request.
    f"{ROOT}.training.web.wsgi",
}
"""Modules whose classes have a library's interface without deriving from its classes."""


def public_functions() -> Iterator[tuple[str, str]]:
    """
    Yield module and name of all functions and methods that somebody of ours should call.
    """
    for module, tree in read_modules().items():
        if not module.startswith(f"{ROOT}.") or module in {*PUBLIC_API, *CALLED_BY_LIBRARIES}:
            continue
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        owners: list[ast.Module | ast.ClassDef] = [tree, *classes]
        for owner in owners:
            if isinstance(owner, ast.ClassDef) and _is_of_a_library(owner.name):
                continue
            for node in owner.body:
                if (
                    isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not node.name.startswith(("_", "pytest_"))
                    and node.name not in CALLED_BY_NAME
                    and all(_name_of(decorator) in PLAIN_DECORATORS for decorator in node.decorator_list)
                ):
                    yield module, node.name


def used_names() -> Counter[str]:
    """
    Return how often each name is read in the product.
    """
    used: Counter[str] = Counter()
    for tree in read_modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                used[node.id] += 1
            elif isinstance(node, ast.Attribute):
                used[node.attr] += 1
    return used


def exported_names() -> frozenset[str]:
    """
    Return the names that `import llmentary` offers.
    """
    return frozenset(
        name
        for node in read_modules()[ROOT].body
        if isinstance(node, ast.Assign) and any(_name_of(target) == "__all__" for target in node.targets)
        for name in ast.literal_eval(node.value)
    )


def test_public_functions_have_a_caller() -> None:
    """
    A function or method that only tests call is removed, or made private.
    """
    used, exported = used_names(), exported_names()
    found = list(public_functions())

    assert len(found) > 500
    assert [f"{module}: {name}" for module, name in found if not used[name] and name not in exported] == []


@cache
def _our_classes() -> dict[str, frozenset[str]]:
    """
    Return the classes of the product with the names of their bases; of several of one name those of all.
    """
    classes: dict[str, frozenset[str]] = {}
    for tree in read_modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = classes.get(node.name, frozenset()) | set(map(_name_of, node.bases))
    return classes


def _is_of_a_library(name: str) -> bool:
    """
    Return whether a class, or one it derives from, has a base that is not ours: the library may call its methods.
    """
    return any(
        base not in {"Protocol", "Generic", "Enum"} and (base not in _our_classes() or _is_of_a_library(base))
        for base in _our_classes()[name]
        if base != name
    )


def _name_of(node: ast.expr) -> str:
    """
    Return the last part of a name: `property`, `functools.cached_property`, `lru_cache(maxsize=1)`.
    """
    if isinstance(node, ast.Call):
        return _name_of(node.func)
    if isinstance(node, ast.Subscript):
        return _name_of(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
