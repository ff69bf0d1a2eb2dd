"""
Collect a project's settings from where they stand, weakest first.

The order, from the weakest: the editor, `[tool.llmentary]` of `pyproject.toml`, `llmentary.toml`,
environment variables, the command line. What a suite says itself is stronger than all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from llmentary.core.model import Problem
from llmentary.core.settings import SettingsLayer, environment_layer, unreadable_settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_layers(
    root: Path,
    *,
    environ: Mapping[str, str],
    editor: Mapping[str, object] | None,
    overrides: Mapping[str, object] | None,
) -> tuple[list[SettingsLayer], list[Problem]]:
    """
    Return the layers of settings that hold for the project at `root`, and what could not be read.
    """
    layers: list[SettingsLayer] = []
    problems: list[Problem] = []
    if editor:
        layers.append(SettingsLayer("editor", editor))
    for name in ("pyproject.toml", "llmentary.toml"):
        path = root / name
        table = _read_table(path, problems)
        if table is not None and name == "pyproject.toml":
            table = _tool_table(path, table, problems)
        if table is not None:
            layers.append(SettingsLayer(str(path), table))
    layers.append(environment_layer(environ))
    if overrides:
        layers.append(SettingsLayer("command line", overrides))
    return layers, problems


def own_table(name: str, data: bytes) -> object:
    """
    Return what is ours of a settings file's content, so that a new dependency counts as no change.
    """
    try:
        table: Mapping[str, object] = tomllib.loads(data.decode("utf-8-sig"))
    except ValueError:
        return data
    tool = table.get("tool")
    return table if name == "llmentary.toml" else tool.get("llmentary") if isinstance(tool, dict) else None


def _read_table(path: Path, problems: list[Problem]) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        problems.append(unreadable_settings(str(path), f"`{path.name}` cannot be read ({exc})"))
    except tomllib.TOMLDecodeError as exc:
        problems.append(unreadable_settings(str(path), f"`{path.name}` is not valid TOML ({exc})"))
    return None


def _tool_table(
    path: Path, table: Mapping[str, object], problems: list[Problem]
) -> Mapping[str, object] | None:
    tool = table.get("tool")
    own = tool.get("llmentary") if isinstance(tool, dict) else None
    if own is None:
        return None
    if not isinstance(own, dict):
        problems.append(
            unreadable_settings(str(path), "`tool.llmentary` is no table; write `[tool.llmentary]`")
        )
        return None
    return own
