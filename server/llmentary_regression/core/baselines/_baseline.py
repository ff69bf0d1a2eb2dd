"""
What is kept of approved answers: baselines and their variants, as values and as JSON documents.

Nothing here holds answer text. What the sealed body contains is `core/fingerprint/_make.py`'s business.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from llmentary_regression.core.model import JsonValue, value_class

_SIZE = 16
"""Of ids, salts, digests and MACs alike."""
_ENCODED_SIZE = 24


class DocumentError(ValueError):
    """
    A stored document lacks a field or holds one of the wrong kind; the message names the field.
    """


@value_class
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
    """16-byte keyed digest of the text after presentation normalizing."""
    body: bytes | None
    """Nonce and sealed body; None under `privacy = "digest"`."""
    model: str | None
    approved: str
    """When, as `2026-11-22T18:00:00Z`."""
    by: str


@value_class
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
    alternates: tuple[Baseline, ...] = ()
    """
    Other baselines of the same case, left by a merge of two branches that both approved it.

    Digests are bound to a baseline's own id, so they cannot be told as variants of one baseline. An answer
    that passes against any of them passes; none of them has alternates of its own.
    """

    @property
    def every(self) -> tuple[Baseline, ...]:
        """
        Return this baseline and its alternates, all of which an answer may pass against.
        """
        return (self, *self.alternates)

    def find_variant(self, place: int) -> tuple[Baseline, Variant] | None:
        """
        Return the variant at `place`, counted through `every`, with the baseline that it is bound to.
        """
        for baseline in self.every:
            if place < len(baseline.variants):
                return baseline, baseline.variants[place]
            place -= len(baseline.variants)
        return None

    def with_variant(self, place: int, variant: Variant) -> Baseline:
        """
        Return this baseline with another variant at `place`, counted as `find_variant` does.
        """
        if place < len(self.variants):
            return replace(self, variants=(*self.variants[:place], variant, *self.variants[place + 1 :]))
        place -= len(self.variants)
        alternates = list(self.alternates)
        for index, one in enumerate(alternates):
            if 0 <= place < len(one.variants):
                alternates[index] = one.with_variant(place, variant)
                break
            place -= len(one.variants)
        return replace(self, alternates=tuple(alternates))

    def to_document(self) -> dict[str, JsonValue]:
        """
        Return the JSON document that is stored under `key`.
        """
        document: dict[str, JsonValue] = {
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
        if self.alternates:
            document["alternates"] = [baseline.to_document() for baseline in self.alternates]
        return document

    @classmethod
    def from_document(cls, key: str, document: Mapping[str, Any]) -> Baseline:
        """
        Read a stored document.

        Raises:
            DocumentError: a field is missing or of the wrong kind.
        """
        try:
            return cls(
                key=key,
                id=_decode(document["id"]),
                name=_text_or_none(document["name"]),
                row=_row(document["row"]),
                question=_text(document["question"]),
                tags=tuple([_text(tag) for tag in _list(document["tags"])]),
                mask=_text_or_none(document["mask"]),
                root=_text(document["root"]),
                mac=_decode(document["mac"]),
                variants=tuple([_variant_from_document(item) for item in _list(document["variants"])]),
                alternates=tuple([cls.from_document(key, item) for item in document.get("alternates", ())]),
            )
        except KeyError as exc:
            raise DocumentError(f"`{exc.args[0]}` is missing") from exc
        except (TypeError, AttributeError) as exc:
            raise DocumentError("a field is of the wrong kind") from exc
        except ValueError as exc:
            raise DocumentError(f"a field is not base64 of {_SIZE} bytes") from exc


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


def _variant_from_document(document: dict[str, Any]) -> Variant:
    body = document["body"]
    return Variant(
        version=_number(document["v"]),
        salt=_decode(document["salt"]),
        exact=_decode(document["exact"]),
        norm=_decode(document["norm"]),
        body=None if body is None else binascii.a2b_base64(_text(body)),
        model=_text_or_none(document["model"]),
        approved=_text(document["approved"]),
        by=_text(document["by"]),
    )


# Ten thousand documents are read at the start of a run: hence these small checks instead of a general one,
# and no strict reading of the body, whose own seal tells whether it is whole.


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
