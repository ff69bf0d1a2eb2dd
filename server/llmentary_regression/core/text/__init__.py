"""
The text pipeline: unify characters, strip wrapper phrases, cut tokens, give them one form, find facts.

    answer ── unify ── unwrap ── scan ── tokenise ── facts ── Analysis

One version covers it all: whatever changes what an answer becomes here raises `PIPELINE_VERSION`.
"""

from __future__ import annotations

from llmentary_regression.core.text.analysis import PIPELINE_VERSION, Analysis, analyse
from llmentary_regression.core.text.kinds import Kind

__all__ = ["PIPELINE_VERSION", "Analysis", "Kind", "analyse"]
