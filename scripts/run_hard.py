"""
Run the quick Python tests under hard conditions: awkward days, midnight, other orders, a busy machine.

A test that fails in one of these parts depends on something that it does not control: the date, the order of the
tests, or an idle machine.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import faked_clock
from checks import Check, Outcome, report, run_check
from conditions import Conditions, commit_here, draw_conditions
from python_tests import announce, python_tests

_ORDERS = 5
_SPINNING = 4


@dataclass(frozen=True)
class Part:
    """
    One run of the quick Python tests.
    """

    name: str
    conditions: Conditions
    spinning: int = 0
    """How many busy processes run at the same time."""


def main(arguments: list[str]) -> int:
    """
    Run the named parts, or all of them; the exit code is 1 if anything failed.
    """
    parts = list_parts(draw_conditions(commit_here()))
    names = [part.name for part in parts]
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(names)}; default: all")
    chosen = parser.parse_args(arguments).parts or names
    if unknown := set(chosen) - set(names):
        parser.error(f"there is no part `{sorted(unknown)[0]}`; the parts are {', '.join(names)}")
    library = faked_clock.find_library()
    if library is None:
        print(
            "make test-hard needs libfaketime to change the date, and none works here (there is one for Linux on x64)"
        )
        return 1
    return report([run_part(part, library) for part in parts if part.name in chosen])


def list_parts(drawn: Conditions) -> list[Part]:
    """
    Return the hard conditions; everything else is as drawn from the commit.
    """
    days = {
        "30-nov": datetime(2025, 11, 30, 14, 30),
        "31-dec": datetime(2025, 12, 31, 12, 31),
        "29-feb": datetime(2024, 2, 29, 2, 29),
        # The first tests run before midnight, the others after it.
        "midnight": datetime(2025, 12, 31, 23, 59, 30),
    }
    return [
        *(Part(name, Conditions(moment, drawn.seed)) for name, moment in days.items()),
        *(
            Part(f"order-{number}", Conditions(drawn.moment, drawn.seed + number))
            for number in range(1, _ORDERS + 1)
        ),
        Part("busy", drawn, spinning=_SPINNING),
    ]


def run_part(part: Part, library: Path) -> Outcome:
    """
    Run the quick Python tests once.
    """
    print(f"\n{announce(part.conditions, library)}", flush=True)
    check: Check = python_tests("quick", part.conditions, library, name=part.name)
    with spinning(part.spinning):
        return run_check(check)


@contextlib.contextmanager
def spinning(number: int) -> Iterator[None]:
    """
    Keep so many processes busy until the block ends.
    """
    # They end when this process ends, even if it is killed.
    program = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
    command = [sys.executable, "-I", "-c", program]
    processes = [subprocess.Popen(command, stdin=subprocess.DEVNULL) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
