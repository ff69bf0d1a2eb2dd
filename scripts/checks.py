"""
Run checks, commands whose exit code says whether they passed, and report how many tests passed and failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# The last lines of the runners: pytest (`12 passed, 1 failed in 3 s`), node (`# pass 12`), mocha (`12 passing`).
_PASSED = re.compile(r"\b(\d+) pass(?:ed|ing)\b|^\S?\s*pass (\d+)$")
_FAILED = re.compile(r"\b(\d+) (?:fail(?:ed|ing)|errors?)\b|^\S?\s*fail (\d+)$")
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Check:
    """
    One command whose exit code says whether it passed.
    """

    name: str
    group: str
    command: tuple[str, ...]
    counts: bool = False
    """Whether its last lines say how many tests passed and failed; otherwise it counts as one."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that it gets in addition."""


@dataclass(frozen=True)
class Outcome:
    """
    The result of one check.
    """

    check: Check
    passed: int
    failed: int
    elapsed_s: float


def run_check(check: Check) -> Outcome:
    """
    Run one check and show its output as it arrives.
    """
    print(f"\n=== {check.name}: {' '.join(_shown(check.command))}", flush=True)
    started = time.monotonic()
    program = shutil.which(check.command[0]) or check.command[0]
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            [program, *check.command[1:]],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", **check.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as exc:
        print(f"cannot start `{program}`: {exc}")
        return Outcome(check, 0, 1, time.monotonic() - started)
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            print(line, end="", flush=True)
            lines.append(_COLORS.sub("", line.rstrip()))
    code = process.wait()
    passed, failed = read_counts(lines) if check.counts else (int(code == 0), int(code != 0))
    failed = max(failed, 1) if code != 0 else 0
    if passed + failed == 0:
        print(f"`{check.name}` ran no test")
        failed = 1
    return Outcome(check, passed, failed, time.monotonic() - started)


def read_counts(lines: Sequence[str]) -> tuple[int, int]:
    """
    Return how many tests passed and failed, from the last lines of a runner.
    """
    passed = failed = 0
    for line in lines:
        if found := _PASSED.search(line):
            passed = int(found[1] or found[2])
        if found := _FAILED.search(line):
            failed = int(found[1] or found[2])
    return passed, failed


def report(outcomes: Sequence[Outcome], *notes: str) -> int:
    """
    Print a row for each check, the notes, and the totals on the last line; return the exit code.
    """
    print()
    for outcome in outcomes:
        word = "failed" if outcome.failed else "ok"
        row = f"{word:<7} {outcome.check.name:<28} {outcome.passed:>5} passed {outcome.failed:>4} failed"
        print(f"{row} {outcome.elapsed_s:>7.1f} s")
    for note in notes:
        print(note)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _shown(command: Sequence[str]) -> list[str]:
    return [part.replace(f"{BIN}{os.sep}", "") for part in command]
