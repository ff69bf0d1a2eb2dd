"""
The lines between both sides.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import FailureKind
from llmentary_regression_worker.wire import Lines, encode

WORKER = Path(__file__).parents[2] / "server" / "llmentary_regression_worker"

MESSAGES: list[dict[str, Any]] = [{"a": "é\u2028\n\r"}, {"b": "\ud800"}, {"c": [1, None, 2.5]}]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_messages_survive_however_the_stream_is_cut(size: int) -> None:
    """
    Line ends, lone surrogates and odd separators inside texts are no trouble.
    """
    data = b"".join(encode(message) for message in MESSAGES)
    lines = Lines()

    found = [
        message for start in range(0, len(data), size) for message in lines.feed(data[start : start + size])
    ]

    assert found == MESSAGES


def test_half_a_line_is_no_message() -> None:
    """
    A message is complete with its line end only.
    """
    assert list(Lines().feed(b'{"a": 1}')) == []


@pytest.mark.parametrize("path", sorted(WORKER.glob("*.py")), ids=lambda path: path.name)
def test_worker_imports_the_standard_library_alone(path: Path) -> None:
    """
    In the developer's interpreter nothing else is ours.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).partition(".")[0])

    assert names <= {*sys.stdlib_module_names, "llmentary_regression_worker"}


def test_kinds_of_failure_are_known_to_both_sides() -> None:
    """
    Each word that the worker uses is one of the model's.
    """
    said = {
        node.value
        for path in WORKER.glob("*.py")
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(found, ast.Dict)
        for key, node in zip(found.keys, found.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "kind" and isinstance(node, ast.Constant)
    }

    assert {"not-importable", "raised", "exited"} <= said
    assert said <= {str(kind) for kind in FailureKind}
