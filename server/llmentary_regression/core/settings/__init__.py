"""
The table of settings, the readers of their values, and how a project's layers add up.
"""

from __future__ import annotations

from ._expectation_table import EXPECTATIONS, RowFill, read_expectation
from ._layers import (
    ENVIRONMENT,
    SettingsLayer,
    environment_layer,
    no_such_profile,
    read_folder_settings,
    read_settings,
    resolve_settings,
    unreadable_settings,
)
from ._match import read_match
from ._setting_table import SETTINGS, SUITE_SETTINGS, Scope, SettingSpec
from ._values import (
    InvalidValue,
    check_arg_name,
    closest,
    count_reader,
    read_amount,
    read_arg,
    read_duration,
    read_rate,
    split_word,
)

__all__ = [
    "ENVIRONMENT",
    "EXPECTATIONS",
    "SETTINGS",
    "SUITE_SETTINGS",
    "InvalidValue",
    "RowFill",
    "Scope",
    "SettingSpec",
    "SettingsLayer",
    "check_arg_name",
    "closest",
    "count_reader",
    "environment_layer",
    "no_such_profile",
    "read_amount",
    "read_arg",
    "read_duration",
    "read_expectation",
    "read_folder_settings",
    "read_match",
    "read_rate",
    "read_settings",
    "resolve_settings",
    "split_word",
    "unreadable_settings",
]
