"""
How much the answers of one case vary by themselves, and the mildest settings under which they all pass.

Whatever is proposed has been tried: each repeat was judged under it. Pure; nothing here is kept.
"""

from llmentary_regression.core.calibration.proposals import Proposal, propose
from llmentary_regression.core.calibration.trials import Repeat, Trials, Variation
from llmentary_regression.core.calibration.volatile import VOLATILE

__all__ = ["VOLATILE", "Proposal", "Repeat", "Trials", "Variation", "propose"]
