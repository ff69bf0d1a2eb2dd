"""
Compare one file a case with one file a suite: writing, reading, git, and a run of unchanged cases.

For comparison: the same documents in one JSON file with a case a line, as llmentary once kept them, read and written by
plain `json`. All in one run on the same machine, so that the ratios hold.

    python benchmarks/baseline_layout.py [CASES]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SERVER = Path(__file__).resolve().parents[1] / "server"
sys.path.insert(0, str(SERVER))

from llmentary_regression.core.baselines import Baseline, new_baseline  # noqa: E402
from llmentary_regression.core.crypto import Root  # noqa: E402
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples  # noqa: E402
from llmentary_regression.core.model import Case, Position, Privacy, Role, Span, Turn  # noqa: E402
from llmentary_regression.storage.baselines import BaselineStore  # noqa: E402

SUITE = "all.llmtest"
ROOT = Root("r1", bytes(range(32)))
_SPAN = Span(Position(0, 0), Position(0, 1))
_ROUNDS = 3


def main() -> None:
    """
    Print a line for each thing that is measured: one file a case, one file a suite, and the ratio.
    """
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    baselines = {key: _baseline(number, key) for number, key in enumerate(f"{n:016x}" for n in range(cases))}
    documents = {key: one.to_document() for key, one in baselines.items()}
    with tempfile.TemporaryDirectory() as name:
        many, one = Path(name) / "many", Path(name) / "one"
        many.mkdir()
        one.mkdir()
        plain = one / "all.llmtest.json"
        text = _as_one_file(documents)
        print(f"{cases} cases{'one file a case':>38}{'one file a suite':>19}{'ratio':>8}")

        def write_many() -> None:
            BaselineStore(many).update({SUITE: lambda _: baselines})

        def write_one() -> None:
            # Made durable as the store's files are.
            with plain.open("w", encoding="utf-8") as file:
                file.write(_as_one_file(documents))
                file.flush()
                os.fsync(file.fileno())

        _show("write all, s", _timed(write_many, rounds=1), _timed(write_one))
        changed = dict(list(baselines.items())[:1])
        edited = {key: _baseline(cases + 1, key) for key in changed}
        store = BaselineStore(many)
        store.read(SUITE)
        _show(
            "write one more approval, s",
            _timed(lambda: store.update({SUITE: lambda known: {**known, **edited}}), rounds=1),
            _timed(write_one),
        )
        store.update({SUITE: lambda known: {**known, **changed}})
        _show(
            "read, s",
            _timed(lambda: len(BaselineStore(many).read(SUITE))),
            _timed(lambda: len(json.loads(plain.read_text(encoding="utf-8"))["baselines"])),
        )
        plain.write_text(text, encoding="utf-8")
        for folder in (many, one):
            _git(folder, "init", "-q")
            _git(folder, "config", "gc.auto", "0")
        _show("git add, first time, s", *(_timed(_add(folder), rounds=1) for folder in (many, one)))
        for folder in (many, one):
            _git(folder, "commit", "-q", "-m", "Approve")
        _show("git status, s", *(_timed(_status(folder)) for folder in (many, one)))
        store.update({SUITE: lambda known: {**known, **edited}})
        documents.update({key: baseline.to_document() for key, baseline in edited.items()})
        plain.write_text(_as_one_file(documents), encoding="utf-8")
        _show("git add, one approval, s", *(_timed(_add(folder), rounds=1) for folder in (many, one)))
        for folder in (many, one):
            _git(folder, "commit", "-q", "-m", "Approve one")
        _show("clone, MB", *(_clone_mb(folder) for folder in (many, one)), digits=2)
        _show("checked out, MB (in blocks)", *(_disk_mb(folder) for folder in (many, one)), digits=2)


def _baseline(number: int, key: str) -> Baseline:
    question = f"How long do I have to return article {number}?"
    case = Case(key, None, None, (Turn(Role.USER, question),), (), (), _SPAN, _SPAN)
    baseline = new_baseline(SUITE, case, root=ROOT, mask_digest=None, random=os.urandom)
    made = make_fingerprint(
        f"You can return article {number} within 30 days of delivery. Items must be unworn and have their tags.",
        root=ROOT,
        baseline_id=baseline.id,
        privacy=Privacy.FULL,
        approved="2026-11-22T18:00:00Z",
        by="Ada",
    )
    return seal_examples(baseline, [made], root=ROOT, random=os.urandom)


def _as_one_file(documents: Mapping[str, Mapping[str, object]]) -> str:
    lines = [f"{json.dumps(key)}: {json.dumps(documents[key])}" for key in sorted(documents)]
    return '{"baselines": {\n' + ",\n".join(lines) + "\n}}\n"


def _timed(work: Callable[[], object], *, rounds: int = _ROUNDS) -> float:
    """
    Return the shortest time that some work took, in seconds of wall clock: git and the disk are other processes.
    """
    times = []
    for _ in range(rounds):
        began = time.monotonic()
        work()
        times.append(time.monotonic() - began)
    return min(times)


def _show(label: str, many: float, one: float, *, digits: int = 3) -> None:
    print(f"{label:<30}{many:>16.{digits}f}{one:>19.{digits}f}{many / one:>8.1f}", flush=True)


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def _add(folder: Path) -> Callable[[], object]:
    return lambda: _git(folder, "add", "--all")


def _status(folder: Path) -> Callable[[], object]:
    return lambda: _git(folder, "status", "--porcelain")


def _clone_mb(folder: Path) -> float:
    """
    Return the size of a fresh clone's `.git`, as a server would send it.
    """
    clone = folder.with_name(f"{folder.name}-clone")
    _git(folder.parent, "clone", "-q", "--no-local", "--bare", str(folder), str(clone))
    size = _sizes(list(clone.rglob("*.pack")))
    shutil.rmtree(clone)
    return size


def _disk_mb(folder: Path) -> float:
    files = [path for path in folder.rglob("*.json") if path.is_file() and ".git" not in path.parts]
    return sum(getattr(path.stat(), "st_blocks", path.stat().st_size / 512) * 512 for path in files) / 1e6


def _sizes(paths: Sequence[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6


if __name__ == "__main__":
    main()
