"""
No coroutine waits for the project's lock: the event loop of an editor's server would stand still with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from source_imports import read_modules

STORE_METHODS = {"update", "rename"}
"""Methods of the baseline store that take the lock."""


def calls_of(function: ast.AST) -> Iterator[ast.Call]:
    """
    Yield the calls that a function makes itself, and not in a function inside it.
    """
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            if isinstance(child, ast.Call):
                yield child
            yield from calls_of(child)


def takes_lock(call: ast.Call, locking: set[str]) -> bool:
    """
    Return whether a call takes the lock, given the names of functions that do.
    """
    called = call.func
    if isinstance(called, ast.Name):
        return called.id in locking
    return (
        isinstance(called, ast.Attribute)
        and called.attr in STORE_METHODS
        and ast.unparse(called.value).rpartition(".")[2].lstrip("_") == "store"
    )


def locking_functions() -> set[str]:
    """
    Return the names of functions that wait for the lock, be it through other functions.
    """
    functions = [
        node for tree in read_modules().values() for node in tree.body if isinstance(node, ast.FunctionDef)
    ]
    found = {"file_lock"}
    while more := {
        function.name
        for function in functions
        if function.name not in found and any(takes_lock(call, found) for call in calls_of(function))
    }:
        found |= more
    return found


def test_functions_that_wait_for_the_lock_are_found() -> None:
    """
    The test below knows what it looks for.
    """
    assert {"project_lock", "approve_results"} <= locking_functions()


def test_no_coroutine_waits_for_the_lock() -> None:
    """
    It calls `asyncio.to_thread` with what does.
    """
    locking = locking_functions()
    waiting = [
        f"{name}, line {call.lineno}: {ast.unparse(call.func)}"
        for name, tree in read_modules().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef)
        for call in calls_of(function)
        if takes_lock(call, locking)
    ]

    assert waiting == []
