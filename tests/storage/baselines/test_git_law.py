"""
The law of approvals under git: an answer passes if and only if its approval is in the result of a merge, rebase,
squash, cherry-pick or revert, and nobody replaced or dropped it there.

Random histories are made in a real repository. What must pass is told by an oracle that replays the list of
actions; it uses no code of the store.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from git_repository import Repository
from llmentary_regression.core.baselines import Baseline, new_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.fingerprint import Fingerprint, make_fingerprint, open_examples, seal_examples
from llmentary_regression.core.judging import judge_answer
from llmentary_regression.core.model import Case, CaseSettings, Privacy, VerdictKind
from llmentary_regression.core.suite.parsing import parse_suite
from llmentary_regression.storage.baselines import BaselineStore

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here to merge with")

SUITE = "faq.llmtest"
TEXT = """\
=== table
@params
| city |
| Bern |
| Oslo |

Do you ship to {{city}}?

=== alpha

What is the first letter?

=== beta

What is the second letter?

=== gamma

What is the third letter?
"""
CASES: Mapping[str, Case] = {case.label: case for case in parse_suite(TEXT)[0].cases}
SINGLE = ("alpha", "beta", "gamma")
"""Cases with a file of their own; the rows of `table` share one."""
ROOT = Root("r1-0a0b0c0d", bytes(range(32)))
OPERATIONS = ("merge", "merge the other way", "rebase", "squash", "cherry-pick", "revert")

State = dict[str, tuple[int, ...]]
"""By case, the numbers of the approvals that count, in order; each number is approved once in a history."""


@dataclass(frozen=True)
class Action:
    """
    One commit.
    """

    case: str
    kind: str
    """`approve` replaces, `add` keeps what is there, `drop` removes."""


ACTIONS = st.builds(
    Action, st.sampled_from(sorted(CASES)), st.sampled_from(["approve", "approve", "add", "drop"])
)
HISTORIES = st.tuples(
    st.lists(ACTIONS, min_size=1, max_size=6),
    st.lists(ACTIONS, min_size=1, max_size=3),
    st.lists(ACTIONS, min_size=1, max_size=3),
    st.sampled_from(OPERATIONS),
    st.integers(0, 2),
)


def replay(state: State, action: Action, number: int) -> State:
    """
    Return the state after an action, by the oracle.
    """
    previous = state.get(action.case, ())
    if action.kind == "drop":
        return {case: kept for case, kept in state.items() if case != action.case}
    return {**state, action.case: (*previous, number) if action.kind == "add" else (number,)}


def merged(base: State, ours: State, theirs: State) -> tuple[State, set[str]]:
    """
    Return what a three-way merge has to come to, and the cases that both sides changed differently.
    """
    result: State = {}
    conflicts = set()
    for case in CASES:
        was, here, there = base.get(case), ours.get(case), theirs.get(case)
        if here == there or there == was:
            kept = here
        elif here == was:
            kept = there
        else:
            conflicts.add(case)
            continue
        if kept is not None:
            result[case] = kept
    return result, conflicts


class History:
    """
    A repository in which actions are commits, and the oracle's state at each commit.
    """

    def __init__(self, root: Path) -> None:
        self.repository = Repository(root)
        self.store = BaselineStore(root)
        self.root = root
        self._numbers = itertools.count(1)
        self._random = itertools.count(1)

    def commit(self, state: State, action: Action) -> State:
        """
        Do one action, commit it, and return the oracle's new state.
        """
        number = next(self._numbers)
        case = CASES[action.case]

        def change(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
            known = baselines.get(case.key)
            if action.kind == "drop":
                baselines.pop(case.key, None)
                return baselines
            fingerprints: list[Fingerprint] = []
            if known is None or action.kind == "approve":
                known = new_baseline(SUITE, case, root=ROOT, mask_digest=None, random=self._bytes)
            else:
                fingerprints += open_examples(known, root=ROOT)
            fingerprints.append(
                make_fingerprint(
                    answer_of(number),
                    root=ROOT,
                    baseline_id=known.id,
                    privacy=Privacy.FULL,
                    approved=f"2026-11-22T18:{number:02}:00Z",
                    by="ada",
                )
            )
            baselines[case.key] = seal_examples(known, fingerprints, root=ROOT, random=self._bytes)
            return baselines

        self.store.update({SUITE: change})
        self.repository.commit()
        return replay(state, action, number)

    def passing(self) -> tuple[State, set[str]]:
        """
        Return which approvals pass now, by case, and the cases that say that they are in conflict.
        """
        state: State = {}
        refused = set()
        approvals = next(self._numbers)
        baselines = BaselineStore(self.root).read(SUITE)
        for label, case in CASES.items():
            try:
                baseline = baselines.get(case.key)
            except BaselineFileError:
                refused.add(label)
                continue
            kept = tuple(
                number for number in range(1, approvals) if passes(answer_of(number), baseline, case)
            )
            if kept:
                state[label] = kept
        return state, refused

    def unmerged(self) -> set[str]:
        """
        Return the cases whose file git left in conflict.
        """
        names = {name for name in self.repository.git("ls-files", "--unmerged", "-z").split("\0") if name}
        files = {name.partition("\t")[2] for name in names}
        return {
            label
            for label in CASES
            if any(Path(file).name.startswith(label.partition("[")[0]) for file in files)
        }

    def stopped_at(self) -> str:
        """
        Return the commit at which a rebase stopped.
        """
        return self.repository.git("rev-parse", "REBASE_HEAD").strip()

    def run(self, *arguments: str) -> bool:
        """
        Run git, and return whether it left no file in conflict. A commit that would be empty is no conflict.
        """
        self.repository.run(*arguments)
        return not self.repository.git("ls-files", "--unmerged")

    def _bytes(self, size: int) -> bytes:
        return next(self._random).to_bytes(size, "big")


def answer_of(number: int) -> str:
    """
    Return the answer of an approval; no two of them pass for each other.
    """
    return f"The answer is {number * 1009} in all."


def passes(answer: str, baseline: Baseline | None, case: Case) -> bool:
    """
    Return whether the judge lets an answer pass.
    """
    verdict = judge_answer(answer, baseline, root=ROOT, settings=CaseSettings(), question=case.question)
    return verdict.kind is VerdictKind.PASSED


@pytest.fixture(scope="module")
def folders() -> Iterator[Iterator[Path]]:
    """
    Give a new empty folder for each history.
    """
    with tempfile.TemporaryDirectory() as parent:
        yield (Path(tempfile.mkdtemp(dir=parent)) for _ in itertools.count())


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # A history takes dozens of processes; a smaller one is not worth minutes of shrinking.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(history=HISTORIES)
@example(
    # Two branches give different rows of a table their first approval; what comes later is not reached.
    history=(
        [Action("gamma", "approve")],
        [Action("table[Oslo]", "add")],
        [Action("table[Bern]", "approve"), Action("gamma", "approve")],
        "rebase",
        0,
    )
)
@example(
    # The approval that made the file of both rows is taken back after the other row was approved.
    history=(
        [Action("beta", "add")],
        [Action("table[Oslo]", "approve"), Action("table[Bern]", "approve")],
        [Action("table[Oslo]", "approve")],
        "revert",
        0,
    )
)
def test_an_answer_passes_exactly_where_its_approval_counts(
    folders: Iterator[Path], history: tuple[list[Action], list[Action], list[Action], str, int]
) -> None:
    """
    Whatever two branches did, and however git brought it together.
    """
    before, on_main, on_branch, operation, index = history
    made = History(next(folders))
    base: State = {}
    for action in before:
        base = made.commit(base, action)
    made.repository.git("checkout", "-q", "-b", "branch")
    theirs = [base]
    for action in on_branch:
        theirs.append(made.commit(theirs[-1], action))
    made.repository.git("checkout", "-q", "main")
    ours = [base]
    for action in on_main:
        ours.append(made.commit(ours[-1], action))

    expected, conflicts, is_clean = carry_out(made, operation, index, ours, theirs)

    state, refused = made.passing()
    unmerged = made.unmerged()
    assert refused <= unmerged
    for label in CASES:
        if label in unmerged:
            # Loud: git stops and asks. It does so for a case of its own only where both sides changed it.
            assert not is_clean
            assert label in conflicts or label not in SINGLE
        else:
            assert label not in conflicts
            assert state.get(label) == expected.get(label), label


def carry_out(
    made: History, operation: str, index: int, ours: list[State], theirs: list[State]
) -> tuple[State, set[str], bool]:
    """
    Run git's operation, and return the oracle's state, its conflicts, and whether git met none.
    """
    if operation in ("merge", "merge the other way", "squash"):
        first, second = ours, theirs
        other = "branch"
        if operation == "merge the other way":
            first, second, other = theirs, ours, "main"
            made.repository.git("checkout", "-q", "branch")
        arguments = ["--squash"] if operation == "squash" else ["--no-edit"]
        is_clean = made.run("merge", "-q", *arguments, other)
        return *merged(ours[0], first[-1], second[-1]), is_clean
    if operation == "rebase":
        made.repository.git("checkout", "-q", "branch")
        state = ours[-1]
        commits = made.repository.git("rev-list", "--reverse", "main..branch").split()
        is_clean = made.run("rebase", "-q", "main")
        # Git stops at the first commit that it cannot apply; the later ones are not in the result.
        applied = len(commits) if is_clean else 1 + commits.index(made.stopped_at())
        conflicts: set[str] = set()
        for parent, commit in itertools.pairwise(theirs[: applied + 1]):
            assert not conflicts
            state, conflicts = merged(parent, state, commit)
        return state, conflicts, is_clean
    if operation == "cherry-pick":
        number = 1 + index % (len(theirs) - 1)
        is_clean = made.run(
            "cherry-pick", "--allow-empty", "--keep-redundant-commits", _commit("branch", theirs, number)
        )
        return *merged(theirs[number - 1], ours[-1], theirs[number]), is_clean
    number = 1 + index % (len(ours) - 1)
    is_clean = made.run("revert", "--no-edit", _commit("main", ours, number))
    return *merged(ours[number], ours[-1], ours[number - 1]), is_clean


def _commit(branch: str, states: list[State], number: int) -> str:
    return f"{branch}~{len(states) - 1 - number}"
