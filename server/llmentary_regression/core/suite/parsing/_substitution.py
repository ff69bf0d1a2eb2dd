"""
Fill a row's values into texts: every declared `{{name}}` once, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from llmentary_regression.core.json import json_or_text, read_json
from llmentary_regression.core.model import Expectation, JsonValue, Row
from llmentary_regression.core.settings import (
    RowFill,
    check_arg_name,
    closest,
    read_arg,
    read_expectation,
    split_word,
)

from ._setting_lines import SettingLine

_PARAM = re.compile(r"\{\{([^{}\n]*)\}\}")


def waits_for_row(setting: SettingLine, names: Collection[str]) -> bool:
    """
    Return whether the value of an `@expect` or `@arg` contains a declared `{{name}}`.
    """
    if setting.name not in ("expect", "arg") or "{{" not in setting.value:
        return False
    return any(found[1] in names for found in _PARAM.finditer(setting.value))


class RowValues:
    """
    One row, ready to be filled into texts.
    """

    def __init__(self, row: Row) -> None:
        self._values = dict(row.values)
        self._texts = {name: _as_text(value) for name, value in row.values}

    def fill(self, text: str) -> str:
        """
        Return the text with the row's values filled in; a `{{name}}` inside a value stays as it is.
        """
        if "{{" not in text:
            return text
        return _PARAM.sub(lambda found: self._texts.get(found[1], found[0]), text)

    def growth(self, text: str) -> int:
        """
        Return the length of the filled text in code points, or 0 if nothing has to be filled in.
        """
        if "{{" not in text:
            return 0
        grown = sum(
            len(self._texts[found[1]]) - len(found[0])
            for found in _PARAM.finditer(text)
            if found[1] in self._texts
        )
        return len(text) + grown

    def fill_expectation(self, text: str) -> Expectation:
        """
        Read what follows `@expect`, with the values filled in; in a regular expression they are escaped.
        """
        return read_expectation(text, RowFill(text=self.fill, regex=self._fill_regex))

    def fill_arg(self, text: str) -> tuple[str, JsonValue]:
        """
        Read what follows `@arg`, with the values filled in.

        A `{{name}}` alone stands for the row's own value. In JSON the values go into its strings; if only the
        filled text is JSON, that is read.
        """
        name, value = split_word(text)
        found = _PARAM.fullmatch(value)
        if found and found[1] in self._values:
            item = self._values[found[1]]
            return check_arg_name(name), json_or_text(item) if isinstance(item, str) else item
        try:
            template = read_json(value)
        except ValueError:
            return read_arg(f"{name} {self.fill(value)}")
        return check_arg_name(name), self._fill_json(template)

    def _fill_regex(self, text: str) -> str:
        return _PARAM.sub(
            lambda found: re.escape(self._texts[found[1]]) if found[1] in self._texts else found[0], text
        )

    def _fill_json(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return self.fill(value)
        if isinstance(value, list):
            return [self._fill_json(item) for item in value]
        if isinstance(value, dict):
            return {key: self._fill_json(item) for key, item in value.items()}
        return value


def _as_text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def params_in(line: str, names: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """
    Yield start, end and name of each declared `{{name}}`, without the braces.
    """
    if "{{" not in line:
        return
    for found in _PARAM.finditer(line):
        if found[1] in names:
            yield found.start(1), found.end(1), found[1]


def almost_params(line: str, names: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """
    Yield start, end and the name that was probably meant for each `{{ name }}` that almost matches a declared one.
    """
    if "{{" not in line:
        return
    for found in _PARAM.finditer(line):
        if found[1] in names:
            continue
        bare = found[1].strip()
        meant = bare if bare in names else closest(bare, tuple(names))
        if meant is not None:
            yield found.start(), found.end(), meant
