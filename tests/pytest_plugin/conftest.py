"""
A project in a temporary folder, and a real pytest with the plugin run in it as a process of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_session import Session

BOT = """\
import json
from pathlib import Path

HERE = Path(__file__).parent


def ask(question: str) -> str:
    with (HERE / "asked.txt").open("a", encoding="utf-8") as file:
        file.write(question + "\\n")
    return json.loads((HERE / "answers.json").read_text(encoding="utf-8"))[question]
"""
SUITE = """\
How long may I return it?

=== norway  #policy #needs-review

Do you ship to Norway?

=== capital #geo
@params
| country |
| France  |
| Norway  |

What is the capital of {{country}}?
"""


def make_session(folder: Path) -> Session:
    """
    Return a project with a bot and one suite of four cases.
    """
    session = Session(folder)
    session.write(
        {
            "llmentary.toml": 'callable = "bot:ask"\n',
            "pytest.ini": "[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n",
            "bot.py": BOT,
            "faq.llmtest": SUITE,
        }
    )
    session.answers()
    return session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """
    Return a project with nothing approved.
    """
    return make_session(tmp_path)


@pytest.fixture(scope="session")
def approved_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return a folder with a project all of whose answers are approved: made once, copied by each test.
    """
    folder = tmp_path_factory.mktemp("approved")
    session = make_session(folder)
    done = session.run("--llm-approve", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    session.asked()
    return folder


@pytest.fixture
def approved(tmp_path: Path, approved_folder: Path) -> Session:
    """
    Return a project with all of its answers approved.
    """
    shutil.copytree(approved_folder, tmp_path, dirs_exist_ok=True)
    return Session(tmp_path)
