"""
What is kept of the approved answers of one case, as values and as JSON documents.

Nothing here holds answer text. What the sealed part contains is the business of `core/fingerprint`.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Any

from llmentary_regression.core.model import JsonValue, value_class

_SIZE = 16
"""Bytes of an id, a digest and a MAC alike."""
_ENCODED_SIZE = 24
_EXAMPLE_FIELDS = frozenset({"analysis", "exact", "norm", "model", "approved", "by", "via"})
_FIELDS = frozenset(
    {
        "suite",
        "name",
        "row",
        "question",
        "tags",
        "mask",
        "root",
        "id",
        "asked",
        "agreed",
        "examples",
        "sealed",
        "mac",
    }
)


class DocumentError(ValueError):
    """
    A stored document lacks a field or holds one of the wrong kind; the message names the field.
    """


@value_class
class Example:
    """
    One approved answer, as far as it is visible: its digests, and who approved it when.
    """

    analysis: int
    """The version of the text analysis that made it."""
    exact: bytes
    """16-byte keyed digest of the text."""
    norm: bytes
    """16-byte keyed digest of the text's normalized tokens."""
    model: str | None
    """Which model answered, as far as it is known."""
    approved: str
    """When, as `2026-11-22T18:00:00Z`."""
    by: str
    """Who: the user's name as git knows it."""
    via: str | None = None
    """By which command or surface it was approved, such as `train` or `editor`; None where nothing said so."""
    other: Mapping[str, JsonValue] | None = None
    """Fields that a later version wrote; they are kept, and the MAC covers them."""


@value_class
class Baseline:
    """
    The approved examples of one case, with everything that the MAC covers.
    """

    suite: str
    """The suite's path below the root."""
    key: str
    """16 hexadecimal digits derived from the case's identity; the document stands under it."""
    id: bytes
    """16 random bytes, fixed for the life of the set: all digests, hashes and the seal derive from them."""
    name: str | None
    row: Mapping[str, JsonValue] | None
    question: str
    tags: tuple[str, ...]
    mask: str | None
    """Digest of the `@mask` lines at approval; None without any."""
    root: str
    """The id of the keyring root that the fingerprints derive from."""
    examples: tuple[Example, ...]
    """In the order of their approval."""
    sealed: bytes | None
    """Nonce and ciphertext of the bodies of all examples; None where none keeps a body."""
    mac: bytes
    """Over all of the above and below; checked before any digest."""
    asked: int | None = None
    """How often the program was asked for these examples; None where nobody counted."""
    agreed: int | None = None
    """How many of those answers lay within the set."""
    other: Mapping[str, JsonValue] | None = None
    """Fields that a later version wrote; they are kept, and the MAC covers them."""

    def to_document(self) -> dict[str, JsonValue]:
        """
        Return the JSON document that is stored under `key`.
        """
        document = self.covered_document()
        document["mac"] = _encode(self.mac)
        return document

    def covered_document(self) -> dict[str, JsonValue]:
        """
        Return the document without its MAC: what the MAC is made of, together with `key`.
        """
        document: dict[str, JsonValue] = {
            "suite": self.suite,
            "name": self.name,
            "row": None if self.row is None else dict(self.row),
            "question": self.question,
            "tags": list(self.tags),
            "mask": self.mask,
            "root": self.root,
            "id": _encode(self.id),
            "examples": [_example_to_document(example) for example in self.examples],
            "sealed": None if self.sealed is None else _encode(self.sealed),
        }
        if self.asked is not None:
            document["asked"] = self.asked
        if self.agreed is not None:
            document["agreed"] = self.agreed
        if self.other is not None:
            document.update(self.other)
        return document

    @classmethod
    def from_document(cls, key: str, document: Mapping[str, Any]) -> Baseline:
        """
        Read a stored document.

        Raises:
            DocumentError: a field is missing or of the wrong kind.
        """
        try:
            sealed = document["sealed"]
            return cls(
                suite=_text(document["suite"]),
                key=key,
                id=_decode(document["id"]),
                name=_text_or_none(document["name"]),
                row=_row(document["row"]),
                question=_text(document["question"]),
                tags=tuple([_text(tag) for tag in _list(document["tags"])]),
                mask=_text_or_none(document["mask"]),
                root=_text(document["root"]),
                examples=tuple([_example_from_document(item) for item in _list(document["examples"])]),
                sealed=None if sealed is None else binascii.a2b_base64(_text(sealed)),
                mac=_decode(document["mac"]),
                asked=_number_or_none(document.get("asked")),
                agreed=_number_or_none(document.get("agreed")),
                other=_others(document, _FIELDS),
            )
        except KeyError as exc:
            raise DocumentError(f"`{exc.args[0]}` is missing") from exc
        except (TypeError, AttributeError) as exc:
            raise DocumentError("a field is of the wrong kind") from exc
        except ValueError as exc:
            raise DocumentError(f"a field is not base64 of {_SIZE} bytes") from exc


def _example_to_document(example: Example) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "analysis": example.analysis,
        "exact": _encode(example.exact),
        "norm": _encode(example.norm),
        "model": example.model,
        "approved": example.approved,
        "by": example.by,
    }
    if example.via is not None:
        document["via"] = example.via
    if example.other is not None:
        document.update(example.other)
    return document


def _example_from_document(document: dict[str, Any]) -> Example:
    return Example(
        analysis=_number(document["analysis"]),
        exact=_decode(document["exact"]),
        norm=_decode(document["norm"]),
        model=_text_or_none(document["model"]),
        approved=_text(document["approved"]),
        by=_text(document["by"]),
        via=_text_or_none(document.get("via")),
        other=_others(document, _EXAMPLE_FIELDS),
    )


# Ten thousand documents are read at the start of a run, so there are these small checks instead of a general one,
# and no strict reading of the sealed part, whose MAC tells whether it is whole.


def _others(document: Mapping[str, Any], known: frozenset[str]) -> dict[str, JsonValue] | None:
    return {name: value for name, value in document.items() if name not in known} or None


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _text_or_none(value: object) -> str | None:
    if value is not None and type(value) is not str:
        raise TypeError
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _row(value: object) -> dict[str, JsonValue] | None:
    if value is not None and type(value) is not dict:
        raise TypeError
    return value


def _decode(value: object) -> bytes:
    text = _text(value)
    data = binascii.a2b_base64(text)
    # Both sizes together are as strict as can be: what is no base64 is left out, and the rest then too short.
    if len(text) != _ENCODED_SIZE or len(data) != _SIZE:
        raise ValueError
    return data


def _encode(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")
