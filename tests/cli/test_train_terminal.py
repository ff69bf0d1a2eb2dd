"""
`train` on a real terminal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

import pty
import select

PROMPT = "[?]: "


class Terminal:
    """
    A command on a pseudo-terminal, driven by what it shows.
    """

    def __init__(self, shell: Any, *arguments: str) -> None:
        self._end, inner = pty.openpty()
        self._process = subprocess.Popen(
            shell.command(*arguments),
            cwd=shell.root,
            env={**shell.environ, "TERM": "dumb", "COLUMNS": "120"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.text = ""
        self._seen = 0

    def wait_for(self, wanted: str) -> None:
        """
        Wait until `wanted` is shown behind what was waited for before.
        """
        deadline = time.monotonic() + 30
        while wanted not in self.text[self._seen :]:
            assert time.monotonic() < deadline, self.text
            assert self._read(), self.text
        self._seen = self.text.index(wanted, self._seen) + len(wanted)

    def type(self, text: str) -> None:
        os.write(self._end, text.encode())

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def hang_up(self) -> None:
        self._process.send_signal(signal.SIGHUP)

    def finish(self) -> int:
        """
        Read to the end and return the exit code.
        """
        while self._read():
            pass
        return self._process.wait(timeout=30)

    def close(self) -> None:
        os.close(self._end)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _read(self) -> bool:
        if not select.select([self._end], [], [], 30)[0]:
            return False
        try:
            data = os.read(self._end, 65536)
        except OSError:  # Linux reports the end of a terminal so
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@pytest.fixture
def terminal(shell: Any) -> Iterator[Terminal]:
    """
    Return `llmentary train` on a terminal, waiting at its first question.
    """
    terminal = Terminal(shell, "train")
    try:
        terminal.wait_for(PROMPT)
        yield terminal
    finally:
        terminal.close()


def test_answers_are_shown_approved_and_rejected(shell: Any, terminal: Terminal) -> None:
    """
    The answer stands there before the question what to do with it; a rejected one makes 1.
    """
    assert "> You may return it within 30 days of delivery." in terminal.text

    terminal.type("a\n")
    terminal.wait_for(PROMPT)
    terminal.type("r\n")

    assert terminal.finish() == 1
    assert "1 approved, 1 rejected" in terminal.text
    assert "rejected  faq.llmtest:2  Do you ship to Norway?" in terminal.text
    assert "1 passed" in shell.run("test").stdout


def test_a_pinned_phrase_has_to_recur(shell: Any, terminal: Terminal) -> None:
    """
    A rewording that keeps the phrase passes, one that loses it is changed.
    """
    terminal.type("p\n")
    terminal.wait_for("when done: ")
    terminal.type("30 days = one month\n")
    terminal.wait_for("when done: ")
    terminal.type("\n")
    terminal.wait_for(PROMPT)
    terminal.type("a\n")
    terminal.wait_for(PROMPT)
    terminal.type("q\n")
    assert terminal.finish() == 0

    shell.answers({"How long may I return it?": "Returns are welcome for one month, no questions asked."})
    kept = shell.run("test", "faq.llmtest:1")
    shell.answers({"How long may I return it?": "Returns are welcome for a while, no questions asked."})
    lost = shell.run("test", "faq.llmtest:1")

    assert kept.stdout.startswith("1 passed")
    assert "the pinned phrase is missing" in lost.stdout


@pytest.mark.parametrize("way", ["ctrl-c", "ctrl-d", "hang-up"])
def test_what_was_approved_is_kept_however_it_ends(shell: Any, terminal: Terminal, way: str) -> None:
    """
    Ctrl-C, the end of input and a closed terminal write the decisions made so far.
    """
    terminal.type("a\n")
    terminal.wait_for(PROMPT)
    if way == "ctrl-c":
        terminal.interrupt()
    elif way == "ctrl-d":
        terminal.type("\x04")
    else:
        terminal.hang_up()

    assert terminal.finish() == 130
    assert "1 approved, 1 left as they were" in terminal.text
    assert "1 new, 1 passed" in shell.run("test").stdout


def test_nothing_to_decide_is_said(shell: Any) -> None:
    """
    Where every answer passes, train asks nothing.
    """
    shell.run("approve")
    terminal = Terminal(shell, "train")

    try:
        assert terminal.finish() == 0
        assert "nothing to decide" in terminal.text
    finally:
        terminal.close()


def test_the_key_is_shown_on_a_terminal(shell: Any) -> None:
    """
    It is the very text of the key file.
    """
    shell.run("approve")
    terminal = Terminal(shell, "key", "show")

    try:
        assert terminal.finish() == 0
        assert (shell.root / ".llmentary" / "key").read_text().strip() in terminal.text
    finally:
        terminal.close()
