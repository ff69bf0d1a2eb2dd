"""
The faked clock: what a program, and all that it starts, takes for the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = """
import json, os, subprocess, sys, time
open(sys.argv[1], "w").close()
child = subprocess.check_output([sys.executable, "-c", "import time; print(time.time())"])
print(json.dumps([time.time(), float(child), time.monotonic(), os.stat(sys.argv[1]).st_mtime]))
"""


@pytest.fixture
def faked_clock(script: Callable[[str], ModuleType]) -> ModuleType:
    """
    Return the module that fakes it.
    """
    return script("faked_clock")


def test_a_program_and_its_children_see_the_date(faked_clock: ModuleType, tmp_path: Path) -> None:
    """
    The wall clock of both is shifted alike; time that passes, and the times of files, are real.
    """
    library = faked_clock.find_library()
    if library is None:
        pytest.skip("no libfaketime works here, so the tests run under the real date")
    wanted = datetime(2024, 2, 29, 23, 59, 30).timestamp()
    real = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")}

    def told(environ: dict[str, str]) -> list[float]:
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "file")]
        numbers: list[float] = json.loads(subprocess.check_output(command, env=environ, timeout=120))
        return numbers

    now, _, monotonic, changed = told(real)
    faked = told({**real, **faked_clock.environment(library, datetime.fromtimestamp(wanted))})

    assert abs(now - wanted) > 86_400
    assert 0 <= faked[0] - wanted + 2 < 120
    assert faked[1] <= faked[0] < faked[1] + 120
    assert faked[3] - changed == pytest.approx(faked[2] - monotonic, abs=2)


def test_there_is_no_faked_clock_elsewhere(faked_clock: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Neither on Windows nor on macOS, and nothing is started to find out.
    """
    monkeypatch.setattr(faked_clock.subprocess, "run", None)

    for platform in ("win32", "darwin"):
        monkeypatch.setattr(faked_clock.sys, "platform", platform)
        assert faked_clock.find_library() is None


def test_a_library_that_does_not_load_is_none(
    faked_clock: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    One made for another processor leaves the real date.
    """
    for name in ("LD_PRELOAD", "FAKETIME"):  # of the clock that this test itself may run under
        monkeypatch.delenv(name, raising=False)
    broken = tmp_path / "libfaketime.so.1"
    broken.write_bytes(b"\x7fELF and nothing else")
    monkeypatch.setattr(faked_clock, "_candidates", lambda: iter([broken]))

    assert faked_clock.find_library() is None
