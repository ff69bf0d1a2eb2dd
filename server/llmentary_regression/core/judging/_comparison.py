"""
A new answer compared with one approved example: everything that the rules ask about, computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from llmentary_regression.core.baselines import KIND_MASK, Body
from llmentary_regression.core.crypto import SetHasher
from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis, Shape

from ._additions import Additions, find_additions
from ._diff import Change, align

_CONNECTING = frozenset({TokenKind.FUNCTION, TokenKind.NEGATION, TokenKind.LIMIT})

_EXCHANGEABLE = frozenset(
    {TokenKind.NUMBER, TokenKind.DATE, TokenKind.TIME, TokenKind.MONEY, TokenKind.NAME, TokenKind.URL}
)


class Comparison:
    """
    One approved body, one new analysis, and their alignment.

    A class because each rule needs different parts, and the expensive ones are computed only when needed.
    """

    def __init__(self, body: Body, analysis: Analysis, hasher: SetHasher) -> None:
        self.body = body
        self.analysis = analysis
        self.hasher = hasher
        self.approved_shape = Shape(body.shape)
        self.new_shape = analysis.shape

    @cached_property
    def new_words(self) -> list[int]:
        """
        Return the new answer's tokens as hashes of this example.
        """
        return self.hasher.words(self.analysis.tokens.forms)

    @cached_property
    def changes(self) -> list[Change]:
        """
        Return the alignment of both word sequences.
        """
        return align(self.body.words, self.new_words)

    @cached_property
    def additions(self) -> Additions | None:
        """
        Return where sentences were added around the whole approved answer, or None.
        """
        return find_additions(self.body, self.new_words, self.analysis)

    @cached_property
    def score(self) -> float | None:
        """
        Return how similar the word sequences are, 0..1; None where the example keeps no words.
        """
        if not self.body.words and self.body.length:
            return None
        total = len(self.body.words) + len(self.new_words)
        equal = sum(change.left_end - change.left_start for change in self.changes if change.is_equal)
        return 2 * equal / total if total else 1.0

    @property
    def differs_in_facts_alone(self) -> bool:
        """
        Return whether the answers differ only in facts that were exchanged for others of the same kind.

        Every exchanged fact lowers the score: `January 4, 2015` and `June 7, 1993` share no word, and three facts in a
        sentence of ten words leave 0.7. Neither is another way to say the same.
        """
        return bool(self.changes) and all(map(self._is_equal_or_exchange, self.changes))

    def _is_equal_or_exchange(self, change: Change) -> bool:
        if change.is_equal:
            return True
        before = [self.body.kind(index) for index in range(change.left_start, change.left_end)]
        now = self.analysis.tokens.kinds[change.right_start : change.right_end]
        return before == list(now) and _EXCHANGEABLE.issuperset(before)

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

    @cached_property
    def gained_words(self) -> list[int]:
        """
        Return the indexes of the new words that the approved answer lacks, or has less often.
        """
        # Words in equal stretches are on both sides, so only the others are counted.
        left = Counter(self._outside_equal(self.body.words, left=True))
        gained: list[int] = []
        for change in self.changes:
            if change.is_equal:
                continue
            for token in range(change.right_start, change.right_end):
                value = self.new_words[token]
                if left[value] > 0:
                    left[value] -= 1
                else:
                    gained.append(token)
        return gained

    @cached_property
    def lost_words(self) -> set[int]:
        """
        Return the approved words that the new answer lacks, or has less often.
        """
        lost = Counter(self._outside_equal(self.body.words, left=True))
        lost.subtract(self._outside_equal(self.new_words, left=False))
        return {value for value, count in lost.items() if count > 0}

    def _outside_equal(self, words: Sequence[int], *, left: bool) -> list[int]:
        outside: list[int] = []
        for change in self.changes:
            if not change.is_equal:
                start, end = (
                    (change.left_start, change.left_end) if left else (change.right_start, change.right_end)
                )
                outside += words[start:end]
        return outside

    @cached_property
    def approved_content(self) -> set[int] | None:
        """
        Return the approved content words; None where the example keeps no words.
        """
        body = self.body
        if not body.words:
            return None
        return {
            word
            for word, mark in zip(body.words, body.marks, strict=True)
            if mark & KIND_MASK not in _CONNECTING
        }

    @cached_property
    def new_content(self) -> set[int]:
        """
        Return the new content words.
        """
        kinds = self.analysis.tokens.kinds
        return {word for word, kind in zip(self.new_words, kinds, strict=True) if kind not in _CONNECTING}

    @cached_property
    def overlap(self) -> float | None:
        """
        Return the share of content words in common, 0..1; None where there are none to compare.
        """
        before = self.approved_content
        if not before or not self.new_content:
            return None
        return len(before & self.new_content) / len(before | self.new_content)

    def was_approved(self, token: int) -> bool:
        """
        Return whether a new word occurs anywhere in the approved answer.
        """
        return self.new_words[token] in self.approved_bag

    def lost_names(self) -> list[TokenKind]:
        """
        Return a kind for each approved name that the new answer does not have at all.
        """
        body = self.body
        return [
            TokenKind.NAME
            for word, mark in zip(body.words, body.marks, strict=True)
            if mark & KIND_MASK == TokenKind.NAME and word not in self.new_bag
        ]

    def gained_facts(
        self, kinds: frozenset[TokenKind], passed_over: frozenset[str] = frozenset()
    ) -> list[tuple[TokenKind, int]]:
        """
        Return the new answer's facts that the approved one lacks, with the token each was read from.

        Args:
            passed_over: words that are not counted as facts here.
        """
        forms = self.analysis.tokens.forms
        return [fact for fact in self._gained if fact[0] in kinds and forms[fact[1]] not in passed_over]

    def lost_facts(
        self, kinds: frozenset[TokenKind], passed_over: frozenset[str] = frozenset()
    ) -> list[TokenKind]:
        """
        Return the kinds of the approved facts that the new answer lacks.
        """
        hashes = {self.hasher.fact(TokenKind.LIMIT, word) for word in passed_over}
        return [TokenKind(kind) for kind, value in self._lost if kind in kinds and value not in hashes]

    @property
    def differing_kinds(self) -> set[int]:
        """
        Return the kinds of the facts that only one of the answers contains.
        """
        return {kind for kind, _ in self._gained} | {kind for kind, _ in self._lost}

    @cached_property
    def has_equal_facts(self) -> bool:
        """
        Return whether both answers contain the same facts.
        """
        # Mostly they come in the same order too, and comparing is cheaper than counting.
        return self._new_facts == self.body.facts or not (self._gained or self._lost)

    @cached_property
    def has_equal_passages(self) -> bool:
        """
        Return whether nothing differs in the part of a very long answer that is not read.
        """
        return TokenKind.PASSAGE not in self.differing_kinds

    @cached_property
    def _gained(self) -> list[tuple[TokenKind, int]]:
        left = Counter(self.body.facts)
        gained: list[tuple[TokenKind, int]] = []
        for fact, pair in zip(self.analysis.facts, self._new_facts, strict=True):
            if left[pair] > 0:
                left[pair] -= 1
            else:
                gained.append((fact.kind, fact.token))
        return gained

    @cached_property
    def _lost(self) -> list[tuple[int, int]]:
        left = Counter(self._new_facts)
        lost: list[tuple[int, int]] = []
        for pair in self.body.facts:
            if left[pair] > 0:
                left[pair] -= 1
            else:
                lost.append(pair)
        return lost

    @cached_property
    def _new_facts(self) -> tuple[tuple[int, int], ...]:
        """
        Return the new answer's facts in the form in which a body stores them.
        """
        fact_hash = self.hasher.fact
        return tuple([(int(kind), fact_hash(kind, form)) for kind, form, _ in self.analysis.facts])

    def quote(self, token: int) -> str:
        """
        Return a token of the new answer as it is written there.
        """
        tokens = self.analysis.tokens
        return self.analysis.text[tokens.starts[token] : tokens.ends[token]].strip("\n ")
