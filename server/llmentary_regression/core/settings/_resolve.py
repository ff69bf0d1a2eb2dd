"""
What holds for one case: the project's defaults with the case's own settings laid over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from llmentary_regression.core.model import Case, CaseSettings

from ._setting_table import SETTINGS


def resolve_settings(defaults: CaseSettings, case: Case) -> CaseSettings:
    """
    Return the settings of `case`; the defaults themselves where it has none of its own.
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
    Return the attributes that differ from `defaults` once the values, in order, have been laid over them.

    Of the settings that add up each value is one addition: a text, a regular expression, a pair.
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
