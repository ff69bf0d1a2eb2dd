"""
Outside training a marked function costs next to nothing.
"""

from __future__ import annotations

import subprocess
import sys
import timeit
from pathlib import Path

import llmentary_regression as llmentary

SERVER = Path(__file__).resolve().parents[3] / "server"


def plain(question: str) -> str:
    return question


def test_a_marked_call_costs_less_than_a_microsecond() -> None:
    """
    The best of many rounds, side by side with the bare function, so that a busy machine makes no difference.
    """
    marked = llmentary.trainable(plain)
    calls = 2_000

    bare_s = min(timeit.repeat(lambda: plain("Q"), number=calls, repeat=50)) / calls
    marked_s = min(timeit.repeat(lambda: marked("Q"), number=calls, repeat=50)) / calls

    assert marked_s - bare_s < 1e-6


def test_marking_loads_nothing_heavy() -> None:
    """
    An application that is not in training pays neither for storage nor for channels.
    """
    code = (
        "import sys, llmentary\n"
        "llmentary.trainable(lambda question: question)('Q')\n"
        "heavy = {'asyncio', 'multiprocessing', 'tinydb', 'rapidfuzz', 'rich', 'pygls', 'cryptography',\n"
        "         'llmentary_regression.services', 'llmentary_regression.core.model', 'llmentary_regression.storage',\n"
        "         'llmentary_regression.execution',\n"
        "         'socket', 'json'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(SERVER)!r})\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
