"""
Runs a real pytest with the plugin, in its own process and project.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "server"


ANSWERS = {
    "How long may I return it?": "You may return it within 30 days of delivery, unused.",
    "Do you ship to Norway?": "Yes, we ship to Norway within a week.",
    "What is the capital of France?": "The capital of France is Paris.",
    "What is the capital of Norway?": "The capital of Norway is Oslo.",
}


class Session:
    """
    Runs pytest in one project, with a home folder of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my project"
        self.root.mkdir(exist_ok=True)
        hidden = ("LLMENTARY", "XDG", "GIT", "PYTEST", "COV")
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(hidden) and name not in ("CI", "NO_COLOR", "FORCE_COLOR")
        }
        self.environ |= {
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "LLMENTARY_HOME": str(folder / "home"),
            "PYTHONPATH": str(SERVER),
            "PYTHONDONTWRITEBYTECODE": "1",
            # pytest-lsp fails on items that are not functions; other plugins only cost time.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def answers(self, **changed: str) -> None:
        """
        Let the bot answer as approved, except to questions that contain a given word.
        """
        answers = {
            question: next((new for word, new in changed.items() if word in question), answer)
            for question, answer in ANSWERS.items()
        }
        self.write({"answers.json": json.dumps(answers)})

    def asked(self) -> list[str]:
        """
        Return what was asked since the last call, sorted.
        """
        path = self.root / "asked.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(lines)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "xdist",
                "-p",
                "llmentary_regression.pytest_plugin",
                *arguments,
            ],
            cwd=self.root,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def counts(self, done: subprocess.CompletedProcess[str]) -> dict[str, int]:
        """
        Return the counts in the last line.
        """
        last = done.stdout.strip().split("\n")[-1] if done.stdout.strip() else ""
        return {word.rstrip("s"): int(count) for count, word in re.findall(r"(\d+) ([a-z]+)", last)}
