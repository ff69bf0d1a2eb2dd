"""
Pins: phrases of an approved answer that must recur, and which phrases are worth pinning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llmentary.core.body import Pin
from llmentary.core.hashing import VariantHasher
from llmentary.core.text import Kind, analyse
from llmentary.core.text.lexicon import Lexicon
from llmentary.core.text.tokens import Tokens, tokenise
from llmentary.core.text.unify import unify


@dataclass(frozen=True, slots=True, repr=False)
class PinSuggestion:
    """
    A phrase of an answer that is worth pinning. Memory only.
    """

    kind: str
    """What it is: `number`, `date`, `name` ..."""
    phrase: str
    """As it stands in the answer."""

    def __repr__(self) -> str:
        return f"PinSuggestion({self.kind})"


_ARTICLES = frozenset({"a", "an", "the"})


def pin_forms(phrase: str, lexicon: Lexicon) -> list[str]:
    """
    Return the words of a phrase as they are looked for: canonical, without articles.
    """
    return [form for form, _ in _searchable(tokenise(unify(phrase), lexicon))]


def missing_pins(pins: Sequence[Pin], tokens: Tokens, hasher: VariantHasher) -> list[int]:
    """
    Return the positions of the pins that do not occur, nor any of their aliases.
    """
    hashes = hasher.pin([form for form, _ in _searchable(tokens)])
    return [
        place for place, pin in enumerate(pins) if not any(_occurs(phrase, hashes) for phrase in pin.phrases)
    ]


def pinnable_facts(text: str, question: str, lang: str = "en") -> list[PinSuggestion]:
    """
    Return the phrases of an answer that are worth pinning, the likeliest first.
    """
    analysis = analyse(text, lang)
    asked = set(analyse(question, lang).tokens.forms)
    tokens = analysis.tokens
    found: list[tuple[bool, int, int, PinSuggestion]] = []
    ranks = {
        Kind.MEASURE: 0,
        Kind.MONEY: 0,
        Kind.DATE: 0,
        Kind.NUMBER: 1,
        Kind.NAME: 1,
        Kind.TIME: 0,
        Kind.URL: 2,
    }
    for fact in analysis.facts:
        if fact.kind in ranks:
            phrase = analysis.text[tokens.starts[fact.token] : tokens.ends[fact.token]]
            found.append(
                (fact.form in asked, ranks[fact.kind], fact.token, PinSuggestion(fact.kind.word, phrase))
            )
    found.sort(key=lambda item: item[:3])
    seen: set[str] = set()
    return [item[3] for item in found if not (item[3].phrase in seen or seen.add(item[3].phrase))]  # type: ignore[func-returns-value]


def _searchable(tokens: Tokens) -> Iterable[tuple[str, int]]:
    for index, form in enumerate(tokens.forms):
        if form not in _ARTICLES and form != "'s":
            yield form, index


def _occurs(phrase: Sequence[int], hashes: Sequence[int]) -> bool:
    size = len(phrase)
    if not size:
        return False
    first = phrase[0]
    return any(
        value == first and tuple(hashes[at : at + size]) == tuple(phrase) for at, value in enumerate(hashes)
    )
