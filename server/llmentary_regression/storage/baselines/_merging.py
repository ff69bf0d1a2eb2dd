"""
Merge two versions of a baseline file that have a common ancestor, case by case, without a key.

A line-wise union keeps what either side has, so it brings back what one side removed, and of pins that both
sides set it keeps one side's. With the ancestor at hand removals count, and what both sides approved stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llmentary_regression.core.baselines import Baseline, DocumentError, Variant
from llmentary_regression.storage.files import DamagedError, Document, format_documents, read_documents

from ._repeated import merge_repeated
from ._store import TABLE

JoinVariants = Callable[[Baseline, "Variant | None", Variant, Variant], "Variant | None"]
"""Is given a baseline and the ancestor's, our and their form of one of its variants; None: it cannot tell."""


@dataclass(frozen=True, slots=True)
class Merged:
    """
    A merged file.
    """

    data: bytes
    """With conflict markers around each case that could not be decided."""
    undecided: tuple[str, ...] = ()
    """The labels of those cases."""


def merge_files(base: bytes, ours: bytes, theirs: bytes, join_variants: JoinVariants) -> Merged:
    """
    Return what two versions of a file come to; no approval that either side made is lost.

    Args:
        base: the common ancestor's version; empty where there is none.
        ours: our version.
        theirs: their version.
        join_variants: joins a variant that both sides sealed anew, which takes the key.

    Raises:
        DamagedError: a version cannot be read; the message says which.
    """
    table = _table_of(ours)
    old, mine, other = (
        _read(data, table, whose)
        for data, whose in ((base, "the common ancestor"), (ours, "our version"), (theirs, "their version"))
    )
    merge = _CaseMerge(join_variants)
    documents: dict[str, Document] = {}
    conflicts: dict[str, tuple[Document, Document]] = {}
    labels: list[str] = []
    for key in sorted(mine.documents.keys() | other.documents.keys()):
        before, left, right = old.of(key), mine.of(key), other.of(key)
        if left == right or right == before:
            found: Document | None = _one(key, left, table)
        elif left == before:
            found = _one(key, right, table)
        elif table == TABLE:
            found = merge.merge(key, before, left, right)
        else:
            found = left[0] if not right else right[0] if not left else None
            merge.is_undecided = found is None
        if merge.is_undecided:
            merge.is_undecided = False
            conflicts[key] = _one(key, left, table) or {}, _one(key, right, table) or {}
            labels.append(_label(conflicts[key][0], key))
        elif found is not None:
            documents[key] = found
    meta = other.meta if mine.meta == old.meta else mine.meta
    return Merged(_format(meta, table, documents, conflicts), tuple(labels))


class _Version:
    """
    One version of the file: all documents by id.
    """

    def __init__(self, meta: Document, documents: Mapping[str, list[Document]]) -> None:
        self.meta = meta
        self.documents = documents

    def of(self, key: str) -> list[Document]:
        return self.documents.get(key, [])


def _read(data: bytes, table: str, whose: str) -> _Version:
    if not data.strip() and whose == "the common ancestor":
        return _Version({}, {})
    try:
        content = read_documents(data, table)
    except DamagedError as exc:
        raise DamagedError(f"{whose} {exc.reason}", exc.line) from exc
    return _Version(
        content.meta, {key: content.repeated.get(key, [one]) for key, one in content.documents.items()}
    )


def _table_of(data: bytes) -> str:
    """
    Return the table that a file holds: baselines, or the roots of a keyring.
    """
    head = re.match(rb'\s*\{"meta": .*"(\w+)": \{\s*$', data.partition(b"\n")[0])
    return head.group(1).decode("ascii", "replace") if head is not None else TABLE


def _one(key: str, documents: Sequence[Document], table: str) -> Document | None:
    if len(documents) < 2:
        return documents[0] if documents else None
    if table != TABLE:
        return documents[-1]
    return merge_repeated(_decode(key, documents)).to_document()


def _decode(key: str, documents: Sequence[Document]) -> list[Baseline]:
    try:
        return [Baseline.from_document(key, document) for document in documents]
    except DocumentError as exc:
        raise DamagedError(f"has a damaged case `{key}`: {exc}") from exc


class _CaseMerge:
    """
    Merges one case after the other; a class because what it cannot decide is told beside the result.
    """

    def __init__(self, join_variants: JoinVariants) -> None:
        self._join_variants = join_variants
        self.is_undecided = False

    def merge(
        self, key: str, base: Sequence[Document], ours: Sequence[Document], theirs: Sequence[Document]
    ) -> Document | None:
        """
        Return what a case that both sides changed comes to; None if nothing is left of it.
        """
        sides = [_singles(_decode(key, documents)) for documents in (base, ours, theirs)]
        # A baseline keeps its id when its case is edited. Where one version holds an id twice, left by an
        # earlier merge, only what is alike in every respect is the same.
        by_id = all(len({one.id for one in side}) == len(side) for side in sides)
        old, mine, other = ({(one.id if by_id else _binding(one)): one for one in side} for side in sides)
        kept: list[Baseline] = []
        for same in sorted(mine.keys() | other.keys(), key=repr):
            kept += self._merge_single(old.get(same), mine.get(same), other.get(same))
        return merge_repeated(kept).to_document() if kept else None

    def _merge_single(
        self, base: Baseline | None, ours: Baseline | None, theirs: Baseline | None
    ) -> list[Baseline]:
        if ours is None or theirs is None:
            present = ours or theirs
            assert present is not None
            if base is None or _binding(present) != _binding(base):
                return [present]
            approved = [variant for variant in present.variants if variant not in base.variants]
            return [replace(present, variants=tuple(approved))] if approved else []
        variants = self._merge_variants(base, ours, theirs)
        if not variants:
            return []
        tags = _merge_tags(base.tags if base is not None else (), ours.tags, theirs.tags)
        bound = [ours, theirs]
        if _binding(ours) == _binding(theirs) or (base is not None and _binding(theirs) == _binding(base)):
            bound = [ours]
        elif base is not None and _binding(ours) == _binding(base):
            bound = [theirs]
        return [replace(one, variants=variants, tags=tags) for one in bound]

    def _merge_variants(self, base: Baseline | None, ours: Baseline, theirs: Baseline) -> tuple[Variant, ...]:
        old, mine, other = (
            {variant.salt: variant for variant in (one.variants if one is not None else ())}
            for one in (base, ours, theirs)
        )
        kept: list[Variant] = []
        for salt in mine.keys() | other.keys():
            before, left, right = old.get(salt), mine.get(salt), other.get(salt)
            if left is None or right is None:
                present = left or right
                # Equal to the ancestor's: the other side removed it. Else it was made, or pinned, here.
                if present is not None and present != before:
                    kept.append(present)
            elif left == right or right == before:
                kept.append(left)
            elif left == before:
                kept.append(right)
            else:
                joined = self._join_variants(ours, before, left, right)
                self.is_undecided |= joined is None
                kept.append(joined or left)
        return tuple(sorted(kept, key=lambda variant: (variant.approved, variant.salt)))


def _singles(baselines: Sequence[Baseline]) -> list[Baseline]:
    if len(baselines) > 1:
        baselines = [merge_repeated(baselines)]
    return [replace(one, alternates=()) for baseline in baselines for one in baseline.every]


def _binding(baseline: Baseline) -> tuple[object, ...]:
    """
    Return all but the variants and tags: what the approval belongs to.
    """
    row = json.dumps(baseline.row, sort_keys=True)
    return (
        baseline.id,
        baseline.mac,
        baseline.root,
        baseline.mask,
        baseline.question,
        baseline.name,
        row,
    )


def _merge_tags(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    kept = [tag for tag in ours if tag in theirs or tag not in base]
    return (*kept, *(tag for tag in theirs if tag not in ours and tag not in base))


def _label(document: Document, key: str) -> str:
    name, question = document.get("name"), document.get("question")
    return str(name if name is not None else question if question is not None else key).partition("\n")[0]


def _format(
    meta: Mapping[str, Any],
    table: str,
    documents: Mapping[str, Document],
    conflicts: Mapping[str, tuple[Document, Document]],
) -> bytes:
    if not conflicts:
        return format_documents(meta, table, documents)
    # Each undecided case on a line of its own first, which is then replaced by both sides' lines.
    left = format_documents(meta, table, {**documents, **{key: pair[0] for key, pair in conflicts.items()}})
    right = format_documents(meta, table, {**documents, **{key: pair[1] for key, pair in conflicts.items()}})
    lines: list[bytes] = []
    for ours, theirs in zip(left.split(b"\n"), right.split(b"\n"), strict=True):
        if ours == theirs:
            lines.append(ours)
        else:
            lines += [b"<<<<<<< ours", ours, b"=======", theirs, b">>>>>>> theirs"]
    return b"\n".join(lines)
