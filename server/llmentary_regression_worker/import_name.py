"""
Whether `import llmentary` means this project's package here: another distribution has the same import name.

Workers, the command line, training and the pytest plugin all ask this, each about its own Python.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any, NamedTuple

NAME = "llmentary"
DISTRIBUTION = "llmentary-regression"
SAFE_NAME = "llmentary_regression"
"""Nobody else writes to a package of this name."""
_SAFE_IMPORT = f"`import {SAFE_NAME} as {NAME}`"
_MARK = "__distribution__"
_MENTION = re.compile(rf"\b{NAME}\b(?!-)")


class ImportNameFault(NamedTuple):
    """
    Something else than our package answers to `import llmentary`.
    """

    message: str
    """One sentence: what it is, and the fix."""
    is_imported: bool
    """Whether the program has imported it already."""
    is_beside_ours: bool
    """Whether `llmentary_regression` can be imported here too, so that one of the two was meant."""


def find_import_name_fault() -> ImportNameFault | None:
    """
    Return what is wrong with `import llmentary`; None where it is ours or nothing at all.

    Nothing is imported, and nothing of another project is run. Where all is well this costs a look at
    `sys.modules`, or finding and reading one small file.
    """
    module = sys.modules.get(NAME)
    if module is not None:
        attributes: dict[str, Any] = getattr(module, "__dict__", {})
        if attributes.get(_MARK) == DISTRIBUTION:
            return None
        spec = attributes.get("__spec__")
        if spec is None and isinstance(attributes.get("__file__"), str):
            spec = ModuleSpec(NAME, None, origin=attributes["__file__"])
    else:
        spec = _spec_of(NAME)
        if spec is not None and _is_marked(spec):
            return None
    if spec is None:
        return None
    return _describe(spec, is_imported=module is not None)


def add_import_name_fault(message: str) -> str:
    """
    Return a message about an exception, with the reason added where it speaks of a `llmentary` that is not ours.
    """
    if not _MENTION.search(message):
        return message
    fault = find_import_name_fault()
    return message if fault is None else f"{message}; {fault.message}"


def _spec_of(name: str) -> ModuleSpec | None:
    # The finders may be anybody's, and throw anything.
    with contextlib.suppress(Exception):
        return find_spec(name)
    return None


def _is_marked(spec: ModuleSpec) -> bool:
    """
    Return whether a module's file, source or bytecode, sets our mark.
    """
    if spec.origin is None or spec.loader is None:
        return False
    with contextlib.suppress(Exception):
        data: bytes = spec.loader.get_data(spec.origin)  # type: ignore[attr-defined]
        return _MARK.encode() in data and DISTRIBUTION.encode() in data
    return False


def _describe(spec: ModuleSpec, *, is_imported: bool) -> ImportNameFault | None:
    is_beside_ours = SAFE_NAME in sys.modules or _spec_of(SAFE_NAME) is not None
    path = spec.origin if spec.origin is not None and os.path.exists(spec.origin) else None
    if path is None:
        folder = next(iter(spec.submodule_search_locations or ()), None)
        if folder is None or not (is_beside_ours or is_imported):
            return None  # a folder of that name beside the program is nobody's package
        what = f"`import {NAME}` finds no whole package, only the folder {folder}"
        if os.path.exists(os.path.join(folder, "replay.py")):
            what = f"`{NAME}` in {folder} is incomplete, as after uninstalling another package of that name"
        fix = _install_again(is_beside_ours)
    else:
        found = _installed_version(path, spec)
        if found is None:
            what = f"`import {NAME}` means your own {path} here, which hides our package"
            fix = f"rename it, or write {_SAFE_IMPORT}"
        else:
            what = f"`import {NAME}` means another project's package here, {found}"
            uninstall = f"uninstall that (`{sys.executable} -m pip uninstall {NAME}`) and "
            fix = _install_again(is_beside_ours, uninstall if is_beside_ours else "")
    return ImportNameFault(f"{what}; {fix}", is_imported, is_beside_ours)


def _install_again(is_beside_ours: bool, first: str = "") -> str:
    if is_beside_ours:
        return f"write {_SAFE_IMPORT}, or {first}install {DISTRIBUTION} again with `--force-reinstall`"
    return f"install {DISTRIBUTION} for {sys.executable} and write {_SAFE_IMPORT}"


def _installed_version(path: str, spec: ModuleSpec) -> str | None:
    """
    Return the name and version of what was installed at a path; None for a file of the developer's own.
    """
    # Imported here, as its parsers of e-mail cost more than everything else.
    from importlib import metadata

    from llmentary_regression_worker.sources import is_own_source

    folder = os.path.dirname(os.path.dirname(path) if spec.submodule_search_locations else path)
    with contextlib.suppress(Exception):
        for one in metadata.distributions(name=NAME, path=[folder]):
            return f"{one.metadata['Name']} {one.version}"
    return None if is_own_source(path) else path
