"""
The one table of settings: what each is called, how it is read, and where it is allowed.

`docs/file-format.md` shows the same table; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from llmentary_regression.core.model import CaseSettings, Privacy, ProjectSettings, Unsure, Word

from ._expectation_table import read_expectation
from ._match import read_match
from ._values import (
    choice_reader,
    count_reader,
    read_amount,
    read_arg,
    read_callable,
    read_duration,
    read_embed,
    read_env,
    read_flag,
    read_language,
    read_rate,
    read_reason,
    read_regex,
    read_share,
    read_switch,
    read_tags,
    read_text,
    word_reader,
)


class Scope(Word):
    """
    Where a setting is allowed.
    """

    PROJECT = "project"
    """`pyproject.toml`, `llmentary.toml`, the environment, the editor."""
    SUITE = "suite"
    """Before the first question of a suite."""
    BLOCK = "block"
    """In the head of a block."""


class Form(Word):
    """
    How a setting is written in TOML and JSON.
    """

    TEXT = "text"
    NUMBER = "number or text"
    SWITCH = "true or false"
    LIST = "text or list of texts"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """
    Everything that the code has to know about one setting.
    """

    name: str
    kind: str
    """The type of its value, as the documentation names it."""
    read: Callable[[str], object]
    """Returns the typed value of the text after `@name`; raises `InvalidValue`."""
    scopes: tuple[Scope, ...]
    unset: str = "none"
    """What the documentation calls a default of None, False or nothing."""
    adds_up: bool = False
    """Whether several lines add up; for all other settings the last one wins."""
    form: Form = Form.TEXT
    field: str = ""
    """The attribute of `CaseSettings` or `ProjectSettings`; by default the name with `_`."""
    unit: str = ""
    """What follows a number where the documentation shows it."""

    @property
    def attribute(self) -> str:
        """
        Return the attribute of `CaseSettings` or `ProjectSettings` that holds the value.
        """
        return self.field or self.name.replace("-", "_")

    @property
    def default(self) -> str:
        """
        Return the default as the documentation shows it; it is that of the attribute.
        """
        holder = CaseSettings if Scope.BLOCK in self.scopes or Scope.SUITE in self.scopes else ProjectSettings
        value = getattr(holder(), self.attribute, None)  # `params` is no attribute
        if value is None or value is False or value == () or value == {}:
            return self.unset
        if isinstance(value, tuple):
            value = " ".join(value)
        shown = f"{value:g}{self.unit}" if isinstance(value, float) else str(value)
        return f"`{shown}`"


_EVERYWHERE = (Scope.PROJECT, Scope.SUITE, Scope.BLOCK)
_IN_SUITES = (Scope.SUITE, Scope.BLOCK)
_ABOVE_BLOCKS = (Scope.PROJECT, Scope.SUITE)
_IN_PROJECT = (Scope.PROJECT,)

_SPECS = (
    SettingSpec("callable", "`module:function`", read_callable, _EVERYWHERE),
    SettingSpec("match", "match mode", read_match, _EVERYWHERE),
    SettingSpec("examples", "whole number from 1", count_reader(1), _EVERYWHERE, form=Form.NUMBER),
    SettingSpec("samples", "whole number from 1", count_reader(1), _EVERYWHERE, form=Form.NUMBER),
    SettingSpec("pass-rate", "share", read_share, _EVERYWHERE, form=Form.NUMBER),
    SettingSpec("unsure", "`pass`, `warn` or `fail`", word_reader(Unsure), _EVERYWHERE),
    SettingSpec("expect", "expectation", read_expectation, _EVERYWHERE, adds_up=True, form=Form.LIST),
    SettingSpec("mask", "`/regular expression/`", read_regex, _EVERYWHERE, adds_up=True, form=Form.LIST),
    SettingSpec("model", "text", read_text, _EVERYWHERE),
    SettingSpec("tags", "words", read_tags, _EVERYWHERE, adds_up=True, form=Form.LIST),
    SettingSpec("timeout", "time", read_duration, _EVERYWHERE, form=Form.NUMBER, field="timeout_s", unit="s"),
    SettingSpec("retries", "whole number from 0", count_reader(0), _EVERYWHERE, form=Form.NUMBER),
    SettingSpec("concurrency", "whole number from 1", count_reader(1), _ABOVE_BLOCKS, form=Form.NUMBER),
    SettingSpec("skip", "reason, may be empty", read_reason, _IN_SUITES, "not skipped"),
    SettingSpec("only", "nothing", read_flag, _IN_SUITES, "off"),
    SettingSpec("env", "`NAME value`", read_env, _EVERYWHERE, adds_up=True, form=Form.TABLE),
    SettingSpec("params", "table, or a `.csv` or `.jsonl` file", read_reason, (Scope.BLOCK,)),
    SettingSpec("lang", "language code", read_language, _EVERYWHERE),
    SettingSpec("embed", "`module:function` or `wordllama`", read_embed, _EVERYWHERE),
    SettingSpec("judge", "`module:function`", read_callable, _EVERYWHERE),
    SettingSpec("privacy", "`full`, `facts` or `digest`", word_reader(Privacy), _EVERYWHERE),
    SettingSpec("rate", "rate", read_rate, _ABOVE_BLOCKS, "unlimited", field="rate_per_minute"),
    SettingSpec("max-cost", "amount", read_amount, _ABOVE_BLOCKS, "unlimited", form=Form.NUMBER),
    SettingSpec("arg", "`name value`, the value JSON", read_arg, _EVERYWHERE, adds_up=True, form=Form.TABLE),
    SettingSpec("interpreter", "path of a Python", read_text, _IN_PROJECT, "found by itself"),
    SettingSpec("suites", "glob patterns", read_text, _IN_PROJECT, form=Form.LIST),
    SettingSpec("exclude", "glob patterns", read_text, _IN_PROJECT, form=Form.LIST),
    SettingSpec(
        "strict", "`true` or `false`", read_switch, _IN_PROJECT, "on where `CI` is set", form=Form.SWITCH
    ),
    SettingSpec("run", "`onSave` or `manual`", choice_reader(("onSave", "manual")), _IN_PROJECT),
)

SETTINGS: Mapping[str, SettingSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
SUITE_SETTINGS: tuple[str, ...] = tuple(
    spec.name for spec in _SPECS if Scope.BLOCK in spec.scopes or Scope.SUITE in spec.scopes
)
PROJECT_SETTINGS: tuple[str, ...] = tuple(spec.name for spec in _SPECS if Scope.PROJECT in spec.scopes)
