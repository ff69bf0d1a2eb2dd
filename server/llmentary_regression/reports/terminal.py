"""
Writing reports to a terminal: nothing in a text is read as markup, and no character or pipe ends a report.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import IO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from llmentary_regression.core.safe_text import fit_encoding

_MIN_WIDTH = 20
"""Wrapping into fewer columns would leave single words; the terminal's own wrapping is no worse."""


def make_console(stream: IO[str], *, color: bool | None = None, width: int | None = None) -> Console:
    """
    Return a console on `stream` that reads no markup and guesses no highlights.

    Args:
        color: False for none; None leaves it to the terminal, `NO_COLOR` and `FORCE_COLOR`.
        width: of the terminal; None finds it out.
    """
    return PipeSafeConsole(
        file=stream,
        no_color=True if color is False else None,
        markup=False,
        highlight=False,
        emoji=False,
        width=width,
    )


def print_text(console: Console, text: Text, indent: int = 0, *, hang: int = 0, end: str = "\n") -> None:
    """
    Print `text` with every line indented; wrapped on a terminal only, so that logs keep whole lines.

    Args:
        hang: how many characters, such as the `+ ` of a diff, wrapped lines are indented by.
    """
    text.plain = fit_encoding(text.plain, console.encoding)
    lines: Iterable[Text] = text.split("\n", allow_blank=True)
    if console.is_terminal and console.width > indent + _MIN_WIDTH:
        width = console.width - indent
        lines = [part for line in lines for part in _wrap(line, console, width, hang)]
    for line in lines:
        if end == "\n":
            line.rstrip()
        console.print(Text(" " * indent) + line if line.plain else Text(), end=end, soft_wrap=True)


def _wrap(line: Text, console: Console, width: int, hang: int) -> list[Text]:
    if cell_len(line.plain) <= width:
        return [line]
    first, *rest = line[hang:].wrap(console, width - hang)
    return [line[:hang] + first, *(Text(" " * hang) + part for part in rest)]


class PipeSafeConsole(Console):
    """
    A console that stops writing when its reader has gone, so that the exit code still gives the result.
    """

    def on_broken_pipe(self) -> None:
        self.quiet = True
        devnull = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(devnull, self.file.fileno())
        finally:
            os.close(devnull)
