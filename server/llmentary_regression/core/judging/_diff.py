"""
The redacted diff: the approved answer rebuilt from its hashes, as far as the new answer's words allow.

It never shows a word that the new answer does not contain. Whoever controls the new answer could use it as an
oracle, so there is no diff where that answer is much longer than the approved one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmentary_regression.core.baselines import Baseline, Body
from llmentary_regression.core.crypto import Root, SealError, SetHasher
from llmentary_regression.core.fingerprint import open_examples
from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis, analyze

BLOCK = "▇"
_WORD_BLOCK = BLOCK * 4
_TYPED = frozenset(
    {
        TokenKind.NUMBER,
        TokenKind.DATE,
        TokenKind.TIME,
        TokenKind.UNIT,
        TokenKind.MONEY,
        TokenKind.NAME,
        TokenKind.URL,
        TokenKind.NEGATION,
        TokenKind.ORDINAL,
    }
)
_MAX_CELLS = 60_000_000
"""The time and memory of the alignment grow with the product of both lengths; above this it is not tried."""


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """
    A stretch of the diff. Memory only.
    """

    kind: str
    """`equal`, `removed` (only blocks) or `added`."""
    text: str

    def __repr__(self) -> str:
        return f"Segment({self.kind})"


@dataclass(frozen=True, slots=True, repr=False)
class RedactedDiff:
    """
    Both sides of a diff. Memory only.
    """

    segments: tuple[Segment, ...]

    @property
    def left(self) -> str:
        """
        Return the approved answer, with blocks for what the new answer does not say.
        """
        return "".join(segment.text for segment in self.segments if segment.kind != "added")

    @property
    def right(self) -> str:
        """
        Return the new answer.
        """
        return "".join(segment.text for segment in self.segments if segment.kind != "removed")

    def __repr__(self) -> str:
        return f"RedactedDiff(<{len(self.segments)} segments>)"


@dataclass(frozen=True, slots=True)
class Change:
    """
    An aligned stretch of both token sequences: equal or replaced, and either side may be empty.
    """

    is_equal: bool
    left_start: int
    left_end: int
    right_start: int
    right_end: int


def redacted_diff(
    text: str, baseline: Baseline, index: int, *, root: Root, lang: str = "en"
) -> RedactedDiff | None:
    """
    Return the diff of a new answer against the approved example at `index`.

    None where the example keeps no words, cannot be opened, was made by another version of the analysis, or
    where the new answer is so long that the diff would serve as an oracle.
    """
    try:
        body = open_examples(baseline, root=root)[index].body
    except SealError:
        return None
    analysis = analyze(text, lang)
    if body is None or not body.words or is_oracle(analysis, body):
        return None
    hashes = SetHasher(root, baseline.id).words(analysis.tokens.forms)
    return RedactedDiff(tuple(_segments(align(body.words, hashes), body, analysis)))


def is_oracle(analysis: Analysis, body: Body) -> bool:
    """
    Return whether the new answer has more than twice as many words as the approved one.
    """
    return len(analysis.tokens) > 2 * max(body.length, 1)


def align(left: Sequence[int], right: Sequence[int]) -> list[Change]:
    """
    Return the longest common subsequence of two hash sequences as stretches that cover both.
    """
    if len(left) * len(right) > _MAX_CELLS:
        return _align_ends(left, right)
    from rapidfuzz.distance import Indel

    changes: list[Change] = []
    left_at = right_at = 0
    for block in Indel.opcodes(left, right).as_matching_blocks():
        if not block.size:
            break
        if block.a > left_at or block.b > right_at:
            changes.append(Change(False, left_at, block.a, right_at, block.b))
        left_at, right_at = block.a + block.size, block.b + block.size
        changes.append(Change(True, block.a, left_at, block.b, right_at))
    if left_at < len(left) or right_at < len(right):
        changes.append(Change(False, left_at, len(left), right_at, len(right)))
    return changes


def _align_ends(left: Sequence[int], right: Sequence[int]) -> list[Change]:
    """
    Align only what both begin and end with: for answers as long as a book.
    """
    shorter = min(len(left), len(right))
    head = 0
    while head < shorter and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < shorter - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    left_end, right_end = len(left) - tail, len(right) - tail
    changes = [Change(True, 0, head, 0, head)] if head else []
    if head < left_end or head < right_end:
        changes.append(Change(False, head, left_end, head, right_end))
    if tail:
        changes.append(Change(True, left_end, len(left), right_end, len(right)))
    return changes


def _segments(changes: Sequence[Change], body: Body, analysis: Analysis) -> list[Segment]:
    text, starts, ends = analysis.text, analysis.tokens.starts, analysis.tokens.ends
    segments: list[Segment] = []
    position = 0
    for change in changes:
        if change.left_end > change.left_start and not change.is_equal:
            blocks = " ".join(_block(body.kind(i)) for i in range(change.left_start, change.left_end))
            segments.append(Segment("removed", blocks + " "))
        if change.right_end > change.right_start:
            end = max(position, _stretch_end(text, ends[change.right_end - 1], starts, change.right_end))
            segments.append(Segment("equal" if change.is_equal else "added", text[position:end]))
            position = end
    if position < len(text):
        segments.append(Segment("added", text[position:]))
    return segments


def _stretch_end(text: str, end: int, starts: Sequence[int], following: int) -> int:
    """
    Return where a stretch ends: marks that touch its last word belong to it, marks before the next word do not.
    """
    while following < len(starts) and starts[following] < end:
        following += 1  # two tokens of one word: "isn't"
    limit = starts[following] if following < len(starts) else len(text)
    while end < limit and not text[end].isspace():
        end += 1
    while end < limit and text[end].isspace():
        end += 1
    return end


def _block(kind: TokenKind) -> str:
    return f"{BLOCK}{kind.word}{BLOCK}" if kind in _TYPED else _WORD_BLOCK
