"""
Join the JSON reports of shards into the one that a single run would have written, if no shard is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llmentary_regression.core.judging import SampleCounts
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.reports.attention import rank_of
from llmentary_regression.reports.document import VERSION, Document, mean_sampling


def is_shard(value: object) -> bool:
    """
    Return whether a value that was read can be the shard of a report.
    """
    if value is None:
        return True
    return isinstance(value, dict) and all(
        type(value.get(name)) is int and value[name] >= least
        for name, least in (("number", 1), ("total", 1), ("cases", 0))
    )


class NotAllShards(ValueError):
    """
    Part of the whole is missing; the message says what, and how to fix it.
    """


def check_shards(documents: Sequence[Document]) -> list[str]:
    """
    Return what is unusual about the reports, if they are of shards, but does not prevent joining them.

    Raises:
        NotAllShards: a shard is missing, or they are not parts of one whole; joined, they would read like a
            run in which all was asked.
    """
    shards = [one["shard"] for one in documents if one["shard"] is not None]
    if not shards:
        return []
    totals = sorted({one["total"] for one in shards})
    if len(totals) > 1:
        raise NotAllShards(
            f"the reports are of different splits, into {_listed(totals)} parts; join reports of one split"
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
        verb = "is" if len(twice) == 1 else "are"
        notes.append(f"{_named(twice, total)} {verb} in more than one report")
    others = len(documents) - len(shards)
    if others:
        notes.append(f"{others} of the reports {'is' if others == 1 else 'are'} of no shard")
    return notes


def _check_cases(documents: Sequence[Document]) -> None:
    """
    Check that no case is in no shard: all must have been split from the same selection by the same durations.

    Raises:
        NotAllShards: one did.
    """
    wholes = sorted({one["shard"]["cases"] for one in documents if one["shard"] is not None})
    if len(wholes) > 1:
        raise NotAllShards(
            f"the shards were split from different selections, of {_listed(wholes)} cases; "
            "run them all on the same suites with the same options"
        )
    if any(one["interrupted"] for one in documents):
        return  # the exit code says that something was not asked
    found = {(case["suite"], case["key"]) for one in documents for case in one["cases"]}
    lost = wholes[0] - len(found)
    if lost > 0:
        raise NotAllShards(
            f"{lost} of {wholes[0]} cases {'is' if lost == 1 else 'are'} in no shard; "
            "let all shards use the same durations: commit `.llmentary/durations.json`, or name a file"
        )


def _named(numbers: Sequence[int], total: int) -> str:
    return f"shard{'' if len(numbers) == 1 else 's'} {_listed([f'{number}/{total}' for number in numbers])}"


def _listed(items: Sequence[object]) -> str:
    texts = [str(item) for item in items]
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Merged:
    """
    The joint report, and notes on how it was made.
    """

    document: Document
    notes: tuple[str, ...]


class NotAReport(ValueError):
    """
    What was given is not a JSON report of llmentary; the message says why.
    """


def check_report(value: object) -> Document:
    """
    Return `value` as a document.

    Raises:
        NotAReport: it is none, or one of a later version.
    """
    if not isinstance(value, dict) or not isinstance(value.get("cases"), list):
        raise NotAReport("is not a JSON report; write one with `llmentary test --report json=FILE`")
    version = value.get("version")
    if version != VERSION:
        raise NotAReport(f"is a report of version {version}, not {VERSION}; update llmentary to read it")
    for case in value["cases"]:
        if not isinstance(case, dict) or not {"suite", "key", "verdict", "reason", "fails"} <= case.keys():
            raise NotAReport("has a case without suite, key, verdict, reason or fails; write it again")
    if not is_shard(value.get("shard")):
        raise NotAReport("has a shard without number, total or cases; write it again")
    return {**_EMPTY, **value, "cases": [{**_EMPTY_CASE, **case} for case in value["cases"]]}


def merge_documents(documents: Sequence[Document]) -> Merged:
    """
    Return the joint report.

    A case that is in several reports counts once, with its worst verdict: no order of the reports can hide a
    failure.

    Raises:
        NotAllShards: a shard is missing, or the reports are of different splits.
    """
    notes = check_shards(documents)
    cases: dict[tuple[str, str, int], Document] = {}
    repeated = contradicted = 0
    for document in documents:
        # Where models were compared, a report holds a case once for each, in the order of the models.
        seen: Counter[tuple[str, str]] = Counter()
        for case in document["cases"]:
            suite, key = case["suite"], case["key"]
            place = (suite, key, seen[suite, key])
            seen[suite, key] += 1
            known = cases.get(place)
            if known is not None:
                repeated += 1
                contradicted += known["verdict"] != case["verdict"]
            if known is None or _severity(case) < _severity(known):
                cases[place] = case
    if repeated:
        noun, verb = ("case is", "counts") if repeated == 1 else ("cases are", "count")
        note = f"{repeated} {noun} in more than one report and {verb} once"
        notes.append(note + (f"; of {contradicted} the worse verdict" if contradicted else ""))
    notes += _differences(documents)

    problems: list[Document] = []
    for document in documents:
        problems += [problem for problem in document["problems"] if problem not in problems]
    counts = Counter(case["verdict"] for case in cases.values())
    document = {
        **documents[0],
        "summary": {str(kind): counts[str(kind)] for kind in VerdictKind},
        "cases": list(cases.values()),
        "problems": problems,
        "selected": sum(one["selected"] for one in documents) - repeated,
        "strict": any(one["strict"] for one in documents),
        "interrupted": any(one["interrupted"] for one in documents),
        "left_out_by_only": sum(one["left_out_by_only"] for one in documents),
        "sampling": mean_sampling(_sample_counts(cases.values())),
        "elapsed_s": round(sum(one["elapsed_s"] for one in documents), 3),
        "shard": None,
        "merged": len(documents),
    }
    if len(documents) > 1:
        # Each shard knows its own history; one's runs and drift are not those of the whole.
        document = {name: value for name, value in document.items() if name not in ("runs", "drift")}
    document["exit_code"] = _exit_code(document)
    return Merged(document, tuple(notes))


def _severity(case: Document) -> tuple[bool, int]:
    return (not case["fails"], rank_of(case))


def _exit_code(document: Document) -> int:
    if document["interrupted"]:
        return _INTERRUPTED
    broken = any(problem["severity"] == "error" for problem in document["problems"])
    return 1 if broken or any(case["fails"] for case in document["cases"]) else 0


def _differences(documents: Sequence[Document]) -> list[str]:
    """
    Return the signs that the reports are not shards of one run.
    """
    notes = []
    if len({one["strict"] for one in documents}) > 1:
        notes.append(
            "some of the reports are strict and some are not; each case counts as its own report says"
        )
    versions = sorted({one["tool"]["version"] for one in documents})
    if len(versions) > 1:
        notes.append(f"the reports come from different versions of llmentary: {', '.join(versions)}")
    folders = sorted({one["folder"] or "." for one in documents})
    if len(folders) > 1:
        notes.append(f"the reports come from different projects: {', '.join(folders)}")
    return notes


def _sample_counts(cases: Iterable[Document]) -> list[SampleCounts]:
    return [
        SampleCounts(case["sampling"]["judged"], case["sampling"]["passed"])
        for case in cases
        if case["sampling"] is not None
    ]


_EMPTY: Document = {
    "tool": {"name": "llmentary", "version": "unknown"},
    "summary": {},
    "problems": [],
    "selected": 0,
    "strict": False,
    "interrupted": False,
    "left_out_by_only": 0,
    "shard": None,
    "sampling": None,
    "elapsed_s": 0.0,
    "exit_code": 0,
    "folder": "",
}
_EMPTY_CASE: Document = {
    "name": None,
    "row": None,
    "line": 1,
    "question": "",
    "score": None,
    "message": "",
    "facts": [],
    "elapsed_s": 0.0,
    "model": None,
    "approved_model": None,
    "tags": [],
    "samples": [],
    "sampling": None,
}
"""What a report of an earlier version may lack."""
