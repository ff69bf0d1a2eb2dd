"""
The plugin costs nothing where it is not used, and pytest finds it.
"""

from __future__ import annotations

import re
from pathlib import Path

from pytest_session import Session

HEAVY = (
    "tinydb",
    "rapidfuzz",
    "pygls",
    "lsprotocol",
    "cryptography",
    "rich",
    "llmentary_regression.services",
)


def test_other_tests_pay_nothing(session: Session) -> None:
    """
    No heavy module is imported where no suite is collected.
    """
    session.write(
        {
            "test_a.py": "import sys\n\n"
            f"HEAVY = {HEAVY!r}\n\n"
            "def test_a():\n"
            "    assert 'llmentary_regression.pytest_plugin' in sys.modules\n"
            "    assert [name for name in HEAVY if name in sys.modules] == []\n"
        }
    )

    done = session.run("-q", "test_a.py")

    assert session.counts(done) == {"passed": 1}, done.stdout


def test_pytest_finds_the_plugin() -> None:
    """
    The wheel has it as an entry point.
    """
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")

    assert re.search(
        r'^\[project\.entry-points\.pytest11\]\nllmentary_regression = "llmentary_regression\.pytest_plugin"$',
        text,
        re.MULTILINE,
    )
