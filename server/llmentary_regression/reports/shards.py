"""
Whether reports of shards make up the whole that they were dealt out from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from llmentary_regression.reports.document import Document


def is_shard(value: object) -> bool:
    """
    Tell whether a value that was read can be the shard of a report.
    """
    if value is None:
        return True
    return isinstance(value, dict) and all(
        type(value.get(name)) is int and value[name] >= least
        for name, least in (("number", 1), ("total", 1), ("cases", 0))
    )


class NotAllShards(ValueError):
    """
    Something of the whole is missing; the message says what, and the mend.
    """


def check_shards(documents: Sequence[Document]) -> list[str]:
    """
    Return what is odd about the reports of shards, if they are such, without spoiling their joint report.

    Raises:
        NotAllShards: a shard is missing, or they are no parts of one whole; joined, they would read like a
            run in which all was asked.
    """
    shards = [one["shard"] for one in documents if one["shard"] is not None]
    if not shards:
        return []
    totals = sorted({one["total"] for one in shards})
    if len(totals) > 1:
        raise NotAllShards(
            f"the reports are of different splits, into {_listed(totals)} parts; join those of one split"
        )
    (total,) = totals
    counts = Counter(one["number"] for one in shards)
    missing = [number for number in range(1, total + 1) if number not in counts]
    if missing:
        verb, whose = ("is", "its report") if len(missing) == 1 else ("are", "their reports")
        raise NotAllShards(f"{_named(missing, total)} {verb} missing; run what failed, or name {whose} too")
    _check_cases(documents)
    notes = []
    twice = sorted(number for number, count in counts.items() if count > 1)
    if twice:
        verb = "stands" if len(twice) == 1 else "stand"
        notes.append(f"{_named(twice, total)} {verb} in more than one report")
    others = len(documents) - len(shards)
    if others:
        notes.append(f"{others} of the reports {'is' if others == 1 else 'are'} of no shard")
    return notes


def _check_cases(documents: Sequence[Document]) -> None:
    """
    See that no case fell between shards: they were dealt out by the same choice and the same durations.

    Raises:
        NotAllShards: one did.
    """
    wholes = sorted({one["shard"]["cases"] for one in documents if one["shard"] is not None})
    if len(wholes) > 1:
        raise NotAllShards(
            f"the shards were cut from different choices, of {_listed(wholes)} cases; "
            "run them all on the same suites with the same options"
        )
    if any(one["interrupted"] for one in documents):
        return  # what was not asked is said by the exit code
    found = {(case["suite"], case["key"]) for one in documents for case in one["cases"]}
    lost = wholes[0] - len(found)
    if lost > 0:
        raise NotAllShards(
            f"{lost} of {wholes[0]} cases {'stands' if lost == 1 else 'stand'} in no shard; "
            "have all shards go by the same durations: commit `.llmentary/durations.json`, or name a file"
        )


def _named(numbers: Sequence[int], total: int) -> str:
    return f"shard{'' if len(numbers) == 1 else 's'} {_listed([f'{number}/{total}' for number in numbers])}"


def _listed(items: Sequence[object]) -> str:
    texts = [str(item) for item in items]
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))
