"""
The settings of a project: read from where they are written, weakest first, and resolved for each case.

The order, from the weakest: the editor, `[tool.llmentary]` of `pyproject.toml`, `llmentary.toml`, the chosen
profile of either, environment variables, the command line. What a suite says itself is stronger than all of
them; between the files and the environment come those of the suite's folders (`read_folder_layers`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from llmentary_regression.core.model import Problem
from llmentary_regression.core.settings import (
    SettingsLayer,
    environment_layer,
    no_such_profile,
    unreadable_settings,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib
from llmentary_regression.core.model import Case, CaseSettings, SettingEntry
from llmentary_regression.core.settings import read_folder_settings, resolve_settings
from llmentary_regression.storage.files import MAX_SETTINGS_BYTES, UnsafeFileError, read_file

PROFILE_VARIABLE = "LLMENTARY_PROFILE"


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
    profile = environ.get(PROFILE_VARIABLE, "").strip()
    chosen: list[SettingsLayer] = []
    known: set[str] = set()
    for name in ("pyproject.toml", "llmentary.toml"):
        path = root / name
        table = _read_table(root, path, problems)
        within = ""
        if table is not None and name == "pyproject.toml":
            table = _tool_table(path, table, problems)
            within = "tool.llmentary"
        if table is not None:
            layer, profiles = _split(path, table, within, problems)
            layers.append(layer)
            known |= profiles.keys()
            if profile in profiles:
                chosen.append(profiles[profile])
    if profile and not chosen:
        problems.append(no_such_profile(profile, known))
    layers += chosen
    layers.append(environment_layer(environ))
    if overrides:
        layers.append(SettingsLayer("command line", overrides))
    return layers, problems


def read_folder_layers(
    root: Path, folder: Path, environ: Mapping[str, str]
) -> tuple[list[SettingsLayer], list[Problem]]:
    """
    Return the settings of the folders from below the root down to `folder`, the outermost first.

    Only files that say `inherit = true` count: others make a project of their own.
    """
    layers: list[SettingsLayer] = []
    problems: list[Problem] = []
    profile = environ.get(PROFILE_VARIABLE, "").strip()
    between = folder.relative_to(root).parts if folder.is_relative_to(root) else ()
    for depth in range(1, len(between) + 1):
        path = root.joinpath(*between[:depth], "llmentary.toml")
        table = _read_table(root, path, problems)
        if table is not None and table.get("inherit") is True:
            layer, profiles = _split(path, table, "", problems)
            layers.append(layer)
            if profile in profiles:
                layers.append(profiles[profile])
    return layers, problems


def _split(
    path: Path, table: Mapping[str, object], within: str, problems: list[Problem]
) -> tuple[SettingsLayer, dict[str, SettingsLayer]]:
    """
    Return a file's plain settings, and its profiles.

    Args:
        path: the file.
        table: what of it is ours.
        within: the name of that table; empty for the whole file.
        problems: takes what is wrong.
    """
    plain = {name: value for name, value in table.items() if name not in ("profile", "inherit")}
    layer = SettingsLayer(str(path), plain, f"[{within}]" if within else "")
    profiles = table.get("profile", {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        problems.append(
            unreadable_settings(layer.origin, "`profile` holds no tables; write `[profile.ci]` and settings")
        )
        return layer, {}
    above = f"{within}.profile" if within else "profile"
    return layer, {
        name: SettingsLayer(str(path), values, f"[{above}.{name}]") for name, values in profiles.items()
    }


def own_table(name: str, data: bytes) -> object:
    """
    Return our part of a settings file's content, so that a new dependency does not count as a change.
    """
    try:
        table: Mapping[str, object] = tomllib.loads(data.decode("utf-8-sig"))
    except ValueError:
        return data
    tool = table.get("tool")
    return table if name == "llmentary.toml" else tool.get("llmentary") if isinstance(tool, dict) else None


def _read_table(root: Path, path: Path, problems: list[Problem]) -> Mapping[str, object] | None:
    try:
        data = read_file(path, root=root, limit=MAX_SETTINGS_BYTES)
        # Line ends as reading a text file gives them: TOML allows no single carriage return.
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except FileNotFoundError:
        return None
    except UnsafeFileError as exc:
        problems.append(unreadable_settings(str(path), f"`{path.name}` {exc.strerror}"))
    except (OSError, UnicodeDecodeError) as exc:
        problems.append(unreadable_settings(str(path), f"`{path.name}` cannot be read ({exc})"))
    except RecursionError:
        problems.append(
            unreadable_settings(str(path), f"`{path.name}` is nested too deeply; make it flatter")
        )
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
            unreadable_settings(str(path), "`tool.llmentary` is not a table; write `[tool.llmentary]`")
        )
        return None
    return own


_MAX_RESOLVED = 20_000
"""More combinations of settings than any large project has."""


class CaseSettingsResolver:
    """
    Resolves the settings of one project's cases; a class because folders and combinations are read once.

    Args:
        root: the project's folder.
        defaults: what holds for a case that says nothing itself.
        environ: the environment variables.
        decided: settings that the environment or the command line has set, whatever folders say.
    """

    def __init__(
        self, root: Path, defaults: CaseSettings, environ: Mapping[str, str], decided: frozenset[str]
    ) -> None:
        self._root = root
        self._defaults = defaults
        self._environ = environ
        self._decided = decided
        self._folders: dict[Path, tuple[tuple[SettingEntry, ...], tuple[Problem, ...]]] = {}
        self._resolved: dict[tuple[int, tuple[str, ...]], tuple[tuple[SettingEntry, ...], CaseSettings]] = {}

    def of_folder(self, folder: Path) -> tuple[tuple[SettingEntry, ...], tuple[Problem, ...]]:
        """
        Return what the settings of a folder below the root set for its suites, and what is wrong with them.
        """
        known = self._folders.get(folder)
        if known is None:
            layers, problems = read_folder_layers(self._root, folder, self._environ)
            entries: list[SettingEntry] = []
            for layer in layers:
                found, more = read_folder_settings(layer, self._decided)
                entries += found
                problems += more
            known = self._folders[folder] = (tuple(entries), tuple(problems))
        return known

    def of_case(self, case: Case) -> CaseSettings:
        """
        Return what holds for `case`, its own settings over the project's.

        Cases of one suite mostly share their settings, so each combination is resolved once.
        """
        key = (id(case.overrides), case.tags)
        known = self._resolved.get(key)
        if known is not None and known[0] is case.overrides:
            return known[1]
        settings = resolve_settings(self._defaults, case)
        if len(self._resolved) >= _MAX_RESOLVED:
            self._resolved.clear()  # an editor makes new cases with each edit
        self._resolved[key] = (case.overrides, settings)
        return settings
