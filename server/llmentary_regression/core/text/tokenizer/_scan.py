"""
Cut normalized text into lexemes with their positions, and drop marks that are only formatting.

Only this module decides what is dropped: Markdown marks, quotes, sentence punctuation, brackets around prose.
Everything else is kept, above all operators and comparison signs: an unknown sign may carry meaning.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llmentary_regression.core.text.presentation import (
    DOCUMENT,
    FENCE,
    FORMAT_TAG,
    find_json,
    holds_code,
    is_known,
    meaningful_brackets,
)

from ._patterns import find_pattern

_CODE_TOKEN = re.compile(r"\n[ ]*(?=[^\s])|\w+|[^\w\s]")

_FRAMED_ADDRESS = re.compile(r"<(?:https?://|www\.|mailto:)?[^\s<>]*[.@][^\s<>]*>")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s{}\[\]:,"]+|[{}\[\]:,]')

_BETWEEN_WORDS = re.compile(r"[A-Za-z]{2}[*_]{0,2} > [*_]{0,2}[A-Za-z]")
"""Steps through menus: `File > Save`, which others write with an arrow."""
_FACTORIAL = re.compile(r" ?[=/^]| [*+] ")
_RAISED_GROUP = re.compile(r"[\^_]\{[^{}]*\}\Z")
_MAX_QUOTE_DISTANCE = 400
_MAX_PREFIX = 40
"""How far into a line a bullet or quotation mark may be."""
_MAX_ADDRESS = 300
_DROPPED = frozenset(".,;:!\"'{}[]|`~_\\")


class Lexeme(NamedTuple):
    """
    One token as it is written in the text.
    """

    kind: str
    """`word number time date phone money dotted char url domain email sign tag code`."""
    text: str
    start: int
    end: int


# A named tuple's own constructor takes three times as long, once for each word.
_new_raw = tuple.__new__


def scan(text: str, decimal_comma: bool = False) -> list[Lexeme]:
    """
    Return the lexemes of normalized text; fenced code is read by its own rules.

    Args:
        decimal_comma: `1.000,5` is a thousand and a half.
    """
    if "```" not in text and "~~~" not in text:
        return _scan_unfenced(text, 0, len(text), decimal_comma)
    tokens: list[Lexeme] = []
    position = 0
    for fence in FENCE.finditer(text):
        tokens += _scan_unfenced(text, position, fence.start(), decimal_comma)
        is_json = find_json(text, fence.start(3), fence.end(3))
        if not is_json and holds_code(fence[2], fence[3]):
            tokens += _scan_code(text, fence.start(3), fence.end(3))
        else:
            tokens += _scan_unfenced(text, fence.start(3), fence.end(3), decimal_comma)
        position = fence.end()
    return tokens + _scan_unfenced(text, position, len(text), decimal_comma)


def _scan_unfenced(text: str, start: int, end: int, decimal_comma: bool) -> list[Lexeme]:
    tokens: list[Lexeme] = []
    for opening, after in find_json(text, start, end):
        tokens += _scan_prose(text, start, opening, decimal_comma)
        # White space between the parts of JSON has no meaning; quotes distinguish a text from a number.
        tokens += [
            Lexeme("code", match[0], match.start(), match.end())
            for match in _JSON_TOKEN.finditer(text, opening, after)
        ]
        start = after
    return tokens + _scan_prose(text, start, end, decimal_comma)


def _scan_code(text: str, start: int, end: int) -> list[Lexeme]:
    return [
        Lexeme("code", match[0], match.start(), match.end())
        for match in _CODE_TOKEN.finditer(text, start, end)
        if not (match[0][0] == "\n" and match.end() == end)
    ]


def _scan_prose(text: str, start: int, end: int, decimal_comma: bool = False) -> list[Lexeme]:
    pattern = find_pattern(text, start, end, decimal_comma)
    is_document = "<" in text and DOCUMENT.search(text, start, end) is not None
    kept_brackets = meaningful_brackets(text, start, end) if "(" in text else frozenset()
    tokens: list[Lexeme] = []
    append = tokens.append
    for match in pattern.finditer(text, start, end):
        kind = match.lastgroup
        position = match.start()
        if kind == "plain":
            found = match[1]
            append(_new_raw(Lexeme, ("word", found, position, position + len(found))))
            continue
        found = match[0]
        if kind == "word":
            append(
                Lexeme(
                    "word",
                    found.strip("_") if found[0] == "_" or found[-1] == "_" else found,
                    position,
                    match.end(),
                )
            )
        elif kind == "sign":
            if found in _DROPPED and (
                (found in ".,;:" and text[position + 1 : position + 2] in " \n")
                or not _is_kept(text, position, found)
            ):
                continue
            if found == "?" and text[position - 1 : position] == "?":
                continue  # two question marks mean the same as one
            if found == ">" and _BETWEEN_WORDS.search(text, max(0, position - 5), position + 5) is not None:
                append(Lexeme("sign", "->", position, position + 1))
            elif found in "()":
                if position in kept_brackets:
                    append(Lexeme("sign", found, position, position + 1))
            elif (found in "<>" and _frames_address(text, position, found)) or (
                found in "-*+#>" and _is_dressing(text, position, found, start)
            ):
                continue
            else:
                append(Lexeme("sign", found, position, match.end()))
        elif kind == "ticks" or kind == "code":
            tokens += _scan_ticks(text, match.start("code"), match.end("code"))
        elif kind == "tag":
            if is_document or FORMAT_TAG.fullmatch(found) is None:
                append(Lexeme("tag", found, position, match.end()))
        elif kind != "rule":
            append(Lexeme(kind or "sign", found, position, match.end()))
    return tokens


def _scan_ticks(text: str, start: int, end: int) -> list[Lexeme]:
    inner_start, inner_end = start, end
    while text[inner_start] == "`":
        inner_start += 1
    while text[inner_end - 1] == "`":
        inner_end -= 1
    content = text[inner_start:inner_end]
    # Ticks around lower-case words and file names are emphasis, since prose keeps all of them;
    # anything else is code and keeps its case and signs.
    if re.fullmatch(r"[a-z][a-z0-9_ ]*(?:\.[a-z0-9_]+)*|[\d.,%$ ]+", content):
        return _scan_prose(text, inner_start, inner_end)
    return _scan_code(text, inner_start, inner_end)


def _is_kept(text: str, position: int, sign: str) -> bool:
    """
    Return whether a mark that is usually formatting has a meaning here: `4:3`, `~50`, `C:\\Users`.
    """
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if sign == ".":
        # `config.json`, but not "... the end.Next": a name does not change its case at the point.
        return after.islower() and (before.islower() or before.isdigit())
    if sign == ":":
        return before.isdigit() and after.isdigit()
    if sign == "~":
        return after.isdigit() and not before.isalnum()
    if sign in "\"'":
        return _is_measure_or_possessive(text, position, sign, before, after)
    if sign == "!":
        return before.isalnum() and _FACTORIAL.match(text, position + 1) is not None
    if sign in "{}":
        return (
            (before == "^" or before == "_")
            if sign == "{"
            else _RAISED_GROUP.search(text, max(0, position - 40), position + 1) is not None
        )
    # Escapes of Markdown are gone by now: this one belongs to a path or a pattern.
    return sign == "\\" and bool(after.strip())


def _is_measure_or_possessive(text: str, position: int, sign: str, before: str, after: str) -> bool:
    """
    Return whether a quotation mark means inches or feet (`5'10"`), or a possession (`James' book`).
    """
    if after.isalpha() or not (before.isdigit() or (sign == "'" and before in "sS" and after in (" ", ""))):
        return False
    floor = max(0, position - _MAX_QUOTE_DISTANCE)
    earlier = text.rfind(sign, floor, position)
    while earlier >= 0 and text[earlier - 1 : earlier].isalpha() and text[earlier + 1].isalpha():
        earlier = text.rfind(sign, floor, earlier)  # an apostrophe within a word
    # This closes a quotation that was opened before.
    opens = (
        earlier >= 0
        and not text[earlier - 1 : earlier].strip("([-*_> \n")
        and not text[earlier + 1].isspace()
    )
    return not opens if before.isdigit() else not opens and bool(after)


def _is_dressing(text: str, position: int, sign: str, floor: int) -> bool:
    """
    Return whether `- * + # >` are only formatting here: a bullet, a heading, a quotation, a dash, emphasis.
    """
    if sign == "<":
        return False
    near = max(floor, position - _MAX_PREFIX)
    line_start = text.rfind("\n", near, position) + 1 or near
    opens_line = (line_start == floor or text[line_start - 1] == "\n") and not text[
        line_start:position
    ].strip(" -*+#>")
    following = text[position + 1 : position + 2]
    if sign == "#":
        closes = text[line_start] == "#" and not text[position : position + _MAX_PREFIX].partition("\n")[
            0
        ].strip("# ")
        return closes or (opens_line and following in ("#", " ", ""))
    if sign == ">":
        return opens_line and following in (" ", ">", "\n", "") and not _is_comparison(text, position)
    if sign == "+":
        return opens_line and following == " "
    if opens_line and following in (" ", "\n", ""):
        return True
    before = (
        text[:position].rstrip(" ")[-1:]
        if position and text[position - 1] == " "
        else text[position - 1 : position]
    )
    after = text[position + 1 : position + 40].lstrip(" ")[:1]
    if sign == "-":
        if following.isdigit() or (following == "." and text[position + 2 : position + 3].isdigit()):
            previous = text[position - 1 : position]
            # A sign, a range or a subtraction; after a letter it is the hyphen of COVID-19.
            return _is_letter(previous) or previous == "-"
        return not (_is_operand(before, text, position, -1) and _is_operand(after, text, position, 1))
    return not (_is_operand(before, text, position, -1) and _is_operand(after, text, position, 1))


def _frames_address(text: str, position: int, sign: str) -> bool:
    """
    Return whether `<` or `>` encloses an address: `<https://example.com>`.
    """
    if sign not in "<>":
        return False
    if sign == "<":
        return _FRAMED_ADDRESS.match(text, position) is not None
    opening = text.rfind("<", max(0, position - _MAX_ADDRESS), position)
    return (
        opening >= 0
        and (framed := _FRAMED_ADDRESS.match(text, opening)) is not None
        and framed.end() == position + 1
    )


def _is_comparison(text: str, position: int) -> bool:
    """
    Return whether `>` at a line's start compares (`> 30 days`): a number follows, and not all lines are quoted.
    """
    if not text[position + 1 :].lstrip()[:1].isdigit():
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) < 2 or not all(line.lstrip().startswith(">") for line in lines)


def _is_letter(char: str) -> bool:
    # What counts as a letter must not depend on the Python version.
    return char.isalpha() and is_known(char)


def _is_operand(char: str, text: str, position: int, direction: int) -> bool:
    if char.isdigit() or (char in ")%°" if direction < 0 else char in "($€£¥"):
        return bool(char)
    if not _is_letter(char):
        return False
    # A letter by itself is an operand: x - y, 2 * n.
    if direction < 0:
        word = re.search(r"(\w+)\s*$", text[max(0, position - 12) : position])
    else:
        word = re.match(r"\s*(\w+)", text[position + 1 : position + 14])
    return word is not None and len(word[1]) == 1 and word[1] not in "aAI"
