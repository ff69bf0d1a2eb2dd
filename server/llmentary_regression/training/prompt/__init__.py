"""
Ask the developer about captures: in a terminal, in a notebook.
"""

from __future__ import annotations

from ._desk import AskingDesk, DroppingDesk, Interview, KeepingDesk, read_line_of
from ._dialogue import Reply, act_on
from ._keeper import Keeper
from ._review import Decision

__all__ = [
    "AskingDesk",
    "Decision",
    "DroppingDesk",
    "Interview",
    "Keeper",
    "KeepingDesk",
    "Reply",
    "act_on",
    "read_line_of",
]
