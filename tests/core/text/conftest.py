"""
Two checks that the tests of the text pipeline share.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.text import analyze
from text_checks import CheckTexts


@pytest.fixture
def same() -> CheckTexts:
    """
    Return a check that two texts become the same tokens.
    """

    def check(one: str, other: str, lang: str = "en") -> None:
        assert analyze(one, lang).tokens.forms == analyze(other, lang).tokens.forms

    return check


@pytest.fixture
def different() -> CheckTexts:
    """
    Return a check that two texts do not become the same tokens.
    """

    def check(one: str, other: str, lang: str = "en") -> None:
        assert analyze(one, lang).canonical != analyze(other, lang).canonical

    return check
