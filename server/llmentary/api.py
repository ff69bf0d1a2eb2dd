"""
The public Python API. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from llmentary.core.model import CaseSettings, Match, MatchMode, Privacy, Verdict

_NAME = "api"


def fingerprint(
    answer: str, *, key: bytes, question: str = "", pins: Sequence[str | Sequence[str]] = ()
) -> str:
    """
    Return the stored form of one answer: keyed hashes alone, as JSON text.

    Args:
        key: 32 bytes that no one else knows.
        question: what was asked; it is not kept.
        pins: what must recur; each a phrase, or a sequence of a phrase and its aliases.
    """
    from dataclasses import replace
    from datetime import datetime, timezone

    from llmentary.core.fingerprint import make_variant, unbound_baseline
    from llmentary.core.seal import Root

    root = Root(_NAME, bytes(key))
    baseline = unbound_baseline(root=root, random=secrets.token_bytes)
    variant = make_variant(
        answer,
        root=root,
        baseline_id=baseline.id,
        question=question,
        privacy=Privacy.FULL,
        random=secrets.token_bytes,
        approved=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by="",
        pins=pins,
    )
    kept = replace(baseline, variants=(variant,))
    return json.dumps(kept.to_document(), separators=(",", ":"))


def compare(
    fingerprints: str | Sequence[str], answer: str, *, key: bytes, question: str = "", match: str = "similar"
) -> Verdict:
    """
    Judge a new answer against one or several fingerprints of approved ones.

    Args:
        match: a mode, with its threshold if it has one: `exact`, `normalized`, `similar`, `similar 0.9`,
            `json`.

    Raises:
        ValueError: a fingerprint, the key or `match` cannot be read.
    """
    from llmentary.core.baseline import Baseline
    from llmentary.core.judge import judge_answer, nearest
    from llmentary.core.seal import Root

    root = Root(_NAME, bytes(key))
    settings = CaseSettings(match=_read_match(match))
    texts = [fingerprints] if isinstance(fingerprints, str) else list(fingerprints)
    baselines = [Baseline.from_document("", json.loads(text)) for text in texts]
    verdicts = [judge_answer(answer, one, root=root, settings=settings, question="") for one in baselines]
    if not verdicts:
        return judge_answer(answer, None, root=root, settings=settings, question="")
    return nearest(verdicts)


def _read_match(text: str) -> Match:
    word, *rest = text.split()
    return Match(MatchMode(word), float(rest[0]) if rest else None)
