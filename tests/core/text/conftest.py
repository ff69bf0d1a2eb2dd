"""
Two checks that the tests of the text pipeline share.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.text import analyse
from text_checks import CheckTexts


@pytest.fixture
def same() -> CheckTexts:
    """
    Return a check that two texts become the same tokens.
    """

    def check(one: str, other: str, lang: str = "en") -> None:
        assert analyse(one, lang).tokens.forms == analyse(other, lang).tokens.forms

    return check


@pytest.fixture
def different() -> CheckTexts:
    """
    Return a check that two texts do not become the same tokens.
    """

    def check(one: str, other: str, lang: str = "en") -> None:
        assert analyse(one, lang).canonical != analyse(other, lang).canonical

    return check
