"""
Tell the developer, once, what went wrong with capturing; the application itself never notices.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from ._capture import SESSIONS


def warn(message: str) -> None:
    """
    Say a message on stderr, unless it was said before.

    Not through `warnings`: where those are errors, capturing would break the application.
    """
    if SESSIONS.is_first(message):
        say(message)


def say(message: str) -> None:
    """
    Say a message on stderr; where there is none, nobody hears it.
    """
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"llmentary: {message}\n")
        sys.stderr.flush()
