"""
Find the Python that runs the developer's callable, and remember why it was chosen and what else was tried.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.errors import InterpreterError
from llmentary_regression.programs import absolute_folders, find_in, find_program, without_key

_NEXT_STEP = 'set `interpreter` to the Python of your project, such as ".venv"'


@dataclass(frozen=True, slots=True)
class FoundInterpreter:
    """
    The chosen Python.
    """

    path: Path
    """Absolute; links are not followed, since a virtual environment is recognized by its own link."""
    why: str
    """Such as "the `interpreter` setting" or "the project's .venv"."""
    tried: tuple[str, ...] = ()
    """What was tried before it, and why each did not work."""


def find_interpreter(
    setting: str | None,
    root: Path,
    environ: Mapping[str, str],
    *,
    own: str | None = None if sys.flags.isolated else sys.executable,
    use_root: bool = True,
) -> FoundInterpreter:
    """
    Return the Python for a project.

    Args:
        setting: what the developer configured, if anything: a path (relative to the root), the folder of a
            virtual environment, or a command on PATH.
        root: the project's folder.
        environ: where VIRTUAL_ENV and PATH are looked up.
        own: the interpreter that llmentary itself runs in, if the developer's packages may be there too; not
            so for the editor's bundled server, which is started isolated.
        use_root: whether an interpreter inside the project may be used; not so in an untrusted workspace.

    Raises:
        InterpreterError: the configured one does not work, or there is none; lists what was tried.
    """
    tried: list[str] = []
    if setting is not None and setting.strip():
        path = _configured(setting.strip(), root, environ)
        reason = _unfit(path)
        if reason is None:
            return FoundInterpreter(path, "the `interpreter` setting")
        raise InterpreterError(
            f"the `interpreter` setting `{setting}` does not work: {path} {reason}; {_NEXT_STEP}"
        )
    for path, why in _candidates(root, environ, own, use_root):
        reason = _unfit(path)
        if reason is None:
            return FoundInterpreter(path, why, tuple(tried))
        tried.append(f"{why}: {path} {reason}")
    on_path = _on_path(environ, None if use_root else root)
    if on_path is not None:
        return FoundInterpreter(on_path, "on PATH", tuple(tried))
    tried.append("PATH: no python3, python or py")
    raise InterpreterError(
        "no Python was found to run your callable; tried " + "; ".join(tried) + f"; {_NEXT_STEP}"
    )


def _configured(setting: str, root: Path, environ: Mapping[str, str]) -> Path:
    is_command = not any(separator in setting for separator in ("/", "\\")) and not setting.startswith(
        (".", "~")
    )
    path = Path(os.path.abspath(root / Path(setting).expanduser()))  # noqa: PTH100 - must not follow links
    if is_command and not path.exists():
        return find_program(setting, environ) or path
    return _python_in(path) if path.is_dir() else path


def _candidates(
    root: Path, environ: Mapping[str, str], own: str | None, use_root: bool
) -> Iterator[tuple[Path, str]]:
    active = environ.get("VIRTUAL_ENV")
    if active and (use_root or not _is_inside(Path(active), root)):
        yield _python_in(Path(active)), "the active virtual environment"
    for name in (".venv", "venv"):
        folder = root / name
        if use_root and folder.is_dir():
            yield _python_in(folder), f"the project's {name}"
    if own:
        yield Path(own), "the Python that runs llmentary"


def _on_path(environ: Mapping[str, str], avoid: Path | None) -> Path | None:
    folders = [
        folder
        for folder in absolute_folders(environ.get("PATH", ""))
        if avoid is None or not _is_inside(folder, avoid)
    ]
    for name in ("python3", "python"):
        found = find_in(folders, name, environ)
        if found is not None and _unfit(found) is None:
            return Path(os.path.abspath(found))  # noqa: PTH100 - must not follow links
    launcher = find_in(folders, "py", environ) if sys.platform == "win32" else None
    return _ask_launcher(launcher) if launcher is not None else None


def _ask_launcher(launcher: Path) -> Path | None:
    """
    Return the Python that Windows' `py` launcher stands for.
    """
    command = [str(launcher), "-3", "-I", "-c", "import sys; print(sys.executable)"]
    try:
        done = subprocess.run(
            command,
            env=without_key(os.environ),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    path = Path(done.stdout.strip())
    return path if _unfit(path) is None else None


def _python_in(folder: Path) -> Path:
    """
    Return where a virtual environment keeps its Python, on this system or as another tool laid it out.
    """
    places = (
        ["Scripts/python.exe", "python.exe"] if sys.platform == "win32" else ["bin/python", "bin/python3"]
    )
    found = [folder / place for place in places if (folder / place).exists()]
    return found[0] if found else folder / places[0]


def _unfit(path: Path) -> str | None:
    """
    Return why a path cannot be started, or None; the worker reports its version.
    """
    try:
        if path.is_dir():
            return "is a folder without a Python"
        if not path.exists():
            return "does not exist"
        is_store_stub = sys.platform == "win32" and "WindowsApps" in path.parts and path.stat().st_size == 0
    except OSError as exc:
        return f"cannot be read ({exc.strerror})"
    if is_store_stub:
        return "only opens the Microsoft Store"
    return None if os.access(path, os.X_OK) else "is not executable"


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except OSError:
        return True
