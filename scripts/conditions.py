"""
The date and the seed with which the Python tests run.

Both are drawn from the commit: the tests of one commit always run the same way, and different commits cover
different days.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REAL = "real"
_FIRST_DAY = datetime(2023, 1, 1)
_DAYS = 3 * 365
"""
All before this program was written. Only the clock is faked, the times of files are real: if the clock were later
than they are, a new file would look old, and whatever compares the two, such as Python's bytecode cache, would
take it for unchanged.
"""


@dataclass(frozen=True)
class Conditions:
    """
    What a run of the Python tests depends on besides the code.
    """

    moment: datetime | None
    """The local time at which the tests start, as they see it; None is the real one."""
    seed: int
    """Determines the order of the tests and the examples of Hypothesis."""

    @property
    def date(self) -> str:
        """
        Return the moment in the form that `read_moment` reads.
        """
        return REAL if self.moment is None else self.moment.isoformat()


def draw_conditions(commit: str) -> Conditions:
    """
    Return the conditions of a commit.
    """
    generator = random.Random(hashlib.sha256(commit.encode()).digest())
    moment = _FIRST_DAY + timedelta(days=generator.randrange(_DAYS), seconds=generator.randrange(86_400))
    return Conditions(moment, generator.randrange(1, 1_000_000))


def commit_here() -> str:
    """
    Return the hash of the commit that is checked out; empty if git knows none.
    """
    try:
        command = ["git", "rev-parse", "HEAD"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """
    Add the options for a chosen date and seed.
    """
    parser.add_argument(
        "--date",
        type=read_moment,
        default=argparse.SUPPRESS,
        help=f"when the Python tests start, such as 2024-02-29 or 2025-12-31T23:59:30, or `{REAL}`",
    )
    parser.add_argument(
        "--seed", type=int, default=argparse.SUPPRESS, help="for the order of the tests and for Hypothesis"
    )


def chosen_conditions(options: argparse.Namespace) -> Conditions:
    """
    Return the conditions of the commit, overridden by those on the command line.
    """
    drawn = draw_conditions(commit_here())
    return Conditions(getattr(options, "date", drawn.moment), getattr(options, "seed", drawn.seed))


def read_moment(text: str) -> datetime | None:
    """
    Read a date, with or without a time of day.
    """
    return None if text == REAL else datetime.fromisoformat(text)
