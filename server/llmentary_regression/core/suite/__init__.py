"""
The `.llmtest` format: from a suite's text to its cases, and to the problems its author should mend.
"""

from llmentary_regression.core.suite.identity import case_key
from llmentary_regression.core.suite.parse import parse_suite

__all__ = ["case_key", "parse_suite"]
