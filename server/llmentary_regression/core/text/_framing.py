"""
Remove what models say around an answer: "Sure! Here is the answer:", "I hope this helps!".
"""

from __future__ import annotations

import re

from llmentary_regression.core.text.languages import Lexicon, closing_start, opening_end
from llmentary_regression.core.text.presentation import FORMAT_TAG

_EDGE = re.compile(rf"(?:[\s*_#>\"|\[\]-]|{FORMAT_TAG.pattern})*", re.IGNORECASE)
_LAST_TAGS = re.compile(rf"(?:{FORMAT_TAG.pattern}|\s)+\Z", re.IGNORECASE)
_STOP_TOKENS = re.compile(
    r"(?:\s*(?:</s>|<\|\w{1,30}\|>|<(?:eos|end_of_turn)>|\[(?:END|EOS|STOP|DONE|/INST)\]))+\s*\Z"
)
_FRAME = re.compile(
    r"\s*<(?P<name>answer|final_?answer|final|response|reply|result|output|message|text|p|div|section|article)>"
    r"(?P<inner>(?:(?!<(?:div|section|article|p)\b).)*)</(?P=name)>\s*",
    re.DOTALL | re.IGNORECASE,
)
_ROLE = re.compile(r"(?P<label>[A-Za-z]{1,12}(?: [A-Za-z]{1,12})?)\][*_:]*\s+")
"""The speaker in brackets, of which the first one was skipped: `[Assistant] `."""
_QUOTE = re.compile(r" *> ?")
_BOUNDARY = re.compile(r"(?<=[.!?:)*_\"\n])\s+|\n+")
_MAX_CLOSING = 240
"""Only this many of the last characters are searched for a closing phrase."""
_MAX_PHRASES = 3
"""At most this many opening phrases, and as many closing ones, are removed."""


def unquote(text: str) -> str:
    """
    Return the text without `>` at the start of its lines, if there are several lines and all have one.
    """
    if ">" not in text or "\n" not in text:
        return text
    lines = text.split("\n")
    if not all(line.lstrip(" ").startswith(">") for line in lines if line.strip(" ")):
        return text
    return "\n".join(_QUOTE.sub("", line, count=1) for line in lines)


def unframe(text: str) -> str:
    """
    Return the text without a tag around all of it, and without the tokens that end a model's turn.
    """
    if "<" not in text and not text.rstrip().endswith("]"):
        return text
    text = _STOP_TOKENS.sub("", text)
    frame = _FRAME.fullmatch(text)
    return frame["inner"] if frame is not None else text


def find_core(text: str, lexicon: Lexicon) -> tuple[int, int]:
    """
    Return start and end of the actual answer in normalized text; it is never empty if the text has words.
    """
    start, end = 0, len(text)
    if text.endswith(">") and (tags := _LAST_TAGS.search(text, max(0, end - _MAX_CLOSING))) is not None:
        end = tags.start()
    for _ in range(_MAX_PHRASES):
        edge = _EDGE.match(text, start)
        after = _opening_phrase(text, edge.end() if edge else start, lexicon)
        if after is None or not _has_words(text, after, end):
            break
        start = after
        while text[start : start + 1] == " ":
            start += 1
    for _ in range(_MAX_PHRASES):
        cut = _closing_phrase(text, start, end, lexicon)
        if cut is None or not _has_words(text, start, cut):
            break
        end = cut
    return start, end


def _opening_phrase(text: str, position: int, lexicon: Lexicon) -> int | None:
    if lexicon.openers is not None and (match := lexicon.openers.match(text, position)):
        return match.end()
    if lexicon.conversation is None:
        return None
    role = _ROLE.match(text, position)
    if role is not None and lexicon.conversation.labels.issuperset(role["label"].lower().split()):
        return role.end()
    return opening_end(text, position, lexicon.conversation)


def _closing_phrase(text: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    if lexicon.closers is not None:
        cut = _listed_closing(text, start, end, lexicon.closers, lexicon.closer_signs)
        if cut is not None:
            return cut
    return None if lexicon.conversation is None else closing_start(text, start, end, lexicon.conversation)


def _listed_closing(
    text: str, start: int, end: int, closers: re.Pattern[str], signs: tuple[str, ...]
) -> int | None:
    """
    Return where the last sentence begins, if it is one of the closing phrases as a whole.
    """
    body = text[start:end].rstrip(' \n*_"')
    far = max(0, len(body) - _MAX_CLOSING)
    ending = body[far:].lower()
    if not any(sign in ending for sign in signs):
        return None
    for boundary in _BOUNDARY.finditer(ending):
        if closers.fullmatch(ending[boundary.end() :].strip(' *_"')):
            return start + far + boundary.start()
    # Phrases follow an answer that was cut without a full stop, too.
    last = next(reversed(list(closers.finditer(ending))), None)
    if last is not None and last.end() == len(ending) and last.start():
        position = far + last.start()
        if body[position - 1] == " " and body[position].isupper():
            return start + position
    return None


def _has_words(text: str, start: int, end: int) -> bool:
    return any(char.isalnum() for char in text[start:end])
