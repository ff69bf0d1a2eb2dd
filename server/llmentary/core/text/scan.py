"""
Cut unified text into raw tokens with their places, and drop the marks that only dress it.

What is dropped is decided here alone: Markdown marks, quotes, sentence punctuation, brackets around prose.
Everything else survives, operators and comparison signs above all: a sign that nobody knows carries meaning.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from llmentary.core.text.brackets import FORMAT_TAG, meaningful_brackets
from llmentary.core.text.fences import FENCE, find_json, holds_code
from llmentary.core.text.unify import is_known

_URL = r"(?P<url>(?:https?://|www\.)[^\s<>\"'`)\]}]*[^\s<>\"'`)\]}.,;:!?*_])"
_EMAIL = r"(?P<email>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+)"
_DATE = r"(?P<date>\d{4}-\d{2}-\d{2}(?!\d))"
_TIME = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?![\d:]))"
_NUMBER = (
    r"(?P<number>(?<!\d )\d{1,3}(?: \d{3}){2,}(?![\d,.]?\d| \d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d+(?:\.\d+)+|\d+|(?<![\w.])\.\d+)"
)
_TAG = r"(?P<tag></?(?!https?:|www\.)[A-Za-z!][^<>\n@]{0,300}>)"
_CODE = r"(?P<code>(?P<ticks>`{1,2})(?!`)[^`\n]+(?P=ticks)(?!`))"
_RULE = r"(?P<rule>_{2,}|-{3,}|={3,}|\*{3,}|~{3,}|`+)"
_SIGN = r"(?P<sign>->|<=|>=|!=|==|\+\+|&&|\|\||~~|\S)"
_DOTTED = r"(?P<dotted>(?:[A-Za-z]\.|[A-Z][a-z]\.(?=[A-Z]\.)){2,}[A-Za-z]?|[A-Za-z]{1,6}\.(?=[\s,)]))"

# Scripts written without spaces are read character by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD_ASCII = r"(?P<word>[^\W\d][^\W]*(?:'[^\W\d_]+)*(?<!_))"
_CHAR = rf"(?P<char>[{_UNSPACED}])"
_WORD = rf"(?P<word>[^\W\d](?:(?![{_UNSPACED}])\w)*(?:'[^\W\d_]+)*(?<!_))"

_PLAIN = r"(?P<plain>[A-Za-z]+(?=[ ,\n]))"
"""What most of an answer is made of; tried first, since nothing else can match there."""
_RARE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("://", "www."), _URL),
    (("@",), _EMAIL),
    (("-",), _DATE),
    ((":",), _TIME),
    (("<",), _TAG),
    (("`",), _CODE),
    (("__", "---", "===", "***", "~~~", "`"), _RULE),
)
"""What only some answers hold, with the signs without which it cannot occur; in the order of trying."""
_CODE_TOKEN = re.compile(r"\n[ ]*(?=[^\s])|\w+|[^\w\s]")

_FRAMED_ADDRESS = re.compile(r"<(?:https?://|www\.|mailto:)?[^\s<>]*[.@][^\s<>]*>")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s{}\[\]:,"]+|[{}\[\]:,]')

_DEEPEST = 40
"""So far into a line a bullet or quotation mark may stand."""
_LONGEST = 300
_DROPPED = frozenset(".,;:!\"'{}[]|`~_\\")
_DOCUMENT = re.compile(
    r"<(?:!doctype|html|head|body|div|form|table|script|style|svg|a|img|input|button)\b", re.IGNORECASE
)


class Raw(NamedTuple):
    """
    One token as it stands in the text.
    """

    kind: str
    """`word number time date dotted char url email sign tag code`."""
    text: str
    start: int
    end: int


# A named tuple's own constructor takes three times as long, once for each word.
_new_raw = tuple.__new__


@lru_cache(maxsize=128)
def _pattern(is_ascii: bool, *found: bool) -> re.Pattern[str]:
    """
    Return the expression for texts that hold some of the rare signs: what cannot match only takes time.
    """
    rare = [part for (_, part), is_found in zip(_RARE, found, strict=True) if is_found]
    words = (_WORD_ASCII,) if is_ascii else (_CHAR, _WORD)
    parts = (_PLAIN, *rare, _NUMBER, _DOTTED, *words, _SIGN)
    return re.compile("|".join(parts), re.ASCII if is_ascii else re.UNICODE)


def scan(text: str) -> list[Raw]:
    """
    Return the tokens of unified text, fenced code read by its own rules.
    """
    if "```" not in text and "~~~" not in text:
        return _scan_unfenced(text, 0, len(text))
    tokens: list[Raw] = []
    position = 0
    for fence in FENCE.finditer(text):
        tokens += _scan_unfenced(text, position, fence.start())
        is_json = find_json(text, fence.start(3), fence.end(3))
        read = _scan_code if not is_json and holds_code(fence[2], fence[3]) else _scan_unfenced
        tokens += read(text, fence.start(3), fence.end(3))
        position = fence.end()
    return tokens + _scan_unfenced(text, position, len(text))


def _scan_unfenced(text: str, start: int, end: int) -> list[Raw]:
    tokens: list[Raw] = []
    for opening, after in find_json(text, start, end):
        tokens += _scan_prose(text, start, opening)
        # White space between the parts of JSON says nothing; quotes tell a text from a number.
        tokens += [
            Raw("code", match[0], match.start(), match.end())
            for match in _JSON_TOKEN.finditer(text, opening, after)
        ]
        start = after
    return tokens + _scan_prose(text, start, end)


def _scan_code(text: str, start: int, end: int) -> list[Raw]:
    return [
        Raw("code", match[0], match.start(), match.end())
        for match in _CODE_TOKEN.finditer(text, start, end)
        if not (match[0][0] == "\n" and match.end() == end)
    ]


def _scan_prose(text: str, start: int, end: int) -> list[Raw]:
    found_signs = (any(text.find(sign, start, end) >= 0 for sign in signs) for signs, _ in _RARE)
    pattern = _pattern(text.isascii(), *found_signs)
    is_document = "<" in text and _DOCUMENT.search(text, start, end) is not None
    kept_brackets = meaningful_brackets(text, start, end) if "(" in text else frozenset()
    tokens: list[Raw] = []
    append = tokens.append
    for match in pattern.finditer(text, start, end):
        kind = match.lastgroup
        found = match[0]
        at = match.start()
        if kind == "plain":
            append(_new_raw(Raw, ("word", found, at, match.end())))
        elif kind == "word":
            append(
                Raw(
                    "word",
                    found.strip("_") if found[0] == "_" or found[-1] == "_" else found,
                    at,
                    match.end(),
                )
            )
        elif kind == "sign":
            if found in _DROPPED and not _is_kept(text, at, found):
                continue
            if found in "()":
                if at in kept_brackets:
                    append(Raw("sign", found, at, at + 1))
            elif (found in "<>" and _frames_address(text, at, found)) or (
                found in "-*+#>" and _is_dressing(text, at, found, start)
            ):
                continue
            else:
                append(Raw("sign", found, at, match.end()))
        elif kind == "ticks" or kind == "code":
            tokens += _scan_ticks(text, match.start("code"), match.end("code"))
        elif kind == "tag":
            if is_document or FORMAT_TAG.fullmatch(found) is None:
                append(Raw("tag", found, at, match.end()))
        elif kind != "rule":
            append(Raw(kind or "sign", found, at, match.end()))
    return tokens


def _scan_ticks(text: str, start: int, end: int) -> list[Raw]:
    inner_start, inner_end = start, end
    while text[inner_start] == "`":
        inner_start += 1
    while text[inner_end - 1] == "`":
        inner_end -= 1
    content = text[inner_start:inner_end]
    # Ticks around plain lower-case words are emphasis; anything else is code and keeps its case and signs.
    if re.fullmatch(r"[a-z ]+|[\d.,%$ ]+", content):
        return _scan_prose(text, inner_start, inner_end)
    return _scan_code(text, inner_start, inner_end)


def _is_kept(text: str, at: int, sign: str) -> bool:
    """
    Tell whether a mark that mostly dresses says something here: `4:3`, `~50`, `C:\\Users`.
    """
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if sign == ":":
        return before.isdigit() and after.isdigit()
    if sign == "~":
        return after.isdigit() and not before.isalnum()
    return sign == "\\" and after.isalnum() and (before.isalnum() or before in ":\\")


def _is_dressing(text: str, at: int, sign: str, floor: int) -> bool:
    """
    Tell whether `- * + # >` only dress the text here: a bullet, a heading, a quotation, a dash, emphasis.
    """
    if sign == "<":
        return False
    near = max(floor, at - _DEEPEST)
    line_start = text.rfind("\n", near, at) + 1 or near
    opens_line = (line_start == floor or text[line_start - 1] == "\n") and not text[line_start:at].strip(
        " -*+#>"
    )
    following = text[at + 1 : at + 2]
    if sign == "#":
        closes = text[line_start] == "#" and not text[at : at + _DEEPEST].partition("\n")[0].strip("# ")
        return closes or (opens_line and following in ("#", " ", ""))
    if sign == ">":
        return opens_line and following in (" ", ">", "\n", "") and not _is_comparison(text, at)
    if sign == "+":
        return opens_line and following == " "
    if opens_line and following in (" ", "\n", ""):
        return True
    before = text[:at].rstrip(" ")[-1:] if at and text[at - 1] == " " else text[at - 1 : at]
    after = text[at + 1 : at + 40].lstrip(" ")[:1]
    if sign == "-":
        if following.isdigit() or (following == "." and text[at + 2 : at + 3].isdigit()):
            previous = text[at - 1 : at]
            # A sign, a range or a subtraction; after a letter it is the hyphen of COVID-19.
            return _is_letter(previous) or previous == "-"
        return not (_is_operand(before, text, at, -1) and _is_operand(after, text, at, 1))
    return not (_is_operand(before, text, at, -1) and _is_operand(after, text, at, 1))


def _frames_address(text: str, at: int, sign: str) -> bool:
    """
    Tell whether `<` or `>` stands around an address: `<https://example.com>`.
    """
    if sign not in "<>":
        return False
    if sign == "<":
        return _FRAMED_ADDRESS.match(text, at) is not None
    opening = text.rfind("<", max(0, at - _LONGEST), at)
    return (
        opening >= 0
        and (framed := _FRAMED_ADDRESS.match(text, opening)) is not None
        and framed.end() == at + 1
    )


def _is_comparison(text: str, at: int) -> bool:
    """
    Tell whether `>` at a line's start compares (`> 30 days`): a number follows, and not all lines are quoted.
    """
    if not text[at + 1 :].lstrip()[:1].isdigit():
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) < 2 or not all(line.lstrip().startswith(">") for line in lines)


def _is_letter(char: str) -> bool:
    # What a letter is must not depend on the age of Python.
    return char.isalpha() and is_known(char)


def _is_operand(char: str, text: str, at: int, direction: int) -> bool:
    if char.isdigit() or (char == ")" if direction < 0 else char == "("):
        return True
    if not _is_letter(char):
        return False
    # A letter is an operand where it stands alone: x - y, 2 * n.
    if direction < 0:
        word = re.search(r"(\w+)\s*$", text[max(0, at - 12) : at])
    else:
        word = re.match(r"\s*(\w+)", text[at + 1 : at + 14])
    return word is not None and len(word[1]) == 1 and word[1] not in "aAI"
