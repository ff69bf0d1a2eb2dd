"""
`llmentary test --watch`: an edit asks again what it affects, and Ctrl-C ends it with 130.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from cli_shell import Shell
from llmentary_regression.cli.watch import EditTracker, is_watched
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.select import Selection, select_cases


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/p/faq.llmtest", True),
        ("/p/src/bot.py", True),
        ("/p/.llmentary/baselines/faq.llmtest.json", True),
        ("/p/.llmentary/history/x.json.gz", False),
        ("/p/.git/index", False),
        ("/p/__pycache__/bot.pyc", False),
    ],
)
def test_own_files_are_no_edits(path: str, expected: bool) -> None:
    """
    What a run writes itself must not start the next.
    """
    assert is_watched(path) is expected


def test_edit_affects_its_case_or_all(tmp_path: Path) -> None:
    """
    A question concerns its case, a source file every case, and nothing asks nothing again.
    """
    (tmp_path / "llmentary.toml").write_text('callable = "bot:ask"\n')
    (tmp_path / "bot.py").write_text("x = 1\n")
    suite = tmp_path / "a.llmtest"
    suite.write_text("One?\nTwo?\n")
    tracker = EditTracker()

    def choose() -> list[str]:
        project: Project = open_project(tmp_path, environ={})
        cases = select_cases(project, Selection(), tmp_path).cases
        return [one.case.question for one in tracker.affected(project, cases)]

    assert choose() == ["One?", "Two?"]
    tracker.remember_sources(tmp_path, [tmp_path / "bot.py"])
    assert choose() == []
    suite.write_text("One?\nThree?\n")
    assert choose() == ["Three?"]
    (tmp_path / "bot.py").write_text("x = 2\n")
    assert choose() == ["One?", "Three?"]
    tracker.remember_sources(tmp_path, [])
    assert choose() == []


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_edits_are_asked_until_ctrl_c(shell: Shell) -> None:
    """
    A real process: asks at once, asks the edited case again, and ends.
    """
    shell.run("approve", "-q")
    watching = subprocess.Popen(
        shell.command("test", "--watch"),
        cwd=shell.root,
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    assert watching.stdout is not None
    output = watching.stdout

    def read() -> None:
        for line in output:
            lines.put(line)

    reader = threading.Thread(target=read)
    reader.start()

    def wait_for(text: str) -> list[str]:
        seen: list[str] = []
        while not seen or text not in seen[-1]:
            seen.append(lines.get(timeout=90))
        return seen

    try:
        first = wait_for("watching")
        shell.write({"faq.llmtest": "How long may I return it?\n@nothing\nDo you ship to Norway? \n"})
        wait_for("watching")
        shell.write({"faq.llmtest": "How long may I return it?\nIs it new?\n"})
        seen = wait_for("Is it new?")
        wait_for("watching")
        watching.send_signal(signal.SIGINT)
        code = watching.wait(90)
    finally:
        watching.kill()
        reader.join(90)
        watching.stdout.close()

    assert any("2 passed" in line for line in first)
    assert not any("How long" in line for line in seen)
    assert code == 130
