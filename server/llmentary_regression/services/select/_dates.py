"""
Read points in time as people give them: `7d` ago, or a date.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from llmentary_regression.core.errors import UsageError

_AGO = re.compile(r"([0-9]{1,5})[ \t]*(min|h|d|w)")
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def read_moment(text: str, now: datetime, option: str) -> datetime:
    """
    Return the moment, in UTC, that `7d`, `2026-11-22` or `2026-11-22T18:00` means.

    A date is its first moment in UTC, in which approvals are stamped; so is a time that names no zone.

    Raises:
        UsageError: the text is neither.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago is not None:
            return now - int(ago[1]) * _UNITS[ago[2]]
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise UsageError(
            f"`{option} {text}` is no date; write a time ago such as `7d`, `12h` or `2w`, or a date such as "
            f"`{now:%Y-%m-%d}`"
        ) from None
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
