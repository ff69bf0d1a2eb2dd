"""
Pairs of words that may stand for each other in most answers: neutral rewordings by one word.

They are no presentation, so they need not pass; but to call them `changed` is a false alarm.
"""

from __future__ import annotations

from .pair import Edit, swap_words

NEUTRAL_PAIRS: dict[str, str] = {
    "help": "assist",
    "begin": "start",
    "purchase": "buy",
    "large": "big",
    "important": "significant",
    "various": "different",
    "ensure": "guarantee",
    "additionally": "furthermore",
    "often": "frequently",
    "quickly": "rapidly",
    "show": "demonstrate",
    "create": "make",
    "provide": "offer",
    "increase": "raise",
    "method": "approach",
    "choose": "select",
    "famous": "renowned",
    "children": "kids",
    "beautiful": "lovely",
    "usually": "typically",
    "main": "primary",
    "allow": "enable",
    "gather": "collect",
    "require": "need",
    "issue": "problem",
    "complete": "finish",
    "difficult": "hard",
    "reduce": "lower",
    "near": "close",
    "however": "nevertheless",
    "therefore": "consequently",
    "obtain": "get",
    "improve": "enhance",
    "simple": "easy",
    "whole": "entire",
    "utilize": "use",
    "crucial": "vital",
    "company": "firm",
    "goal": "aim",
    "job": "task",
    "keep": "maintain",
    "error": "mistake",
    "huge": "enormous",
    "happy": "glad",
    "fast": "quick",
    "movie": "film",
    "car": "automobile",
    "physician": "doctor",
    "answer": "response",
    "rich": "wealthy",
    "unique": "distinctive",
    "involves": "includes",
    "strategy": "plan",
    "popular": "well-liked",
    "understand": "comprehend",
    "remember": "recall",
    "outcome": "result",
    "location": "place",
    "numerous": "many",
    "prior": "previous",
}
"""Written down before the judge knew any synonym; the list may grow, never by looking at the judge's."""

swap_neutral_word: Edit = swap_words(NEUTRAL_PAIRS)
