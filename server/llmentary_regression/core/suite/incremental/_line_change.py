"""
The stretch in which a document differs from its previous text, found without looking at each line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmentary_regression.core.suite.parsing import Lines, quote_length


@dataclass(frozen=True, slots=True)
class LineChange:
    """
    A new text beside the previous one: what is the same above and below, and what is new between.
    """

    lines: Lines
    """The new text's, without their ends."""
    before: int
    """So many lines at the top are the same."""
    after: int
    """So many lines at the end are the same."""
    by: int
    """How far the same lines at the end have moved."""
    quotes: frozenset[int]
    """The lengths of the quotes among the new lines."""
    is_binary: bool
    has_lost_characters: bool

    @classmethod
    def between(cls, old: Sequence[str], old_lines: Sequence[str], new: Sequence[str]) -> LineChange:
        """
        Compare two texts.

        Args:
            old: the previous lines with their ends; empty if there is no previous text.
            old_lines: the same without their ends.
            new: the lines with their ends, at least one.
        """
        before = _first(min(len(old), len(new)), lambda at: old[:at] != new[:at])
        most = min(len(old), len(new)) - before
        after = _first(most, lambda at: old[len(old) - at :] != new[len(new) - at :])
        fresh = [line.rstrip("\r\n") for line in new[before : len(new) - after]]
        if not old:
            fresh[0] = fresh[0].removeprefix("\ufeff")
        lines = Lines.of([*old_lines[:before], *fresh, *old_lines[len(old) - after :]])
        return cls(
            lines,
            before,
            after,
            len(new) - len(old),
            frozenset(filter(None, map(quote_length, fresh))),
            any("\0" in line for line in fresh),
            "\ufffd" in "".join(lines),
        )


def _first(most: int, differs: Callable[[int], bool]) -> int:
    """
    Return the largest count up to `most` that does not differ.

    Comparing whole lists is quick, looking at each line is not.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if differs(middle):
            high = middle - 1
        else:
            low = middle
    return low
