"""
Sketches of embeddings: close to the cosine with the key, noise without.
"""

from __future__ import annotations

import math
import random

import pytest

from llmentary_regression.core.fingerprint import closeness, sketch
from llmentary_regression.core.fingerprint._embedding_sketch import BITS

SECRET = bytes(range(32))


def vector(seed: int, size: int = 256) -> list[float]:
    source = random.Random(seed)
    return [source.gauss(0, 1) for _ in range(size)]


def turned(embedding: list[float], cosine: float, seed: int) -> list[float]:
    """
    Return a vector at the given cosine from another one.
    """
    other = vector(seed, len(embedding))
    length = math.sqrt(math.fsum(value * value for value in embedding))
    unit = [value / length for value in embedding]
    along = math.fsum(a * b for a, b in zip(unit, other, strict=True))
    across = [b - along * a for a, b in zip(unit, other, strict=True)]
    width = math.sqrt(math.fsum(value * value for value in across))
    sine = math.sqrt(1 - cosine * cosine)
    return [cosine * a + sine * b / width for a, b in zip(unit, across, strict=True)]


@pytest.mark.parametrize("size", [2, 100, 256, 384, 512, 768, 1536])
def test_closeness_estimates_the_cosine(size: int) -> None:
    """Whatever the embedding's length, a power of two or not."""
    for seed, cosine in enumerate([0.95, 0.9, 0.5, 0.0]):
        one = vector(seed, size)
        other = turned(one, cosine, seed + 100)

        found = closeness(sketch(one, SECRET), sketch(other, SECRET))

        assert abs(found - cosine) < 0.16


def test_the_estimate_is_fair_over_many_pairs() -> None:
    """Its mean has no bias that would move a threshold."""
    found = []
    for seed in range(60):
        one = vector(seed)
        found.append(closeness(sketch(one, SECRET), sketch(turned(one, 0.9, seed + 500), SECRET)))

    assert abs(sum(found) / len(found) - 0.9) < 0.012


def test_length_does_not_count() -> None:
    """Only the direction of an embedding says anything."""
    one = vector(1)

    assert sketch(one, SECRET) == sketch([7.5 * value for value in one], SECRET)


def test_a_sparse_embedding_spreads_over_all_signs() -> None:
    """One rotation round would let a single coordinate decide every sign."""
    one = [0.0] * 256
    one[3] = 1.0
    other = [0.0] * 256
    other[4] = 1.0

    assert abs(closeness(sketch(one, SECRET), sketch(other, SECRET))) < 0.25


def test_two_secrets_give_unrelated_signs() -> None:
    """So equal answers cannot be told from different ones without the key."""
    one = vector(1)
    left, right = sketch(one, SECRET), sketch(one, bytes(32))

    assert len(left) == len(right) == BITS // 8
    assert abs(closeness(left, right)) < 0.25


def test_embeddings_of_two_lengths_are_not_alike() -> None:
    """Another model's embedding says nothing about this one."""
    one = vector(1, 384)

    assert abs(closeness(sketch(one, SECRET), sketch([*one, *[0.0] * 128], SECRET))) < 0.25
