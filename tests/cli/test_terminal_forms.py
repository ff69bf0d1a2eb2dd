"""
What `llmentary test` writes on a real terminal, narrow, without colors, dumb, and where there is none.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from cli_shell import Shell

WIDTH = 40
COLOURS = re.compile(r"\x1b\[[0-9;]*3[0-7][0-9;]*m")
SUITE = """\
=== 保証期間はどのくらいですか、そして領収書なしで返品できますか、教えてください
保証期間は？

=== a-name-that-somebody-wrote-in-one-go-without-thinking-of-narrow-windows
Is the 👩‍👩‍👧‍👦 plan cheaper than two single plans?
"""
ANSWERS = {
    "保証期間は？": "保証期間は2年間です。領収書が必要です。",
    "Is the 👩‍👩‍👧‍👦 plan cheaper than two single plans?": "Yes, it saves 24 € a year, all taxes included.",
}


@pytest.fixture
def changed(shell: Shell) -> Shell:
    """
    Return a project with two answers that changed, in Japanese and in English.
    """
    shell.write({"faq.llmtest": SUITE})
    shell.answers(ANSWERS)
    assert shell.run("approve", "-q").returncode == 0
    shell.answers({question: answer.replace("2", "3") for question, answer in ANSWERS.items()})
    return shell


def on_a_terminal(shell: Shell, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """
    Return what a command writes on a terminal of `WIDTH` columns.
    """
    import fcntl
    import pty
    import struct
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, WIDTH, 0, 0))
    # The terminal is to say how wide it is, not a variable of whoever runs the tests.
    inherited = {name: value for name, value in shell.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        shell.command(*arguments),
        cwd=shell.root,
        env={**inherited, "TERM": "xterm-256color", **(environ or {})},
        stdin=its,
        stdout=its,
        stderr=its,
        close_fds=True,
    )
    os.close(its)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the last writer has gone
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert process.wait(60) == 1
    return written.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize(
    ("arguments", "environ", "is_colored"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        (["--no-color"], {}, False),
        (["-v"], {"TERM": "dumb"}, False),
    ],
)
def test_a_narrow_terminal_is_kept_to(
    arguments: list[str], environ: dict[str, str], is_colored: bool, changed: Shell
) -> None:
    """
    No line is wider than forty cells, no word is lost, and colors show where they are wanted alone.
    """
    from rich.cells import cell_len

    text = on_a_terminal(changed, "test", *arguments, environ=environ)

    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert (COLOURS.search(text) is not None) is is_colored
    if environ.get("TERM") == "dumb":
        assert plain == text  # it wraps by itself, and knows no commands
    else:
        # What shows the progress goes back to the line's beginning.
        assert max(map(cell_len, re.split("[\r\n]", plain))) <= WIDTH
    for word in ("保証期間はどのくらいですか", "windows", "plans?", "34", "included.", "2 changed"):
        assert word in plain.replace("\n", "") if word[0] == "保" else word in plain


def test_without_a_terminal_lines_are_whole_and_plain(changed: Shell) -> None:
    """
    A log can be searched, whatever COLUMNS says there.
    """
    done = changed.run("test", environ={"COLUMNS": "40"})

    assert "\x1b" not in done.stdout
    assert "  + Yes, it saves 34 € a year, all taxes included.\n" in done.stdout
    assert done.stderr == ""


def test_quiet_is_a_line_a_case(changed: Shell) -> None:
    """
    Places and verdicts, and the summary.
    """
    done = changed.run("test", "-q")

    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [
        ["changed", "faq.llmtest:1"],
        ["changed", "faq.llmtest:4"],
    ]
    assert len(lines) == 3
