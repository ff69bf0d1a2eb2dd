"""
Find list marks: `1.`, `b)`, `iii.` before the items of a list, `[2]` after a statement.

A mark that merely counts carries no information: the items are in the same order without it. So a run of marks is
dropped if it begins with one and has no gap; any other stays.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DRESS = r"[*_\"']{0,3}"
_LINE_MARKER = re.compile(
    rf"^(?P<depth>[ ]*#{{0,6}})(?:[-*+](?=[ ])|<(?:p|li|div|td)>)?[ ]*{_DRESS}"
    r"(?P<mark>\(?(?P<value>\d{1,3}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})[.)])(?=[*_]{0,3}(?:\s+\S|\s*\Z))",
    re.MULTILINE,
)
_INLINE_MARKER = re.compile(
    r"(?<=[ ])(?P<lead>[*_]{0,3})(?P<mark>\(?(?P<value>\d{1,3})[.)])(?=[*_]{0,3}\s+[\"'(\[*_]*[A-Z0-9])"
)
"""Between sentences that were list items on lines of their own."""
_MIN_ONES = 3
_COUNTING = re.compile(r"[1aAiI](?<![^\s*_(\"'>].)[.)]")
"""The first mark of a list that does not belong to the word before; checked last, for speed."""
_ROMANS = {"i": 1, "v": 5, "x": 10}
_CITATION = re.compile(
    r"(?P<before>[\w.,;:!?)\"'\]]?)(?P<gap>[ ]?)"
    r"(?P<mark>(?:\[\^?\d{1,3}(?:, ?\d{1,3})*\])+)(?=[\s.,;:!?)]|\Z)"
)
_RAISED = re.compile(r"(?<=[.,;!?\")])\^(\d{1,2})(?=\s|\Z)")
_SOURCE = re.compile(r"【\d+[^】\n]{0,40}】")
_SOURCE_LINE = re.compile(r"^[ ]*(?:\[\^?\d{1,3}\]|\^\d{1,3})[ :.]", re.MULTILINE)
_CODE_SIGN = re.compile(r"[`={};]|\w\(")


class _Marker(NamedTuple):
    span: tuple[int, int]
    depth: int
    """Its indentation; an inline mark belongs to any list that it continues."""
    readings: dict[str, int]
    """Its possible values by style: `i` is a letter and a Roman numeral."""
    is_inline: bool


class _List(NamedTuple):
    style: str
    values: list[int]
    spans: list[tuple[int, int]]


def blank_countable(text: str) -> str:
    """
    Return the text with spaces in place of list marks; every other character keeps its position.
    """
    spans: list[tuple[int, int]] = []
    if _COUNTING.search(text) is not None:
        spans += _find_counted(_markers(text))
    if "]" in text or "^" in text or "】" in text:
        spans += _citations(text)
    if not spans:
        return text
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += (text[at:start], " " * (end - start))
            at = end
    return "".join([*pieces, text[at:]])


def _markers(text: str) -> list[_Marker]:
    found = [
        _Marker(match.span("mark"), len(match["depth"]), readings, False)
        for match in _LINE_MARKER.finditer(text)
        if (readings := _readings(match["value"]))
    ]
    on_lines = {marker.readings.get("figure") for marker in found}
    inline = [
        _Marker(match.span("mark"), 0, {"figure": int(match["value"])}, True)
        for match in _INLINE_MARKER.finditer(text)
        if int(match["value"]) not in on_lines
    ]
    return sorted(found + inline)


def _find_counted(markers: list[_Marker]) -> list[tuple[int, int]]:
    """
    Return the spans of the marks that count up from one without a gap.
    """
    lists: dict[int, _List] = {}
    spans: list[tuple[int, int]] = []

    def close(depth: int) -> None:
        closed = lists.pop(depth)
        # Markdown counts by itself: each item may have a one.
        if len(closed.spans) > 1 and (closed.values[-1] > 1 or len(closed.values) >= _MIN_ONES):
            spans.extend(closed.spans)

    for marker in markers:
        if marker.is_inline:
            if marker.readings["figure"] > 1:
                _continue_any(lists, marker)
            elif not lists:
                lists[0] = _List("figure", [1], [marker.span])
            continue
        for deeper in [other for other in lists if other > marker.depth]:
            close(deeper)
        if marker.depth in lists:
            if _continue(lists[marker.depth], marker):
                continue
            close(marker.depth)
        style = next((style for style, value in marker.readings.items() if value == 1), None)
        if style is not None:
            lists[marker.depth] = _List(style, [1], [marker.span])
    for depth in list(lists):
        close(depth)
    return spans


def _continue(open_list: _List, marker: _Marker) -> bool:
    value = marker.readings.get(open_list.style)
    is_next = value == open_list.values[-1] + 1 or (value == 1 and open_list.values[-1] == 1)
    if is_next and value is not None:
        open_list.values.append(value)
        open_list.spans.append(marker.span)
    return is_next


def _continue_any(lists: dict[int, _List], marker: _Marker) -> None:
    for depth in sorted(lists, reverse=True):
        if _continue(lists[depth], marker):
            return


def _readings(mark: str) -> dict[str, int]:
    if mark.isdigit():
        return {"figure": int(mark)}
    found = {}
    if len(mark) == 1:
        found["letter"] = ord(mark.lower()) - ord("a") + 1
    if set(mark.lower()) <= set(_ROMANS):
        found["roman"] = _read_roman(mark.lower())
    return found


def _read_roman(mark: str) -> int:
    values = [_ROMANS[letter] for letter in mark]
    return sum(
        -value if following > value else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _citations(text: str) -> list[tuple[int, int]]:
    """
    Find marks that point to a source that the answer does not name.
    """
    if _SOURCE_LINE.search(text) is not None:
        return []
    spans = [match.span() for match in _SOURCE.finditer(text)]
    # `items[1]` is code, and tells which item.
    if "[" in text and _CODE_SIGN.search(text) is None:
        marks = [match for match in _CITATION.finditer(text) if match["before"] or match["gap"]]
        numbers = [int(number) for match in marks for number in re.findall(r"\d+", match["mark"])]
        first_seen = list(dict.fromkeys(numbers))
        if first_seen == list(range(1, len(first_seen) + 1)):
            spans += [match.span("mark") for match in marks]
    raised = list(_RAISED.finditer(text))
    if [int(match[1]) for match in raised] == list(range(1, len(raised) + 1)):
        spans += [match.span() for match in raised]
    return spans
