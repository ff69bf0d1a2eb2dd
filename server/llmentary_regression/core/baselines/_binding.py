"""
Bind a baseline to its suite and case by a MAC over everything that it says.

Apart from the fingerprints, since every run checks the binding and most open no sealed part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from llmentary_regression.core.crypto import Root, digest, is_equal
from llmentary_regression.core.model import Case, Regex

from ._baseline import Baseline

ID_SIZE = 16
MAC_SIZE = 16

_to_json = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode
"""One encoder for all MACs: `json.dumps` with these options builds a new one for every call."""


def new_baseline(
    suite: str, case: Case, *, root: Root, mask_digest: str | None, random: Callable[[int], bytes]
) -> Baseline:
    """
    Return a baseline for a case, without examples yet; `core/fingerprint` adds and seals them.

    Args:
        suite: the suite's path below the project's root.
        random: returns so many random bytes.
    """
    return Baseline(
        suite=suite,
        key=case.key,
        id=random(ID_SIZE),
        name=case.name,
        row=None if case.row is None else dict(case.row.values),
        question=case.question,
        tags=case.tags,
        mask=mask_digest,
        root=root.id,
        examples=(),
        sealed=None,
        mac=b"",
    )


def unbound_baseline(*, root: Root, random: Callable[[int], bytes]) -> Baseline:
    """
    Return a baseline that belongs to no case of a suite: what the Python API keeps.
    """
    return Baseline("", "", random(ID_SIZE), None, None, "", (), None, root.id, (), None, b"")


def rebind_baseline(baseline: Baseline, suite: str, case: Case, root: Root) -> Baseline:
    """
    Return the baseline bound to another case: after a rename, an edited question or an adoption.

    The caller decides that the answers still hold; their digests and the sealed part stay as they are.

    Args:
        suite: the path of the suite that the case stands in now.
        root: the root that the baseline names.
    """
    return with_mac(
        replace(
            baseline,
            suite=suite,
            key=case.key,
            name=case.name,
            row=None if case.row is None else dict(case.row.values),
            question=case.question,
            tags=case.tags,
        ),
        root,
    )


def with_mac(baseline: Baseline, root: Root) -> Baseline:
    """
    Return the baseline with the MAC that its content asks for.
    """
    return replace(baseline, mac=_mac(baseline, root))


def is_authentic(baseline: Baseline, root: Root) -> bool:
    """
    Return whether whoever made this baseline had the root, and nothing of it was altered since.
    """
    return is_equal(baseline.mac, _mac(baseline, root))


def mask_digest(masks: Sequence[Regex]) -> str | None:
    """
    Return a short digest of the `@mask` lines; None without any.
    """
    return _mask_digest(tuple(masks)) if masks else None


@lru_cache(maxsize=256)
def _mask_digest(masks: tuple[Regex, ...]) -> str:
    text = json.dumps([[mask.pattern, mask.flags] for mask in masks], ensure_ascii=True)
    return hashlib.blake2b(text.encode("ascii"), digest_size=8, person=b"mask").hexdigest()


def _mac(baseline: Baseline, root: Root) -> bytes:
    content = _to_json([baseline.key, baseline.covered_document()])
    return digest(root.secret, content.encode("ascii"), label=b"baseline", size=MAC_SIZE)
