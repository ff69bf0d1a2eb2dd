"""
Distinguish fenced code from fenced prose, and find JSON.
"""

from __future__ import annotations

import json
import re

FENCE = re.compile(
    r"^[ ]*(```+|~~~+)[ ]*([^\s`]*)[^\n`]*\n(.*?)(?:^[ ]*\1[ ]*$|\Z)", re.MULTILINE | re.DOTALL
)
_SENTENCE = re.compile(r"[a-z]{2,},? [a-z]{2,} [a-z]{2,}")
_PROSE_FENCES = frozenset({"text", "txt", "plaintext", "plain", "markdown", "md"})
_LIST_LINE = re.compile(r"[ ]*(?:(?:\d+[.)]|[-*])[ ]+[A-Z][a-z]|[A-Z][a-z ]+:[ ]*$)")
_CODE_SIGN = re.compile(r"[{};]\s*$|\w\([^()\n]*\)|\s=\s|==|^[ ]{2,}\S|^\s*[<#/]", re.MULTILINE)


def holds_code(language: str, content: str) -> bool:
    """
    Return whether a fence contains code rather than prose.
    """
    if language:
        return language.lower() not in _PROSE_FENCES
    if _CODE_SIGN.search(content):
        return True
    lines = [line for line in content.splitlines() if line.strip()]
    is_list = len(lines) > 1 and all(_LIST_LINE.match(line) for line in lines)
    return not (is_list or _SENTENCE.search(content))


def prose_in_fence(text: str) -> str:
    """
    Return the prose inside a fence around the whole text, or the text as it is.
    """
    if "```" not in text and "~~~" not in text:
        return text
    fence = FENCE.match(text.strip())
    if fence is None or fence.end() != len(text.strip()) or holds_code(fence[2], fence[3]):
        return text
    return fence[3]


def find_json(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """
    Return start and end of each JSON object in prose.
    """
    if "{" not in text or '"' not in text:
        return []
    spans: list[tuple[int, int]] = []
    position = start
    decoder = json.JSONDecoder()
    while (opening := text.find("{", position, end)) >= 0:
        before = text[opening - 1 : opening]
        position = opening + 1
        if before.strip() or text[opening + 1 : opening + 80].lstrip()[:1] not in ('"', "}"):
            continue
        try:
            value, after = decoder.raw_decode(text, opening)
        except (ValueError, RecursionError):
            continue
        if value and after <= end:
            spans.append((opening, after))
            position = after
    return spans
