"""
What a sealed body holds, as a value and as bytes: hashes, flags and counts, never a word of an answer.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from llmentary_regression.core.crypto import PIN_KEY_SIZE
from llmentary_regression.core.model import TokenKind

STEP = 256
"""Sealed parts are padded to multiples of this, so that their size tells little."""
_FORMAT = 3
KIND_MASK = 0x3F
_KINDS = tuple(TokenKind)
"""By number; asking the enumeration itself takes five times as long."""
_OPENS = 0x80
_MAX_NAME = 240
"""Bytes that the name of a pin may take."""
_SET_HEAD = struct.Struct("<BH")
"""Format, and how many examples follow."""
_BODY_HEAD = struct.Struct("<BHI")
"""How many sections follow, the response type, and how many tokens the answer has."""
_SECTION_HEAD = struct.Struct("<BI")
"""What the section is, and how many bytes it has."""


class Section(IntEnum):
    """
    The parts of a body. Readers keep those that they do not know; so a later version may add more.
    """

    WORDS = 1
    FACTS = 2
    PINS = 3
    TREE = 4
    SKETCH = 5
    ITEMS = 6
    """Hashes of stems, units and phrases, for judging against several examples."""
    CLAUSES = 7
    FOLDED = 8
    """Hashes of what is no part of the answer proper: greetings and offers of help."""
    CONCLUSION = 9
    CALLS = 10
    """What the program did: the tools that it called, as trees of hashes."""


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
    sections: tuple[tuple[int, bytes], ...] = ()
    """Further sections by number, as bytes: those that this version does not read are kept."""

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


def bodies_to_bytes(bodies: Sequence[Body | None]) -> bytes:
    """
    Return the bodies of a set as padded bytes, ready to be sealed; None stands for one that keeps no body.
    """
    parts = [_SET_HEAD.pack(_FORMAT, len(bodies))]
    for body in bodies:
        data = b"" if body is None else _body_to_bytes(body)
        parts += (struct.pack("<I", len(data)), data)
    data = b"".join(parts)
    return data + bytes(-len(data) % STEP)


def bodies_from_bytes(data: bytes) -> tuple[Body | None, ...]:
    """
    Read the bodies of an opened set.

    Raises:
        BodyError: they are of an unknown format or too short.
    """
    cursor = _Cursor(data)
    try:
        version, count = cursor.take(_SET_HEAD)
        if version != _FORMAT:
            raise BodyError(f"the sealed part has format {version}, this llmentary reads {_FORMAT}")
        return tuple([_take_body(cursor) for _ in range(count)])
    except (struct.error, ValueError) as exc:
        if isinstance(exc, BodyError):
            raise
        raise BodyError("the sealed part is shorter than it says") from exc


def _take_body(cursor: _Cursor) -> Body | None:
    (size,) = cursor.take_format("<I")
    return _read(_Cursor(cursor.take_bytes(size))) if size else None


def _body_to_bytes(body: Body) -> bytes:
    words = (w << 8 | m for w, m in zip(body.words, body.marks, strict=True))
    sections: list[tuple[int, bytes]] = [
        (Section.WORDS, struct.pack(f"<{len(body.words)}I", *words)),
        (Section.FACTS, b"".join(struct.pack("<BI", kind, value) for kind, value in body.facts)),
        (Section.PINS, _pins_to_bytes(body.pins)),
        (Section.TREE, body.tree),
        (Section.SKETCH, body.sketch),
        *body.sections,
    ]
    kept = [(number, data) for number, data in sections if data]
    parts = [_BODY_HEAD.pack(len(kept), body.shape, body.length)]
    for number, data in kept:
        parts += (_SECTION_HEAD.pack(number, len(data)), data)
    return b"".join(parts)


def _pins_to_bytes(pins: PinSet) -> bytes:
    if not len(pins):
        return b""
    parts = [struct.pack(f"<{PIN_KEY_SIZE}sH", pins.key, len(pins))]
    for pin in pins.pins:
        name = pin.name.encode("utf-8", "surrogatepass")[:_MAX_NAME]
        parts.append(struct.pack("<BB", len(pin.phrases), len(name)) + name)
        for phrase in pin.phrases:
            parts.append(
                struct.pack(f"<BB{len(phrase.words)}I", phrase.trait, len(phrase.words), *phrase.words)
            )
    return b"".join(parts)


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

    def take_bytes(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) != size:
            raise struct.error("too short")
        self._at += size
        return piece


def _read(cursor: _Cursor) -> Body:
    count, shape, length = cursor.take(_BODY_HEAD)
    sections = [_take_section(cursor) for _ in range(count)]
    known = dict(sections)
    packed = _unpack_all("<I", known.get(Section.WORDS, b""))
    return Body(
        shape=shape,
        length=length,
        words=tuple([value >> 8 for (value,) in packed]),
        marks=tuple([value & 0xFF for (value,) in packed]),
        facts=tuple([(kind, value) for kind, value in _unpack_all("<BI", known.get(Section.FACTS, b""))]),
        pins=_read_pins(known.get(Section.PINS, b"")),
        tree=known.get(Section.TREE, b""),
        sketch=known.get(Section.SKETCH, b""),
        sections=tuple([section for section in sections if section[0] not in _READ]),
    )


_READ = frozenset({Section.WORDS, Section.FACTS, Section.PINS, Section.TREE, Section.SKETCH})


def _take_section(cursor: _Cursor) -> tuple[int, bytes]:
    number, size = cursor.take(_SECTION_HEAD)
    return number, cursor.take_bytes(size)


def _unpack_all(layout: str, data: bytes) -> list[tuple[int, ...]]:
    return list(struct.iter_unpack(layout, data))


def _read_pins(data: bytes) -> PinSet:
    if not data:
        return NO_PINS
    cursor = _Cursor(data)
    key = cursor.take_bytes(PIN_KEY_SIZE)
    (count,) = cursor.take_format("<H")
    return PinSet(key, tuple(_read_pin(cursor) for _ in range(count)))


def _read_pin(cursor: _Cursor) -> Pin:
    count, name_size = cursor.take_format("<BB")
    name = cursor.take_bytes(name_size).decode("utf-8", "ignore")
    return Pin(tuple(_read_phrase(cursor) for _ in range(count)), name)


def _read_phrase(cursor: _Cursor) -> Phrase:
    trait, size = cursor.take_format("<BB")
    return Phrase(cursor.take_format(f"<{size}I"), trait)
