"""
Turn the analysis of an answer into the body of its fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmentary.core.body import Body, Pin, mark
from llmentary.core.hashing import VariantHasher
from llmentary.core.json_answers import hash_tree, read_json, to_bytes
from llmentary.core.model import JsonValue
from llmentary.core.pins import pin_forms
from llmentary.core.text import Analysis

_MOST_PINS = 255


def describe(
    analysis: Analysis,
    hasher: VariantHasher,
    *,
    with_words: bool,
    pins: Sequence[str | Sequence[str]] = (),
    data: JsonValue = None,
    has_data: bool = False,
    text: str = "",
    embedding: Sequence[float] | None = None,
) -> Body:
    """
    Return the body for an answer.

    Args:
        with_words: keep the word sequence; without it there is no diff, and facts and pins decide.
    """
    tokens = analysis.tokens
    return Body(
        shape=int(analysis.shape),
        length=len(tokens),
        words=tuple(hasher.words(tokens.forms)) if with_words else (),
        marks=tuple(map(mark, tokens.kinds, tokens.openings)) if with_words else (),
        facts=tuple((int(fact.kind), hasher.fact(fact.kind, fact.form)) for fact in analysis.facts),
        pins=tuple(_hash_pin(pin, analysis, hasher) for pin in pins[:_MOST_PINS]),
        tree=_tree(text, data, has_data, hasher),
        sketch=_sketch(embedding, hasher),
    )


def _hash_pin(pin: str | Sequence[str], analysis: Analysis, hasher: VariantHasher) -> Pin:
    phrases = (pin,) if isinstance(pin, str) else tuple(pin)
    forms = [pin_forms(phrase, analysis.lexicon) for phrase in phrases]
    return Pin(tuple(hasher.pin(words) for words in forms if words))


def _tree(text: str, data: JsonValue, has_data: bool, hasher: VariantHasher) -> bytes:
    if not has_data and text.lstrip()[:1] not in ("{", "[", "`"):
        return b""
    is_json, value = read_json(text, data, has_data)
    return to_bytes(hash_tree(value, hasher)) if is_json else b""


def _sketch(embedding: Sequence[float] | None, hasher: VariantHasher) -> bytes:
    return b""
