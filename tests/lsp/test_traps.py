"""
Pitfalls of pygls 2.1 that any handler could fall into, checked for all handlers.

Those that had to be fixed in its protocol stand in `test_rpc.py`.
"""

import ast
import inspect
import typing
from pathlib import Path
from typing import Any

from pygls.feature_manager import is_thread_function

from lsp_editor import MakeEditor

LSP = Path(__file__).resolve().parents[2] / "server" / "llmentary_regression" / "lsp"


async def handlers_of(editor: MakeEditor) -> dict[str, Any]:
    """
    Return a running server's handlers by method or command, without wrappers.
    """
    client = editor()
    await client.start()
    manager = client.server.protocol.fm
    client.server.assemble()
    handlers = {**manager.features, **manager.commands}
    assert len(handlers) > 30
    return {name: getattr(handler, "func", handler) for name, handler in handlers.items()}


async def test_annotations_of_handlers_can_be_resolved(editor: MakeEditor) -> None:
    """
    pygls resolves them when a command is called: a name imported for type checkers alone raises there.
    """
    for name, handler in (await handlers_of(editor)).items():
        assert "return" in typing.get_type_hints(handler), name


async def test_every_handler_is_handed_the_server(editor: MakeEditor) -> None:
    """
    pygls checks the name of the first parameter; with another name a handler only gets the request.
    """
    for name, handler in (await handlers_of(editor)).items():
        assert next(iter(inspect.signature(handler).parameters)) == "ls", name


async def test_no_handler_runs_in_a_thread(editor: MakeEditor) -> None:
    """
    `@thread` uses the thread pool of pygls's reader: a few slow handlers would block it.
    """
    for name, handler in (await handlers_of(editor)).items():
        assert not is_thread_function(handler), name  # type: ignore[no-untyped-call]


async def test_no_command_is_awaited(editor: MakeEditor) -> None:
    """
    A cancelled command is answered while its coroutine continues, so each starts its work and returns.
    """
    client = editor()
    await client.start()

    for name, command in client.server.protocol.fm.commands.items():
        assert not inspect.iscoroutinefunction(getattr(command, "func", command)), name


def test_values_with_a_tooltip_are_made_by_keyword() -> None:
    """
    The third field of `Command` is its tooltip: positional arguments would end up there.
    """
    made = [
        (path.name, node)
        for path in LSP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("types.Command")
    ]

    assert len(made) > 1
    assert [(name, node.lineno) for name, node in made if node.args] == []
