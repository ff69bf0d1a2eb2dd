"""
Embeddings for `@match semantic`: by the developer's own callable, or offline by the wordllama extra.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from llmentary_regression.core.model import CaseSettings, Failure, FailureKind, JsonValue
from llmentary_regression.services.project import Project

WORDLLAMA = "wordllama"
_MISSING = (
    "`@match semantic` needs an embedding; install `llmentary-regression[semantic]`, or set "
    "`@embed module:function` to a callable that returns a list of numbers for a text"
)


async def embed(project: Project, settings: CaseSettings, text: str) -> tuple[float, ...] | Failure:
    """
    Return the embedding of a text, or why there is none.
    """
    if settings.embed is None or settings.embed == WORDLLAMA:
        # Our own process loads it: it runs none of the user's code, and their interpreter need not have it.
        found = await asyncio.to_thread(_embed_offline, text)
        if found is not None:
            return found
        return Failure(FailureKind.JUDGE, _MISSING)
    said = await project.pool.call(settings.embed, [text], timeout_s=settings.timeout_s)
    if isinstance(said, Failure):
        return replace(said, kind=FailureKind.JUDGE)
    embedding = _as_embedding(said)
    if embedding is None:
        return Failure(
            FailureKind.JUDGE,
            f"`{settings.embed}` returned no embedding; an embed callable returns a list of numbers for a "
            "text, not all of them 0",
        )
    return embedding


def _as_embedding(said: JsonValue) -> tuple[float, ...] | None:
    """
    Return what a callable returned as an embedding; many libraries wrap that of a single text in a list.
    """
    if isinstance(said, list) and len(said) == 1 and isinstance(said[0], list):
        said = said[0]
    if not isinstance(said, list) or len(said) < 2:
        return None
    values: list[float] = []
    for value in said:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        values.append(float(value))
    return tuple(values) if any(values) else None


def _embed_offline(text: str) -> tuple[float, ...] | None:
    """
    Return wordllama's embedding; None where it is not installed.
    """
    model = _load_offline()
    if model is None:
        return None
    # It has no embedding for a text without known words: any direction will do, if it is always the same.
    values = tuple(float(value) for value in model.embed([text])[0])
    return values if any(values) else (1.0,) * len(values)


@lru_cache(maxsize=1)
def _load_offline() -> Any:
    """
    Return the model that wordllama brings, or None. It is given the folder, so it uses no network.
    """
    try:
        import wordllama
    except ImportError:
        return None
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
