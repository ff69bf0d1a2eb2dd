"""
Measure the processor time and peak memory of an unchanged run of 10,000 cases whose callable does nothing.

For comparison: a plain loop that compares keyed digests, and pytest and syrupy if they are installed.

    python benchmarks/run_cost.py [CASES]
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER = Path(__file__).resolve().parents[1] / "server"
_PLAIN = """
import hashlib, hmac
key = b"k" * 32
approved = {n: hmac.new(key, f"Answer {n}.".encode(), "sha256").digest() for n in range(CASES)}
from bot import ask
assert all(hmac.compare_digest(approved[n], hmac.new(key, f"Answer {n}.".encode(), "sha256").digest())
           for n in range(CASES) if ask(f"Question {n}?"))
"""
_PYTEST = """
import pytest
from bot import ask

@pytest.mark.parametrize("n", range(CASES))
def test_answer(n):
    assert ask(f"Question {n}?") == f"Answer {n}."
"""
_SYRUPY = """
import pytest
from bot import ask

@pytest.mark.parametrize("n", range(CASES))
def test_answer(n, snapshot):
    assert ask(f"Question {n}?") == snapshot
"""
_DROPPED_VARIABLES = ("CI", "LLMENTARY_KEY", "PYTHONDONTWRITEBYTECODE")
_BOT = """
def ask(question: str) -> str:
    return f"Answer {question[9:-1]}."
"""


def main() -> None:
    """
    Print one line for each program.
    """
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bot.py").write_text(_BOT)
        (folder / "llmentary.toml").write_text('callable = "bot:ask"\n')
        (folder / "all.llmtest").write_text("".join(f"Question {n}?\n" for n in range(cases)))
        environ = {
            **{name: value for name, value in os.environ.items() if name not in _DROPPED_VARIABLES},
            # Compiled only once, as an installed package would be.
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "PYTHONPATH": os.pathsep.join([str(SERVER), str(folder)]),
            "LLMENTARY_HOME": str(folder / "home"),
        }
        python = sys.executable
        run_measured([python, "-m", "llmentary_regression", "approve", "-q"], folder, environ)
        run_measured([python, "-m", "llmentary_regression", "test", "-q"], folder, environ)
        _show("plain loop with HMAC", [python, "-c", _PLAIN.replace("CASES", str(cases))], folder, environ)
        _show("llmentary test", [python, "-m", "llmentary_regression", "test"], folder, environ)
        _show(
            "llmentary test --edited",
            [python, "-m", "llmentary_regression", "test", "--edited"],
            folder,
            environ,
        )
        if importlib.util.find_spec("pytest"):
            (folder / "test_plain.py").write_text(_PYTEST.replace("CASES", str(cases)))
            _show("pytest", [python, "-m", "pytest", "-q", "test_plain.py"], folder, environ)
        if importlib.util.find_spec("syrupy"):
            (folder / "test_syrupy.py").write_text(_SYRUPY.replace("CASES", str(cases)))
            command = [python, "-m", "pytest", "-q", "test_syrupy.py"]
            run_measured([*command, "--snapshot-update"], folder, environ)
            _show("syrupy", command, folder, environ)


def _show(label: str, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
    cpu_s, peak_mb, wall_s = run_measured(command, folder, environ)
    print(f"{label:<26} {cpu_s:7.2f} s CPU {wall_s:7.2f} s {peak_mb:7.1f} MB", flush=True)


def run_measured(
    command: Sequence[str], folder: Path, environ: Mapping[str, str]
) -> tuple[float, float, float]:
    """
    Return a command's processor seconds including its workers, the peak MB of its largest process, and wall seconds.
    """
    # A separate process waits for the command, so that the figures of its children include nothing else.
    script = (
        "import resource, subprocess, sys, time; began = time.monotonic();"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.monotonic() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    cpu_s, peak_mb, wall_s = map(float, done.stdout.split())
    return cpu_s, peak_mb, wall_s


if __name__ == "__main__":
    main()
