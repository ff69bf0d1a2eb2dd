"""
The examples of `docs/settings.md` are read as the page says.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from llmentary_regression.core.settings import SettingsLayer, read_settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCUMENT = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
GOOD, BAD = (
    SettingsLayer("llmentary.toml", tomllib.loads(text))
    for text in re.findall(r"^```toml\n((?:.*\n)*?)```$", DOCUMENT, re.MULTILINE)
)


def test_good_example_has_no_problem() -> None:
    """
    All of the first example is understood.
    """
    assert read_settings([GOOD])[1] == []


def test_bad_example_has_a_problem_in_every_line() -> None:
    """
    Each key of the second example is reported.
    """
    _, problems = read_settings([BAD])

    assert [problem.key for problem in problems] == list(BAD.values)
