"""
The Python tests as checks: which of them run, on which date, in which order, and how much code they cover.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import faked_clock
from checks import BIN, ROOT, Check
from conditions import Conditions

_COVERAGE = ROOT / ".cache" / "checks" / "coverage"
_SELECTION = {"quick": "not slow", "slow": "slow"}


def announce(conditions: Conditions, library: Path | None) -> str:
    """
    Return one line with the date and seed of the Python tests, and how to run them the same way again.
    """
    again = f"again: make test DATE={conditions.date} SEED={conditions.seed}"
    if conditions.moment is not None and library is None:
        return f"Python tests: the real date, as no libfaketime works here; seed {conditions.seed} ({again})"
    return f"Python tests: date {conditions.date}, seed {conditions.seed} ({again})"


def python_tests(
    group: str, conditions: Conditions, library: Path | None, *, name: str = "", measures: bool = False
) -> Check:
    """
    Return the check that runs the `quick` or the `slow` Python tests.

    Args:
        measures: whether to record which lines were run; the slow tests add to what the quick ones recorded.
    """
    seed = str(conditions.seed)
    command = [str(BIN / "pytest"), "-q", "-n", "auto", "-m", _SELECTION[group]]
    command += ["--random-order-bucket=global", f"--random-order-seed={seed}", f"--hypothesis-seed={seed}"]
    environ = {"PYTHONHASHSEED": seed}
    if measures:
        command += ["--cov", "--cov-report=", *(["--cov-append"] if group == "slow" else [])]
        environ["COVERAGE_FILE"] = str(_COVERAGE)
        if sys.version_info >= (3, 12):
            environ["COVERAGE_CORE"] = "sysmon"
    if library is not None and conditions.moment is not None:
        environ |= faked_clock.environment(library, conditions.moment)
    return Check(name or f"pytest, {group}", group, tuple(command), counts=True, environ=environ)


def coverage_note() -> str:
    """
    Return one line on how much of the code the measured tests covered.
    """
    done = subprocess.run(
        [str(BIN / "coverage"), "report", f"--data-file={_COVERAGE}", "--format=total", "--precision=1"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        return f"coverage: unknown ({(done.stdout + done.stderr).strip()})"
    return f"coverage: the Python tests ran {done.stdout.strip()} % of the server's lines"
