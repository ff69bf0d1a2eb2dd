"""
Distinguish brackets that group a formula or belong to a call from brackets in prose.
"""

from __future__ import annotations

import re

_MAX_LENGTH = 300
"""Brackets around more characters than this are brackets in prose."""
FORMAT_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|br|p|ul|ol|li|span|h[1-6]|code|mark|small|font|big|kbd|samp|var|q|cite|dfn|abbr"
    r"|tt|center|td|th|hr|wbr)\b[^<>]*>"
    r"|</?(?:table|thead|tbody|tfoot|tr|caption|blockquote|dl|dt|dd|details|summary|section|article|header|footer"
    r"|main|figure|figcaption|div|pre)\s*/?>",
    re.IGNORECASE,
)
"""HTML tags that only format prose; those of page structure only without attributes."""
DOCUMENT = re.compile(
    r"<(?:!doctype|html|head|body|form|script|style|svg|img|input|button|link|meta|select|iframe)\b",
    re.IGNORECASE,
)
"""HTML that is meant as code."""
_OPERATOR = re.compile(r"[+^=<>|&]|\w\*\w|\s\*\s|[\d)a-z]\s*[-/]\s*[\d(]")
_OPERATOR_BEFORE = re.compile(r"[\w)][ ]*[*/^=+][ ]*\Z")
_OPERATOR_AFTER = re.compile(r"[ ]*[*/^=][ ]*[\w(]")


def meaningful_brackets(text: str, start: int, end: int) -> frozenset[int]:
    """
    Return the positions of round brackets that group a formula or belong to a call.
    """
    kept: set[int] = set()
    stack: list[int] = []
    for match in re.finditer(r"[()]", text[start:end]):
        closing = start + match.start()
        if match[0] == "(":
            stack.append(closing)
        elif stack:
            opening = stack.pop()
            if closing - opening > _MAX_LENGTH:
                continue
            inner = FORMAT_TAG.sub("", text[opening + 1 : closing])
            outside = text[opening - 1 : opening].strip()
            is_call = bool(outside) and (outside.isalnum() or outside == "_")
            if (
                is_call
                or ("://" not in inner and _OPERATOR.search(inner))
                or _touches_operator(text, opening, closing)
            ):
                kept.update((opening, closing))
    return frozenset(kept)


def _touches_operator(text: str, opening: int, closing: int) -> bool:
    return bool(
        _OPERATOR_BEFORE.search(text, max(0, opening - 8), opening)
        or _OPERATOR_AFTER.match(text, closing + 1)
    )
