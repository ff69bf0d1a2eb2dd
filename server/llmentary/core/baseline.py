"""
What is kept of approved answers: baselines and their variants, as values and as JSON documents.

Nothing here holds answer text. What the sealed body contains is `core/fingerprint.py`'s business.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from llmentary.core.model import JsonValue


class DocumentError(ValueError):
    """
    A stored document lacks a field or holds one of the wrong kind; the message names the field.
    """


@dataclass(frozen=True, slots=True)
class Variant:
    """
    The fingerprint of one approved answer.
    """

    version: int
    """The analysis pipeline that made it; another version cannot be compared, only approved again."""
    salt: bytes
    """16 random bytes, fixed for the variant's life."""
    exact: bytes
    """16-byte keyed digest of the text."""
    norm: bytes
    """16-byte keyed digest of the text after presentation normalising."""
    body: bytes | None
    """Nonce and sealed body; None under `privacy = "digest"`."""
    model: str | None
    approved: str
    """When, as `2026-11-22T18:00:00Z`."""
    by: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    What is kept of the approved answers of one case.
    """

    key: str
    """The document's id: 16 hexadecimal digits derived from the case's identity."""
    id: bytes
    """16 random bytes that every digest and seal is bound to."""
    name: str | None
    row: Mapping[str, JsonValue] | None
    question: str
    tags: tuple[str, ...]
    mask: str | None
    """Digest of the `@mask` lines at approval; None without any."""
    root: str
    """The id of the keyring root that the fingerprints derive from."""
    mac: bytes
    """Over id, identity, question and row; checked before any digest."""
    variants: tuple[Variant, ...]

    def to_document(self) -> dict[str, JsonValue]:
        """
        Return the JSON document that is stored under `key`.
        """
        return {
            "id": _encode(self.id),
            "name": self.name,
            "row": None if self.row is None else dict(self.row),
            "question": self.question,
            "tags": list(self.tags),
            "mask": self.mask,
            "root": self.root,
            "mac": _encode(self.mac),
            "variants": [_variant_to_document(variant) for variant in self.variants],
        }

    @classmethod
    def from_document(cls, key: str, document: Mapping[str, Any]) -> Baseline:
        """
        Read a stored document.

        Raises:
            DocumentError: a field is missing or of the wrong kind.
        """
        row = _field(document, "row", (dict, type(None)))
        return cls(
            key=key,
            id=_bytes(document, "id"),
            name=_field(document, "name", (str, type(None))),
            row=row,
            question=_field(document, "question", (str,)),
            tags=tuple(str(tag) for tag in _field(document, "tags", (list,))),
            mask=_field(document, "mask", (str, type(None))),
            root=_field(document, "root", (str,)),
            mac=_bytes(document, "mac"),
            variants=tuple(_variant_from_document(item) for item in _field(document, "variants", (list,))),
        )


def _variant_to_document(variant: Variant) -> JsonValue:
    return {
        "v": variant.version,
        "salt": _encode(variant.salt),
        "exact": _encode(variant.exact),
        "norm": _encode(variant.norm),
        "body": None if variant.body is None else _encode(variant.body),
        "model": variant.model,
        "approved": variant.approved,
        "by": variant.by,
    }


def _variant_from_document(document: object) -> Variant:
    if not isinstance(document, dict):
        raise DocumentError("`variants` holds something that is no object")
    return Variant(
        version=_field(document, "v", (int,)),
        salt=_bytes(document, "salt"),
        exact=_bytes(document, "exact"),
        norm=_bytes(document, "norm"),
        body=None if document.get("body") is None else _bytes(document, "body"),
        model=_field(document, "model", (str, type(None))),
        approved=_field(document, "approved", (str,)),
        by=_field(document, "by", (str,)),
    )


def _field(document: Mapping[str, Any], name: str, kinds: tuple[type, ...]) -> Any:
    if name not in document:
        raise DocumentError(f"`{name}` is missing")
    value = document[name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise DocumentError(f"`{name}` is of the wrong kind")
    return value


def _bytes(document: Mapping[str, Any], name: str) -> bytes:
    text = cast(str, _field(document, name, (str,)))
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise DocumentError(f"`{name}` is not base64") from exc


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
