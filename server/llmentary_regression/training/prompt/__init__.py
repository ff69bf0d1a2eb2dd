"""
Ask the developer about captures in a terminal or a notebook, and save what is approved.
"""

from __future__ import annotations

from ._review import Decision, Reply, answer_letter
from ._sinks import DiscardSink, PromptSink, ReviewPrompt, SaveAllSink, line_reader
from ._store import CaptureStore

__all__ = [
    "CaptureStore",
    "Decision",
    "DiscardSink",
    "PromptSink",
    "Reply",
    "ReviewPrompt",
    "SaveAllSink",
    "answer_letter",
    "line_reader",
]
