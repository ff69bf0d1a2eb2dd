"""
The rules by which a new answer is held against one approved variant, in the order in which they decide.

A rule returns a finding or None. No rule may call anything `passed` because it is merely alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llmentary.core.comparison import Comparison
from llmentary.core.explain import block
from llmentary.core.model import Evidence
from llmentary.core.text import Kind
from llmentary.core.text.shape import Shape

ALIKE = 0.85
"""From this score of the word sequences on, a differing fact is a change and not another way to say it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a rule found: the answer changed, and why.
    """

    reason: str
    evidence: tuple[Evidence, ...] = ()


Rule = Callable[[Comparison], "Finding | None"]


def find_change(comparison: Comparison) -> Finding | None:
    """
    Return the first finding of the rules on form and facts.
    """
    for rule in _FORM_RULES:
        finding = rule(comparison)
        if finding is not None:
            return finding
    return None


def find_fact_change(comparison: Comparison) -> Finding | None:
    """
    Return the first finding of the rules on what the answer says.
    """
    for rule in _FACT_RULES:
        finding = rule(comparison)
        if finding is not None:
            return finding
    return None


def _emptied(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.EMPTY, "empty")


def _became_error(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.ERROR, "error-message")


def _refused(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.REFUSAL, "refusal")


def _flag_differs(comparison: Comparison, flag: Shape, reason: str) -> Finding | None:
    before, now = flag in comparison.approved_shape, flag in comparison.new_shape
    if before == now:
        return None
    return Finding(reason if now else f"no-longer-{reason}")


def _truncated(comparison: Comparison) -> Finding | None:
    """
    Find an answer that breaks off: it is the approved one's beginning, or ends in mid-sentence and is shorter.
    """
    before, now = comparison.body.length, len(comparison.analysis.tokens)
    if now >= before:
        return None
    breaks_off = (
        Shape.ENDS_CLEANLY in comparison.approved_shape and Shape.ENDS_CLEANLY not in comparison.new_shape
    )
    if comparison.body.words:
        changes = comparison.changes
        is_beginning = (
            len(changes) == 2 and changes[0].is_equal and changes[0].left_start == 0 == changes[0].right_start
        )
        if is_beginning and changes[1].right_start == changes[1].right_end:
            return Finding("truncated")
    return Finding("truncated") if breaks_off and now <= 0.9 * before else None


def _yes_no_flipped(comparison: Comparison) -> Finding | None:
    both = Shape.YES | Shape.NO
    before, now = comparison.approved_shape & both, comparison.new_shape & both
    return Finding("yes-no-flipped") if before and now and before != now else None


def _fact_differs(comparison: Comparison) -> Finding | None:
    score = comparison.score
    if score is not None and score < ALIKE:
        return None
    for kinds, reason in _FACTS:
        gained, lost = comparison.gained_facts(kinds), comparison.lost_facts(kinds)
        if gained or lost:
            return Finding(reason, _contrasts(comparison, gained, lost))
    return None


def _contrasts(
    comparison: Comparison, gained: list[tuple[Kind, int]], lost: list[Kind]
) -> tuple[Evidence, ...]:
    evidence: list[Evidence] = []
    for place in range(max(len(gained), len(lost))):
        kind = gained[place][0] if place < len(gained) else lost[place]
        evidence.append(
            Evidence(
                kind.word,
                block(lost[place].word) if place < len(lost) else None,
                comparison.quote(gained[place][1]) if place < len(gained) else None,
            )
        )
    return tuple(evidence)


_FACTS: tuple[tuple[frozenset[Kind], str], ...] = (
    (frozenset({Kind.NEGATION}), "negation-differs"),
    (frozenset({Kind.NUMBER}), "number-differs"),
    (frozenset({Kind.DATE}), "date-differs"),
    (frozenset({Kind.TIME}), "time-differs"),
    (frozenset({Kind.MONEY}), "money-differs"),
    (frozenset({Kind.UNIT, Kind.MEASURE}), "unit-differs"),
    (frozenset({Kind.NAME}), "name-differs"),
    (frozenset({Kind.URL}), "url-differs"),
    (frozenset({Kind.ORDINAL}), "ordinal-differs"),
    (frozenset({Kind.SIGN}), "sign-differs"),
    (frozenset({Kind.LIMIT}), "limit-differs"),
)
_FORM_RULES: tuple[Rule, ...] = (_emptied, _became_error, _refused, _truncated)
_FACT_RULES: tuple[Rule, ...] = (_yes_no_flipped, _fact_differs)
