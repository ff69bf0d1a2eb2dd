"""
The rules on what kind of answer it is: empty, an error, a refusal, cut off. They come before all others.

A rule returns a finding or None; the rules on what the answer says are in `_content_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmentary_regression.core.model import Evidence, Reason, TokenKind
from llmentary_regression.core.text import Shape

from ._comparison import Comparison
from ._diff import Change

SENTENCE = 5
"""A run of this many words, dropped without replacement, is taken for a dropped sentence."""
BROKEN = 3
"""Where an answer is cut off, up to this many of its last words may be damaged."""
BREAK = 12
"""An answer with fewer words does not need a full stop."""
_OPEN_ENDS = frozenset({TokenKind.FUNCTION, TokenKind.NEGATION, TokenKind.SIGN, TokenKind.LIMIT})
"""No complete answer ends in a word of these kinds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a rule found: the answer changed, and why.
    """

    reason: Reason
    evidence: tuple[Evidence, ...] = ()


Rule = Callable[[Comparison], "Finding | None"]


def find_form_change(comparison: Comparison) -> Finding | None:
    """
    Return the first finding on what kind of answer it is; pins are judged after.
    """
    return first_finding(_FORM_RULES, comparison)


def first_finding(rules: Sequence[Rule], comparison: Comparison) -> Finding | None:
    """
    Return the first finding of any of the rules; None if no rule finds anything.
    """
    for rule in rules:
        finding = rule(comparison)
        if finding is not None:
            return finding
    return None


def _emptied(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.EMPTY, Reason.EMPTY, Reason.NO_LONGER_EMPTY)


def _became_error(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.ERROR, Reason.ERROR_MESSAGE, Reason.NO_LONGER_ERROR_MESSAGE)


def _refused(comparison: Comparison) -> Finding | None:
    return _flag_differs(comparison, Shape.REFUSAL, Reason.REFUSAL, Reason.NO_LONGER_REFUSAL)


def _flag_differs(comparison: Comparison, flag: Shape, gained: Reason, lost: Reason) -> Finding | None:
    before, now = flag in comparison.approved_shape, flag in comparison.new_shape
    if before == now:
        return None
    return Finding(gained if now else lost)


def _truncated(comparison: Comparison) -> Finding | None:
    """
    Find an answer that is cut off: the beginning of the approved one, or a longer text without an end.
    """
    before, now = comparison.body.length, len(comparison.analysis.tokens)
    if now >= before:
        return None
    is_open = Shape.ENDS_CLEANLY not in comparison.new_shape
    if (
        comparison.body.words
        and _is_beginning(_without_first_mark(comparison), is_open or _ends_in_mark(comparison))
        and (is_open or before - now >= SENTENCE)
    ):
        return Finding(Reason.TRUNCATED)
    was_whole = Shape.ENDS_CLEANLY in comparison.approved_shape
    return Finding(Reason.TRUNCATED) if is_open and was_whole and BREAK <= now <= 0.9 * before else None


def is_whole_though_short(finding: Finding, comparison: Comparison) -> bool:
    """
    Return whether an answer that reads as cut off may be complete, so that pins may decide.

    "30 days" is the beginning of "30 days from delivery.", and a complete answer; no answer ends in "the".
    """
    tokens = comparison.analysis.tokens
    if finding.reason is not Reason.TRUNCATED or not tokens.forms:
        return False
    if Shape.ENDS_CLEANLY in comparison.new_shape:
        return True
    is_open = tokens.kinds[-1] in _OPEN_ENDS or comparison.analysis.text.rstrip()[-1:] in "-,;:(/"
    return len(tokens) < BREAK and not is_open


def _without_first_mark(comparison: Comparison) -> list[Change]:
    """
    Return the changes without a new `1.` at the start: in a list that is cut to one item it is no list number.
    """
    changes = comparison.changes
    first = changes[0] if changes else None
    if first is None or first.is_equal or first.left_end or first.right_end != 1:
        return changes
    return changes[1:] if comparison.analysis.tokens.forms[0] == "1" else changes


def _ends_in_mark(comparison: Comparison) -> bool:
    """
    Return whether the answer ends in a number, which may be the list number of the item that was cut off.
    """
    kinds = comparison.analysis.tokens.kinds
    return bool(kinds) and kinds[-1] is TokenKind.NUMBER


def _is_beginning(changes: list[Change], is_open: bool) -> bool:
    """
    Return whether the new answer is the beginning of the approved one; where it is cut, its last words may differ.
    """
    if len(changes) < 2 or not changes[0].is_equal:
        return False
    head = changes[0]
    gone = sum(change.left_end - change.left_start for change in changes[1:])
    other = sum(change.right_end - change.right_start for change in changes[1:])
    if head.left_start:
        return False
    return other == 0 and len(changes) == 2 if not is_open else other <= BROKEN and gone > 2 * other


_FORM_RULES: tuple[Rule, ...] = (_emptied, _became_error, _refused, _truncated)
