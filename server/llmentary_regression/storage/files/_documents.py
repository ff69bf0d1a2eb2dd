"""
The layout of the files that git merges: JSON with one document a line, in id order, a sentinel line last.

The sentinel keeps the commas alike on every line, so that branches which add different documents merge
without conflict. A union merge of the same document leaves two lines with one id, which plain `json.loads`
would drop silently; here both are read.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
"""The newest layout this version reads, and the one it writes."""

_SENTINEL = "~"
"""Sorts after every id."""
_CONFLICT_MARKER = re.compile(rb"^(<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)", re.MULTILINE)

Document = dict[str, Any]


class DamagedError(ValueError):
    """
    The file cannot be read.

    Args:
        reason: what is wrong and what to do, without the path.
        line: one-based.
    """

    def __init__(self, reason: str, line: int = 1) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """
    What such a file holds.
    """

    meta: Document
    documents: dict[str, Document]
    """By id, without the sentinel; of an id that stands there twice, the last."""
    repeated: dict[str, list[Document]] = field(default_factory=dict)
    """The ids that stand there more than once, with all their documents."""


def read_documents(data: bytes, table: str) -> DocumentFile:
    """
    Read a file's bytes: as `format_documents` wrote them, merged by git, or laid out by a formatter.

    Raises:
        DamagedError: empty, cut off, conflict-marked, broken, or from a newer version.
    """
    if not data.strip():
        raise DamagedError(f"is empty; {_RESTORE}")
    try:
        # A formatter may have put a byte order mark before it.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DamagedError(f"is not UTF-8; {_RESTORE}", data.count(b"\n", 0, exc.start) + 1) from exc
    try:
        with without_collecting():
            content = json.loads(text)
    except (ValueError, RecursionError) as exc:
        marker = _CONFLICT_MARKER.search(data)
        if marker is not None:
            line = data.count(b"\n", 0, marker.start()) + 1
            raise DamagedError(
                "has merge conflict markers; delete the marker lines, keep the lines of both sides, "
                "and run the command again",
                line,
            ) from exc
        return _read_lines(text, table, exc)
    documents = _check(content, table)
    if not _is_one_a_line(data, len(documents)):
        return _read_repeated(text, table)
    del documents[_SENTINEL]
    return DocumentFile(content["meta"]["0"], documents)


def format_documents(meta: Mapping[str, Any], table: str, documents: Mapping[str, Document]) -> bytes:
    """
    Return the bytes of a file: the same for the same content, whatever order it comes in.
    """
    lines = [f'{{"meta": {{"0": {dump_json({"format": FORMAT, **meta})}}}, {dump_json(table)}: {{']
    lines += [f"{dump_json(key)}: {dump_json(documents[key])}," for key in sorted(documents)]
    lines.append(f'"{_SENTINEL}": {{}}}}}}')
    lines.append("")
    return "\n".join(lines).encode("utf-8")


_RESTORE = "restore it from version control, or delete it and approve again"


_ENCODER = json.JSONEncoder(ensure_ascii=False)
"""Made once: `json.dumps` makes another for each value."""


def dump_json(value: object) -> str:
    """
    Return a value as JSON on one line; half a surrogate pair is escaped, anything else stays readable.
    """
    text = _ENCODER.encode(value)
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can keep
        return json.dumps(value)
    return text


def _check(content: object, table: str) -> dict[str, Document]:
    """
    Return the table's documents, sentinel included, after a look at everything but their fields.
    """
    meta = content.get("meta") if isinstance(content, dict) else None
    facts = meta.get("0") if isinstance(meta, dict) else None
    _check_format(facts)
    assert isinstance(content, dict)
    documents = content.get(table)
    if not isinstance(documents, dict) or not all(type(one) is dict for one in documents.values()):
        raise DamagedError(f"has no `{table}` that llmentary wrote; {_RESTORE}")
    if _SENTINEL not in documents:
        raise DamagedError(f"lacks its last line; {_RESTORE}")
    return documents


def _check_format(facts: object, line: int = 1) -> None:
    version = facts.get("format") if isinstance(facts, dict) else None
    if type(version) is not int:
        raise DamagedError(f"does not say its format; {_RESTORE}", line)
    if version > FORMAT:
        raise DamagedError(
            f"is of format {version}, written by a newer llmentary; this one reads up to format {FORMAT}; "
            "upgrade llmentary",
            line,
        )


@contextmanager
def without_collecting() -> Iterator[None]:
    """
    Keep the garbage collector from searching ten thousand new documents, again and again, for nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _is_one_a_line(data: bytes, documents: int) -> bool:
    """
    Return whether the file is laid out as written and so repeats no id: each line after the head opens one
    document. Counting is much cheaper than to watch every object while JSON is read.
    """
    head = data[: data.find(b"\n")].rstrip()
    return head.endswith(b"{") and data.count(b"\n") == documents + 1 == data.count(b'\n"') + 1


class _Repeating(dict[str, Any]):
    """
    A JSON object in which a key stood more than once, with all pairs as they stood.
    """

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _read_repeated(text: str, table: str) -> DocumentFile:
    def keep_all(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        return plain if len(plain) == len(pairs) else _Repeating(pairs)

    content = json.loads(text, object_pairs_hook=keep_all)
    found = content[table]
    pairs = found.pairs if isinstance(found, _Repeating) else list(found.items())
    return _collect(content["meta"]["0"], pairs)


def _read_lines(text: str, table: str, cause: Exception) -> DocumentFile:
    """
    Read a merged file line by line: branches that wrote different heads leave both.
    """
    head = re.compile(rf'\{{"meta": .*, "{table}": \{{')
    if not head.match(text):
        raise DamagedError(f"is broken here; {_RESTORE}", getattr(cause, "lineno", 1))
    facts: Document | None = None
    pairs: list[tuple[str, Any]] = []
    is_complete = False
    lines = text.split("\n")
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            continue
        try:
            if head.fullmatch(line):
                facts = _only(json.loads(line + "}}")["meta"])
                _check_format(facts, number)
                continue
            is_complete = line == f'"{_SENTINEL}": {{}}}}}}'
            if not is_complete:
                pairs += json.loads("{" + line.rstrip(",") + "}").items()
        except DamagedError:
            raise
        except (ValueError, AttributeError, KeyError, RecursionError) as exc:
            is_cut = all(not later.strip() for later in lines[number:])
            raise DamagedError(f"{'is cut off' if is_cut else 'is broken'} here; {_RESTORE}", number) from exc
    if not is_complete or facts is None or not all(type(document) is dict for _, document in pairs):
        raise DamagedError(f"is cut off or broken; {_RESTORE}", len(text.rstrip().split("\n")))
    return _collect(facts, pairs)


def _only(meta: Mapping[str, Document]) -> Document:
    return meta["0"]


def _collect(meta: Document, pairs: Sequence[tuple[str, Any]]) -> DocumentFile:
    documents: dict[str, Document] = {}
    repeated: dict[str, list[Document]] = {}
    for key, document in pairs:
        if key == _SENTINEL:
            continue
        if key in documents:
            repeated.setdefault(key, [documents[key]]).append(document)
        documents[key] = document
    return DocumentFile(meta, documents, repeated)
