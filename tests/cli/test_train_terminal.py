"""
`train` on a real terminal.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from cli_shell import Shell
from pseudo_terminal import Terminal

PROMPT = "[?]: "


class TrainTerminal(Terminal):
    """
    An `llmentary` command on a terminal.
    """

    def __init__(self, shell: Shell, *arguments: str) -> None:
        super().__init__(shell.command(*arguments), shell.root, shell.environ)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def hang_up(self) -> None:
        self.process.send_signal(signal.SIGHUP)


@pytest.fixture
def terminal(shell: Shell) -> Iterator[TrainTerminal]:
    """
    Return `llmentary train` on a terminal, waiting at its first question.
    """
    terminal = TrainTerminal(shell, "train")
    try:
        terminal.wait_for(PROMPT)
        yield terminal
    finally:
        terminal.close()


def test_answers_are_shown_approved_and_rejected(shell: Shell, terminal: TrainTerminal) -> None:
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


def test_a_pinned_phrase_has_to_recur(shell: Shell, terminal: TrainTerminal) -> None:
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
def test_what_was_approved_is_kept_however_it_ends(shell: Shell, terminal: TrainTerminal, way: str) -> None:
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


def test_nothing_to_decide_is_said(shell: Shell) -> None:
    """
    Where every answer passes, train asks nothing.
    """
    shell.run("approve")
    terminal = TrainTerminal(shell, "train")

    try:
        assert terminal.finish() == 0
        assert "nothing to decide" in terminal.text
    finally:
        terminal.close()


def test_the_key_is_shown_on_a_terminal(shell: Shell) -> None:
    """
    It is the very text of the key file.
    """
    shell.run("approve")
    terminal = TrainTerminal(shell, "key", "show")

    try:
        assert terminal.finish() == 0
        assert (shell.root / ".llmentary" / "key").read_text().strip() in terminal.text
    finally:
        terminal.close()


def test_added_key_is_typed_without_being_shown(shell: Shell) -> None:
    """
    It is asked for on a terminal, and no terminal's history has it afterwards.
    """
    shell.run("approve")
    key = (shell.root / ".llmentary" / "key").read_text().strip()
    (shell.root / ".llmentary" / "key").unlink()
    terminal = TrainTerminal(shell, "key", "add")

    try:
        terminal.wait_for("project key (hidden): ")
        terminal.type(f"{key}\n")
        assert terminal.finish() == 0
        assert "added key" in terminal.text
        assert key not in terminal.text
        assert (shell.root / ".llmentary" / "key").read_text().strip() == key
    finally:
        terminal.close()


def test_whoever_approves_by_train_has_a_copy_of_the_key(shell: Shell, terminal: TrainTerminal) -> None:
    """
    A clean clone needs it no second time.
    """
    terminal.type("a\n")
    terminal.wait_for(PROMPT)
    terminal.type("a\n")
    assert terminal.finish() == 0

    (shell.root / ".llmentary" / "key").unlink()

    assert shell.run("test").stdout.startswith("2 passed")
