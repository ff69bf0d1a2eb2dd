"""
Pythons that are too old to run a worker still read its first file, and say which one they are.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path

import pytest

WORKER = Path(__file__).parents[2] / "server" / "llmentary_regression_worker"
VERSIONS = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser()) / "versions"
OLD = [path for path in sorted(VERSIONS.glob("*/bin/python")) if (path.parent / "python2").exists()] + [
    path for minor in range(9) for path in sorted(VERSIONS.glob(f"3.{minor}.*/bin/python"))
]


def test_first_file_needs_nothing_new() -> None:
    """
    It has no annotations, f-strings or assignments in expressions, and imports nothing of ours at its top.
    """
    tree = ast.parse((WORKER / "__main__.py").read_text(encoding="utf-8"))

    assert not [
        node for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign))
    ]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns]
    imported = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [alias.name for node in imported for alias in node.names] == ["os", "sys"]


@pytest.mark.parametrize("python", OLD, ids=lambda path: path.parts[-3])
def test_old_python_tells_its_version(python: Path, tmp_path: Path) -> None:
    """
    Each old Python found here answers with its version and ends.
    """
    command = [str(python), str(WORKER), str(tmp_path), "token", "4"]

    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=True)

    assert ".".join(map(str, json.loads(done.stdout)["python"])) == python.parts[-3]
