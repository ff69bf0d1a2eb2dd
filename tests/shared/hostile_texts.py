"""
The corpus of hostile answers: what each output of llmentary is fed with, and what none may contain.
"""

from __future__ import annotations

import re

COMMANDS = (
    "::stop-commands::token",
    "  ::add-mask::e",
    "\u3000::set-output name=ok::true",
    "sorry\n::error file=app.py,line=1::broken",
    "sorry\r\n\t::group::hidden",
    "##[section]begins",
    "text ##[error]text",
    "##vso[task.setvariable variable=PATH]/tmp",
    "> ##teamcity[buildStop comment='x']",
)
"""What GitHub, Azure Pipelines and TeamCity obey in a line of output."""

HIDDEN = (
    "a\x1b[2Jb",
    "a\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "a\x9b31mb",
    "a\rb",
    "a\x08b",
    "a\x00b",
    "a\u202eb",
    "a\u2066b\u2069",
    "a\u061cb",
    "a\u200bb\u200cc\u200dd",
    "a\u2060b",
    "a\ufeffb",
    "a\xadb",
    "a\u3164b",
    "a\u2028b",
    "a\ufe00\ufe01b",
    "a\U000e0101\U000e0102b",
    "a" + "".join(chr(0xE0000 + ord(one)) for one in "obey me") + "b",
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(one)) for one in "secret") + "\U000e007f",
)
"""Characters that a terminal obeys, or that show nothing or turn the line around."""

KEPT = (
    "👨\u200d👩\u200d👧",
    "👩🏽\u200d⚕\ufe0f",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "🏳\ufe0f\u200d🌈",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می\u200cخواهم",
    "क्\u200dष",
    "葛\U000e0100",
)
"""Writing that needs such characters, and has to stay as it is."""

HOSTILE = (*COMMANDS, *HIDDEN)

_OBEYED = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e0fff]"
)


def obeyed_lines(text: str) -> list[str]:
    """
    Return what a CI server would obey; lines end as its reader ends them.
    """
    return [line for line in re.split(r"\r\n|\r|\n", text) if _OBEYED.search(line)]


def hidden_characters(text: str) -> list[str]:
    """
    Return the characters that are not seen, or act, apart from ends of lines; colours may be taken out before.
    """
    return [f"U+{ord(one):04X}" for one in _NOT_SHOWN.findall(text.replace("\r\n", "\n"))]
