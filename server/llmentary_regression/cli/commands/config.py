"""
`llmentary config`: the settings of the project or a case; with `--explain`, where each comes from.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, path_shower
from llmentary_regression.cli.options import add_setting_arguments
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Case, Expectation, Match, Regex
from llmentary_regression.core.safe_text import MASK, one_line
from llmentary_regression.core.settings import (
    ENVIRONMENT,
    SETTINGS,
    SettingsLayer,
    read_folder_settings,
    read_settings,
)
from llmentary_regression.services.project import (
    PROFILE_VARIABLE,
    ParsedSuite,
    Project,
    read_folder_layers,
    read_layers,
)
from llmentary_regression.services.select import Selection, select_cases

_NOT_OF_PROJECTS = ("params", "skip", "only")
_HEADERS = frozenset({"headers", "header", "default_headers", "extra_headers", "auth", "cookies"})
"""Arguments that carry secrets to a server, of `http:` callables and of SDKs."""
_OF_OPTIONS = ("timeout", "retries", "samples", "rate", "max-cost", "interpreter")
"""Settings for which commands have options, which win over files and suites."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "targets", nargs="*", metavar="SUITE", help="a suite or case; without it, the project"
    )
    parser.add_argument("--explain", action="store_true", help="show where each value comes from")
    parser.add_argument("--profile", metavar="NAME", help="with the settings under [profile.NAME]")
    add_setting_arguments(parser.add_argument_group("what a command may decide"))


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    if len(arguments.targets) > 1:
        raise UsageError("`llmentary config` explains one suite or case at a time")
    project = open_chosen_project(arguments, cwd)
    show_path = path_shower(project.root, cwd)
    case: Case | None = None
    suite: ParsedSuite | None = None
    if arguments.targets:
        chosen = select_cases(project, Selection(targets=tuple(arguments.targets)), cwd).cases
        suite, case = (chosen[0].suite, chosen[0].case) if chosen else (None, None)
        if case is not None:
            print(f"for {case_line(chosen[0], show_path, 80)}")
    print(f"project {project.root}")
    if project.environ.get(PROFILE_VARIABLE):
        print(f"profile {one_line(project.environ[PROFILE_VARIABLE], 80)}")
    origins = _origins(project, suite, case, show_path)
    for name, spec in SETTINGS.items():
        if name in _NOT_OF_PROJECTS:
            continue
        forced = getattr(arguments, name.replace("-", "_")) if name in _OF_OPTIONS else None
        value = _value(project, case, spec.attribute) if forced is None else forced
        line = f"{name:<12} = {_shown(value, is_secret=name == 'env')}"
        if arguments.explain:
            places = origins.get(name, ["default"]) if forced is None else [f"command line, --{name}"]
            line += f"    ({', '.join(places)})"
        print(line)
    return 0


def _value(project: Project, case: Case | None, attribute: str) -> Any:
    settings = project.settings.defaults if case is None else project.settings_of(case)
    if hasattr(settings, attribute):
        return getattr(settings, attribute)
    return getattr(project.settings, attribute)


def _origins(
    project: Project, suite: ParsedSuite | None, case: Case | None, show_path: Callable[[str], str]
) -> dict[str, list[str]]:
    """
    Return by setting where its value comes from: the last place that sets it, or all where they add up.
    """
    layers, _ = read_layers(project.root, environ=project.environ, editor=None, overrides=None)
    found: dict[str, list[str]] = {}
    for layer in layers:
        wrong = {problem.key for problem in read_settings([layer])[1]}
        _add(found, layer, [name for name in layer.values if name not in wrong], show_path)
    if suite is not None:
        decided = {name for layer in layers if layer.origin == ENVIRONMENT for name in layer.values}
        for layer in read_folder_layers(project.root, suite.path.parent, project.environ)[0]:
            _add(found, layer, _names(layer, decided), show_path)
    if suite is not None and case is not None:
        above = len(project.folder_settings(suite.path.parent)[0])
        for entry in case.overrides[above:]:
            place = f"{show_path(str(suite.path))}:{entry.span.start.line + 1}"
            _add_place(found, entry.name, place)
    return found


def _add(
    found: dict[str, list[str]], layer: SettingsLayer, names: Iterable[str], show_path: Callable[[str], str]
) -> None:
    for name in names:
        if layer.origin == ENVIRONMENT:
            place = f"environment, LLMENTARY_{name.upper().replace('-', '_')}"
        else:
            place = f"{show_path(layer.origin)} {layer.table}".rstrip()
        _add_place(found, name, place)


def _add_place(found: dict[str, list[str]], name: str, place: str) -> None:
    spec = SETTINGS.get(name)
    if spec is not None:
        found[name] = [*found.get(name, []), place] if spec.adds_up else [place]


def _names(layer: SettingsLayer, decided: set[str]) -> Sequence[str]:
    return list(dict.fromkeys(entry.name for entry in read_folder_settings(layer, decided)[0]))


def _shown(value: Any, *, is_secret: bool) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Match):
        return one_line(str(value), 80)
    if isinstance(value, Regex):
        return one_line(f"/{value.pattern}/{value.flags}", 200)
    if isinstance(value, Expectation):
        return one_line(str(value), 200)
    if isinstance(value, dict):
        pairs = [name if is_secret else f"{name} {_masked(name, one)!r}" for name, one in value.items()]
        return one_line(", ".join(pairs), 400) or "none"
    if isinstance(value, tuple):
        return one_line(", ".join(_shown(one, is_secret=is_secret) for one in value), 200) or "none"
    return one_line(str(value), 200)


def _masked(name: str, value: Any) -> Any:
    """
    Return an argument's value without what headers hold: a token is not always known by its shape.
    """
    if name.lower() in _HEADERS:
        return dict.fromkeys(value, MASK) if isinstance(value, dict) else MASK
    return value
