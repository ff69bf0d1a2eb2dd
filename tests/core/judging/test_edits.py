"""
Edits of meaning and of format, made from sentences by generators that know nothing of the normalizer.

They guard against steps back. They prove nothing about edits that nobody thought of: a rule that looked
perfect on its author's edits once let a third of unseen ones through.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

import llmentary_regression as llmentary

KEY = bytes(range(32))
ANSWERS = (
    "The museum opens at 9:30 on weekdays and closes at 17:00. Tickets cost $12 for adults, "
    "and children under 6 enter free. "
    "You can buy them online or at the desk of Anna Berg.",
    "To reset the router, hold the button for 15 seconds until the light turns red. Then wait "
    "2 minutes before you connect again. "
    "This will not delete your saved networks.",
    "The Treaty of Westphalia was signed in 1648 and ended the Thirty Years' War. It involved "
    "Sweden, France and the Holy Roman Empire, "
    "and many historians see it as the beginning of modern diplomacy.",
    "Take 500 mg twice a day with food. Do not exceed 4,000 mg in 24 hours, and ask Dr. Lee if "
    "the pain lasts more than 3 days. "
    "Most people feel better within a week.",
)
Edit = Callable[[str, random.Random], str]


def _replace(pattern: str, by: str) -> Edit:
    return lambda text, _: re.sub(pattern, by, text, count=1)


def _swap_digits(text: str, chance: random.Random) -> str:
    numbers = [one for one in re.finditer(r"\d{2,}", text) if one[0] != one[0][::-1]]
    if not numbers:
        return text
    number = chance.choice(numbers)
    return text[: number.start()] + number[0][::-1] + text[number.end() :]


def _misspell_name(text: str, chance: random.Random) -> str:
    names = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{2,}", text))
    if not names:
        return text
    at = chance.choice(names).end() - 1
    return text[:at] + chance.choice("bdkq") + text[at:]


def _drop_word(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def _exchange_words(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    one, other = chance.sample(range(len(words)), 2)
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _drop_sentence(text: str, chance: random.Random) -> str:
    sentences = re.split(r"(?<=\.) ", text)
    del sentences[chance.randrange(len(sentences))]
    return " ".join(sentences)


MEANING: dict[str, Edit] = {
    "other number": lambda text, chance: re.sub(
        r"\d", lambda m: str((int(m[0]) + chance.randint(1, 8)) % 10), text, count=1
    ),
    "digits swapped": _swap_digits,
    "name misspelt": _misspell_name,
    "word dropped": _drop_word,
    "words exchanged": _exchange_words,
    "sentence dropped": _drop_sentence,
    "sentence added": lambda text, _: text + " This does not hold on Sundays.",
    "and to or": _replace(r"\band\b", "or"),
    "negated": _replace(r"\b(can|will|was|is)\b", r"\1 not"),
    "hedged": _replace(r"\b(can|will|do|feel)\b", r"may \1"),
    "limited": _replace(r"\b(\d+)\b", r"only \1"),
    "minus": _replace(r" (\d+)", r" -\1"),
    "approximate": _replace(r" (\d+)", r" about \1"),
    "tense": _replace(r"\b(opens|hold|ended|Take)\b", "would have"),
    "question": _replace(r"\.$", "?"),
    "unit": _replace(r"\b(seconds|mg|1648|adults)\b", "units"),
    "currency": _replace(r"\$12|\bmg\b|\bseconds\b|\bFrance\b", "£"),
}
FORMAT: dict[str, Edit] = {
    "upper case": lambda text, _: text.upper(),
    "lower case": lambda text, _: text.lower(),
    "line a sentence": lambda text, _: text.replace(". ", ".\n"),
    "double spaces": lambda text, _: text.replace(" ", "  "),
    "bold numbers": lambda text, _: re.sub(r"(?<![\d:,$])(\d+)(?![\d:,])", r"**\1**", text),
    "emphasis": lambda text, _: re.sub(r"\b([a-z]{6,})\b", r"*\1*", text),
    "bullets": lambda text, _: "- " + text.replace(". ", ".\n- "),
    "heading": lambda text, _: "## " + text,
    "quotation": lambda text, _: "> " + text,
    "paragraph": lambda text, _: f"<p>{text}</p>",
    "no comma": lambda text, _: re.sub(r",(?= )", "", text),
    "no final stop": lambda text, _: text.rstrip("."),
    "exclaimed": lambda text, _: text.rstrip(".") + "!",
    "non-breaking": lambda text, _: text.replace(" ", "\u00a0"),
    "zero width": lambda text, _: text.replace("e", "e\u200b"),
    "crlf": lambda text, _: text.replace(". ", ".\r\n") + "\r\n",
    "prefix": lambda text, _: "Answer: " + text,
    "polite": lambda text, _: "Certainly! " + text + " Let me know if you have any other questions!",
    "contracted": lambda text, _: text.replace("will not", "won't").replace("Do not", "Don't"),
    "curly": lambda text, _: text.replace("'", "’"),
}


@pytest.mark.parametrize("name", MEANING)
def test_an_edit_of_meaning_never_passes(name: str) -> None:
    """In any answer, at any place."""
    for seed in range(8):
        for approved in ANSWERS:
            now = MEANING[name](approved, random.Random(seed))
            if now != approved:
                verdict = llmentary.compare(llmentary.fingerprint(approved, key=KEY), now, key=KEY)
                assert str(verdict.kind) != "passed", now


@pytest.mark.parametrize("name", FORMAT)
def test_an_edit_of_format_passes(name: str) -> None:
    """And never reads as a change."""
    for approved in ANSWERS:
        now = FORMAT[name](approved, random.Random(0))
        verdict = llmentary.compare(
            llmentary.fingerprint(approved, key=KEY), now, key=KEY, match="normalized"
        )
        assert str(verdict.kind) == "passed", now
