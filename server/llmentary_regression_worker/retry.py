"""
Whether and when a question whose callable raised is asked again.
"""

from __future__ import annotations

import time
from typing import Any

_FIRST_DELAY_S = 0.5
_MAX_DELAY_S = 30.0
_MAX_WAIT_S = 120.0
_PASSING_CLIENT_ERRORS = {408, 409, 425, 429}


def is_worth_retrying(exc: BaseException) -> bool:
    """
    Return whether another attempt may succeed: not after a refusal such as a wrong API key.
    """
    if not isinstance(exc, Exception):
        return False
    status = getattr(exc, "status_code", None)
    if isinstance(status, int) and 400 <= status < 500:
        return status in _PASSING_CLIENT_ERRORS
    return True


def retry_delay_s(exc: BaseException, attempt: int) -> float:
    """
    Return the pause before the next attempt: what the service asked for, else twice as long each time.

    Args:
        attempt: how many attempts there were, at least 1.
    """
    asked_for = retry_after_s(exc)
    if asked_for is not None:
        return min(asked_for, _MAX_WAIT_S)
    return min(_FIRST_DELAY_S * 2.0 ** min(attempt - 1, 16), _MAX_DELAY_S)


def retry_after_s(exc: BaseException) -> float | None:
    """
    Return the seconds that the service's response asks to wait, if the exception carries one that does.
    """
    headers = getattr(getattr(exc, "response", None), "headers", None)
    milliseconds = _number(_header(headers, "retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = _header(headers, "retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        # Imported here: most workers never need it, and the developer may have an `email.py` that shadows it.
        from email.utils import parsedate_to_datetime

        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ImportError, TypeError, ValueError, OverflowError):
        return None


def _header(headers: Any, name: str) -> str | None:
    try:
        for spelling in (name, name.title()):
            value = headers.get(spelling)
            if isinstance(value, (str, int, float)):
                return str(value)
    except Exception:  # noqa: BLE001 - any object may hang on a developer's exception
        return None
    return None


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None
