"""
What holds for cases is resolved once, and not remembered for ever.
"""

from __future__ import annotations

from pathlib import Path

from llmentary_regression.core.model import CaseSettings
from llmentary_regression.core.suite.parsing import parse_suite
from llmentary_regression.services.project._settings import CaseSettingsResolver


def test_remembered_settings_are_bounded(tmp_path: Path) -> None:
    """
    An editor reads a suite ten thousand times a day, and each reading has settings of its own.
    """
    settings = CaseSettingsResolver(tmp_path, CaseSettings(), {}, frozenset())
    text = "".join(f"=== q{n}\n@timeout {n + 1}s\n\nA?\n" for n in range(500))

    for _ in range(50):
        for case in parse_suite(text)[0].cases:
            settings.of_case(case)

    assert len(settings._resolved) <= 20_000


def test_cases_that_share_their_settings_share_what_holds(tmp_path: Path) -> None:
    """
    Ten thousand plain questions are resolved once.
    """
    settings = CaseSettingsResolver(tmp_path, CaseSettings(), {}, frozenset())
    first, second = parse_suite("@timeout 7s\nA?\nB?\n")[0].cases

    assert settings.of_case(first) is settings.of_case(second)
    assert settings.of_case(first).timeout_s == 7.0
