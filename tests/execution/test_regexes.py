"""
Suite regexes: what they give, and that a slow or broken one costs its own case only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from llmentary_regression.core.model import Failure, FailureKind, Regex
from llmentary_regression.execution.regexes import RegexRunner

SLOW = Regex(r"(a+)+$")
SLOW_TEXT = "a" * 60 + "b"


@pytest.fixture
async def runner() -> AsyncIterator[RegexRunner]:
    """
    Return a runner that is closed in the end.
    """
    runner = RegexRunner()
    yield runner
    await runner.close()


@pytest.mark.parametrize(
    ("regex", "text", "masked"),
    [
        (Regex(r"\d{4}-\d\d-\d\d"), "on 2026-11-22 and 2026-11-23", "on ▇ and ▇"),
        (Regex("ORDER", "i"), "order 7", "▇ 7"),
        (Regex("^b$", "m"), "a\nb\nc", "a\n▇\nc"),
        (Regex("a.c", "s"), "a\nc", "▇"),
        (Regex("a b # comment", "x"), "ab", "▇"),
        (Regex("x*"), "axxb", "a▇b"),
        (Regex("ü+"), "füü 😀", "f▇ 😀"),
        (Regex("nothing"), "unchanged", "unchanged"),
    ],
)
async def test_matches_are_masked(regex: Regex, text: str, masked: str, runner: RegexRunner) -> None:
    """
    Each match is replaced by the same placeholder; a match of nothing is no match.
    """
    assert await runner.mask(text, [regex]) == masked


async def test_masks_work_on_what_the_earlier_ones_left(runner: RegexRunner) -> None:
    """
    Masks are applied in order.
    """
    assert await runner.mask("id 12 of 34", [Regex(r"\d+"), Regex("▇ of ▇")]) == "id ▇"


async def test_search_tells_of_each(runner: RegexRunner) -> None:
    """
    Every expression gets its own answer.
    """
    yes, no = Regex("b+"), Regex("^b")

    assert await runner.search("abc", [yes, no]) == {yes: True, no: False}


async def test_no_regexes_need_no_process() -> None:
    """
    Without anything to do nothing is started, so there is nothing to close.
    """
    runner = RegexRunner()

    assert await runner.mask("text", []) == "text"
    assert await runner.search("text", []) == {}


async def test_slow_regex_is_named(runner: RegexRunner) -> None:
    """
    Of several, the one that takes too long is named; later texts are served as before.
    """
    outcome = await runner.search(SLOW_TEXT, [Regex("a"), SLOW, Regex("b")], timeout_s=1.5)

    assert isinstance(outcome, Failure)
    assert outcome.kind is FailureKind.REGEX
    assert outcome.message == "/(a+)+$/ took longer than 1.5 s; make it simpler"
    assert await runner.mask("abc", [Regex("b")]) == "a▇c"


async def test_broken_regex_is_named(runner: RegexRunner) -> None:
    """
    An expression that does not compile is told with its fault.
    """
    outcome = await runner.mask("text", [Regex("(", "i")])

    assert isinstance(outcome, Failure)
    assert outcome.message.startswith("/(/i is not a regular expression (missing ), unterminated subpattern")


async def test_slow_text_fails_alone(runner: RegexRunner) -> None:
    """
    Of several that are asked for at once, those before and behind it are masked.
    """
    texts = [("a1", Regex(r"\d"), 60.0), (SLOW_TEXT, SLOW, 0.5), ("b2", Regex(r"\d"), 60.0)]

    outcomes = await asyncio.gather(
        *(runner.mask(text, [mask], timeout_s=limit_s) for text, mask, limit_s in texts)
    )

    assert outcomes[0] == "a▇"
    assert isinstance(outcomes[1], Failure)
    assert outcomes[2] == "b▇"


async def test_long_text_passes(runner: RegexRunner) -> None:
    """
    A megabyte is no trouble.
    """
    assert await runner.mask("x" * 1_000_000 + "7", [Regex(r"\d")]) == "x" * 1_000_000 + "▇"
