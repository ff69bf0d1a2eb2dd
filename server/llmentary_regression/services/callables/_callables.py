"""
Find the function that most likely answers questions, and where a callable is defined.

Python files are read, never imported.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.storage.files import read_file

_NAMES = (
    "ask",
    "answer",
    "chat",
    "complete",
    "respond",
    "reply",
    "ask_question",
    "answer_question",
    "get_answer",
    "get_response",
    "generate",
    "generate_answer",
    "generate_response",
    "query",
    "run",
    "main",
)
"""Usual names of such functions, the most likely first."""
_QUESTION_NAMES = ("question", "messages", "prompt", "query", "message", "user_input", "text", "user_message")
_FILLED_IN = frozenset({"model", "params", "tags", "history"})
"""Parameters that llmentary passes by itself."""
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages", "build", "dist"})
_MAX_FILES = 2000
_MAX_FILE_SIZE = 1_000_000


@dataclass(frozen=True, slots=True)
class FoundCallable:
    """
    A function that may be the callable to ask.
    """

    target: str
    """As it is written after `@callable`: `shop.bot:ask`."""
    path: str
    """Below the project's root, with `/`."""
    line: int
    """One-based."""
    signature: str
    why: str
    rank: tuple[int, ...]
    """The lower, the more likely."""


def find_callables(root: Path) -> list[FoundCallable]:
    """
    Return the functions below `root` that may be the callable to ask, the most likely first.
    """
    found: list[FoundCallable] = []
    for path in _python_files(root):
        try:
            tree = ast.parse(read_file(path, root=root, limit=_MAX_FILE_SIZE))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # nothing in a file that cannot be read could be asked
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                candidate = _candidate(node, path.relative_to(root))
                if candidate is not None:
                    found.append(candidate)
    return sorted(found, key=lambda one: (one.rank, one.path, one.line))


def _python_files(root: Path) -> Iterator[Path]:
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not Path(folder, name, "pyvenv.cfg").exists()
        )
        for name in sorted(files):
            if name.endswith(".py"):
                count += 1
                if count > _MAX_FILES:
                    return
                yield Path(folder, name)


def _candidate(node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path) -> FoundCallable | None:
    parameters = [*node.args.posonlyargs, *node.args.args]
    if not parameters or node.name.startswith("_"):
        return None
    first = parameters[0].arg
    required = len(parameters) - len(node.args.defaults)
    open_ones = [one.arg for one in parameters[1:required] if one.arg not in _FILLED_IN]
    open_ones += [
        one.arg
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is None and one.arg not in _FILLED_IN
    ]
    if open_ones:
        return None  # it could not be called with a question alone
    is_marked = any("trainable" in ast.unparse(decorator) for decorator in node.decorator_list)
    named = _index_in(_NAMES, node.name)
    takes = _index_in(_QUESTION_NAMES, first)
    # `main(argv)` or `run(config)` is not a bot; what matters is the name of its parameter.
    if not is_marked and (takes is None or (named is None and takes > 2)):
        return None
    is_test = any(part in ("tests", "test", "examples") for part in path.parts[:-1]) or path.name.startswith(
        "test_"
    )
    target = _target(path, node.name)
    if is_marked:
        why = "it is marked `@trainable`"
    elif named is not None:
        why = f"of its name and its parameter `{first}`"
    else:
        why = f"of its parameter `{first}`"
    return FoundCallable(
        target=target,
        path=path.as_posix(),
        line=node.lineno,
        signature=f"{node.name}({ast.unparse(node.args)})",
        why=why,
        rank=(
            int(is_test),
            int(not is_marked),
            len(_NAMES) if named is None else named,
            len(_QUESTION_NAMES) if takes is None else takes,
            len(path.parts),
        ),
    )


def _index_in(names: tuple[str, ...], name: str) -> int | None:
    return names.index(name) if name in names else None


def _target(path: Path, function: str) -> str:
    """
    Return `package.module:function`, or `path/to/file.py:function` where no dotted name leads there.
    """
    parts = [*path.parts[:-1], path.stem]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    if parts[0] != "src" and all(part.isidentifier() for part in parts):
        return f"{'.'.join(parts)}:{function}"
    return f"{path.as_posix()}:{function}"


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """
    Where something stands in a Python file.
    """

    path: Path
    line: int
    """Zero-based."""
    column: int
    """Zero-based code points."""


def find_source(root: Path, target: str) -> SourceLocation | None:
    """
    Return where `module:function` is defined, or the top of its module where the name is made otherwise.

    Args:
        root: the project's folder, which stands first on the callable's search path.
        target: `module:function`, `module:object.method` or `path/to/file.py:function`.
    """
    module, _, name = target.rpartition(":")
    for path in _files(root, module):
        try:
            source = read_file(path, root=root, limit=_MAX_FILE_SIZE)
            tree = ast.parse(source)
        except OSError:
            continue
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return SourceLocation(path, 0, 0)
        return _locate(path, source, tree.body, name.split("."))
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


def _locate(path: Path, source: bytes, body: Sequence[ast.stmt], names: Sequence[str]) -> SourceLocation:
    location = SourceLocation(path, 0, 0)
    for name in names:
        node = next((one for one in reversed(body) if _defines(one, name)), None)
        if node is None:
            break
        location = SourceLocation(path, node.lineno - 1, _column(source, node, name))
        body = node.body if isinstance(node, ast.ClassDef) else []
    return location


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
