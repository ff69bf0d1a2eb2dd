"""
The rules on what an answer says, compared with one approved example, in the order in which they decide.

No rule may pass an answer merely because it is similar.
The thresholds were measured; `docs/judge.md` shows the curves.
"""

from __future__ import annotations

from llmentary_regression.core.model import Evidence, Reason, TokenKind
from llmentary_regression.core.text import Shape
from llmentary_regression.core.text.languages import near_words

from ._additions import contradicting_facts
from ._comparison import Comparison
from ._form_rules import SENTENCE, Finding, Rule, first_finding
from ._messages import block

SIMILAR = 0.85
"""At this similarity of the word sequences or above, a differing fact is a change and not other wording."""
HALF_SIMILAR = 0.5
"""At this similarity or above, two sets of numbers with none in common are a change."""
SAME_ORDER = 0.8
OPPOSITE = 0.6
MOSTLY_SIMILAR = 0.6
"""At this similarity or above, a fact in an added sentence counts."""
SAME_TOPIC = 0.6
"""With this share of content words in common or more, an added or dropped negation reverses the meaning."""
OTHER_TOPIC = 0.05
LONG_ENOUGH = 12
"""An answer needs this many different content words before it can be taken for one to another question."""
FRAME = 16
"""With this many equal words around it, a single replaced word is an edit and not a rewording."""


def find_content_change(comparison: Comparison) -> Finding | None:
    """
    Return the first finding of the rules on what the answer says; pins are judged before.
    """
    rules = _CONTENT_RULES if comparison.additions is None else _ADDITION_RULES
    return first_finding(rules, comparison)


def _addition_contradicts(comparison: Comparison) -> Finding | None:
    """
    Find a contradicting fact in a sentence that was added to an otherwise approved answer.

    A short answer followed by much more text was explained, not withdrawn.
    """
    additions = comparison.additions
    if additions is None or comparison.score is None or comparison.score < MOSTLY_SIMILAR:
        return None
    facts = contradicting_facts(additions, comparison.body, comparison.analysis, comparison.hasher)
    if not facts:
        return None
    reason = next(reason for kinds, reason in _FACTS if facts[0].kind in kinds)
    return Finding(reason, _contrasts(comparison, [(fact.kind, fact.token) for fact in facts], []))


def _yes_no_flipped(comparison: Comparison) -> Finding | None:
    both = Shape.YES | Shape.NO
    before, now = comparison.approved_shape & both, comparison.new_shape & both
    return Finding(Reason.YES_NO_FLIPPED) if before and now and before != now else None


def _fact_differs(comparison: Comparison) -> Finding | None:
    score = comparison.score
    if score is not None and score < SIMILAR and not comparison.differs_in_facts_alone:
        return None
    return find_differing_fact(comparison)


def find_differing_fact(comparison: Comparison, *, with_modals: bool = True) -> Finding | None:
    """
    Return the first kind of fact that differs, however similar the answers are.

    Args:
        with_modals: whether `may` instead of `will` counts; where wording is free, it means next to nothing.
    """
    if comparison.additions is not None:
        return _addition_contradicts(comparison)
    if comparison.has_equal_facts:
        return None
    passed_over = frozenset[str]() if with_modals else comparison.analysis.lexicon.modals
    differing = comparison.differing_kinds
    for kinds, reason in _FACTS:
        if kinds.isdisjoint(differing):
            continue
        gained, lost = comparison.gained_facts(kinds, passed_over), comparison.lost_facts(kinds, passed_over)
        if reason is Reason.NAME_DIFFERS:
            gained = [fact for fact in gained if not comparison.was_approved(fact[1])]
            lost = lost if gained or not comparison.body.words else comparison.lost_names()
        if gained or lost:
            return Finding(reason, _contrasts(comparison, gained, lost))
    return None


def _numbers_disjoint(comparison: Comparison) -> Finding | None:
    """
    Find numbers with none in common in two answers that share half of their words.
    """
    if comparison.score is None or comparison.score < HALF_SIMILAR or comparison.has_equal_facts:
        return None
    gained, lost = comparison.gained_facts(_NUMBERS), comparison.lost_facts(_NUMBERS)
    held = sum(1 for kind, _ in comparison.body.facts if kind in _NUMBERS)
    if not gained or not lost or len(lost) < held:
        return None
    return Finding(Reason.NUMBER_DIFFERS, _contrasts(comparison, gained, lost))


def _negation_differs(comparison: Comparison) -> Finding | None:
    """
    Find a negation in only one of two answers about the same things.
    """
    was_negated = any(kind == TokenKind.NEGATION for kind, _ in comparison.body.facts)
    is_negated = any(fact.kind is TokenKind.NEGATION for fact in comparison.analysis.facts)
    if was_negated == is_negated or comparison.overlap is None or comparison.overlap < SAME_TOPIC:
        return None
    kinds = frozenset({TokenKind.NEGATION})
    gained, lost = comparison.gained_facts(kinds), comparison.lost_facts(kinds)
    return Finding(Reason.NEGATION_DIFFERS, _contrasts(comparison, gained, lost))


def _opposite_word(comparison: Comparison) -> Finding | None:
    if comparison.score is None or comparison.score < OPPOSITE:
        return None
    antonyms = comparison.analysis.lexicon.antonyms
    forms = comparison.analysis.tokens.forms
    evidence: list[Evidence] = []
    for token in comparison.gained_words:
        opposites = antonyms.get(forms[token])
        if comparison.score < SIMILAR and comparison.analysis.tokens.kinds[token] is TokenKind.FUNCTION:
            continue  # `from` instead of `to` says nothing where the sentence was rebuilt
        if opposites and not comparison.lost_words.isdisjoint(comparison.hasher.words(opposites)):
            evidence.append(Evidence("word", block("word"), comparison.quote(token)))
    return Finding(Reason.OPPOSITE_WORD, tuple(evidence)) if evidence else None


def _order_differs(comparison: Comparison) -> Finding | None:
    if (
        comparison.score is None
        or comparison.score < SAME_ORDER
        or comparison.lost_words
        or comparison.gained_words
    ):
        return None
    return Finding(Reason.ORDER_DIFFERS) if comparison.approved_bag == comparison.new_bag else None


def _sentence_missing(comparison: Comparison) -> Finding | None:
    """
    Find a run of words that was dropped without replacement.
    """
    if (
        comparison.score is None
        or comparison.score < HALF_SIMILAR
        or any(not change.is_equal and change.right_end > change.right_start for change in comparison.changes)
    ):
        return None
    longest = max(
        (change.left_end - change.left_start for change in comparison.changes if not change.is_equal),
        default=0,
    )
    return Finding(Reason.SENTENCE_MISSING) if longest >= SENTENCE else None


def _word_replaced(comparison: Comparison) -> Finding | None:
    """
    Find one content word in place of another where everything else is equal and long enough to judge by.
    """
    if comparison.score is None or comparison.score < SIMILAR:
        return None
    changed = [change for change in comparison.changes if not change.is_equal]
    if len(changed) != 1 or len(comparison.body.words) < FRAME + 1:
        return None
    change = changed[0]
    if not (change.left_end - change.left_start == change.right_end - change.right_start == 1):
        return None
    token, approved = change.right_start, change.left_start
    kind = comparison.analysis.tokens.kinds[token]
    if not _SPEAKING.issuperset({kind, comparison.body.kind(approved)}):
        return None
    other_forms = comparison.hasher.words(
        near_words(comparison.analysis.tokens.forms[token], comparison.analysis.lexicon.lang)
    )
    if comparison.body.words[approved] in other_forms:
        return None
    if kind is TokenKind.CODE or comparison.body.kind(approved) is TokenKind.CODE:
        return Finding(Reason.CODE_DIFFERS, (Evidence("code", block("word"), comparison.quote(token)),))
    return Finding(Reason.WORD_REPLACED, (Evidence("word", block("word"), comparison.quote(token)),))


def _other_topic(comparison: Comparison) -> Finding | None:
    """
    Find two longer answers that share almost no content words.
    """
    if comparison.score is None or comparison.score >= HALF_SIMILAR:
        return None
    before, now = comparison.approved_content, comparison.new_content
    if before is None or len(before) < LONG_ENOUGH or len(now) < LONG_ENOUGH:
        return None
    return (
        Finding(Reason.OTHER_TOPIC) if len(before & now) <= OTHER_TOPIC * min(len(before), len(now)) else None
    )


def _contrasts(
    comparison: Comparison, gained: list[tuple[TokenKind, int]], lost: list[TokenKind]
) -> tuple[Evidence, ...]:
    evidence: list[Evidence] = []
    for index in range(max(len(gained), len(lost))):
        kind = gained[index][0] if index < len(gained) else lost[index]
        evidence.append(
            Evidence(
                kind.word,
                block(lost[index].word) if index < len(lost) else None,
                comparison.quote(gained[index][1]) if index < len(gained) else None,
            )
        )
    return tuple(evidence)


_SPEAKING = frozenset(TokenKind) - {TokenKind.FUNCTION, TokenKind.PASSAGE}
"""The kinds of which one token in place of another changes what is said, as far as can be told."""
_NUMBERS = frozenset({TokenKind.NUMBER, TokenKind.DATE, TokenKind.TIME})
_FACTS: tuple[tuple[frozenset[TokenKind], Reason], ...] = (
    (frozenset({TokenKind.NEGATION}), Reason.NEGATION_DIFFERS),
    (frozenset({TokenKind.NUMBER}), Reason.NUMBER_DIFFERS),
    (frozenset({TokenKind.DATE}), Reason.DATE_DIFFERS),
    (frozenset({TokenKind.TIME}), Reason.TIME_DIFFERS),
    (frozenset({TokenKind.MONEY}), Reason.MONEY_DIFFERS),
    (frozenset({TokenKind.UNIT, TokenKind.MEASURE}), Reason.UNIT_DIFFERS),
    (frozenset({TokenKind.NAME}), Reason.NAME_DIFFERS),
    (frozenset({TokenKind.URL}), Reason.URL_DIFFERS),
    (frozenset({TokenKind.ORDINAL}), Reason.ORDINAL_DIFFERS),
    (frozenset({TokenKind.SIGN}), Reason.SIGN_DIFFERS),
    (frozenset({TokenKind.LIMIT}), Reason.LIMIT_DIFFERS),
)
_CONTENT_RULES: tuple[Rule, ...] = (
    _yes_no_flipped,
    _sentence_missing,
    _opposite_word,
    _fact_differs,
    _numbers_disjoint,
    _negation_differs,
    _order_differs,
    _word_replaced,
    _other_topic,
)
_ADDITION_RULES: tuple[Rule, ...] = (_yes_no_flipped, _addition_contradicts)
