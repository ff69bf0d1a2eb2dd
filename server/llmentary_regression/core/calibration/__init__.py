"""
How much the answers to one case vary by themselves, and the mildest settings under which all of them pass.

Every proposal has been tried: each repeated answer was judged under it. Pure; nothing is stored.
"""

from __future__ import annotations

from ._proposals import Proposal, propose
from ._trials import VOLATILE, Repeat, Trials, Variation

__all__ = [
    "VOLATILE",
    "Proposal",
    "Repeat",
    "Trials",
    "Variation",
    "propose",
]
