"""
Find the developer's callable by name: `module:function`, `path/to/file.py:function`, `module:object.method`.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
from types import ModuleType
from typing import Any

from llmentary_regression_worker.import_name import add_import_name_fault
from llmentary_regression_worker.trace import describe, innermost, own_frames, shorten
from llmentary_regression_worker.wire import FailureMessage


class NotImportable(Exception):
    """
    A callable could not be imported; carries the failure to report.
    """

    def __init__(self, message: str, cause: BaseException | None = None) -> None:
        super().__init__(message)
        frames = own_frames(cause) if cause is not None else []
        self.failure: FailureMessage = {
            "kind": "not-importable",
            "message": add_import_name_fault(shorten(message)),
            "frames": frames,
        }


def load_callable(target: str, root: str) -> Any:
    """
    Import a target's module and return the object it names.

    Raises:
        NotImportable: with the reason and the developer's own frames.
    """
    if target.startswith(("http://", "https://")):
        # Imported here: few workers ask over HTTP.
        from llmentary_regression_worker.http_target import HttpTarget

        try:
            return HttpTarget(target)
        except ValueError as exc:
            raise NotImportable(f"`{without_secrets(target)}` {exc}") from None
    place, colon, path = target.rpartition(":")
    if not colon or not place or not path:
        raise NotImportable(
            f"`{target}` names no callable; write it as `module:function` or `path/to/file.py:function`"
        )
    module = _import_file(place, root, target) if is_file(place) else _import_module(place, target)
    found = _walk(module, path, target)
    if not callable(found):
        raise NotImportable(f"`{target}` is not callable; it is a `{type(found).__qualname__}`")
    if inspect.isclass(found):
        raise NotImportable(
            f"`{target}` is a class; make an instance in the module and name that, or its method"
        )
    return found


def without_secrets(target: str) -> str:
    """
    Return an address without user name, password and query, for messages.
    """
    return re.sub(r"//[^/@]*@", "//", target.partition("?")[0])


def is_file(place: str) -> bool:
    """
    Return whether the part before the colon is a file's path rather than a module's name.
    """
    return place.endswith(".py") or "/" in place or "\\" in place


def _import_module(name: str, target: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        missing = exc.name or name
        if name == missing or name.startswith(missing + "."):
            raise NotImportable(
                f"cannot import `{target}`: there is no module `{missing}` in {sys.path[0]} "
                f"nor installed for {sys.executable}; check `callable` and the interpreter"
            ) from None
        raise NotImportable(_missing(target, missing), exc) from None
    except BaseException as exc:  # noqa: BLE001 - the developer's module may throw anything
        raise _while_importing(target, exc) from None


def _import_file(place: str, root: str, target: str) -> ModuleType:
    path = os.path.abspath(os.path.join(root, os.path.expanduser(place.replace("\\", os.sep))))
    if not os.path.isfile(path):
        raise NotImportable(f"cannot import `{target}`: there is no file {path}; check `callable`")
    folder, name = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    is_in_package = False
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        is_in_package = True
        folder, package = os.path.split(folder)
        name = f"{package}.{name}"
    if folder not in sys.path:
        sys.path.insert(1, folder)
    if is_in_package:
        return _import_module(name.removesuffix(".__init__"), target)
    loaded = sys.modules.get(name)
    if loaded is not None and os.path.abspath(getattr(loaded, "__file__", None) or "") == path:
        return loaded
    if loaded is not None or name in sys.builtin_module_names or not name.isidentifier():
        # Imported here, as below: few modules need it, and imports delay the start of every worker.
        import hashlib

        name = f"{name}_{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotImportable(f"cannot import `{target}`: {path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as exc:
        sys.modules.pop(name, None)
        raise NotImportable(_missing(target, exc.name or "?"), exc) from None
    except BaseException as exc:  # noqa: BLE001 - the developer's module may throw anything
        sys.modules.pop(name, None)
        raise _while_importing(target, exc) from None
    return module


def _missing(target: str, module: str) -> str:
    return (
        f"cannot import `{target}`: it needs the module `{module}`, which {sys.executable} does not have; "
        f"install it there, or set `interpreter` to another Python"
    )


def _while_importing(target: str, exc: BaseException) -> NotImportable:
    exc = innermost(exc)
    if isinstance(exc, SystemExit):
        reason = f"the module called sys.exit({exc.code!r}) when imported; guard it by `if __name__ == ...`"
    elif isinstance(exc, SyntaxError):
        place = f"{os.path.basename(exc.filename or '?')}, line {exc.lineno}"
        reason = f"{type(exc).__qualname__} in {place}: {exc.msg}"
    else:
        reason = describe(exc)
    return NotImportable(f"cannot import `{target}`: {reason}", exc)


def _walk(module: ModuleType, path: str, target: str) -> Any:
    found: Any = module
    so_far = module.__name__
    for name in path.split("."):
        try:
            parent, found = found, getattr(found, name)
        except AttributeError:
            import difflib

            near = difflib.get_close_matches(name, [n for n in dir(found) if not n.startswith("__")], n=3)
            mean = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
            raise NotImportable(f"cannot import `{target}`: `{so_far}` has no `{name}`{mean}") from None
        except BaseException as exc:  # noqa: BLE001 - a property or module __getattr__ of the developer's
            raise _while_importing(target, exc) from None
        so_far = f"{so_far}.{name}"
    if inspect.isclass(parent) and inspect.isfunction(found):
        described = inspect.getattr_static(parent, path.rpartition(".")[2], None)
        if not isinstance(described, staticmethod):
            raise NotImportable(
                f"`{target}` is a method of the class `{parent.__qualname__}`; make an instance "
                f"in the module and name its method"
            )
    return found
