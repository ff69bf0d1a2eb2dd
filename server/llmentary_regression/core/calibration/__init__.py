"""
How much the answers of one case vary by themselves, and the mildest settings under which they all pass.

Whatever is proposed has been tried: each repeat was judged under it. Pure; nothing here is kept.
"""

from __future__ import annotations

from ._proposals import Proposal, propose
from ._trials import Repeat, Trials, Variation
from ._volatile import VOLATILE

__all__ = [
    "VOLATILE",
    "Proposal",
    "Repeat",
    "Trials",
    "Variation",
    "propose",
]
