"""
A second set of edits of format, written after the judge had been improved on the first, without looking at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from .pair import Edit, Pair, add_block, add_sentence, after, before, first_of, replace_all, sentences_of

_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?:[-*•]|\d+\.)[ \t]+", re.MULTILINE)


def _both(change: Callable[[str], str]) -> Edit:
    def edit(text: str, random: Random) -> Pair | None:
        new = change(text)
        return (text, new) if new != text else None

    return edit


def _bullets(marks: Sequence[str]) -> Edit:
    def edit(text: str, random: Random) -> Pair | None:
        parts = sentences_of(text)
        if len(parts) < 2:
            return None
        mark = random.choice(list(marks))
        return "\n".join(f"- {part}" for part in parts), "\n".join(f"{mark} {part}" for part in parts)

    return edit


def _one_word(change: Callable[[str], str]) -> Edit:
    """
    Mark one longer word in the middle of a sentence.
    """

    def edit(text: str, random: Random) -> Pair | None:
        words = list(re.finditer(r"(?<=[a-z,] )[a-z]{5,}(?= [a-z])", text))
        if not words:
            return None
        word = random.choice(words)
        return text, text[: word.start()] + change(word[0]) + text[word.end() :]

    return edit


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{part.strip()}</p>\n" for part in text.split("\n\n"))


def _bold_letters(word: str) -> str:
    return "".join(chr(0x1D5EE + ord(letter) - ord("a")) for letter in word)


def _spaced_marks(text: str) -> str:
    return re.sub(r"(?<=[a-z])([!?:;])(?=\s|$)", "\u202f\\1", text)


def _setext(text: str) -> str:
    title, *rest = sentences_of(text)
    return f"Answer\n======\n\n{title} {' '.join(rest)}".rstrip()


SECOND_FORMAT_EDITS: dict[str, Edit] = {
    "odd bullets": _bullets(["➤", "▪", "‣", "◦", "·", "⁃", "■", "○"]),
    "list becomes lines": _bullets([""]),
    "items indented": _both(lambda text: _ITEM.sub(lambda item: f"    {item[0]}", text)),
    "bold by underscores": _one_word("__{}__".format),
    "emphasis by letters": _one_word(_bold_letters),
    "emphasis by capitals tag": _one_word("<b>{}</b>".format),
    "marked word": _one_word("=={}==".format),
    "inline code": _one_word("`{}`".format),
    "paragraph tags": _both(_paragraphs),
    "underlined heading": _both(_setext),
    "rules around": _both("---\n{}\n---".format),
    "nested quote": _both(lambda text: "".join(f"> > {line}\n" for line in text.splitlines())),
    "hard breaks": replace_all(r"(?<=[.,]) (?=[A-Za-z])", lambda match: "  \n"),
    "backslash breaks": replace_all(r"(?<=[.]) (?=[A-Z])", lambda match: "\\\n"),
    "tilde fence": _both("~~~\n{}\n~~~".format),
    "text fence": _both("```text\n{}\n```".format),
    "answer tag": _both("<answer>\n{}\n</answer>".format),
    "boxed": add_sentence([("The result is 42.", r"The result is \boxed{42}.")]),
    "formula marks": add_sentence(
        [
            ("There are 12 of them.", r"There are \(12\) of them."),
            ("Here x = 5 holds.", r"Here \(x = 5\) holds."),
        ]
    ),
    "modifier apostrophe": replace_all(r"(?<=[a-z])'(?=[a-z])", lambda match: "\u02bc"),
    "prime apostrophe": replace_all(r"(?<=[a-z])'(?=[a-z])", lambda match: "\u2032"),
    "angled quotes": add_sentence([('They call it "the long way".', "They call it «the long way».")]),
    "typewriter quotes": add_sentence([('They call it "the long way".', "They call it ``the long way''.")]),
    "hyphen forms": replace_all(r"(?<=[a-z])-(?=[a-z])", lambda match: "\u2010"),
    "double hyphen": replace_all(r" [–—-] |—", lambda match: " -- "),
    "spaced ellipsis": add_sentence([("And so on... it goes.", "And so on . . . it goes.")]),
    "space before marks": _both(_spaced_marks),
    "variation selector": after(" ☺️", " ✔️", " ✨"),
    "isolates": _both("\u2068{}\u2069".format),
    "entities": first_of(
        replace_all(r"'", lambda match: "&#39;"),
        replace_all(r'"', lambda match: "&quot;"),
        replace_all(r" (?=\d)", lambda match: "&nbsp;"),
    ),
    "blank lines": _both(lambda text: "\n\n\n" + text.replace("\n", " \n\n") + "\n\n"),
    "form feed": replace_all(r"\n", lambda match: "\r\n\f"),
    "all small": _both(str.lower),
    "title abbreviation": add_sentence(
        [
            ("Ask Dr. Miller about it.", "Ask Dr Miller about it."),
            ("Mr. Hill knows more.", "Mr Hill knows more."),
        ]
    ),
    "for example": add_sentence(
        [
            ("Bring fruit, e.g. an apple.", "Bring fruit, for example an apple."),
            ("Bring fruit, e.g., an apple.", "Bring fruit, eg an apple."),
            ("One side, i.e. the left, is open.", "One side, that is, the left, is open."),
        ]
    ),
    "versus": add_sentence([("It was cats vs. dogs again.", "It was cats versus dogs again.")]),
    "country dots": add_sentence(
        [
            ("It ships within the U.S. only.", "It ships within the US only."),
            ("The U.K. has it.", "The UK has it."),
        ]
    ),
    "clock dots": add_sentence(
        [
            ("Doors open at 9 a.m. sharp.", "Doors open at 9 AM sharp."),
            ("Doors open at 5 pm sharp.", "Doors open at 5:00 p.m. sharp."),
        ]
    ),
    "per cent": add_sentence([("About 12% of them do.", "About 12 per cent of them do.")]),
    "ordinal form": add_sentence([("She came 3rd that day.", "She came third that day.")]),
    "unit short": add_sentence(
        [
            ("The road is 12 km long.", "The road is 12 kilometers long."),
            ("It takes 20 min to cook.", "It takes 20 minutes to cook."),
            ("It weighs 3 kg when dry.", "It weighs 3 kilograms when dry."),
            ("It lasts 2 hrs at most.", "It lasts 2 hours at most."),
        ]
    ),
    "thousands": add_sentence(
        [
            ("It seats 12,000 people.", "It seats 12000 people."),
            ("It seats 12,000 people.", "It seats 12'000 people."),
        ]
    ),
    "magnitude form": add_sentence(
        [("It cost $5 million.", "It cost $5M."), ("It cost $5 million.", "It cost 5 million dollars.")]
    ),
    "day suffix": add_sentence(
        [
            ("It began on January 5, 2024.", "It began on January 5th, 2024."),
            ("It began on January 5, 2024.", "It began on Jan. 5, 2024."),
            ("It began on January 5, 2024.", "It began on 5 January 2024."),
        ]
    ),
    "spelling variant": add_sentence(
        [
            ("Send us an email first.", "Send us an e-mail first."),
            ("The grey one is better.", "The gray one is better."),
            ("That is a matter of judgment.", "That is a matter of judgement."),
            ("Look at the website.", "Look at the web site."),
        ]
    ),
    "bare address": add_sentence(
        [("See https://example.com/help for more.", "See <https://example.com/help> for more.")]
    ),
    "fence name": add_block(
        [
            ("```python\nprint(1)\n```", "```py\nprint(1)\n```"),
            ("```python\nprint(1)\n```", "```\nprint(1)\n```"),
            ("```python\nprint(1)\n```", "~~~python\nprint(1)\n~~~"),
        ]
    ),
    "table looks": add_block(
        [
            ("| a | b |\n|---|---|\n| 1 | 2 |", "|a|b|\n|:--|--:|\n|1|2|"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n--- | ---\n1 | 2"),
        ]
    ),
    "praise": before(
        "Great question! ", "That's a great question. ", "Good question!\n\n", "What a thoughtful question! "
    ),
    "thanks for asking": before(
        "Thanks for reaching out! ",
        "Thank you for your question. ",
        "Thanks for asking! ",
        "Thank you for contacting us. ",
    ),
    "offers to help first": before(
        "I'd be happy to help with that! ",
        "Happy to help! ",
        "I can help you with that. ",
        "No problem! ",
        "Let me help you with that.\n\n",
    ),
    "announces": before(
        "Here's a breakdown:\n\n",
        "Let me explain. ",
        "Here are the details:\n\n",
        "Here's everything you need to know:\n\n",
        "Let's break it down:\n\n",
        "Let's take a look. ",
        "Here's an overview:\n\n",
    ),
    "offers more": after(
        "\n\nLet me know if you have any other questions!",
        " Please let me know if you need more details.",
        "\n\nWould you like me to go into more detail?",
        " Happy to elaborate on any of these points!",
        "\n\nIs there anything else I can help you with today?",
        " If you need anything else, just ask.",
        "\n\nIf you'd like, I can also explain this further.",
    ),
    "hopes": after(
        "\n\nI hope that clears things up!",
        " Hope this helps!",
        "\n\nI hope this answers your question.",
        " I hope you find this useful.",
    ),
    "good wishes": after(
        "\n\nHave a great day!",
        " Good luck!",
        "\n\nEnjoy!",
        " Take care!",
        "\n\nBest of luck with your project!",
        "\n\nBest,\nThe Support Team",
    ),
}
