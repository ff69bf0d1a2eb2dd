"""
Tests are checked by mypy, which is worth something only where what they are given has a type.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _functions() -> tuple[tuple[str, Function], ...]:
    """
    Return every function of the tests, with the file it stands in.
    """
    return tuple(
        (path.relative_to(TESTS).as_posix(), node)
        for path in sorted(TESTS.rglob("*.py"))
        if "fixtures" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function)
    )


def _is_fixture(function: Function) -> bool:
    return any("pytest.fixture" in ast.unparse(decorator) for decorator in function.decorator_list)


def _is_loose(annotation: ast.expr | None) -> bool:
    """
    Return whether a type says nothing of what is done with the value: `Any`, or a call with any arguments.
    """
    text = "Any" if annotation is None else ast.unparse(annotation)
    return text == "Any" or "Callable[..." in text or text.endswith("[Any]")


def test_fixtures_say_what_they_give() -> None:
    """
    A class or a protocol; those that several files use stand in `tests/shared/`.
    """
    fixtures = [(path, function) for path, function in _functions() if _is_fixture(function)]

    assert len(fixtures) > 50
    assert [f"{path}: {one.name}" for path, one in fixtures if _is_loose(one.returns)] == []


def test_tests_say_what_they_are_given() -> None:
    """
    A fixture that is taken as `Any` is used unchecked.
    """
    fixtures = {function.name for _, function in _functions() if _is_fixture(function)}
    takers = [
        (path, function)
        for path, function in _functions()
        if function.name.startswith("test_") or _is_fixture(function)
    ]

    assert [
        f"{path}: {function.name}({argument.arg})"
        for path, function in takers
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.arg in fixtures and _is_loose(argument.annotation)
    ] == []
