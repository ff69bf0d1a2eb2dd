"""
Runs the real command line, in its own process and project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SERVER = Path(__file__).resolve().parents[2] / "server"


class Shell:
    """
    Runs `python -m llmentary_regression` in one project, with a home folder of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.home = folder / "home"
        self.temporary = folder / "tmp"
        for directory in (self.root, self.home, self.temporary):
            directory.mkdir()
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LLMENTARY", "XDG", "GIT"))
            and name not in ("CI", "NO_COLOR", "FORCE_COLOR")
        }
        self.environ |= {
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "LLMENTARY_HOME": str(self.home / "llmentary"),
            "TMPDIR": str(self.temporary),
            "TEMP": str(self.temporary),
            "TMP": str(self.temporary),
            "PYTHONPATH": str(SERVER),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LLMENTARY_INTERPRETER": sys.executable,
        }

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def answers(self, answers: Mapping[str, Any]) -> None:
        """
        Set the bot's answers; for any other question it raises KeyError.
        """
        self.write({"answers.json": json.dumps(answers)})

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "llmentary_regression", *arguments]

    def run(
        self,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments),
            cwd=cwd or self.root,
            env={**self.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=150,
            check=False,
        )
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr
        return done
