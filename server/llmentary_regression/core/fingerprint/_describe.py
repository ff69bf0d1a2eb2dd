"""
Turn the analysis of an answer into the body of its fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmentary_regression.core.baselines import NO_PINS, Body, PinSet, hash_tree, mark, to_bytes
from llmentary_regression.core.crypto import SetHasher
from llmentary_regression.core.model import JsonValue
from llmentary_regression.core.pins import WantedPins, add_pins, list_pins
from llmentary_regression.core.text import Analysis

from ._embedding_sketch import sketch
from ._json_answers import read_json


def describe(
    analysis: Analysis,
    hasher: SetHasher,
    *,
    with_words: bool,
    pins: WantedPins = (),
    data: JsonValue = None,
    has_data: bool = False,
    text: str = "",
    embedding: Sequence[float] | None = None,
    kept: PinSet = NO_PINS,
) -> Body:
    """
    Return the body for an answer.

    Args:
        with_words: keep the word sequence; without it there is no diff, and facts and pins decide.
        kept: pins of an earlier approved answer that hold on.
    """
    tokens = analysis.tokens
    pinned = add_pins(
        kept if kept.pins else PinSet(hasher.pin_key()), list_pins(pins), analysis.lexicon, analysis.text
    )
    return Body(
        shape=int(analysis.shape),
        length=len(tokens),
        words=tuple(hasher.words(tokens.forms)) if with_words else (),
        marks=tuple(map(mark, tokens.kinds, tokens.openings)) if with_words else (),
        facts=tuple((int(fact.kind), hasher.fact(fact.kind, fact.form)) for fact in analysis.facts),
        pins=pinned,
        tree=_tree(text, data, has_data, hasher),
        sketch=b"" if embedding is None else sketch(embedding, hasher.secret(b"embedding")),
    )


def _tree(text: str, data: JsonValue, has_data: bool, hasher: SetHasher) -> bytes:
    if not has_data and text.lstrip()[:1] not in ("{", "[", "`"):
        return b""
    is_json, value = read_json(text, data, has_data)
    return to_bytes(hash_tree(value, hasher)) if is_json else b""
