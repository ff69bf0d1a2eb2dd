"""
What a session says of answers at its end, beyond passed and failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_SHOWN = 10
_ABOUT = {
    "reworded": "said in other words; --llm-strict lets them fail",
    "new": "nothing is approved yet: pytest --llm-approve",
}


def summary_lines(told: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """
    Yield the counts of each verdict, and the tests with an answer to look at.

    Args:
        told: node ids by verdict, or by `approved (verdict)`.
    """
    yield ", ".join(f"{len(told[word])} {word}" for word in sorted(told))
    for word, about in _ABOUT.items():
        if word in told:
            yield f"{word}: {about}"
            yield from (f"  {node}" for node in told[word][:_SHOWN])
            if len(told[word]) > _SHOWN:
                yield f"  ... and {len(told[word]) - _SHOWN} more"
