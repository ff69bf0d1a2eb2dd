"""
Read labeled pairs of answers, and judge a pair through the public functions.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llmentary_regression as llmentary

KEY = bytes(range(32))


def read_pairs(path: Path) -> Iterator[dict[str, Any]]:
    """
    Yield the rows of a .jsonl or .jsonl.gz file.
    """
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            yield json.loads(line)


def judge_pair(
    old: str, new: str, *, question: str = "", pins: Sequence[str | Sequence[str]] = ()
) -> tuple[str, str]:
    """
    Return the kind of the verdict and its reason.
    """
    approved = llmentary.fingerprint(old, key=KEY, question=question, pins=pins)
    verdict = llmentary.compare(approved, new, key=KEY, question=question)
    return str(verdict.kind), str(verdict.reason)
