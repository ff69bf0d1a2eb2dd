"""
The rooms of `docs/architecture.md`: packages by subject with a public face, private modules inside, and no circles.
"""

from __future__ import annotations

import ast

import pytest

from source_imports import package_of, packages, read_imports, read_modules

ROOT = "llmentary_regression"

ROOMS = sorted(name for name in packages() if name.startswith((f"{ROOT}.core.", f"{ROOT}.services.")))
"""The packages that are used through their face alone."""

LARGE_ROOMS = {
    # One module a feature, a command or a kind: they are found by name.
    f"{ROOT}.cli.commands",
    f"{ROOT}.lsp.features",
    f"{ROOT}.reports",
}
MOST_MODULES = 12

LSP_CIRCLE = f"{ROOT}.lsp"
"""The collaborators of the language server know the whole server, by type or by late imports; not to be copied."""


def is_private(module: str) -> bool:
    """
    Return whether a module's own name begins with an underscore.
    """
    name = module.rpartition(".")[2]
    return name.startswith("_") and not name.startswith("__")


def exported_names(package: str) -> list[str]:
    """
    Return what a package lists in `__all__`, in the order of the source; nothing where it has none.
    """
    for node in read_modules()[package].body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return list(ast.literal_eval(node.value))
    return []


def test_private_modules_are_imported_inside_their_package_only() -> None:
    """
    Whoever stands outside uses the face of the package.
    """
    wrong = [
        str(found)
        for found in read_imports()
        if is_private(found.imported)
        and found.imported in read_modules()
        and not f"{package_of(found.importer)}.".startswith(f"{package_of(found.imported)}.")
    ]

    assert wrong == []


def test_relative_imports_stay_in_their_package() -> None:
    """
    One dot, for a neighbor in the same room; anything else is named in full, so that one sees which floor it is on.
    """
    wrong = [
        str(found)
        for found in read_imports()
        if found.is_relative and package_of(found.importer) != package_of(found.imported)
    ]

    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_have_a_face(room: str) -> None:
    """
    What a room offers is listed, sorted as ruff sorts it, and used somewhere else.
    """
    inside = {name for name in read_modules() if package_of(name) == room and name != room}
    private = {name for name in inside if is_private(name)}
    used = {
        found.name
        for found in read_imports()
        if found.imported == room and package_of(found.importer) != room and found.name is not None
    }

    assert not private or exported_names(room)
    assert set(exported_names(room)) - used == set()


def test_rooms_are_small_enough_to_know() -> None:
    """
    A room that grows past a dozen modules holds a second subject.
    """
    sizes: dict[str, int] = {}
    for name in read_modules():
        if name.startswith(f"{ROOT}.") and name not in packages():
            sizes[package_of(name)] = sizes.get(package_of(name), 0) + 1
    large = {room: size for room, size in sizes.items() if size > MOST_MODULES and room not in LARGE_ROOMS}

    assert large == {}


def test_rooms_know_each_other_in_one_direction_only() -> None:
    """
    No circle between rooms, by any kind of import: typed and late ones count as well.
    """
    graph: dict[str, set[str]] = {}
    for found in read_imports():
        importer, imported = _room_of(found.importer), _room_of(found.imported)
        if imported.startswith(ROOT) and importer != imported and importer != ROOT:
            graph.setdefault(importer, set()).add(imported)

    circles = [circle for circle in find_circles(graph) if not all(_is_in_lsp(room) for room in circle)]

    assert circles == []


def test_modules_of_a_room_know_each_other_in_one_direction_only() -> None:
    """
    Nor inside a room.
    """
    graph: dict[str, set[str]] = {}
    for found in read_imports():
        if found.imported in read_modules() and found.importer != found.imported:
            is_face = found.imported in packages() and found.importer.startswith(f"{found.imported}.")
            if not is_face and found.importer != ROOT:
                graph.setdefault(found.importer, set()).add(found.imported)

    circles = [circle for circle in find_circles(graph) if not all(_is_in_lsp(module) for module in circle)]

    assert circles == []


def find_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """
    Return the groups of nodes that reach each other, each sorted (Tarjan's strongly connected components).
    """
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(node: str) -> None:
        numbers[node] = lowest[node] = len(numbers)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in numbers:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], numbers[other])
        if lowest[node] == numbers[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                circles.append(sorted(group))

    for node in sorted(graph):
        if node not in numbers:
            visit(node)
    return circles


def test_circles_are_found() -> None:
    """
    The search above finds what it looks for.
    """
    graph: dict[str, set[str]] = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "e": {"a"}}

    assert find_circles(graph) == [["b", "c"]]


def _room_of(module: str) -> str:
    """
    Return what is loaded and known as one: a package for its private modules, else the module itself.
    """
    return package_of(module) if is_private(module) else module


def _is_in_lsp(name: str) -> bool:
    return name.startswith(f"{LSP_CIRCLE}.")
