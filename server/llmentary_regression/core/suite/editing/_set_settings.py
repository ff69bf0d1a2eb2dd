"""
Put settings into the head of a block, and leave everything else as it is, line ends included.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmentary_regression.core.model import Case
from llmentary_regression.core.settings import SETTINGS
from llmentary_regression.core.suite.parsing import is_header

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


def can_hold_settings(text: str, case: Case) -> bool:
    """
    Tell whether the case stands in a `===` block: a plain question has no place for settings.
    """
    lines = _lines(text)
    line = case.span.start.line
    return line < len(lines) and is_header(lines[line][0].removeprefix("\ufeff"))


def set_settings(text: str, case: Case, settings: Sequence[tuple[str, str]]) -> str:
    """
    Return the suite's text with these settings in the head of the case's block.

    A setting that stands there already takes the new value; others come right below the header.

    Args:
        settings: name and value, as a suite says them.
    """
    lines = _lines(text)
    header = case.span.start.line
    end = next((end for _, end in lines if end), "\n")
    own = {entry.name: entry.span.start.line for entry in case.overrides if entry.span.start.line > header}
    added: list[tuple[str, str]] = []
    for name, value in settings:
        line = f"@{name} {value}"
        if name in own and not SETTINGS[name].adds_up:
            lines[own[name]] = (line, lines[own[name]][1])
        else:
            added.append((line, end))
    if added and not lines[header][1]:
        lines[header] = (lines[header][0], end)
    lines[header + 1 : header + 1] = added
    return "".join(content + line_end for content, line_end in lines)


def _lines(text: str) -> list[tuple[str, str]]:
    """
    Return each line with its end; a text's last line may have none.
    """
    return [(found[1], found[2]) for found in _LINE.finditer(text) if found[0] or found.start() < len(text)]
