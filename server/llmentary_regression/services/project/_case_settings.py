"""
What holds for a case: its own settings over those of its folders and its project.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmentary_regression.core.model import Case, CaseSettings, Problem, SettingEntry
from llmentary_regression.core.settings import read_folder_settings, resolve_settings

from ._settings_files import read_folder_layers

_MOST_RESOLVED = 20_000
"""More combinations of settings than a large project has."""


class SettingsOfCases:
    """
    The settings of one project's cases. A class because folders and combinations are read and resolved once.

    Args:
        root: the project's folder.
        defaults: what holds for a case that says nothing itself.
        environ: the environment variables to go by.
        decided: settings that the environment or the command line has decided over any folder's.
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
        Return what the settings of a folder below the root say for its suites, and what is wrong with them.
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
        if len(self._resolved) >= _MOST_RESOLVED:
            self._resolved.clear()  # an editor makes new cases with each edit
        self._resolved[key] = (case.overrides, settings)
        return settings
