"""
Write constructs of Markdown and HTML that have a plain twin as that twin: links, footnote-like references,
raised and lowered figures, escaped marks.

What merely frames a word (`**`, `<b>`) is dropped when the text is scanned; here is what moves or renames.
Code is left alone: there each mark means itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ._brackets import DOCUMENT
from ._latex import plain_formulas

_CODE = re.compile(
    r"^[ ]*(?P<fence>```+|~~~+).*?(?:^[ ]*(?P=fence)[ ]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL
)

_SELF_LINK = re.compile(r"\[([^\[\]\s]+)\]\((?:mailto:|tel:)?\1/?\)")
"""An address that is linked to itself."""
_LINK_TITLE = re.compile(r"(\]\([^()\s]+)[ ]+(?:\"[^\"\n]*\"|'[^'\n]*')\)")
"""What a link shows under the mouse alone."""
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>]+)[\"'][^<>]{0,300}>(.{0,300}?)</a>", re.IGNORECASE
)
_REFERENCE = re.compile(r"\[([^\[\]\n]{1,200})\]\[([^\[\]\n]{0,80})\]")
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]^\n]{1,80})\]:[ ]*<?((?:https?://|www\.|mailto:)[^\s<>]+)>?"
    r"(?:[ ]+[\"'(][^\n]*)?[ ]*(?:\n|\Z)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
"""What no reader of the page sees."""
_HIGHLIGHT = re.compile(r"(?<![\w=])==(?=[^\s=])([^=\n]{1,200})(?<=[^\s=])==(?![\w=])")
_RAISED = re.compile(r"<sup>([^<>]{1,12})</sup>", re.IGNORECASE)
_LOWERED = re.compile(r"<sub>(\w{1,12})</sub>", re.IGNORECASE)
_PARTLY_BOLD = re.compile(r"(?<![\w*])((?:[^\W\d_]{2,})?)\*\*([^\W\d_]+)\*\*((?:[^\W\d_]{2,})?)(?![\w*])")
"""Letters alone, and more than one: `x**y**z` is a power."""
_ORDINAL = re.compile(r"(?:st|nd|rd|th|™|TM|®)", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\(?=[_*#~])|(?<=\d)\\(?=[.)] )|(?<![\w\\:])\\(?=[-+.!$&<>|\[\]{}(),:;=@'\"])|(?<=\w)\\(?=[-!%&$])"
)
"""What keeps a mark from being Markdown or LaTeX."""
_PATTERN = re.compile(r"\\[dwsbDWSBAZnt](?![A-Za-z])")
"""A regular expression: in one, a backslash means what it says."""


def plain_markup(text: str) -> str:
    """
    Return normalized text with links, references, superscripts, formulas and escapes in their plain form.
    """
    if not any(sign in text for sign in "[<\\$^*="):
        return text
    return _outside_code(text, _plain)


def _outside_code(text: str, rewrite: Callable[[str], str]) -> str:
    if "`" not in text and "~~~" not in text:
        return rewrite(text)
    pieces: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        pieces += (rewrite(text[at : code.start()]), code[0])
        at = code.end()
    return "".join([*pieces, rewrite(text[at:])])


def _plain(text: str) -> str:
    if "](" in text:
        text = _LINK_TITLE.sub(r"\1)", _SELF_LINK.sub(r"\1", text))
    if "][" in text and "]:" in text:
        text = _resolve_references(text)
    if "</" in text and not DOCUMENT.search(text):
        text = _ANCHOR.sub(lambda link: link[2] if link[2] == link[1] else f"{link[2]} ({link[1]})", text)
        text = _LOWERED.sub(r"\1", _RAISED.sub(_raised, text))
    if "<!--" in text:
        text = _COMMENT.sub(" ", text)
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if "**" in text:
        text = _whole_words(text)
    if "\\" in text or "$" in text or "^{" in text:
        text = plain_formulas(text)
        if "\\" in text and _PATTERN.search(text) is None:
            text = _ESCAPE.sub("", text)
    return text


def _raised(match: re.Match[str]) -> str:
    return match[1] if _ORDINAL.fullmatch(match[1]) else f"^{match[1]}"


def _whole_words(text: str) -> str:
    """
    Join words of which a part is bold: `un**believ**able`.
    """
    return _PARTLY_BOLD.sub(
        lambda match: match[1] + match[2] + match[3] if match[1] or match[3] else match[0],
        text,
    )


def _resolve_references(text: str) -> str:
    addresses = {match[1].lower(): match[2] for match in _DEFINITION.finditer(text)}
    used: set[str] = set()

    def link(match: re.Match[str]) -> str:
        label = (match[2] or match[1]).lower()
        if label not in addresses:
            return match[0]
        used.add(label)
        return f"{match[1]} ({addresses[label]})"

    text = _REFERENCE.sub(link, text)
    return _DEFINITION.sub(lambda match: "" if match[1].lower() in used else match[0], text)
