"""`llmentary.flask` is `llmentary_regression.flask`."""

from llmentary_regression.flask import install

__all__ = ["install"]
