"""
The server's own messages are spelled alike in Python and in TypeScript.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ast.parse((ROOT / "server/llmentary_regression/lsp/protocol.py").read_text(encoding="utf-8"))
TYPESCRIPT = (ROOT / "client/src/protocol.ts").read_text(encoding="utf-8")

TYPES = {
    "str": "string",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "object": "unknown",
    "None": "null",
}


def python_names() -> dict[str, str]:
    """
    Return the constants that hold a text.
    """
    return {
        node.targets[0].id: node.value.value
        for node in PYTHON.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def typescript_names() -> dict[str, str]:
    """
    Return the constants that hold a text.
    """
    return dict(re.findall(r'^export const (\w+) = "([^"]*)";$', TYPESCRIPT, flags=re.MULTILINE))


def python_shapes() -> dict[str, dict[str, str]]:
    """
    Return the fields of each message, with their types as TypeScript would write them.
    """
    shapes: dict[str, dict[str, str]] = {}
    for node in PYTHON.body:
        if not isinstance(node, ast.ClassDef):
            continue
        mark = "?" if any(keyword.arg == "total" for keyword in node.keywords) else ""
        shapes[node.name] = {
            field.target.id + mark: in_typescript(field.annotation)
            for field in node.body
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        }
    return shapes


def in_typescript(annotation: ast.expr) -> str:
    """
    Return a Python type as TypeScript writes it.
    """
    if isinstance(annotation, ast.BinOp):
        return f"{in_typescript(annotation.left)} | {in_typescript(annotation.right)}"
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice
        if ast.unparse(annotation.value) == "list":
            return f"{in_typescript(inner)}[]"
        assert isinstance(inner, ast.Tuple), ast.unparse(annotation)
        return f"Record<{', '.join(in_typescript(each) for each in inner.elts)}>"
    name = ast.unparse(annotation)
    return TYPES.get(name, name)


def typescript_shapes() -> dict[str, dict[str, str]]:
    """
    Return the fields of each interface.
    """
    return {
        name: dict(re.findall(r"^  (\w+\??): (.+);$", body, flags=re.MULTILINE))
        for name, body in re.findall(r"^export interface (\w+) \{\n(.*?)^\}", TYPESCRIPT, flags=re.M | re.S)
    }


def test_both_sides_spell_the_same_names() -> None:
    """
    Each constant stands on both sides, with one text.
    """
    assert "llmentary/run" in python_names().values()
    assert typescript_names() == python_names()


def test_both_sides_list_the_same_commands() -> None:
    """
    The commands that the language client registers are the server's.
    """
    listed = re.search(r"^COMMANDS = \((.*)\)$", ast.unparse(PYTHON), flags=re.MULTILINE)
    mirrored = re.search(r"^export const COMMANDS = \[(.*)\] as const;$", TYPESCRIPT, flags=re.MULTILINE)

    assert listed
    assert mirrored
    assert mirrored[1].split(", ") == listed[1].split(", ")


@pytest.mark.parametrize("name", sorted(python_shapes().keys() | typescript_shapes().keys()))
def test_both_sides_give_a_message_the_same_fields(name: str) -> None:
    """
    Each message has the same fields of the same types on both sides.
    """
    assert typescript_shapes().get(name) == python_shapes().get(name)


@pytest.mark.parametrize("name", sorted(python_shapes()))
def test_every_shape_is_used(name: str) -> None:
    """
    The server parses or builds each shape by its name; else a declaration could say what nobody does.
    """
    use = re.compile(rf"\bprotocol\.{name}\b|\bprotocol import\b.*\b{name}\b")
    lsp = ROOT / "server/llmentary_regression/lsp"
    is_named = any(
        use.search(path.read_text(encoding="utf-8"))
        for path in lsp.rglob("*.py")
        if path.name != "protocol.py"
    )
    is_part = any(
        name in re.findall(r"\w+", field) for fields in python_shapes().values() for field in fields.values()
    )

    assert is_named or (is_part and not name.endswith("Params"))


def test_no_other_file_of_the_client_spells_a_message() -> None:
    """
    What `protocol.ts` names is written nowhere else in the client.
    """
    spelled = [
        f"{path.name}: {name}"
        for path in sorted((ROOT / "client/src").rglob("*.ts"))
        if path.name != "protocol.ts"
        for key, name in python_names().items()
        if key != "SOURCE" and f'"{name}"' in path.read_text(encoding="utf-8")
    ]

    assert spelled == []
