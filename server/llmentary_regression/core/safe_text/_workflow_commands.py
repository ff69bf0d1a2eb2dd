"""
Lines that a CI server would obey, broken so that it only shows them.

GitHub obeys `::name::` behind nothing but blanks, and `##[name]` anywhere in a line; Azure Pipelines obeys
`##vso[`, TeamCity `##teamcity[`. Any program's output may hold them, an answer above all.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(
    r"^(?P<blank>[^\S\n]*)::"
    # Whoever shows the text may put a line's end before any word of it.
    r"|(?P<inside>::)(?=(?:set-env|set-output|save-state|add-path|add-mask|add-matcher|remove-matcher|warning"
    r"|error|notice|debug|group|endgroup|echo|stop-commands|internal-set-repo-path)(?:\s[^\n]*?)?::)"
    r"|(?P<marks>##)(?=\[|vso\[|teamcity\[)",
    re.MULTILINE | re.IGNORECASE,
)


def break_commands(text: str) -> str:
    """
    Return text with one character of each command written as an escape.
    """
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(_broken, text)


def _broken(found: re.Match[str]) -> str:
    if found["marks"] is not None:
        return r"#\u0023"
    return f"{found['blank'] or ''}:\\u003a"
