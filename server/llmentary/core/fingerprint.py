"""
Make the kept form of an approved answer: digests, a sealed body, and a seal over what it belongs to.

Nothing made here holds answer text, in no encoding. Randomness, keys and the time arrive as arguments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from llmentary.core import body as bodies
from llmentary.core.baseline import Baseline, Variant
from llmentary.core.hashing import VariantHasher
from llmentary.core.model import Case, JsonValue, Privacy, Regex
from llmentary.core.seal import NONCE_SIZE, Root, SealError, digest, is_equal, seal, unseal

SALT_SIZE = 16
ID_SIZE = 16
MAC_SIZE = 16


def make_variant(
    text: str,
    *,
    root: Root,
    baseline_id: bytes,
    question: str,
    privacy: Privacy,
    random: Callable[[int], bytes],
    approved: str,
    by: str,
    model: str | None = None,
    data: JsonValue = None,
    has_data: bool = False,
    pins: Sequence[str | Sequence[str]] = (),
    lang: str = "en",
    embedding: Sequence[float] | None = None,
    kept_pins: bodies.PinSet = bodies.NO_PINS,
) -> Variant:
    """
    Return the fingerprint of an answer.

    Args:
        pins: phrases that must recur; each a phrase, or a sequence of a phrase and its aliases.
        random: returns so many random bytes; a new nonce is drawn at every call.
        embedding: of the whole answer, for `@match semantic`.
        kept_pins: of an earlier approved answer; they hold on beside `pins`.
    """
    from llmentary.core.text import PIPELINE_VERSION, analyse

    salt = random(SALT_SIZE)
    hasher = VariantHasher(root, baseline_id, salt)
    analysis = analyse(text, lang)
    variant = Variant(
        version=PIPELINE_VERSION,
        salt=salt,
        exact=hasher.exact(text),
        norm=hasher.norm(analysis.canonical),
        body=None,
        model=model,
        approved=approved,
        by=by,
    )
    if privacy is Privacy.DIGEST:
        return variant
    from llmentary.core.describe import describe

    body = describe(
        analysis,
        hasher,
        with_words=privacy is Privacy.FULL,
        pins=pins,
        data=data,
        has_data=has_data,
        text=text,
        embedding=embedding,
        kept=kept_pins,
    )
    return replace(
        variant, body=seal_body(body, root=root, baseline_id=baseline_id, nonce=random(NONCE_SIZE))
    )


def with_pins(
    variant: Variant,
    pins: Sequence[str | Sequence[str]],
    *,
    root: Root,
    baseline_id: bytes,
    random: Callable[[int], bytes],
    lang: str = "en",
) -> Variant:
    """
    Return a variant with more pins, sealed anew; one that keeps no body comes back as it is.

    Raises:
        SealError: the body does not open.
    """
    from llmentary.core.pins import add_pins
    from llmentary.core.text.lexicon import read_lexicon

    body = open_body(variant, root=root, baseline_id=baseline_id)
    if body is None:
        return variant
    hasher = VariantHasher(root, baseline_id, variant.salt)
    former = body.pins if len(body.pins) else bodies.PinSet(hasher.pin_key())
    pinned = replace(body, pins=add_pins(former, pins, read_lexicon(lang)))
    sealed = seal_body(pinned, root=root, baseline_id=baseline_id, nonce=random(NONCE_SIZE))
    return replace(variant, body=sealed)


def seal_body(body: bodies.Body, *, root: Root, baseline_id: bytes, nonce: bytes) -> bytes:
    """
    Return nonce and sealed body. The nonce must be fresh: two bodies under one nonce give away their XOR.
    """
    sealed = seal(_body_key(root), bodies.to_bytes(body), nonce=nonce, associated=baseline_id)
    return nonce + sealed


def open_body(variant: Variant, *, root: Root, baseline_id: bytes) -> bodies.Body | None:
    """
    Return what a variant's body holds; None where its privacy level keeps none.

    Raises:
        SealError: the key is another, the body was altered, or it belongs to another baseline.
    """
    if variant.body is None:
        return None
    nonce, sealed = variant.body[:NONCE_SIZE], variant.body[NONCE_SIZE:]
    if len(nonce) != NONCE_SIZE:
        raise SealError("the body is too short")
    try:
        return bodies.from_bytes(unseal(_body_key(root), sealed, nonce=nonce, associated=baseline_id))
    except bodies.BodyError as exc:
        raise SealError(str(exc)) from exc


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
    Tell whether the baseline was made under this root for exactly this case.
    """
    return is_equal(baseline.mac, _mac(baseline, root))


def mask_digest(masks: Sequence[Regex]) -> str | None:
    """
    Return a short digest of the `@mask` lines; None without any.
    """
    return _mask_digest(tuple(masks)) if masks else None


@lru_cache(maxsize=256)
def _mask_digest(masks: tuple[Regex, ...]) -> str:
    import hashlib

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


@lru_cache(maxsize=16)
def _key_of(secret: bytes) -> bytes:
    return digest(secret, label=b"body")


def _body_key(root: Root) -> bytes:
    return _key_of(root.secret)
