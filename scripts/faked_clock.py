"""
Give a program and everything that it starts another date, by preloading `libfaketime`.

Only the wall clock is faked. Time limits and pauses use the monotonic clock, and the times of files stay real.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path


def find_library() -> Path | None:
    """
    Return a `libfaketime` that works here, from PyPI or Debian; None if there is none.

    Only on Linux: macOS removes preloaded libraries from the commands that tests start.
    """
    if not sys.platform.startswith("linux"):
        return None
    return next((library for library in _candidates() if _works(library)), None)


def _candidates() -> Iterator[Path]:
    package = importlib.util.find_spec("libfaketime")
    for folder in [] if package is None else package.submodule_search_locations or []:
        yield from Path(folder).glob("vendor/libfaketime/src/libfaketime.so.1")
    yield from sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


def _works(library: Path) -> bool:
    """
    Return whether a program really sees another time; a library for another processor is silently ignored.
    """
    moment = datetime(2024, 2, 29, 12)
    done = subprocess.run(
        [sys.executable, "-I", "-c", "import time; print(time.time())"],
        env={**os.environ, **environment(library, moment)},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode == 0 and abs(float(done.stdout) - moment.timestamp()) < 600


def environment(library: Path, moment: datetime) -> Mapping[str, str]:
    """
    Return the environment variables that make a program started now see that moment as the current time.

    The clock is shifted, not set: what the program starts later sees the same time as the program itself.
    """
    # If this program's own clock is shifted already, as in its tests, the new shift includes that.
    own = re.fullmatch(r"([+-]\d+)s", os.environ.get("FAKETIME", ""))
    shift_s = round(moment.timestamp() - time.time()) + (int(own[1]) if own else 0)
    loaded = [str(library), *filter(None, [os.environ.get("LD_PRELOAD")])]
    return {
        "LD_PRELOAD": ":".join(loaded),
        "FAKETIME": f"{shift_s:+d}s",
        # By default it reads FAKETIME again every ten seconds, which is not safe with threads.
        "FAKETIME_CACHE_DURATION": "1000000",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
