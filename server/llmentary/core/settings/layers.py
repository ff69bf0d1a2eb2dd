"""
A project's settings, from layers of decoded TOML, environment variables and editor settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llmentary.core.model import CaseSettings, Problem, ProjectSettings
from llmentary.core.problem_codes import ProblemCode
from llmentary.core.settings.json_text import read_json
from llmentary.core.settings.resolve import overlay
from llmentary.core.settings.table import PROJECT_SETTINGS, SETTINGS, Form, Place, SettingSpec
from llmentary.core.settings.values import ValueSlip, check_arg_name, check_env_name, closest

ENVIRONMENT = "environment"
EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class SettingsLayer:
    """
    Settings from one origin.
    """

    origin: str
    """The file's path, `environment` or `editor`."""
    values: Mapping[str, object]
    """Decoded TOML, JSON or environment values, under the names that suites use."""


def environment_layer(environ: Mapping[str, str]) -> SettingsLayer:
    """
    Return what `LLMENTARY_CALLABLE` and its like say; an empty variable says nothing.

    A variable that only resembles a setting is kept as well, so that a misspelt one is reported;
    others, such as `LLMENTARY_KEY`, are no settings.
    """
    values: dict[str, object] = {}
    for variable in sorted(environ):
        if not variable.startswith("LLMENTARY_") or not environ[variable].strip():
            continue
        name = variable.removeprefix("LLMENTARY_").lower().replace("_", "-")
        if name in PROJECT_SETTINGS or (name not in _OTHER_VARIABLES and closest(name, PROJECT_SETTINGS)):
            values[name] = environ[variable].strip()
    return SettingsLayer(ENVIRONMENT, values)


_OTHER_VARIABLES = ("key", "home")


def unreadable_settings(origin: str, reason: str) -> Problem:
    """
    Return the problem of a settings file that could not be read at all.
    """
    return Problem(
        code=str(ProblemCode.UNREADABLE_SETTINGS),
        severity=ProblemCode.UNREADABLE_SETTINGS.severity,
        message=f"cannot read the settings: {reason}; mend the file",
        origin=origin,
    )


def read_settings(layers: Sequence[SettingsLayer]) -> tuple[ProjectSettings, list[Problem]]:
    """
    Lay the layers over each other, the later ones on top.

    A key that could not be understood becomes a problem, and what lay below it stays in force.
    """
    reading = _Reading()
    for layer in layers:
        for key, value in layer.values.items():
            if value is not None:
                reading.take(layer.origin, str(key), value)
    return reading.settings, reading.problems


@dataclass(slots=True)
class _Reading:
    """
    The settings as far as the layers have been read.
    """

    settings: ProjectSettings = field(default_factory=ProjectSettings)
    problems: list[Problem] = field(default_factory=list)

    def take(self, origin: str, key: str, value: object) -> None:
        spec = SETTINGS.get(key)
        if spec is None:
            guess = closest(key, PROJECT_SETTINGS)
            hint = f"; did you mean `{_shown(origin, guess)}`?" if guess else "; remove it"
            self._report(ProblemCode.UNKNOWN_KEY, origin, key, f"is no setting{hint}")
            return
        if Place.PROJECT not in spec.places:
            self._report(ProblemCode.KEY_NOT_HERE, origin, key, "belongs into a suite; remove it here")
            return
        try:
            values = list(_typed_values(spec, value))
        except ValueSlip as exc:
            hint = f"; did you mean `{exc.better}`?" if exc.better else ""
            self._report(ProblemCode.BAD_KEY_VALUE, origin, key, f"{exc}{hint}")
            return
        if any(place is not Place.PROJECT for place in spec.places):
            self._set_default(spec, values)
        else:
            self._set_project_value(spec, values)

    def _set_default(self, spec: SettingSpec, values: list[object]) -> None:
        defaults: CaseSettings = self.settings.defaults
        changes = overlay(defaults, ((spec.name, value) for value in values))
        self.settings = replace(
            self.settings,
            defaults=replace(defaults, **changes),
            reworded_is_explicit=self.settings.reworded_is_explicit or spec.name == "reworded",
        )

    def _set_project_value(self, spec: SettingSpec, values: list[object]) -> None:
        value: Any = tuple(values) if spec.form is Form.LIST else values[0]
        self.settings = replace(self.settings, **{spec.attribute: value})

    def _report(self, code: ProblemCode, origin: str, key: str, message: str) -> None:
        self.problems.append(
            Problem(
                code=str(code),
                severity=code.severity,
                message=f"`{_shown(origin, key)}` {message}",
                origin=origin,
                key=_shown(origin, key),
            )
        )


def _shown(origin: str, key: str) -> str:
    """
    Return the key as its author wrote it.
    """
    if origin == ENVIRONMENT:
        return f"LLMENTARY_{key.upper().replace('-', '_')}"
    return f"llmentary.{key}" if origin == EDITOR else key


def _typed_values(spec: SettingSpec, value: object) -> Iterator[object]:
    """
    Yield the typed value, or each of them where the setting adds up.
    """
    if spec.form is Form.TABLE:
        yield from _read_table(spec, value)
    elif spec.form is Form.LIST:
        for item in value if isinstance(value, list) else [value]:
            yield spec.read(_as_text(item, "wants a text or a list of texts"))
    elif spec.form is Form.SWITCH:
        yield value if isinstance(value, bool) else spec.read(_as_text(value, "wants `true` or `false`"))
    elif spec.form is Form.NUMBER and isinstance(value, (int, float)) and not isinstance(value, bool):
        yield spec.read(f"{value}")
    else:
        wanted = "wants a number or a text" if spec.form is Form.NUMBER else "wants a text"
        yield spec.read(_as_text(value, wanted))


def _as_text(value: object, wanted: str) -> str:
    if not isinstance(value, str):
        raise ValueSlip(f"{wanted}, not `{value}`"[:200])
    return value.strip(" \t")


def _read_table(spec: SettingSpec, value: object) -> Iterator[object]:
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError as exc:
            raise ValueSlip('wants a JSON object such as `{"name": "value"}`') from exc
    if not isinstance(value, Mapping):
        raise ValueSlip("wants a table of names and values")
    for name, item in value.items():
        if spec.name == "arg":
            yield check_arg_name(str(name)), item
        else:
            yield check_env_name(str(name)), _as_text(item, f"wants a text for `{name}`")
