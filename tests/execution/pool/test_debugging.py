"""
Tests of a worker that waits for a debugger; a stand-in for `debugpy` takes the debugger's part.
"""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

from llmentary_regression.core.model import Answer, Failure, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask

STAND_IN = """
import os, time
def configure(**options):
    assert options == {"subProcess": False}
def listen(address):
    assert address == ("127.0.0.1", 0)
    return ("127.0.0.1", 4711)
def wait_for_client():
    while not os.path.exists("attached"):
        time.sleep(0.01)
"""
BOT = """
import os, time
def ask(question):
    time.sleep(0.3)
    return " ".join(sorted(name for name in os.environ if name.startswith("LLMENTARY"))) or "clean"
"""


def make(root: Path, ports: list[int], interpreter: str = sys.executable, folder: str = "") -> Pool:
    def ready(port: int) -> None:
        ports.append(port)
        (root / "attached").touch()

    return Pool(
        interpreter, root, workers=1, concurrency=1, on_debug=ready, environ={}, debugpy_folder=folder
    )


def make_bare_python(folder: Path) -> str:
    """
    Return a Python that has nothing installed, the real `debugpy` included.
    """
    venv.create(folder, symlinks=os.name != "nt")
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


async def ask(pool: Pool) -> Answer | Failure:
    asks = [Ask(0, "bot:ask", (Turn(Role.USER, "Open?"),), timeout_s=0.05)]
    outcomes = [one.outcome async for batch in pool.ask(asks) for one in batch]
    await pool.close()
    return outcomes[0]


async def test_a_worker_waits_for_the_debugger_and_then_has_no_deadline(tmp_path: Path) -> None:
    """
    The port is told; a question that takes longer than its timeout is answered; no trace is left behind.
    """
    (tmp_path / "debugpy.py").write_text(STAND_IN, encoding="utf-8")
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    ports: list[int] = []

    outcome = await ask(make(tmp_path, ports))

    assert ports == [4711]
    assert isinstance(outcome, Answer)
    assert outcome.text == "clean"


async def test_the_editors_debugger_serves_where_there_is_none(tmp_path: Path) -> None:
    """
    It is found in the folder that the client names.
    """
    python = make_bare_python(tmp_path / "venv")
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "debugpy.py").write_text(STAND_IN, encoding="utf-8")
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    ports: list[int] = []

    outcome = await ask(make(tmp_path, ports, python, str(folder)))

    assert ports == [4711]
    assert isinstance(outcome, Answer)


async def test_without_a_debugger_the_failure_says_how_to_get_one(tmp_path: Path) -> None:
    """
    It names the interpreter and the command.
    """
    python = make_bare_python(tmp_path / "venv")
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")

    outcome = await ask(make(tmp_path, [], python))

    assert isinstance(outcome, Failure)
    assert "No module named 'debugpy'" in outcome.message
    assert f"run `{python} -m pip install debugpy`" in outcome.message
