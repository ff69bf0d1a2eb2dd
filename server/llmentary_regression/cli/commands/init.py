"""
`llmentary init`: write a first suite, the settings, and what git has to ignore. Overwrites nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from llmentary_regression.core.errors import ProjectError, UsageError
from llmentary_regression.services.callables import FoundCallable, find_callables
from llmentary_regression.storage.files import (
    MAX_SETTINGS_BYTES,
    UnsafeFileError,
    find_root,
    find_suites,
    prepare_folder,
    read_file,
    replace_file,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SUITE = """\
# Each plain line is a question that your callable is asked.
What can you help me with?

# `===` opens a case with a name, tags and settings.
# After the blank line everything is the question, until the next `===`.
=== who-are-you  #example
@expect  not contains "error"

Who are you?
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="the project's folder (default: the project around you)"
    )
    parser.add_argument(
        "--git",
        action="store_true",
        help="only have `git diff` show baselines as text, in this clone (docs/merging.md)",
    )


def run(arguments: argparse.Namespace) -> int:
    root = _root(arguments.folder)
    print(f"project: {root}")
    if arguments.git:
        return _install_textconv(root)
    found = find_callables(root)
    settings = _write_settings(root, found[0] if found else None)
    _report_callable(found, settings)
    suite = _write_suite(root)
    prepare_folder(root)
    print("baselines: will be stored in .llmentary; its .gitignore keeps the project key out of git")
    print()
    if settings.callable is None:
        # Existing settings stay as they are, so what was found can only be proposed.
        target = json.dumps(found[0].target if found else "module:function", ensure_ascii=False)
        print(f"next: put `callable = {target}` into {settings.file}, then run `llmentary test`")
    else:
        print(f"next: write your questions into {suite}, then run `llmentary test`")
    return 0


def _install_textconv(root: Path) -> int:
    from llmentary_regression.services.git import install_textconv

    installed = install_textconv(root)
    if not installed.changed:
        print("git: shows baselines as text already, left as it is")
        return 0
    for name, value in installed.settings:
        print(f"git config {name}: {value}")
    print()
    print("`git diff` now shows baselines as text in this clone")
    return 0


class _Settings:
    """
    The file with the settings, and the callable they name.
    """

    def __init__(self, file: str, target: str | None, *, is_chosen: bool) -> None:
        self.file = file
        self.callable = target
        self.is_chosen = is_chosen
        """Whether this call wrote it."""


def _root(folder: str | None) -> Path:
    if folder is not None:
        path = Path(folder).expanduser().resolve()
        if not path.is_dir():
            raise UsageError(f"`{folder}` is not a folder; make it first, or name another")
        return path
    cwd = Path.cwd()
    root = find_root(cwd)
    if not (root / "llmentary.toml").exists() and not (root / ".llmentary").exists():
        # A package inside a larger repository is a project of its own.
        for near in (cwd, *cwd.parents):
            if (near / "pyproject.toml").exists():
                return near
            if near == root:
                break
    return root


def _write_settings(root: Path, found: FoundCallable | None) -> _Settings:
    """
    Add `[tool.llmentary]` to pyproject.toml, or else write llmentary.toml, unless settings are there.
    """
    own = root / "llmentary.toml"
    if own.exists():
        print("settings: llmentary.toml is there already, left as it is")
        return _Settings(own.name, _callable_in(_read_toml(root, own)), is_chosen=False)
    target = None if found is None else found.target
    line = (
        '# callable = "module:function"\n'
        if target is None
        else f"callable = {json.dumps(target, ensure_ascii=False)}\n"
    )
    pyproject = root / "pyproject.toml"
    if pyproject.exists():
        table = _read_toml(root, pyproject).get("tool")
        llmentary = table.get("llmentary") if isinstance(table, dict) else None
        if llmentary is not None:
            print("settings: [tool.llmentary] is in pyproject.toml already, left as it is")
            return _Settings(pyproject.name, _callable_in(llmentary), is_chosen=False)
        extended = _with_table(
            read_file(pyproject, root=root, limit=MAX_SETTINGS_BYTES), f"[tool.llmentary]\n{line}"
        )
        if extended is not None:
            replace_file(pyproject, extended, root=root)
            print("settings: added [tool.llmentary] to pyproject.toml")
            return _Settings(pyproject.name, target, is_chosen=True)
    replace_file(own, line.encode(), root=root)
    print("settings: wrote llmentary.toml")
    return _Settings(own.name, target, is_chosen=True)


def _with_table(data: bytes, table: str) -> bytes | None:
    """
    Return a TOML file with a table appended, its own bytes unchanged; None where that would not be TOML.
    """
    end = "\r\n" if b"\r\n" in data else "\n"
    text = data.decode("utf-8-sig")
    gap = "" if not text.strip() else end if text.endswith("\n") else end * 2
    addition = gap + table.replace("\n", end)
    try:
        tomllib.loads((text + addition).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        return None  # such as `tool = {...}`, which nothing can be added to
    return data + addition.encode()


def _read_toml(root: Path, path: Path) -> dict[str, object]:
    try:
        data = read_file(path, root=root, limit=MAX_SETTINGS_BYTES)
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnsafeFileError as exc:
        raise ProjectError(f"`{path.name}` {exc.strerror}; then run `llmentary init` again") from exc
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ProjectError(
            f"cannot read `{path.name}`: {exc}; fix it, then run `llmentary init` again"
        ) from exc


def _callable_in(table: object) -> str | None:
    value = table.get("callable") if isinstance(table, dict) else None
    return value if isinstance(value, str) else None


def _report_callable(found: list[FoundCallable], settings: _Settings) -> None:
    if not settings.is_chosen:
        if settings.callable is not None:
            print(f"callable: {settings.callable}, as the settings say")
        return
    if not found:
        print("callable: found no function such as `ask(question)` that returns an answer")
        return
    chosen, others = found[0], found[1:]
    print(f"callable: {chosen.target}")
    print(f"  chosen because {chosen.why}: {chosen.path}:{chosen.line} {chosen.signature}")
    if others:
        print(f"  others that could be: {', '.join(one.target for one in others[:5])}")


def _write_suite(root: Path) -> str:
    """
    Write a first suite unless the project has one, and return its name.
    """
    suites = find_suites(root, ("**/*.llmtest",))
    if suites:
        name = suites[0].relative_to(root).as_posix()
        print(f"suite: {name} is there already, left as it is")
        return name
    path = root / "llmtests" / "first.llmtest"
    replace_file(path, _SUITE.encode(), root=root)
    name = path.relative_to(root).as_posix()
    print(f"suite: wrote {name} with two questions")
    return name
