"""
The text pipeline: normalize Unicode, remove boilerplate, cut tokens, normalize them, find facts.

    answer -> presentation -> framing -> tokenizer -> facts -> Analysis

One version covers all steps: every change of the result raises `PIPELINE_VERSION`.
"""

from __future__ import annotations

from ._analysis import COMPARABLE_SINCE, PIPELINE_VERSION, Analysis, analyze
from ._facts import Fact
from ._shape import Shape

__all__ = [
    "COMPARABLE_SINCE",
    "PIPELINE_VERSION",
    "Analysis",
    "Fact",
    "Shape",
    "analyze",
]
