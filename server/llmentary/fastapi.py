"""`llmentary.fastapi` is `llmentary_regression.fastapi`."""

from llmentary_regression.fastapi import install

__all__ = ["install"]
