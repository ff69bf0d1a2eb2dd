"""
Split the cases of a run between machines: every case in exactly one shard, all shards about equal in time.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseId
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import project_folder, read_chosen, read_file

from ._selection import Shard, SuiteCase

DURATIONS_FILE = "durations.json"
"""In `.llmentary/`; may be committed, so that all shards of a commit use the same durations."""
_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


def read_shard(text: str) -> Shard:
    """
    Return the shard that `2/5` means.

    Raises:
        UsageError: it cannot be one.
    """
    found = _SHARD.fullmatch(text.strip())
    if found is None or int(found[2]) == 0:
        raise UsageError(f"`--shard {text}` is not a part; write which of how many, such as `--shard 2/5`")
    shard = Shard(int(found[1]), int(found[2]))
    if not 1 <= shard.number <= shard.total:
        last = shard.total
        raise UsageError(f"`--shard {text}`: the parts of {last} are 1/{last} to {last}/{last}")
    return shard


def split_cases(
    case_ids: Sequence[CaseId], total: int, durations: Mapping[CaseId, float]
) -> list[frozenset[CaseId]]:
    """
    Return the shards of the cases, the longest cases dealt out first, each to the shard with least to do.

    The same cases and durations give the same shards on every machine, in whatever order they come. A case
    of unknown duration counts as one in the middle.
    """
    known = [durations[case_id] for case_id in case_ids if case_id in durations]
    # Rounded, so that sums do not depend on the last bit; and never 0, or all would go to one shard.
    usual = max(round(median(known), 3), 0.001) if known else 1.0
    weights = {
        case_id: max(round(durations[case_id], 3), 0.001) if case_id in durations else usual
        for case_id in case_ids
    }
    loads = [(0.0, number) for number in range(total)]
    shards: list[set[CaseId]] = [set() for _ in range(total)]
    for case_id in sorted(weights, key=lambda one: (-weights[one], one)):
        load, number = heapq.heappop(loads)
        shards[number].add(case_id)
        heapq.heappush(loads, (round(load + weights[case_id], 3), number))
    return [frozenset(shard) for shard in shards]


def take_shard(
    project: Project, cases: Sequence[SuiteCase], shard: Shard, durations: str | None, cwd: Path
) -> Sequence[SuiteCase]:
    """
    Return the cases of one shard; all shards together are all cases, each once.

    Raises:
        UsageError: the durations cannot be read.
    """
    known = _durations(project, durations, cwd)
    mine = split_cases([one.case_id for one in cases], shard.total, known)[shard.number - 1]
    return [one for one in cases if one.case_id in mine]


def _durations(project: Project, given: str | None, cwd: Path) -> Mapping[CaseId, float]:
    """
    Return the durations to use: those of a file that was named, or is committed; else this machine's own.

    In CI each shard has its own machine and history; with different durations they would leave cases out.
    """
    if given is not None:
        path = cwd / Path(given).expanduser()
        return read_durations(path, read_chosen)
    committed = project_folder(project.root) / DURATIONS_FILE
    if committed.is_file():
        return read_durations(committed, partial(read_file, root=project.root))
    if project.is_ci:
        return {}
    # Imported here: most runs are not split, and the history reads compressed files.
    from llmentary_regression.services.history import read_history

    return read_history(project).durations()


def read_durations(path: Path, read: Callable[[Path], bytes]) -> dict[CaseId, float]:
    """
    Return the durations in a JSON report, or in a file made by `llmentary stats --durations`.

    Raises:
        UsageError: it cannot be read as either.
    """
    try:
        found = json.loads(read(path))
        return {CaseId(one["suite"], one["key"]): float(one["elapsed_s"]) for one in found["cases"]}
    except OSError as exc:
        raise UsageError(
            f"cannot read the durations in `{path}`: {exc.strerror or exc}; "
            "`llmentary stats --durations FILE` writes them"
        ) from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(
            f"`{path}` holds no durations; give a JSON report, or a file of `llmentary stats --durations`"
        ) from exc
