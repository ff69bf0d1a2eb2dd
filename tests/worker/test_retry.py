"""
When a question is asked again, and how long that takes.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any

import pytest

from llmentary_regression_worker.retry import is_worth_retrying, retry_after_s, retry_delay_s


def error(status: int | None = None, **headers: str) -> Exception:
    """
    Return an exception shaped like those of the OpenAI and Anthropic SDKs.
    """
    exc: Any = RuntimeError("no")
    exc.status_code = status
    exc.response = SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})
    return exc  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("exc", "expected"),
    [
        (error(429), True),
        (error(500), True),
        (error(408), True),
        (error(401), False),
        (error(400), False),
        (RuntimeError(), True),
        (KeyboardInterrupt(), False),
        (SystemExit(), False),
    ],
)
def test_only_what_may_pass_is_retried(exc: BaseException, expected: bool) -> None:
    """
    A refusal stays a refusal.
    """
    assert is_worth_retrying(exc) is expected


def test_pauses_double_up_to_a_limit() -> None:
    """
    Without a word from the service each pause is twice the last.
    """
    pauses = [retry_delay_s(RuntimeError(), attempt) for attempt in (1, 2, 3, 20, 5000)]

    assert pauses == [0.5, 1.0, 2.0, 30.0, 30.0]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"Retry_After": "1.5"}, 1.5),
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "inf"}, None),
        ({}, None),
    ],
)
def test_services_word_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """
    Seconds, milliseconds and dates are understood, all else is not.
    """
    assert retry_after_s(error(429, **headers)) == seconds


def test_date_in_the_future_is_a_pause() -> None:
    """
    A date means the time until then.
    """
    wait_s = retry_after_s(error(503, retry_after=formatdate(time.time() + 60, usegmt=True)))

    assert wait_s is not None and 55 < wait_s <= 60


def test_services_word_is_bounded() -> None:
    """
    An hour is too long to sit and wait.
    """
    assert retry_delay_s(error(429, retry_after="3600"), 1) == 120.0


@pytest.mark.parametrize(
    "response", [None, "text", SimpleNamespace(headers=None), SimpleNamespace(headers=5)]
)
def test_odd_responses_are_ignored(response: Any) -> None:
    """
    Any object may hang on a developer's exception.
    """
    exc: Any = RuntimeError("no")
    exc.response = response

    assert retry_after_s(exc) is None
