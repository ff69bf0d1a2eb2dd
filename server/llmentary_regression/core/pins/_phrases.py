"""
Cut an answer into phrases that somebody may want to pin: facts with their units or names, and noun phrases.

There is no grammar, only clues: the kind of a word, the start of a sentence, the ending of a verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis

FACTS = frozenset(
    {
        TokenKind.DATE,
        TokenKind.MONEY,
        TokenKind.NUMBER,
        TokenKind.TIME,
        TokenKind.NAME,
        TokenKind.URL,
        TokenKind.ORDINAL,
        TokenKind.NEGATION,
        TokenKind.CODE,
    }
)
MAX_WORDS = 5
_NEGATED_WORDS = 4
_JOINING = frozenset({"of", "the", "de", "van", "von", "la", "le", "for", "'s"})
_MARKS = re.compile(r"\*\*|__|`")
_VERB_END = re.compile(r".+[^aeiou](?:ed|ing)")
_NOUNS = frozenset(
    {
        "thing",
        "something",
        "anything",
        "everything",
        "nothing",
        "building",
        "evening",
        "morning",
        "string",
        "spring",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """
    The tokens of a phrase, and its kind.
    """

    start: int
    end: int
    """The index after the last token."""
    kind: TokenKind
    is_restated: bool = False
    """Whether words of the question were cut off before it; then it is less likely to be the answer."""


def find_phrases(analysis: Analysis, known: frozenset[str]) -> list[Span]:
    """
    Return the phrases of an answer in the order of the text; they do not overlap.

    Args:
        known: words of the question, in all their forms; no phrase of plain words begins or ends with one.
    """
    spans: list[Span] = []
    index, size = 0, len(analysis.tokens)
    while index < size:
        kind = _kind_at(analysis, index)
        if kind in FACTS:
            end = _fact_end(analysis, index, kind)
            start = _name_start(analysis, index, end, known) if kind is TokenKind.NAME else index
            spans.append(Span(start, end, kind, is_restated=start > index))
        else:
            end = _run_end(analysis, index)
            spans.extend(_noun_phrases(analysis, index, end, known))
            end = max(end, index + 1)
        index = end
    return spans


def text_of(analysis: Analysis, span: Span) -> str:
    """
    Return a phrase as it is written in the answer, without the full stop after it.
    """
    tokens = analysis.tokens
    # The sign of `$12` is a token after its number.
    start, end = min(tokens.starts[span.start : span.end]), max(tokens.ends[span.start : span.end])
    phrase = analysis.text[start:end].strip(" \n\"'*_`([")
    if span.kind is TokenKind.CODE:
        return phrase
    phrase = _MARKS.sub("", phrase).rstrip(",;:!?)]")
    return phrase[:-1] if phrase.endswith(".") and "." not in phrase[:-1] else phrase


def _kind_at(analysis: Analysis, index: int) -> TokenKind:
    kind = analysis.tokens.kinds[index]
    if kind not in (TokenKind.WORD, TokenKind.NAME):
        return kind
    opens = analysis.tokens.openings[index] or (index > 0 and _opens(analysis, index))
    if not opens:
        return kind
    return TokenKind.NAME if _begins_name(analysis, index) else TokenKind.WORD


def _begins_name(analysis: Analysis, index: int) -> bool:
    """
    Return whether a sentence begins with a name: its own capital says nothing, but the next word's does.
    """
    tokens = analysis.tokens
    return (
        analysis.text[tokens.starts[index]].isupper()
        and index + 1 < len(tokens)
        and tokens.kinds[index + 1] is TokenKind.NAME
        and _is_close(analysis, index + 1)
    )


def _fact_end(analysis: Analysis, index: int, kind: TokenKind) -> int:
    """
    Return the end of a phrase that begins with a fact: a number includes its unit, a name its further words.
    """
    if kind is TokenKind.NUMBER:
        return _number_end(analysis, index)
    if kind is TokenKind.NAME:
        return _name_end(analysis, index)
    if kind is TokenKind.ORDINAL:
        return _end_while(analysis, index + 1, index + 2, {TokenKind.WORD, TokenKind.NAME, TokenKind.UNIT})
    if kind is TokenKind.NEGATION:
        start = _end_while(analysis, index + 1, index + _NEGATED_WORDS, {TokenKind.FUNCTION, TokenKind.LIMIT})
        return _end_while(analysis, start, index + _NEGATED_WORDS, FACTS | {TokenKind.WORD})
    if kind is TokenKind.CODE:
        return _code_end(analysis, index)
    return index + 1


def _code_end(analysis: Analysis, index: int) -> int:
    """
    Return the end of a line of code; line breaks are tokens there.
    """
    tokens = analysis.tokens
    end, most = index + 1, min(len(tokens), index + 3 * MAX_WORDS)
    while end < most and tokens.kinds[end] is TokenKind.CODE and not tokens.forms[end].startswith("\n"):
        end += 1
    return end


def _number_end(analysis: Analysis, index: int) -> int:
    """
    Return the end of a number with its range, its unit, and the noun that is counted: `10 to 12 years`, `775 rooms`.
    """
    tokens = analysis.tokens
    end, size = index + 1, len(tokens)
    if (
        end + 1 < size
        and (tokens.forms[end] in ("-", "to") or tokens.kinds[end] is TokenKind.SIGN)
        and tokens.kinds[end + 1] is TokenKind.NUMBER
    ):
        end += 2
    if end < size and tokens.kinds[end] is TokenKind.MONEY and tokens.starts[end] < tokens.ends[index]:
        end += 1  # a sign in front: its token comes after the number
    counted = _end_while(analysis, end, end + 2, {TokenKind.WORD, TokenKind.UNIT})
    if counted == end + 2 and tokens.kinds[end + 1] is TokenKind.UNIT:
        return counted  # `7 business days`
    return _end_while(analysis, end, end + 1, {TokenKind.UNIT, TokenKind.MONEY, TokenKind.WORD})


def _name_start(analysis: Analysis, index: int, end: int, known: frozenset[str]) -> int:
    """
    Return where a name begins if the words of the question are left out: `Acme` where the answer has "CEO of Acme".
    """
    forms = analysis.tokens.forms
    start = index
    while start < end - 1 and (forms[start] in known or (start > index and forms[start] in _JOINING)):
        start += 1
    return start if forms[end - 1] not in known else index


def _name_end(analysis: Analysis, index: int) -> int:
    tokens = analysis.tokens
    end, size = index + 1, len(tokens)
    while end < size and end - index < MAX_WORDS and not _opens(analysis, end) and _is_close(analysis, end):
        if tokens.kinds[end] in (TokenKind.NAME, TokenKind.NUMBER):
            end += 1
        elif tokens.forms[end] in _JOINING and end + 1 < size and tokens.kinds[end + 1] is TokenKind.NAME:
            end += 2
        else:
            break
    return end


def _end_while(analysis: Analysis, start: int, most: int, kinds: AbstractSet[TokenKind]) -> int:
    end = start
    while (
        end < min(most, len(analysis.tokens))
        and not _opens(analysis, end)
        and _is_close(analysis, end)
        and analysis.tokens.kinds[end] in kinds
    ):
        end += 1
    return end


def _run_end(analysis: Analysis, index: int) -> int:
    tokens = analysis.tokens
    end = index
    while (
        end < len(tokens)
        and (
            tokens.kinds[end] in (TokenKind.WORD, TokenKind.UNIT)
            or (end > index and _is_hyphened(analysis, end))
        )
        and not (end > index and (_opens(analysis, end) or not _is_close(analysis, end)))
    ):
        end += 1
    return end


def _noun_phrases(analysis: Analysis, start: int, end: int, known: frozenset[str]) -> Iterator[Span]:
    """
    Yield the rest of a run of plain words without verbs, stop words, and words of the question.
    """
    forms, light = analysis.tokens.forms, analysis.lexicon.stop_words
    index = start
    while index < end:
        stop = index
        while stop < end and forms[stop] not in light and not _parts(analysis, index, stop, end):
            stop += 1
        first, last = index, stop
        while first < last and forms[first] in known:
            first += 1
        while last > first and forms[last - 1] in known:
            last -= 1
        if stop < end and stop == index and forms[stop].endswith("ed") and forms[stop] not in known | light:
            yield Span(stop, stop + 1, TokenKind.WORD)  # `was declined`
        while last - first > MAX_WORDS - 1:
            first += 1  # the noun comes last
        if first < last:
            yield Span(first, last, TokenKind.WORD)
        index = max(stop, index) + 1


def _parts(analysis: Analysis, index: int, token: int, end: int) -> bool:
    """
    Return whether a verb form divides a run here; at its front, as in `increased evaporation`, it does not.
    """
    if not _is_verb(analysis, token):
        return False
    form = analysis.tokens.forms[token]
    return token > index or form.endswith("ing") or token + 1 == end


def _is_verb(analysis: Analysis, index: int) -> bool:
    """
    Return whether an English word is, or looks like, a form of a verb.
    """
    form = analysis.tokens.forms[index]
    if form in analysis.lexicon.stop_words:
        return True
    is_english = analysis.lexicon.lang == "en"
    return is_english and len(form) > 4 and form not in _NOUNS and _VERB_END.fullmatch(form) is not None


def _opens(analysis: Analysis, index: int) -> bool:
    """
    Return whether a sentence or line begins here, even after a full stop that could end an abbreviation.
    """
    tokens = analysis.tokens
    if tokens.openings[index]:
        return tokens.kinds[index - 1] is not TokenKind.NAME or len(tokens.forms[index - 1]) > 2
    behind = analysis.text[tokens.ends[index - 1] - 1 : tokens.starts[index]]
    return "." in behind and tokens.kinds[index - 1] is not TokenKind.NAME


def _is_close(analysis: Analysis, token: int) -> bool:
    tokens = analysis.tokens
    gap = analysis.text[tokens.ends[token - 1] : tokens.starts[token]]
    return not gap.strip(" '-.$£€")


def _is_hyphened(analysis: Analysis, index: int) -> bool:
    """
    Return whether a hyphen joins a word to the previous one, as in `sign-on`.
    """
    tokens = analysis.tokens
    return analysis.text[tokens.ends[index - 1] : tokens.starts[index]] == "-"
