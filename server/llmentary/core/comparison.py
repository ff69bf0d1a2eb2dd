"""
A new answer laid beside one approved variant: everything the rules ask about, found once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from llmentary.core.body import Body
from llmentary.core.diff import Change, align
from llmentary.core.hashing import VariantHasher
from llmentary.core.text import Analysis, Kind
from llmentary.core.text.shape import Shape


class Comparison:
    """
    One approved body, one new analysis, and their alignment.

    A class because each rule needs another part of it, and the dear parts are made only when asked for.
    """

    def __init__(self, body: Body, analysis: Analysis, hasher: VariantHasher) -> None:
        self.body = body
        self.analysis = analysis
        self.hasher = hasher
        self.approved_shape = Shape(body.shape)
        self.new_shape = analysis.shape

    @cached_property
    def new_words(self) -> list[int]:
        """
        Return the new answer's tokens as hashes of this variant.
        """
        return self.hasher.words(self.analysis.tokens.forms)

    @cached_property
    def changes(self) -> list[Change]:
        """
        Return the alignment of both word sequences.
        """
        return align(self.body.words, self.new_words)

    @cached_property
    def score(self) -> float | None:
        """
        Return how alike the word sequences are, 0..1; None where the variant keeps none.
        """
        if not self.body.words and self.body.length:
            return None
        total = len(self.body.words) + len(self.new_words)
        equal = sum(change.left_end - change.left_start for change in self.changes if change.is_equal)
        return 2 * equal / total if total else 1.0

    @cached_property
    def approved_bag(self) -> Counter[int]:
        """
        Return how often each approved word occurs.
        """
        return Counter(self.body.words)

    @cached_property
    def new_bag(self) -> Counter[int]:
        """
        Return how often each new word occurs.
        """
        return Counter(self.new_words)

    def gained_facts(self, kinds: frozenset[Kind]) -> list[tuple[Kind, int]]:
        """
        Return the new answer's facts that the approved one lacks, with the token each was read from.
        """
        left = Counter(pair for pair in self.body.facts if pair[0] in kinds)
        gained: list[tuple[Kind, int]] = []
        for fact, pair in self._new_facts:
            if fact[0] in kinds:
                if left[pair] > 0:
                    left[pair] -= 1
                else:
                    gained.append(fact)
        return gained

    def lost_facts(self, kinds: frozenset[Kind]) -> list[Kind]:
        """
        Return the kinds of the approved facts that the new answer lacks.
        """
        left = Counter(pair for _, pair in self._new_facts)
        lost: list[Kind] = []
        for pair in self.body.facts:
            if pair[0] in kinds:
                if left[pair] > 0:
                    left[pair] -= 1
                else:
                    lost.append(Kind(pair[0]))
        return lost

    @cached_property
    def _new_facts(self) -> Sequence[tuple[tuple[Kind, int], tuple[int, int]]]:
        fact_hash = self.hasher.fact
        return [
            ((fact.kind, fact.token), (int(fact.kind), fact_hash(fact.kind, fact.form)))
            for fact in self.analysis.facts
        ]

    def quote(self, token: int) -> str:
        """
        Return a token of the new answer as it stands there.
        """
        tokens = self.analysis.tokens
        return self.analysis.text[tokens.starts[token] : tokens.ends[token]].strip("\n ")
