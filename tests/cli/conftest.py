"""
A project in a temporary folder, and the real command line run in it as a process of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_shell import Shell

BOT = """\
import json
from pathlib import Path


def ask(question: str) -> str:
    known = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
    return known[question]
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """
    Return a project with a bot that answers from `answers.json`, and one suite of two questions.
    """
    shell = Shell(tmp_path)
    shell.write(
        {
            "llmentary.toml": 'callable = "bot:ask"\n',
            "bot.py": BOT,
            "faq.llmtest": "How long may I return it?\nDo you ship to Norway?\n",
        }
    )
    shell.answers(
        {
            "How long may I return it?": "You may return it within 30 days of delivery.",
            "Do you ship to Norway?": "Yes, we ship to Norway within a week.",
        }
    )
    return shell
