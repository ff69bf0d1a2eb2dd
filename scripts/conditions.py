"""
The date and the seed that the Python tests run under.

Both are drawn from the commit: the tests of one commit always run alike, and many commits meet many days.
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
All before this program was written: the clock is faked, the times of files are not, and a file that seems old
while it is new is taken for unchanged by whatever compares the two, Python's own bytecode cache among them.
"""


@dataclass(frozen=True)
class Conditions:
    """
    What a run of the Python tests depends on besides the code.
    """

    moment: datetime | None
    """The local time at which the tests believe to start; None is the real one."""
    seed: int
    """Decides on the order of the tests and on what Hypothesis makes up."""

    @property
    def date(self) -> str:
        """
        Return the moment as `read_moment` reads it.
        """
        return REAL if self.moment is None else self.moment.isoformat()


def draw_conditions(commit: str) -> Conditions:
    """
    Return the conditions of a commit.
    """
    chance = random.Random(hashlib.sha256(commit.encode()).digest())
    moment = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(86_400))
    return Conditions(moment, chance.randrange(1, 1_000_000))


def commit_here() -> str:
    """
    Return the hash of the commit that is checked out, or nothing where git knows of none.
    """
    try:
        command = ["git", "rev-parse", "HEAD"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def add_options(parser: argparse.ArgumentParser) -> None:
    """
    Let a command line name a date or a seed of its own.
    """
    parser.add_argument(
        "--date",
        type=read_moment,
        default=argparse.SUPPRESS,
        help=f"what the Python tests start at, such as 2024-02-29 or 2025-12-31T23:59:30, or `{REAL}`",
    )
    parser.add_argument(
        "--seed", type=int, default=argparse.SUPPRESS, help="of the order of the tests and of Hypothesis"
    )


def chosen_conditions(options: argparse.Namespace) -> Conditions:
    """
    Return the conditions of the commit, with what the command line says instead.
    """
    drawn = draw_conditions(commit_here())
    return Conditions(getattr(options, "date", drawn.moment), getattr(options, "seed", drawn.seed))


def read_moment(text: str) -> datetime | None:
    """
    Read a date, with or without a time of day.
    """
    return None if text == REAL else datetime.fromisoformat(text)
