"""
A project's settings, from layers of decoded TOML, environment variables and editor settings; and the settings of one
case, laid over them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from llmentary_regression.core.json import read_json
from llmentary_regression.core.model import (
    Case,
    CaseSettings,
    Position,
    Problem,
    ProblemCode,
    ProjectSettings,
    SettingEntry,
    Span,
)

from ._setting_table import PROJECT_SETTINGS, SETTINGS, Form, Scope, SettingSpec
from ._values import InvalidValue, check_arg_name, check_env_name, closest

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
    table: str = ""
    """The table of the file that contains them, such as `[profile.ci]`; empty at its top."""


def environment_layer(environ: Mapping[str, str]) -> SettingsLayer:
    """
    Return the settings in `LLMENTARY_CALLABLE` and similar variables; an empty variable is ignored.

    A variable that resembles a setting is included, so that a misspelled one is reported; others, such as
    `LLMENTARY_KEY`, are not settings.
    """
    values: dict[str, object] = {}
    for variable in sorted(environ):
        if not variable.startswith("LLMENTARY_") or not environ[variable].strip():
            continue
        name = variable.removeprefix("LLMENTARY_").lower().replace("_", "-")
        if name in PROJECT_SETTINGS or (name not in _OTHER_VARIABLES and closest(name, PROJECT_SETTINGS)):
            values[name] = environ[variable].strip()
    return SettingsLayer(ENVIRONMENT, values)


_OTHER_VARIABLES = ("key", "home", "profile")


def unreadable_settings(origin: str, reason: str) -> Problem:
    """
    Return the problem of a settings file that could not be read at all.
    """
    return Problem(
        code=str(ProblemCode.UNREADABLE_SETTINGS),
        severity=ProblemCode.UNREADABLE_SETTINGS.severity,
        message=f"cannot read the settings: {reason}; fix the file",
        origin=origin,
    )


def no_such_profile(name: str, known: Collection[str]) -> Problem:
    """
    Return the problem of a profile that no settings file has.
    """
    others = f", or choose one of {', '.join(f'`{other}`' for other in sorted(known))}" if known else ""
    return Problem(
        code=str(ProblemCode.BAD_KEY_VALUE),
        severity=ProblemCode.BAD_KEY_VALUE.severity,
        message=f"no settings file has a profile `{name}`; write `[profile.{name}]` into one{others}",
        origin=ENVIRONMENT,
        key="LLMENTARY_PROFILE",
    )


def read_settings(layers: Sequence[SettingsLayer]) -> tuple[ProjectSettings, list[Problem]]:
    """
    Return the settings of all layers, of which later ones win, and the problems in them.

    An invalid key becomes a problem, and the value from the layers below stays in force.
    """
    reading = _Reading()
    for layer in layers:
        for key, value in layer.values.items():
            if value is not None:
                reading.take(layer.origin, str(key), value)
    return reading.settings, reading.problems


def read_folder_settings(
    layer: SettingsLayer, stronger: Collection[str]
) -> tuple[list[SettingEntry], list[Problem]]:
    """
    Return the settings of a folder as if they were at the top of each of its suites, and the problems in them.

    Args:
        layer: the layer of the folder's file.
        stronger: names of settings that the environment or the command line decides for the whole project;
            the folder's values are still added to those that add up.
    """
    nowhere = Span(Position(0, 0), Position(0, 0))
    entries: list[SettingEntry] = []
    reading = _Reading()
    for key, value in layer.values.items():
        spec = reading.find_spec(layer.origin, key)
        if spec is None or (key in stronger and not spec.adds_up):
            continue
        if Scope.SUITE not in spec.scopes:
            reading.report(
                ProblemCode.KEY_NOT_HERE,
                layer.origin,
                key,
                "holds for the whole project; move it to the settings at the project's root",
            )
            continue
        values = reading.read_values(spec, layer.origin, key, value)
        entries += [SettingEntry(key, typed, nowhere) for typed in values or ()]
    return entries, reading.problems


@dataclass(slots=True)
class _Reading:
    """
    The settings of the layers that have been read so far.
    """

    settings: ProjectSettings = field(default_factory=ProjectSettings)
    problems: list[Problem] = field(default_factory=list)

    def take(self, origin: str, key: str, value: object) -> None:
        spec = self.find_spec(origin, key)
        if spec is None:
            return
        values = self.read_values(spec, origin, key, value)
        if values is None:
            return
        if any(scope is not Scope.PROJECT for scope in spec.scopes):
            self._set_default(spec, values)
        else:
            self._set_project_value(spec, values)

    def find_spec(self, origin: str, key: str) -> SettingSpec | None:
        spec = SETTINGS.get(key)
        if spec is None:
            guess = closest(key, PROJECT_SETTINGS)
            hint = f"; did you mean `{_shown(origin, guess)}`?" if guess else "; remove it"
            self.report(ProblemCode.UNKNOWN_KEY, origin, key, f"is no setting{hint}")
        elif Scope.PROJECT not in spec.scopes:
            self.report(ProblemCode.KEY_NOT_HERE, origin, key, "belongs into a suite; remove it here")
            return None
        return spec

    def read_values(self, spec: SettingSpec, origin: str, key: str, value: object) -> list[object] | None:
        try:
            return list(_typed_values(spec, value))
        except InvalidValue as exc:
            hint = f"; did you mean `{exc.better}`?" if exc.better else ""
            self.report(ProblemCode.BAD_KEY_VALUE, origin, key, f"{exc}{hint}")
            return None

    def _set_default(self, spec: SettingSpec, values: list[object]) -> None:
        defaults: CaseSettings = self.settings.defaults
        changes = overlay(defaults, ((spec.name, value) for value in values))
        self.settings = replace(
            self.settings,
            defaults=replace(defaults, **changes),
            unsure_is_explicit=self.settings.unsure_is_explicit or spec.name == "unsure",
        )

    def _set_project_value(self, spec: SettingSpec, values: list[object]) -> None:
        value: Any = tuple(values) if spec.form is Form.LIST else values[0]
        self.settings = replace(self.settings, **{spec.attribute: value})

    def report(self, code: ProblemCode, origin: str, key: str, message: str) -> None:
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
    Yield the typed value, or each of several if the setting adds up.
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
        raise InvalidValue(f"{wanted}, not `{value}`"[:200])
    return value.strip(" \t")


def _read_table(spec: SettingSpec, value: object) -> Iterator[object]:
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError as exc:
            raise InvalidValue('wants a JSON object such as `{"name": "value"}`') from exc
    if not isinstance(value, Mapping):
        raise InvalidValue("wants a table of names and values")
    for name, item in value.items():
        if spec.name == "arg":
            yield check_arg_name(str(name)), item
        else:
            yield check_env_name(str(name)), _as_text(item, f"wants a text for `{name}`")


def resolve_settings(defaults: CaseSettings, case: Case) -> CaseSettings:
    """
    Return the settings of `case`; the defaults themselves if it has none of its own.
    """
    if not case.overrides and not case.tags:
        return defaults
    changes = overlay(
        defaults, ((entry.name, entry.value) for entry in case.overrides if entry.name != "tags")
    )
    if case.tags:
        changes["tags"] = tuple(dict.fromkeys((*defaults.tags, *case.tags)))
    return replace(defaults, **changes)


def overlay(defaults: CaseSettings, values: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """
    Return the attributes that change when the values are applied to `defaults` in order.

    For a setting that adds up, each value is one addition: a text, a regular expression, a pair.
    """
    changes: dict[str, Any] = {}
    for name, value in values:
        spec = SETTINGS[name]
        attribute = spec.attribute
        if not spec.adds_up:
            changes[attribute] = value
            continue
        so_far = changes.get(attribute, getattr(defaults, attribute))
        if isinstance(so_far, Mapping):
            changes[attribute] = {**so_far, **dict([cast("tuple[str, object]", value)])}
        else:
            additions = value if isinstance(value, tuple) else (value,)
            changes[attribute] = tuple(dict.fromkeys((*so_far, *additions)))
    return changes
