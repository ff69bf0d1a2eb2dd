"""
The floors of `docs/architecture.md`: imports point down only, and each library has one owner.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from source_imports import read_imports, read_modules

HEIGHTS = {
    "_version": -1,
    "_own_start": -1,
    "programs": -1,
    "core": 0,
    "storage": 1,
    "execution": 1,
    "services": 2,
    "reports": 3,
    "api": 3,
    "training": 3,
    "lsp": 4,
    "fastapi": 4,
    "flask": 4,
    "replay": 4,
    "cli": 5,
    "pytest_plugin": 5,
}
"""A floor may use those that lie lower; two on one height are neighbors and never meet."""

OWNERS = {
    "anthropic": ("llmentary_regression.replay",),
    "cattrs": ("llmentary_regression.lsp",),
    "cryptography": ("llmentary_regression.core.crypto._seal",),
    "distributed": ("llmentary_regression.execution.dask._executor",),
    "filelock": ("llmentary_regression.storage",),
    "langchain_core": ("llmentary_regression.training.sdk.langchain",),
    "lsprotocol": ("llmentary_regression.lsp",),
    "openai": ("llmentary_regression.replay",),
    "opentelemetry": (
        "llmentary_regression.training.sdk.otel",
        "llmentary_regression.training.sdk._unexported_spans",
    ),
    "platformdirs": ("llmentary_regression.storage",),
    "pygls": ("llmentary_regression.lsp",),
    "pytest": ("llmentary_regression.pytest_plugin",),
    "_pytest": ("llmentary_regression.pytest_plugin.failures",),
    "rapidfuzz": ("llmentary_regression.core.judging",),
    "rich": ("llmentary_regression.reports", "llmentary_regression.cli"),
    "tinydb": ("llmentary_regression.storage",),
    # Not installed with the product: its stub is all that is read, by the type checker.
    "typing_extensions": ("llmentary_regression.core.model._values",),
    "watchfiles": ("llmentary_regression.cli.watch",),
    "wordllama": ("llmentary_regression.services.run._embedding",),
    "tomli": (
        "llmentary_regression.services.project._settings",
        "llmentary_regression.cli.commands.init",
    ),
}
"""Every library that the product uses, and the only parts that may know it."""

IMPURE = frozenset(
    {
        *(
            "asyncio",
            "concurrent",
            "ctypes",
            "fcntl",
            "glob",
            "http",
            "logging",
            "multiprocessing",
            "os",
            "pathlib",
        ),
        *(
            "platform",
            "random",
            "secrets",
            "select",
            "shutil",
            "signal",
            "socket",
            "sqlite3",
            "ssl",
            "subprocess",
        ),
        *("tempfile", "threading", "time", "urllib", "uuid"),
    }
)
"""
Modules that reach outside: files, processes, clocks, chance. What core needs of them comes in as arguments.
"""

READERS = frozenset(
    f"llmentary_regression_worker.{name}" for name in ("answer", "events", "json_paths", "pieces")
)
"""Parts of the worker that read what a callable or a server gave back; the capturing side reads the same way."""

CLOCKS = frozenset({"now", "utcnow", "today"})
CHANGES = frozenset(
    {
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "update",
    }
)


def floor_of(module: str) -> str | None:
    """
    Return the floor that a module of `llmentary` stands on; None for the package's own front door.
    """
    parts = module.split(".")
    return (
        parts[1] if parts[0] == "llmentary_regression" and len(parts) > 1 and parts[1] != "__main__" else None
    )


def is_within(module: str, owner: str) -> bool:
    """
    Return whether a module is the owner, lies in it, or stands beside it as `owner_something`.
    """
    return module == owner or module.startswith((f"{owner}.", f"{owner}_"))


def test_every_module_stands_on_a_known_floor() -> None:
    """
    A new folder has to find its place in the order first.
    """
    floors = {floor_of(module) for module in read_modules()} - {None}

    assert floors <= set(HEIGHTS)
    assert {"core", "storage", "execution", "services", "lsp", "cli"} <= floors


def test_imports_point_down_only() -> None:
    """
    No floor knows what stands above or beside it, not even inside a function.
    """
    wrong = [
        str(one)
        for one in read_imports()
        if (source := floor_of(one.importer)) is not None
        and (target := floor_of(one.imported)) is not None
        and source != target
        and HEIGHTS[target] >= HEIGHTS[source]
    ]

    assert wrong == []


def test_modules_do_not_import_each_other_in_circles() -> None:
    """
    What is imported at load time forms no loop.
    """
    graph: dict[str, set[str]] = {name: set() for name in read_modules()}
    for one in read_imports():
        if one.at_start and one.imported in graph and one.imported != one.importer:
            graph[one.importer].add(one.imported)

    while leaves := [name for name, needs in graph.items() if not needs & graph.keys()]:
        for name in leaves:
            del graph[name]

    assert sorted(graph) == []


def test_private_names_stay_in_their_module() -> None:
    """
    A leading underscore means what it says.
    """
    wrong = [
        f"{one} {one.name}"
        for one in read_imports()
        if one.imported.startswith("llmentary")
        and one.name is not None
        and one.name.startswith("_")
        and not one.name.startswith("__")
        and not one.imported.endswith(f".{one.name}")
    ]

    assert wrong == []


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_library_is_known_to_its_owner_alone(library: str) -> None:
    """
    So each library can be replaced in one place.
    """
    users = {one.importer for one in read_imports() if one.imported.partition(".")[0] == library}

    assert [
        user for user in sorted(users) if not any(is_within(user, owner) for owner in OWNERS[library])
    ] == []


def test_no_other_library_is_used() -> None:
    """
    A new dependency names its owner here.
    """
    known = (
        set(sys.stdlib_module_names)
        | set(OWNERS)
        | {"llmentary_regression", "llmentary_regression_worker", "tomllib"}
    )
    strangers = [str(one) for one in read_imports() if one.imported.partition(".")[0] not in known]

    assert strangers == []


def test_worker_uses_the_standard_library_alone() -> None:
    """
    The worker starts inside the developer's interpreter, where nothing of ours is installed.
    """
    allowed = set(sys.stdlib_module_names) | {"llmentary_regression_worker"}
    wrong = [
        str(one)
        for one in read_imports()
        if one.importer.partition(".")[0] == "llmentary_regression_worker"
        and one.imported.partition(".")[0] not in allowed
    ]

    assert wrong == []


def test_only_execution_knows_the_worker() -> None:
    """
    The messages to the worker are execution's business; its readers of answers are a library for training too.
    """
    users = {
        (floor_of(one.importer), one.imported)
        for one in read_imports()
        if one.imported.partition(".")[0] == "llmentary_regression_worker"
        and one.importer.startswith("llmentary_regression.")
    }
    known = {("execution", imported) for _, imported in users} | {("training", name) for name in READERS}
    # Each of these asks about the Python that it runs in itself.
    known |= {
        (floor, "llmentary_regression_worker.import_name") for floor in ("training", "cli", "pytest_plugin")
    }

    assert users - known == set()


def test_shared_readers_know_nothing_of_the_worker_process() -> None:
    """
    What training uses of the worker package reads values, and neither sends nor starts anything.
    """
    allowed = {*READERS, "llmentary_regression_worker.wire"}
    wrong = [
        str(one)
        for one in read_imports()
        if one.importer in READERS
        and one.imported.startswith("llmentary_regression_worker")
        and one.imported not in allowed
    ]

    assert wrong == []


def test_core_reaches_nothing_outside() -> None:
    """
    Core opens no file, starts no process, reads no clock, chance or environment.
    """
    wrong = [
        str(one)
        for one in read_imports()
        if floor_of(one.importer) == "core" and one.imported.partition(".")[0] in IMPURE and not one.for_types
    ]

    assert wrong == []


def test_core_calls_nothing_that_reads_or_tells() -> None:
    """
    No `open`, `input` or `print`, and no reading of today's date.
    """
    wrong = []
    for module, tree in read_modules().items():
        if floor_of(module) != "core":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in {"open", "input", "print", "exec", "eval"}:
                wrong.append(f"{module}, line {node.lineno}: {node.func.id}()")
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                wrong.append(f"{module}, line {node.lineno}: .{node.func.attr}()")

    assert wrong == []


def test_no_module_keeps_state() -> None:
    """
    Whole objects are assembled and handed in; nothing is `global`.
    """
    wrong = [
        f"{module}, line {node.lineno}: global {', '.join(node.names)}"
        for module, tree in read_modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Global)
    ]

    assert wrong == []


def test_no_module_changes_its_own_tables() -> None:
    """
    A dict, list or set at the top of a module stays as it is written.
    """
    wrong = []
    for module, tree in read_modules().items():
        tables = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        wrong += [f"{module}, line {line}: {name}" for name, line in _changed_names(tree) if name in tables]

    assert wrong == []


def _changed_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """
    Yield the names whose content functions of a module change.
    """
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            changed: ast.expr | None = None
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                changed = node.value
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CHANGES
            ):
                changed = node.func.value
            if isinstance(changed, ast.Name):
                yield changed.id, changed.lineno


def test_command_line_loads_nothing_heavy_to_begin_with() -> None:
    """
    It must start fast: pygls and rich come in when a command needs them.
    """
    heavy = {"pygls", "lsprotocol", "rich", "asyncio", "cryptography"}
    modules = {
        "llmentary_regression.cli.main",
        "llmentary_regression.__main__",
        "llmentary_regression",
    } & set(read_modules())
    wrong = [
        str(one)
        for one in read_imports()
        if one.importer in modules and one.at_start and one.imported.partition(".")[0] in heavy
    ]

    assert wrong == []
