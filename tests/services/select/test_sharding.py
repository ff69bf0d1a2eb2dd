"""
Shards: every case once, alike on every machine, about equally long.
"""

import random

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseId
from llmentary_regression.services.select import Shard
from llmentary_regression.services.select._sharding import read_shard, split_cases

PLACES = [CaseId("a.llmtest", f"{number:016x}") for number in range(101)]


@pytest.mark.parametrize(
    ("text", "shard"), [("1/1", Shard(1, 1)), ("2/5", Shard(2, 5)), (" 5/5 ", Shard(5, 5))]
)
def test_shard_is_read(text: str, shard: Shard) -> None:
    """
    The first shard is 1.
    """
    assert read_shard(text) == shard


@pytest.mark.parametrize("text", ["", "2", "0/5", "6/5", "1/0", "-1/5", "1/5/2", "a/b", "1.5/3"])
def test_bad_shard_is_refused(text: str) -> None:
    """
    The message says how a shard is written, or which there are.
    """
    with pytest.raises(UsageError, match="--shard"):
        read_shard(text)


@pytest.mark.parametrize("total", [1, 2, 5, 100, 101, 150])
def test_shards_cover_everything_once(total: int) -> None:
    """
    No case is left out and none is asked twice.
    """
    durations = {place: random.Random(7).random() for place in PLACES[::2]}

    shards = split_cases(PLACES, total, durations)

    assert len(shards) == total
    assert sorted(place for shard in shards for place in shard) == PLACES


def test_order_of_cases_does_not_matter() -> None:
    """
    Another machine may find the suites in another order.
    """
    durations = {place: float(number % 7) for number, place in enumerate(PLACES)}
    mixed = list(PLACES)
    random.Random(3).shuffle(mixed)

    assert split_cases(mixed, 4, durations) == split_cases(PLACES, 4, durations)


def test_shards_take_about_equally_long() -> None:
    """
    One slow case has a shard almost to itself.
    """
    durations = dict.fromkeys(PLACES, 1.0) | {PLACES[5]: 50.0}

    shards = split_cases(PLACES, 3, durations)

    assert sorted(sum(durations[place] for place in shard) for shard in shards) == [50.0, 50.0, 50.0]


def test_cases_without_a_duration_are_spread() -> None:
    """
    Without any record the shards hold equally many.
    """
    assert sorted(map(len, split_cases(PLACES, 4, {}))) == [25, 25, 25, 26]
