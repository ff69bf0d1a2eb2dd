"""
Edits of meaning by a word or two: what is asserted, of how many, by whom, when and how surely.
"""

from __future__ import annotations

import re
from random import Random

from .pair import Edit, Pair, add_sentence, first_of, replace_one, swap_words

_AFTER_VERB = re.compile(r"\b(?:is|are|can|may|will|must|was|were)\b(?= [a-z])")
_STOP = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "their",
        "there",
        "these",
        "those",
        "which",
        "while",
        "where",
        "would",
        "could",
        "should",
        "because",
        "between",
        "through",
        "during",
        "before",
        "being",
        "other",
        "than",
        "that",
        "this",
        "with",
        "from",
        "have",
        "they",
        "them",
        "then",
        "also",
        "into",
        "such",
        "some",
        "more",
        "most",
    ]
)


def _insert_after_verb(word: str) -> Edit:
    return replace_one(_AFTER_VERB.pattern, lambda match, _: f"{match[0]} {word}")


def _removed(word: str) -> Edit:
    insert = _insert_after_verb(word)

    def edit(text: str, random: Random) -> Pair | None:
        pair = insert(text, random)
        return (pair[1], pair[0]) if pair else None

    return edit


def _misspell(match: re.Match[str], random: Random) -> str:
    name = match[0]
    place = random.randrange(1, len(name) - 1)
    spelt = {
        "swap": name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        "drop": name[:place] + name[place + 1 :],
        "double": name[:place] + name[place] + name[place:],
        "vowel": name[:place]
        + random.choice("aeiou" if name[place] in "aeiou" else "bcdlmnrst")
        + name[place + 1 :],
    }
    return random.choice(sorted(spelt.values()))


def _other_content_word(text: str, random: Random) -> Pair | None:
    words = [match for match in re.finditer(r"(?<![\w'-])[a-z]{5,}(?![\w'-])", text) if match[0] not in _STOP]
    if len(words) < 2:
        return None
    old, other = random.sample(words, 2)
    if old[0][:4] == other[0][:4]:
        return None
    return text, text[: old.start()] + other[0] + text[old.end() :]


WORD_EDITS: dict[str, Edit] = {
    "only added": _insert_after_verb("only"),
    "only removed": _removed("only"),
    "not added": _insert_after_verb("not"),
    "hardly added": _insert_after_verb("hardly"),
    "never removed": _removed("never"),
    "and/or": swap_words({"and": "or"}),
    "to/from": swap_words({"to": "from", "into": "out of", "toward": "away from"}),
    "before/after": swap_words({"before": "after", "until": "since", "earlier": "later"}),
    "preposition": swap_words(
        {
            "with": "without",
            "above": "below",
            "over": "under",
            "inside": "outside",
            "for": "against",
            "in": "near",
        }
    ),
    "more/less": swap_words(
        {"more": "less", "most": "least", "higher": "lower", "increase": "reduce", "larger": "smaller"}
    ),
    "at least/at most": first_of(
        swap_words({"at least": "at most", "up to": "at least", "no more than": "no fewer than"}),
        add_sentence(
            [
                ("Wait at least 3 weeks.", "Wait at most 3 weeks."),
                ("It costs up to $40.", "It costs over $40."),
            ]
        ),
    ),
    "quantifier": swap_words(
        {
            "all": "some",
            "every": "no",
            "many": "few",
            "always": "sometimes",
            "often": "rarely",
            "both": "neither",
            "most": "some",
            "any": "all",
            "each": "no",
        }
    ),
    "modality": swap_words({"may": "must", "can": "must", "should": "may", "will": "might", "could": "will"}),
    "tense": swap_words({"is": "was", "are": "were", "has": "had", "will": "would"}),
    "conditional": first_of(
        swap_words({"if": "unless", "when": "unless", "although": "because", "while": "after"}),
        add_sentence([("Call us if the light is red.", "Call us unless the light is red.")]),
    ),
    "except/including": add_sentence(
        [
            ("All rooms are open, except the hall.", "All rooms are open, including the hall."),
            ("Open daily apart from holidays.", "Open daily including holidays."),
        ]
    ),
    "pronoun": swap_words(
        {"he": "she", "his": "her", "they": "we", "their": "our", "you": "they", "your": "their"}
    ),
    "negating prefix": first_of(
        swap_words(
            {
                "possible": "impossible",
                "able": "unable",
                "legal": "illegal",
                "likely": "unlikely",
                "healthy": "unhealthy",
                "important": "unimportant",
                "effective": "ineffective",
                "appropriate": "inappropriate",
                "safe": "unsafe",
                "necessary": "unnecessary",
                "common": "uncommon",
                "complete": "incomplete",
                "like": "dislike",
                "known": "unknown",
                "used": "unused",
                "direct": "indirect",
                "clear": "unclear",
                "regular": "irregular",
            }
        ),
        add_sentence([("This is legal in Norway.", "This is illegal in Norway.")]),
    ),
    "negating suffix": add_sentence(
        [
            ("The drug was harmful to mice.", "The drug was harmless to mice."),
            ("A careful driver.", "A careless driver."),
        ]
    ),
    "name misspelt": replace_one(r"(?<=[a-z,] )[A-Z][a-z]{4,}(?![\w'-])", _misspell),
    "name replaced": replace_one(
        r"(?<=[a-z,] )[A-Z][a-z]{3,}(?![\w'-])",
        lambda match, random: random.choice(["Oslo", "Miller", "Portugal", "Kovacs", "Denver"]),
    ),
    "other content word": _other_content_word,
    "ordinal": first_of(
        swap_words({"first": "second", "last": "third", "1st": "2nd", "19th": "18th", "20th": "21st"}),
        add_sentence([("It is on the 3rd floor.", "It is on the 4th floor.")]),
    ),
    "fraction": first_of(
        swap_words({"half": "third", "1/2": "1/3", "3/4": "1/4", "double": "triple", "twice": "once"}),
        add_sentence(
            [("Add 1/2 cup of milk.", "Add 1/3 cup of milk."), ("Use half of it.", "Use a third of it.")]
        ),
    ),
    "magnitude": add_sentence(
        [
            ("About 3 million people live there.", "About 3 billion people live there."),
            ("It sold 20k copies.", "It sold 20m copies."),
        ]
    ),
    "approximation": add_sentence(
        [("It takes about 50 days.", "It takes over 50 days."), ("Nearly 400 came.", "More than 400 came.")]
    ),
    "per": add_sentence(
        [("It costs $5 per day.", "It costs $5 per week."), ("Take 2 pills a day.", "Take 2 pills a week.")]
    ),
    "certainty": swap_words({"is": "may be", "are": "might be", "will": "may"}, both_ways=False),
}
