"""
What a sealed body holds, as a value and as bytes: hashes, flags and counts, never a word of an answer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from llmentary_regression.core.crypto import PIN_KEY_SIZE
from llmentary_regression.core.model import TokenKind

STEP = 256
"""Bodies are padded to multiples of this, so that the size tells little."""
_FORMAT = 2
KIND_MASK = 0x3F
_KINDS = tuple(TokenKind)
"""By number; asking the enumeration itself takes five times as long."""
_OPENS = 0x80
_LONGEST_NAME = 240
"""Bytes that the name of a pin may take."""
_HEAD = struct.Struct("<BHIIHBIH")


class BodyError(ValueError):
    """
    An opened body does not read: it was written by a newer version.
    """


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    A pinned phrase, or another spelling of it.
    """

    words: tuple[int, ...]
    """32-bit keyed hashes, in order."""
    trait: int = 0
    """The flags of `core/pins/_spellings.py`."""


@dataclass(frozen=True, slots=True)
class Pin:
    """
    A phrase that must recur, or one of its aliases.
    """

    phrases: tuple[Phrase, ...]
    """The phrase and its aliases, each in all its spellings."""
    name: str = field(default="", repr=False)
    """What the developer calls it; empty without a name."""


@dataclass(frozen=True, slots=True)
class PinSet:
    """
    The pins of one answer, and the key under which their words are hashed.
    """

    key: bytes
    pins: tuple[Pin, ...] = ()

    def __len__(self) -> int:
        return len(self.pins)


NO_PINS = PinSet(b"")


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """
    The analysis of an approved answer behind keyed hashes.
    """

    shape: int
    """The flags of `core/text/_shape.py`."""
    words: tuple[int, ...] = ()
    """24-bit keyed hashes of the canonical tokens, in order."""
    marks: tuple[int, ...] = ()
    """The kind of each token, and whether it opens a sentence."""
    facts: tuple[tuple[int, int], ...] = ()
    """Kind and 32-bit keyed hash, in order."""
    pins: PinSet = NO_PINS
    tree: bytes = b""
    """A JSON answer as a tree of hashes, in the bytes of `core/baselines/_json_tree.py`."""
    sketch: bytes = b""
    """Signs of an embedding under a secret rotation; empty without one."""
    length: int = 0
    """How many tokens the answer has, also where `words` is left out."""

    def kind(self, index: int) -> TokenKind:
        """
        Return the kind of an approved token.
        """
        return _KINDS[self.marks[index] & KIND_MASK]

    def opens(self, index: int) -> bool:
        """
        Return whether an approved token opens a sentence or line.
        """
        return bool(self.marks[index] & _OPENS)

    def __repr__(self) -> str:
        return f"Body(<{self.length} tokens>)"


def mark(kind: TokenKind, opens: bool) -> int:
    """
    Return the byte that keeps a token's kind and whether it opens a sentence.
    """
    return int(kind) | (_OPENS if opens else 0)


def body_to_bytes(body: Body) -> bytes:
    """
    Return the body as padded bytes, ready to be sealed.
    """
    parts = [
        _HEAD.pack(
            _FORMAT,
            body.shape,
            body.length,
            len(body.words),
            min(len(body.facts), 0xFFFF),
            len(body.pins),
            len(body.tree),
            len(body.sketch),
        ),
        struct.pack(
            f"<{len(body.words)}I", *(w << 8 | m for w, m in zip(body.words, body.marks, strict=True))
        ),
        b"".join(struct.pack("<BI", kind, value) for kind, value in body.facts[:0xFFFF]),
    ]
    if len(body.pins):
        parts.append(struct.pack(f"<{PIN_KEY_SIZE}s", body.pins.key))
    for pin in body.pins.pins:
        name = pin.name.encode("utf-8", "surrogatepass")[:_LONGEST_NAME]
        parts.append(struct.pack("<BB", len(pin.phrases), len(name)) + name)
        for phrase in pin.phrases:
            parts.append(
                struct.pack(f"<BB{len(phrase.words)}I", phrase.trait, len(phrase.words), *phrase.words)
            )
    parts.append(body.tree)
    parts.append(body.sketch)
    data = b"".join(parts)
    return data + bytes(-len(data) % STEP)


def body_from_bytes(data: bytes) -> Body:
    """
    Read an opened body.

    Raises:
        BodyError: it is of an unknown format or too short.
    """
    try:
        return _read(_Cursor(data))
    except struct.error as exc:
        raise BodyError("the body is shorter than it says") from exc


class _Cursor:
    """
    A place in bytes that moves on with each reading.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, layout: struct.Struct) -> tuple[int, ...]:
        values = layout.unpack_from(self._data, self._at)
        self._at += layout.size
        return values

    def take_format(self, layout: str) -> tuple[int, ...]:
        return self.take(struct.Struct(layout))

    def take_pairs(self, layout: str, count: int) -> Iterator[tuple[int, int]]:
        one = struct.Struct(layout)
        end = self._at + one.size * count
        if end > len(self._data):
            raise struct.error("too short")
        chunk = memoryview(self._data)[self._at : end]
        self._at = end
        return one.iter_unpack(chunk)

    def take_bytes(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) != size:
            raise struct.error("too short")
        self._at += size
        return piece


def _read(cursor: _Cursor) -> Body:
    version, shape, length, words, facts, pins, tree, sketch = cursor.take(_HEAD)
    if version != _FORMAT:
        raise BodyError(f"the body has format {version}, this llmentary reads {_FORMAT}")
    packed = cursor.take_format(f"<{words}I")
    return Body(
        shape=shape,
        length=length,
        words=tuple([value >> 8 for value in packed]),
        marks=tuple([value & 0xFF for value in packed]),
        facts=tuple(cursor.take_pairs("<BI", facts)),
        pins=_read_pins(cursor, pins),
        tree=cursor.take_bytes(tree),
        sketch=cursor.take_bytes(sketch),
    )


def _read_pins(cursor: _Cursor, count: int) -> PinSet:
    if not count:
        return NO_PINS
    key = cursor.take_bytes(PIN_KEY_SIZE)
    return PinSet(key, tuple(_read_pin(cursor) for _ in range(count)))


def _read_pin(cursor: _Cursor) -> Pin:
    count, name_size = cursor.take_format("<BB")
    name = cursor.take_bytes(name_size).decode("utf-8", "ignore")
    return Pin(tuple(_read_phrase(cursor) for _ in range(count)), name)


def _read_phrase(cursor: _Cursor) -> Phrase:
    trait, size = cursor.take_format("<BB")
    return Phrase(cursor.take_format(f"<{size}I"), trait)
