"""
`llmentary.test_all`: a project's suites asked from code.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import llmentary_regression as llmentary
from llmentary_regression.core.errors import AnswersChangedError

BOT = "import llmentary_regression as llmentary\n\n\n"
BOT += '@llmentary.trainable\ndef ask(question):\n    return "It is 30 days."\n'


@pytest.fixture
def approved(project: Path) -> Path:
    """
    Return a project whose one answer is approved.
    """
    (project / "bot.py").write_text(BOT)
    with llmentary.training_session("faq", approve="all"):
        llmentary.capture_interaction("How long?", "It is 30 days.", callable="bot:ask")
    return project


def test_unchanged_answers_pass(approved: Path) -> None:
    """
    The report counts, and raises nothing.
    """
    report = llmentary.test_all()

    report.raise_if_changed()
    assert (report.passed, report.changed, len(report.cases)) == (1, 0, 1)


async def test_a_changed_answer_raises_inside_a_running_loop(approved: Path) -> None:
    """
    An assertion for test runners; it names case and reason, and quotes no answer.
    """
    (approved / "bot.py").write_text(BOT.replace("30 days", "4096731 days"))

    report = llmentary.test_all("llmtests", root=approved)

    assert (report.passed, report.changed) == (0, 1)
    with pytest.raises(AnswersChangedError, match="how-long: changed") as caught:
        report.raise_if_changed()
    assert isinstance(caught.value, AssertionError)
    assert "4096731" not in str(caught.value)
