"""
The fixture judges answers inside ordinary tests.
"""

from __future__ import annotations

from pytest_session import Session

TEST = """\
import os

import pytest

DAYS = os.environ.get("DAYS", "30")


def test_returns(llmentary):
    answer = f"You may return it within {DAYS} days of delivery, unused."
    verdict = llmentary.check("How long may I return it?", answer)
    assert verdict.kind in ("passed", "new")


class TestShipping:
    @pytest.mark.parametrize("country", ["Norway", "Chile"])
    def test_ships(self, llmentary, country):
        llmentary.check("Do you ship?", f"Yes, we ship to {country}.")
        llmentary.check("How fast?", {"days": int(DAYS)}, "speed", match="json", expect="max-chars 500")
"""


def test_checks_are_new_then_approved_then_judged(session: Session) -> None:
    """
    The whole life of an approval, in ordinary tests.
    """
    session.write({"tests/test_shop.py": TEST})

    new = session.run("-q", "tests")
    session.run("-q", "tests", "--llm-approve")
    same = session.run("-q", "tests", "--llm-strict")
    changed = session.run("-q", "tests", DAYS="14")

    assert session.counts(new) == {"passed": 3}
    assert "5 new" in new.stdout
    assert session.counts(same) == {"passed": 3}
    assert session.counts(changed) == {"failed": 3}
    assert "approved ▇number▇, now `14`" in changed.stdout
    assert "test_shop.py:10: " in changed.stdout
    assert [path.name for path in (session.root / ".llmentary/baselines/tests").iterdir()] == ["test_shop.py"]


def test_an_expectation_that_does_not_hold_fails(session: Session) -> None:
    """
    `expect` needs no approval.
    """
    session.write(
        {
            "test_a.py": "def test_a(llmentary):\n"
            '    llmentary.check("Why?", "Because.", expect=\'contains "30 days"\')\n'
        }
    )

    done = session.run("-q", "test_a.py")

    assert session.counts(done) == {"failed": 1}
    assert '`@expect contains "30 days"` does not hold' in done.stdout


def test_wrong_use_is_told(session: Session) -> None:
    """
    An unknown match, a value that is not an answer, a name used twice.
    """
    session.write(
        {
            "test_a.py": "def test_a(llmentary):\n"
            '    llmentary.check("Why?", "Because.", match="somehow")\n\n'
            'def test_b(llmentary):\n    llmentary.check("Why?", object())\n\n'
            "def test_c(llmentary):\n"
            '    llmentary.check("Why?", "a", "x")\n    llmentary.check("Why?", "b", "x")\n'
        }
    )

    done = session.run("-q", "test_a.py")

    assert session.counts(done) == {"failed": 3}
    assert "somehow" in done.stdout
    assert "not object" in done.stdout
    assert "give each check its own name" in done.stdout
