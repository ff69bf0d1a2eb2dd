"""
A command on a pseudo-terminal, driven by its output. Only for POSIX; Windows has no such terminals.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SECONDS_TO_WAIT = 90
"""Only a program that hangs takes this long, even on a busy machine."""


class Terminal:
    """
    A terminal in which one command runs, as its controlling terminal.
    """

    def __init__(self, command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self._end, inner = pty.openpty()
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**environ, "TERM": "dumb", "COLUMNS": "120"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        os.close(inner)
        self.text = ""
        self._seen = 0

    def wait_for(self, wanted: str) -> None:
        """
        Wait until `wanted` is shown, after the text that was waited for before.
        """
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while wanted not in self.text[self._seen :]:
            assert time.monotonic() < deadline, self.text
            assert self._read(), self.text
        self._seen = self.text.index(wanted, self._seen) + len(wanted)

    def type(self, text: str) -> None:
        """
        Type a text.
        """
        os.write(self._end, text.encode())

    def finish(self) -> int:
        """
        Read to the end and return the exit code.
        """
        while self._read():
            pass
        return self.process.wait(timeout=SECONDS_TO_WAIT)

    def close(self) -> None:
        """
        Close the terminal, and kill the command if it still runs.
        """
        os.close(self._end)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _read(self) -> bool:
        if not select.select([self._end], [], [], SECONDS_TO_WAIT)[0]:
            return False
        try:
            data = os.read(self._end, 65536)
        except OSError:  # this is how Linux reports the end of a terminal
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)
