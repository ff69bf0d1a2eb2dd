"""
The words of a language that matter to the judge, read from `*.json`, one file per language.

A language without a file gets an empty lexicon: its answers are compared only by words, numbers and names.
"""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llmentary_regression.core.model import TokenKind

from ._conversation import Conversation, read_conversation
from ._quantities import Quantities, read_quantities

_NAME = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    The word lists of one language, prepared for look-up.
    """

    lang: str
    """Two or three letters; empty if no file was found."""
    negations: frozenset[str]
    contractions: Mapping[str, tuple[str, ...]]
    is_contractions: frozenset[str]
    suffix_contractions: Mapping[str, str]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]
    ordinals: Mapping[str, int]
    months: Mapping[str, int]
    weekdays: Mapping[str, str]
    unsure_weekdays: frozenset[str]
    """Short names that are also words: `sat`, `sun`."""
    month_names: Mapping[int, str]
    calendar_names: frozenset[str]
    """The full names of months and weekdays."""
    romans: Mapping[str, int]
    unsure_romans: Mapping[str, int]
    """Roman numerals that may be something else: `IV`, `Xi`."""
    before_numbers: Mapping[str, str]
    """Abbreviations that stand for a word if a number follows: `p. 5`."""
    before_names: Mapping[str, tuple[str, str]]
    """What an abbreviation means before a name, and after one: `St.`."""
    joining_prefixes: Mapping[str, str]
    """Prefixes that are written joined, separately, or with a hyphen, and the gaps that are allowed."""
    quantities: Quantities
    units: Mapping[str, str]
    currencies: Mapping[str, str]
    abbreviations: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, str]
    same_words: Mapping[str, str]
    """Words that are the same to a pin, such as `Saint` and `St.`, and their common form."""
    stop_words: frozenset[str]
    """Words that carry no content worth pinning: `called`, `due`, `includes`."""
    denying_phrases: frozenset[str]
    """Two words before a phrase that deny it without a negation: `instead of`."""
    denial_ends: frozenset[str]
    """Between a negation and a pinned phrase, these end the denial: `not only`, `no way before`."""
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """By the first word of a name: its further words and its short form, the longest first."""
    capitals: Mapping[str, str]
    """Names that differ from a word only in capitals: `US`."""
    limits: frozenset[str]
    modals: frozenset[str]
    """Limits that are interchangeable in free wording: `may`, `would`."""
    antonyms: Mapping[str, frozenset[str]]
    yes: frozenset[str]
    no: frozenset[str]
    openers: re.Pattern[str] | None
    closers: re.Pattern[str] | None
    conversation: Conversation | None
    refusals: re.Pattern[str] | None
    errors: re.Pattern[str] | None
    kinds: Mapping[str, TokenKind]
    """The kind of each listed word that has one of its own."""
    special: frozenset[str]
    """The words for which a look-up in `kinds` is not enough."""
    refusal_signs: tuple[str, ...]
    """Every refusal contains one of these; searching for them is much faster than for the phrases."""
    error_signs: tuple[str, ...]
    closer_signs: tuple[str, ...]
    british: re.Pattern[str] | None
    """Words with a British ending that has an American form; see `american`."""

    def american(self, word: str) -> str:
        """
        Return the spelling in which British and American forms of a word are compared.
        """
        if word in self.spellings:
            return self.spellings[word]
        if self.british is None:
            return word
        match = self.british.fullmatch(word)
        if match is None:
            return word
        if match["our"]:
            return f"{match['stem']}or{match['rest']}"
        return f"{match['root']}z{match['ending']}"


@lru_cache(maxsize=16)
def read_lexicon(lang: str) -> Lexicon:
    """
    Return the lexicon of a language such as `en` or `pt-BR`; an unknown language has an empty one.
    """
    match = _NAME.match(lang.lower())
    # The package's own data: part of the code, not a file that core must not open.
    data = _read(f"{match[0]}.json") if match else None
    if match is None or data is None:
        return _build({}, "")
    words = json.loads(data)
    for part in ("measures", "conversation"):
        words[part] = json.loads(_read(f"{match[0]}.{part}.json") or b"{}")
    return _build(words, match[0])


def _read(name: str) -> bytes | None:
    try:
        return pkgutil.get_data(__package__, name)
    except OSError:
        return None


def _build(words: Mapping[str, Any], lang: str) -> Lexicon:
    def listed(name: str) -> frozenset[str]:
        return frozenset(words.get(name, ()))

    def inverted(name: str) -> dict[str, str]:
        return {form: canonical for canonical, forms in words.get(name, {}).items() for form in forms}

    def phrases(name: str) -> dict[str, tuple[str, ...]]:
        return {form: tuple(phrase.split()) for form, phrase in words.get(name, {}).items()}

    antonyms: dict[str, set[str]] = {}
    for left, right in words.get("antonyms", ()):
        antonyms.setdefault(left, set()).add(right)
        antonyms.setdefault(right, set()).add(left)
    units = inverted("units")
    currencies = inverted("currencies")
    numbers = {word: int(value) for word, value in words.get("numbers", {}).items()}
    limits = frozenset(limit for limit in words.get("limits", ()) if " " not in limit)
    contractions, abbreviations = phrases("irregular_contractions"), phrases("abbreviations")
    kinds = {
        **{unit: TokenKind.UNIT for unit in units if len(unit) > 2},
        **dict.fromkeys(currencies, TokenKind.MONEY),
        **dict.fromkeys(words.get("phrases", {}).values(), TokenKind.NAME),
        **dict.fromkeys(words.get("function_words", ()), TokenKind.FUNCTION),
        **dict.fromkeys(limits, TokenKind.LIMIT),
        **dict.fromkeys(words.get("negations", ()), TokenKind.NEGATION),
    }
    names = _phrases({**words.get("phrases", {}), **words.get("joined_words", {})})
    months, weekdays = words.get("months", {}), words.get("weekdays", {})
    month_names = {number: name for name, number in reversed(months.items())}
    quantities = read_quantities(words.get("measures", {}))
    special = {
        "per",
        "e",
        "w",
        "minus",
        *(short for short, name in weekdays.items() if short != name),
        *words.get("romans", {}),
        *words.get("unsure_romans", {}),
        *words.get("joining_prefixes", {}),
        *quantities.codes,
        *(name.lower() for name in words.get("capitals", ())),
        *names,
        *contractions,
        *abbreviations,
        *numbers,
        *words.get("spellings", {}),
    }
    for name in ("scales", "ordinals", "months"):
        special.update(words.get(name, {}))
    return Lexicon(
        lang=lang,
        kinds=kinds,
        special=frozenset(special),
        refusal_signs=tuple(words.get("refusal_signs", ())),
        error_signs=tuple(words.get("error_signs", ())),
        closer_signs=tuple(words.get("closer_signs", ())),
        negations=listed("negations"),
        contractions=contractions,
        is_contractions=listed("is_contractions"),
        suffix_contractions=words.get("suffix_contractions", {}),
        numbers=numbers,
        scales=words.get("scales", {}),
        ordinals=words.get("ordinals", {}),
        months=months,
        weekdays=weekdays,
        unsure_weekdays=listed("unsure_weekdays"),
        month_names=month_names,
        calendar_names=frozenset({*month_names.values(), *weekdays.values()}),
        romans=words.get("romans", {}),
        unsure_romans=words.get("unsure_romans", {}),
        before_numbers=words.get("before_numbers", {}),
        before_names={short: (pair[0], pair[1]) for short, pair in words.get("before_names", {}).items()},
        joining_prefixes=words.get("joining_prefixes", {}),
        quantities=quantities,
        units=units,
        currencies=currencies,
        abbreviations=abbreviations,
        spellings=words.get("spellings", {}),
        same_words=words.get("same_words", {}),
        stop_words=listed("light_words"),
        denying_phrases=listed("denying_phrases"),
        denial_ends=listed("denial_ends"),
        phrases=names,
        capitals=words.get("capitals", {}),
        limits=limits,
        modals=listed("modals"),
        antonyms={word: frozenset(others) for word, others in antonyms.items()},
        yes=listed("yes"),
        no=listed("no"),
        openers=_any_of(words.get("openers", ())),
        closers=_any_of(words.get("closers", ())),
        conversation=read_conversation(words["conversation"]) if words.get("conversation") else None,
        refusals=_any_of(words.get("refusals", ())),
        errors=_any_of(words.get("errors", ())),
        british=_british(words.get("our_stems", ()), words.get("ise_keeps", ())),
    )


def _phrases(names: Mapping[str, str]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in sorted(names, key=len, reverse=True):
        first, *rest = name.split()
        by_first.setdefault(first, []).append((tuple(rest), names[name]))
    return {first: tuple(found) for first, found in by_first.items()}


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _british(our_stems: list[str], ise_keeps: list[str]) -> re.Pattern[str] | None:
    if not our_stems:
        return None
    keeps = "|".join(re.escape(word[:-1]) for word in ise_keeps)
    return re.compile(
        rf"(?P<stem>{'|'.join(our_stems)})(?P<our>our)(?P<rest>\w*)"
        rf"|(?!(?:{keeps})(?:e|es|ed|ing)$)(?P<root>\w{{3,}}[iy])s(?P<ending>e|es|ed|ing|er|ers|ation|ations)"
    )
