"""
Bind a baseline to its case, and tell whether it still belongs there: a MAC over id, identity, question, row.

Apart from the fingerprints, since every run checks the binding and most open no body.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from llmentary_regression.core.crypto import Root, digest, is_equal
from llmentary_regression.core.model import Case, JsonValue, Regex

from ._baseline import Baseline

ID_SIZE = 16
MAC_SIZE = 16


def new_baseline(
    case: Case, *, root: Root, mask_digest: str | None, random: Callable[[int], bytes]
) -> Baseline:
    """
    Return a baseline for a case, without variants yet.
    """
    baseline = Baseline(
        key=case.key,
        id=random(ID_SIZE),
        name=case.name,
        row=None if case.row is None else dict(case.row.values),
        question=case.question,
        tags=case.tags,
        mask=mask_digest,
        root=root.id,
        mac=b"",
        variants=(),
    )
    return replace(baseline, mac=_mac(baseline, root))


def unbound_baseline(*, root: Root, random: Callable[[int], bytes]) -> Baseline:
    """
    Return a baseline that belongs to no case of a suite: what the Python API keeps.
    """
    baseline = Baseline("", random(ID_SIZE), None, None, "", (), None, root.id, b"", ())
    return replace(baseline, mac=_mac(baseline, root))


def rebind_baseline(
    baseline: Baseline, case: Case, root: Root, *, roots: Mapping[str, Root] | None = None
) -> Baseline:
    """
    Return the baseline, and its alternates, bound to a case anew: after a rename, an edited question or an
    adoption.

    The caller decides that the answers still hold; their digests and bodies stay as they are.

    Args:
        root: the root that the baseline names.
        roots: every root that is known; an alternate of another root stays as it is.
    """
    known = {**(roots or {}), root.id: root}
    bound = replace(
        baseline,
        key=case.key,
        name=case.name,
        row=None if case.row is None else dict(case.row.values),
        question=case.question,
        tags=case.tags,
        alternates=tuple(
            rebind_baseline(one, case, known[one.root]) if one.root in known else one
            for one in baseline.alternates
        ),
    )
    return replace(bound, mac=_mac(bound, root))


def is_authentic(baseline: Baseline, root: Root) -> bool:
    """
    Return whether the baseline was made under this root for exactly this case.
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
    row = b"" if baseline.row is None else _row_bytes(baseline.row)
    name = b"\x00" if baseline.name is None else b"\x01" + baseline.name.encode("utf-8", "surrogatepass")
    question = baseline.question.encode("utf-8", "surrogatepass")
    key = baseline.key.encode("utf-8", "surrogatepass")
    return digest(root.secret, baseline.id, key, name, question, row, label=b"baseline", size=MAC_SIZE)


def _row_bytes(row: Mapping[str, JsonValue]) -> bytes:
    return json.dumps(row, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode("ascii")
