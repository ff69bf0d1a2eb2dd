"""
Settings: the one table of them, a project's from its layers, a case's from the project's and its own.
"""

from llmentary_regression.core.settings.layers import (
    ENVIRONMENT,
    SettingsLayer,
    environment_layer,
    no_such_profile,
    read_folder_settings,
    read_settings,
    unreadable_settings,
)
from llmentary_regression.core.settings.resolve import resolve_settings
from llmentary_regression.core.settings.table import SETTINGS, Form, Place, SettingSpec

__all__ = [
    "ENVIRONMENT",
    "SETTINGS",
    "Form",
    "Place",
    "SettingSpec",
    "SettingsLayer",
    "environment_layer",
    "no_such_profile",
    "read_folder_settings",
    "read_settings",
    "resolve_settings",
    "unreadable_settings",
]
