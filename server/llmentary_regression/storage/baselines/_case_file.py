"""
The text of one case's file: JSON with a block for each row, laid out so that git merges blocks by themselves.

What two branches did to different blocks merges; what both did to the same block conflicts, since the MAC
that ends each block is another after every change. Nothing here touches a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmentary_regression.storage.files import DamagedError, Document, dump_json

FORMAT = 2
"""The layout that this version reads and writes."""

TABLE = "baselines"
_SENTINEL = "~"
"""Stands last and keeps the commas alike on every block; it sorts after every key."""
_KEY = re.compile(r'^ *"([0-9a-f]{16})": \{', re.MULTILINE)
_MARKER = re.compile(rb"^(<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)", re.MULTILINE)
_MARKS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_RESTORE = "restore it from version control, or delete it and approve again"


@dataclass(frozen=True, slots=True)
class Sides:
    """
    The two versions that git left in a conflicted file.
    """

    ours: Mapping[str, Document]
    theirs: Mapping[str, Document]
    line: int
    """Of the first marker, one-based."""


def format_case_file(documents: Mapping[str, Document]) -> bytes:
    """
    Return the bytes of a file: the same for the same documents, in whatever order they come.
    """
    lines = [f'{{"format": {FORMAT}, "{TABLE}": {{']
    for key in sorted(documents):
        document = dict(documents[key])
        examples, sealed, mac = (document.pop(name, None) for name in ("examples", "sealed", "mac"))
        lines.append(f"{dump_json(key)}: {{")
        lines += [f" {dump_json(name)}: {dump_json(value)}," for name, value in document.items()]
        lines.append(' "examples": [')
        entries = examples if isinstance(examples, list) else []
        lines += [
            f"  {dump_json(entry)}{',' if number < len(entries) else ''}"
            for number, entry in enumerate(entries, 1)
        ]
        lines.append(f' ], "sealed": {dump_json(sealed)},')
        lines.append(f' "mac": {dump_json(mac)}}},')
    lines.append(f'"{_SENTINEL}": {{}}}}}}')
    lines.append("")
    return "\n".join(lines).encode("utf-8")


def read_case_file(data: bytes) -> dict[str, Document]:
    """
    Return the documents of a file by case key.

    Raises:
        DamagedError: it is empty, cut off, broken, in conflict, or of another format.
    """
    if not data.strip():
        raise DamagedError(f"is empty; {_RESTORE}")
    marker = _find_marker(data)
    if marker is not None:
        raise DamagedError("has conflict markers of git", data.count(b"\n", 0, marker.start()) + 1)
    try:
        # A formatter may have put a byte order mark before it.
        text = data.decode("utf-8-sig")
        content = _DECODER.decode(text)
    except UnicodeDecodeError as exc:
        raise DamagedError(f"is not UTF-8; {_RESTORE}", data.count(b"\n", 0, exc.start) + 1) from exc
    except _RepeatedKeyError as exc:
        raise DamagedError(f"has `{exc}` twice; {_RESTORE}") from exc
    except (ValueError, RecursionError) as exc:
        raise DamagedError(f"is broken here; {_RESTORE}", getattr(exc, "lineno", 1)) from exc
    version = content.get("format") if isinstance(content, dict) else None
    if version is None and isinstance(content, dict) and "meta" in content:
        version = 1  # one file a suite
    if type(version) is not int:
        raise DamagedError(f"does not say its format; {_RESTORE}")
    if version != FORMAT:
        newer = (
            "written by a newer llmentary; upgrade llmentary"
            if version > FORMAT
            else "delete it and approve again"
        )
        raise DamagedError(f"is of format {version}, and this llmentary reads format {FORMAT}: {newer}")
    documents = content.get(TABLE)
    if not isinstance(documents, dict) or not all(type(document) is dict for document in documents.values()):
        raise DamagedError(f"has no `{TABLE}` that llmentary wrote; {_RESTORE}")
    if documents.pop(_SENTINEL, None) != {} or content.keys() != {"format", TABLE}:
        raise DamagedError(f"lacks its last line, or has lines that llmentary did not write; {_RESTORE}")
    return documents


def read_sides(data: bytes) -> Sides | None:
    """
    Return both sides of a file with conflict markers; None where there are none, or a side cannot be read.
    """
    marker = _find_marker(data)
    if marker is None:
        return None
    ours: list[bytes] = []
    theirs: list[bytes] = []
    part = "both"
    for line in data.split(b"\n"):
        found = _MARKER.match(line + b"\n")
        if found is not None:
            part = {b"<": "ours", b"|": "base", b"=": "theirs", b">": "both"}[found[1][:1]]
            continue
        if part in ("both", "ours"):
            ours.append(line)
        if part in ("both", "theirs"):
            theirs.append(line)
    try:
        return Sides(
            read_case_file(b"\n".join(ours)),
            read_case_file(b"\n".join(theirs)),
            data.count(b"\n", 0, marker.start()) + 1,
        )
    except DamagedError:
        return None


def describe_conflict(sides: Sides) -> str:
    """
    Return what is wrong with a file in conflict: what each branch approved, and how to choose.
    """
    ours, theirs = (_describe_side(documents) for documents in (sides.ours, sides.theirs))
    return (
        f"was approved differently on two branches: here {ours}, on the merged branch {theirs}; "
        "choose with `llmentary resolve --ours`, `--theirs` or `--both`"
    )


def keys_in(data: bytes) -> frozenset[str]:
    """
    Return the case keys that a damaged file seems to hold, so that the others can still be told apart.

    None for a file that was cut off: it may have held more than is left.
    """
    if f'"{_SENTINEL}"'.encode() not in data:
        return frozenset()
    return frozenset(_KEY.findall(data.decode("utf-8", "replace")))


class _RepeatedKeyError(ValueError):
    """
    An object has a key twice, which plain reading would drop in silence.
    """


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        seen: set[str] = set()
        raise _RepeatedKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return content


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats)


def _find_marker(data: bytes) -> re.Match[bytes] | None:
    # To look for each as it is takes a tenth of the time of the expression.
    if any(mark in data for mark in _MARKS):
        return _MARKER.search(data)
    return None


def _describe_side(documents: Mapping[str, Document]) -> str:
    examples = [
        example
        for document in documents.values()
        for example in document.get("examples") or ()
        if isinstance(example, dict)
    ]
    if not examples:
        return "nothing"
    latest = max(examples, key=lambda example: str(example.get("approved", "")))
    return f"by {latest.get('by') or 'somebody'} on {str(latest.get('approved', ''))[:10]}"
