"""
The examples of FastAPI, Flask, the openai SDK and LangChain do what their READMEs say.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def command_of(line: str) -> list[str]:
    """
    Return a typed line as a command, with the Python and the llmentary of this repository.
    """
    words = [sys.executable if word == "python" else word for word in shlex.split(line.strip())]
    return [sys.executable, "-m", *words] if words[0] == "llmentary" else words


class Reader:
    """
    A user who types what a README says, in a copy of its folder.
    """

    def __init__(self, folder: Path, home: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        kept = {
            name: text
            for name, text in os.environ.items()
            if name not in ("CI", "OPENAI_BASE_URL", "OPENAI_API_KEY") and not name.startswith("LLMENTARY_")
        }
        self.environment = {
            **kept,
            "LLMENTARY_HOME": str(home),
            "PYTHONPATH": str(ROOT / "server"),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "VIRTUAL_ENV": sys.prefix,
        }

    def blocks(self) -> list[tuple[str, str]]:
        """
        Return what is to be typed: `console` is left running, `sh` runs to its end.
        """
        return FENCE.findall((self.folder / "README.md").read_text(encoding="utf-8"))

    def type(self, line: str, expected: int = 0) -> str:
        """
        Run one line and return what it prints.
        """
        line, _, source = line.strip().partition(" < ")
        given = (self.folder / source).read_text(encoding="utf-8") if source else ""
        done = subprocess.run(
            command_of(line),
            check=False,
            cwd=self.folder,
            env=self.environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == expected, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, line: str) -> Iterator[None]:
        """
        Leave a server running, and stop it as Ctrl+C does.
        """
        program = subprocess.Popen(
            command_of(line),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            wait_for_port(self.port, program)
            yield
        finally:
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGINT)
            try:
                program.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                program.communicate()

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def wait_for_port(port: int, program: subprocess.Popen[str]) -> None:
    """
    Return once a server listens, or fail with what it said when it ended.
    """
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            program.wait(0.05)
            raise AssertionError(program.communicate()[0])
    raise AssertionError(f"nothing listens at {port}")


def start(name: str, tmp_path: Path, port_in_files: int | None = None) -> Reader:
    """
    Return a reader with a copy of an example, whose port is one that is free here.
    """
    folder = tmp_path / name
    shutil.copytree(
        ROOT / "examples" / name, folder, ignore=shutil.ignore_patterns("__pycache__", ".llmentary")
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    if port_in_files is not None:
        for path in folder.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(str(port_in_files), str(port)), encoding="utf-8")
    return Reader(folder, tmp_path / "home", port)


@pytest.mark.parametrize("name", ["fastapi", "flask"])
def test_web_application(name: str, tmp_path: Path) -> None:
    """
    Captured from a running server, asked again at its address, and caught after the edit.
    """
    reader = start(name, tmp_path, 8000)
    (_, training), (_, questions), (_, serving), (_, testing) = reader.blocks()

    with reader.running(training):
        printed = reader.type(questions)
    with reader.running(serving):
        passed = reader.type(testing)
    reader.edit("app.py", "30 days", "14 days")
    with reader.running(serving):
        changed = reader.type(testing, expected=1)

    suite = (reader.folder / "llmtests" / "helpdesk.llmtest").read_text(encoding="utf-8")
    assert len(printed.splitlines()) >= 2
    assert f"@callable http://127.0.0.1:{reader.port}/ask" in re.sub(" +", " ", suite)
    assert "Can I return a jacket?" in suite
    assert "2 passed" in passed
    assert "1 changed" in changed


def test_openai_sdk_with_the_real_model(tmp_path: Path) -> None:
    """
    A program that knows nothing of llmentary is captured, and its prompt asked again, with a local model.
    """
    reader = start("openai-sdk", tmp_path, 8080)
    (_, serving), (_, training), (_, testing) = reader.blocks()

    with reader.running(serving):
        reader.type(training)
        passed = reader.type(testing)

    suite = (reader.folder / "llmtests" / "captured.llmtest").read_text(encoding="utf-8")
    assert "llmentary_regression.replay:openai" in suite
    assert "smollm2" in suite
    assert "1 passed" in passed


def test_langchain(tmp_path: Path) -> None:
    """
    A chain is captured, asked again, and caught after the edit.
    """
    reader = start("langchain", tmp_path)
    (_, training), (_, testing) = reader.blocks()

    reader.type(training)
    passed = reader.type(testing)
    reader.edit("chain.py", "30 days", "14 days")
    changed = reader.type(testing, expected=1)

    assert "2 passed" in passed
    assert "1 changed" in changed
