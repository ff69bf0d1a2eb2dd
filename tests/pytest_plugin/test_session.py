"""
Sessions as a whole: their limit of cost, and their one run in the history.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from llmentary_regression.services.history import RunRecord, from_document
from llmentary_regression.storage.history import HistoryStore
from pytest_session import Session

HANGING_BOT = """\
import pathlib, socket, time


def ask(question):
    port = pathlib.Path(__file__).with_name("port.txt")
    while not port.exists() or not port.read_text():
        time.sleep(0.01)
    with socket.create_connection(("127.0.0.1", int(port.read_text()))) as line:
        line.makefile().readline()
    return "never told"
"""
PAID_BOT = """\
from pathlib import Path


def ask(question: str) -> dict:
    with Path(__file__).with_name("asked.txt").open("a", encoding="utf-8") as file:
        file.write(question + "\\n")
    return {"answer": "Yes.", "cost": 0.4, "model": "m-1"}
"""


def remembered(session: Session) -> list[RunRecord]:
    """
    Return the runs of the project's history, the newest first.
    """
    documents = HistoryStore(session.root).read()
    return [run for document in documents if (run := from_document(document)) is not None]


@pytest.mark.parametrize("suite", [False, True])
def test_a_limit_of_cost_is_the_sessions(suite: bool, session: Session) -> None:
    """
    Cases are asked one by one, but their costs add up, with the option and in a suite.
    """
    limit = "@max-cost 0.5\n" if suite else ""
    session.write({"bot.py": PAID_BOT, "faq.llmtest": limit + "One?\nTwo?\nThree?\nFour?\nFive?\nSix?\n"})
    session.write({"llmentary.toml": 'callable = "bot:ask"\nconcurrency = 1\n'})

    done = session.run("-q", *([] if suite else ["--llm-max-cost", "0.5"]))

    assert session.asked() == ["One?", "Two?"]
    assert session.counts(done) == {"failed": 4, "skipped": 2}
    assert "more than `max-cost` 0.5; raise it, or ask fewer cases" in done.stdout


def test_a_limit_that_is_none_is_refused(session: Session) -> None:
    """
    Before anything is asked.
    """
    done = session.run("--llm-max-cost", "much")

    assert done.returncode == 4
    assert "wants an amount such as `0.01`, not `much`" in done.stderr
    assert session.asked() == []


@pytest.mark.parametrize("arguments", [[], ["-n", "2"]])
def test_a_session_is_one_run_of_the_history(arguments: list[str], approved: Session) -> None:
    """
    With any number of workers; the command line's `stats` and `--changed` use it.
    """
    before = len(remembered(approved))
    approved.answers(long="You may return it within 14 days of delivery, unused.")

    approved.run("-q", *arguments)

    runs = remembered(approved)
    assert len(runs) == before + 1
    assert sorted(str(case.verdict) for case in runs[0].cases.values()) == ["changed", *["passed"] * 3]
    assert (runs[0].is_whole, list(runs[0].sources)) == (False, ["bot.py"])


def test_a_session_without_suites_leaves_the_history_alone(approved: Session) -> None:
    """
    Nothing is written where no case was asked.
    """
    before = len(remembered(approved))
    approved.write({"test_a.py": "def test_a():\n    pass\n"})

    done = approved.run("-q", "test_a.py")

    assert approved.counts(done) == {"passed": 1}
    assert len(remembered(approved)) == before


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")
def test_ctrl_c_ends_the_workers_of_a_session(session: Session) -> None:
    """
    pytest says that it was interrupted and what passed; the process that hangs is gone.
    """
    session.write({"bot.py": HANGING_BOT, "faq.llmtest": "One?\nTwo?\n"})
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "llmentary_regression.pytest_plugin", "faq.llmtest"],
        cwd=session.root,
        env=session.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdout is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        session.write({"port.txt": str(server.getsockname()[1])})
        line, _ = server.accept()
        line.settimeout(60)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        at_its_end = line.recv(1)  # nothing comes once the process that held the line has ended
        line.close()

    assert process.returncode == 2
    assert "KeyboardInterrupt" in out
    assert at_its_end == b""
