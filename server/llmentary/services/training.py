"""
Keep what a running application answered: find or write its case, judge the answer at hand, approve it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from llmentary.core.errors import UsageError
from llmentary.core.model import Answer, Case, CaseResult, JsonValue, Role, Turn, VerdictKind
from llmentary.services.approve import approve_results, can_approve
from llmentary.services.judging import Judging
from llmentary.services.parsed_suite import ParsedSuite
from llmentary.services.project import Project
from llmentary.services.selection import SuiteCase

if TYPE_CHECKING:
    from llmentary.core.wanted_pins import WantedPins

FOLDER = "llmtests"
"""Where suites of captures are written, below the project's root."""
DEFAULT_SUITE = "captured"
_ASK_AS_WRITTEN = ("llmentary.replay:", "http://", "https://")
"""Callables that add nothing of their own to the turns of a suite."""
_NO_WORD = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, repr=False)
class Observed:
    """
    A question and the answer that an application gave to it. Memory only; its `repr` shows no text.
    """

    turns: tuple[Turn, ...]
    """What was put, whole."""
    answer: Answer
    category: str | None = None
    """The suite, without folder and ending."""
    name: str | None = None
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """How to ask again; a file's path may be absolute."""
    file: str | None = None
    """The source file of a `module:function`, where it is known."""
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | None = None
    """What the call itself set as `model`."""
    cannot_ask_again: str | None = None
    kept_turns: frozenset[int] = frozenset()
    """Positions of turns that are no user's and that the developer wants in the suite nevertheless."""

    @property
    def written_turns(self) -> tuple[Turn, ...]:
        """
        Return the turns that a suite gets: up to the last user's, and of the others only those wished for.
        """
        from llmentary.core.suite.write import plain_turns

        users = [at for at, turn in enumerate(self.turns) if turn.role is Role.USER and turn.text.strip()]
        last = max([*users, *(at for at in self.kept_turns if self.turns[at].role is Role.TOOL)], default=-1)
        return plain_turns(
            [
                turn
                for at, turn in enumerate(self.turns[: last + 1])
                if turn.role is Role.USER or at in self.kept_turns
            ]
        )

    @property
    def other_turns(self) -> list[int]:
        """
        Return the positions of the turns that are written only at the developer's word.
        """
        return [at for at, turn in enumerate(self.turns) if turn.role is not Role.USER and turn.text.strip()]

    @property
    def left_out_turns(self) -> list[int]:
        """
        Return the positions of the turns before the question that are not written.
        """
        users = [at for at, turn in enumerate(self.turns) if turn.role is Role.USER]
        last = max(users, default=-1)
        return [at for at in self.other_turns if at < last and at not in self.kept_turns]

    def __repr__(self) -> str:
        return f"Observed(<{len(self.turns)} turns>, {self.answer!r})"


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    What keeping an observation would do.
    """

    path: Path
    """The suite's file."""
    result: CaseResult
    """The answer at hand, judged as if the case had just been asked."""
    addition: str | None = field(repr=False)
    """What the suite's file gets; None where the case stands there already."""

    @property
    def is_known(self) -> bool:
        """
        Tell whether the suite has the case already.
        """
        return self.addition is None

    @property
    def is_approved_already(self) -> bool:
        """
        Tell whether the answer passes as it is, so that there is nothing to keep.
        """
        return self.is_known and self.result.verdict.verdict is VerdictKind.PASSED


async def prepare(project: Project, observed: Observed) -> Prepared:
    """
    Find or make the case for an observation, and judge its answer. Nothing is written.

    Raises:
        UsageError: no suite can hold the question.
        KeyringError: there are baselines, but no key that opens them.
        OSError: the suite cannot be read.
    """
    path = suite_path(project, observed.category)
    data = _read(path)
    text = data.decode("utf-8", errors="replace")
    parsed = project.read_suite(path, text)
    case = _find_case(project, parsed, observed)
    addition = None
    if case is None:
        addition, name = _addition(project, parsed, text, observed)
        parsed = project.read_suite(path, text + addition)
        case = next(one for one in parsed.suite.cases if one.name == name)
    result = await Judging(project).judge(SuiteCase(parsed, case), observed.answer, observed.answer.elapsed_s)
    return Prepared(path, result, addition)


async def keep(
    project: Project,
    observed: Observed,
    *,
    pins: WantedPins = (),
) -> Prepared:
    """
    Write the case if it is not there, and approve the answer; beside what is approved, as a variant.

    Raises:
        UsageError: no suite can hold the question, an `@expect` does not hold, or a pin does not occur.
        KeyringError: the key is missing, unreadable or the wrong one; nothing was changed.
        StoreError: the suite or its baselines cannot be written.
        OSError: the suite cannot be read.
    """
    from llmentary.services.pinning import check_pins
    from llmentary.storage.files import project_lock, replace_file

    # What would go wrong goes wrong before the suite is touched.
    prepared = await prepare(project, observed)
    if prepared.is_approved_already and not pins:
        return prepared
    if not can_approve(prepared.result):
        raise UsageError(
            f"`{prepared.result.case.label}` was not kept: {prepared.result.verdict.message}; "
            f"mend the case in `{prepared.path.name}` first"
        )
    check_pins(prepared.result, pins)
    if prepared.addition is not None:
        with project_lock(project.root):
            data = _read(prepared.path)
            text = data.decode("utf-8", errors="replace")
            parsed = project.read_suite(prepared.path, text)
            # Somebody may have written meanwhile: then the same question is not added twice.
            if _find_case(project, parsed, observed) is None:
                addition, _ = _addition(project, parsed, text, observed)
                replace_file(prepared.path, data + addition.encode("utf-8"))
        again = await prepare(project, observed)
        prepared = replace(again, addition=prepared.addition)
    place = (prepared.result.suite, prepared.result.case.key)
    is_variant = prepared.result.verdict.verdict is not VerdictKind.NEW
    approve_results(project, [prepared.result], as_variant=is_variant, pins={place: pins} if pins else None)
    return prepared


def suite_path(project: Project, category: str | None) -> Path:
    """
    Return the file that captures of a category are kept in, where the project's patterns find it.
    """
    name = _NO_WORD.sub("-", (category or DEFAULT_SUITE).strip()).strip("-.") or DEFAULT_SUITE
    name = name.removesuffix(".llmtest")
    return project.root.joinpath(*PurePosixPath(_folder(project, f"{name}.llmtest")).parts, f"{name}.llmtest")


def callable_below(root: Path, target: str, file: str | None = None) -> str:
    """
    Return a callable's name as the project's workers find it.

    A file's path is made relative to the root; a module that is not found from there is named by its `file`.
    """
    place, colon, function = target.rpartition(":")
    if not colon:
        return target
    if place.endswith(".py"):
        return f"{_below(root, Path(place))}:{function}"
    if file is None or not file.endswith(".py") or "site-packages" in Path(file).parts:
        return target
    base = root.joinpath(*place.split("."))
    found = [one for one in (base.with_name(f"{base.name}.py"), base / "__init__.py") if one.exists()]
    if any(one.samefile(file) for one in found if Path(file).exists()):
        return target
    return f"{_below(root, Path(file))}:{function}"


def _below(root: Path, path: Path) -> str:
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


# --- pieces --------------------------------------------------------------------------------------


def _folder(project: Project, file_name: str) -> str:
    from llmentary.storage.globs import read_pattern

    patterns = [
        read_pattern(pattern, is_folder=(project.root / pattern).is_dir())
        for pattern in project.settings.suites
    ]
    if not patterns or any(pattern.matches(f"{FOLDER}/{file_name}") for pattern in patterns):
        return FOLDER
    for pattern in patterns:
        if pattern.base and pattern.matches(f"{pattern.base}/{file_name}"):
            return pattern.base
    return FOLDER


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _find_case(project: Project, parsed: ParsedSuite, observed: Observed) -> Case | None:
    """
    Return the case that asks the same in the same way.
    """
    turns = observed.written_turns
    target = _target(project, observed)
    inherited = dict(project.settings.defaults.arg)
    for entry in parsed.suite.settings:
        if entry.name == "arg" and isinstance(entry.value, tuple):
            inherited[entry.value[0]] = entry.value[1]
    for case in parsed.suite.cases:
        if case.turns != turns:
            continue
        settings = project.settings_of(case)
        is_same_callable = target is None or settings.callable in (None, target)
        if is_same_callable and dict(settings.arg) == {**inherited, **observed.args}:
            return case
    return None


def _addition(project: Project, parsed: ParsedSuite, text: str, observed: Observed) -> tuple[str, str]:
    """
    Return what the suite's file gets, and the name of the case in it.
    """
    from llmentary.core.suite.write import NewCase, add_case, free_name

    turns = observed.written_turns
    # By header lines: the name of a block that asks nothing yet is taken as well.
    names = {
        line[4:].split()[0]
        for line in re.split(r"[\r\n]", text)
        if line.startswith("=== ") and line[4:].strip()
    }
    question = turns[-1].text if turns else ""
    name = free_name(observed.name or question, names)
    target = _target(project, observed)
    inherited = project.settings.defaults
    for entry in parsed.suite.settings:
        if entry.name == "callable":
            inherited = replace(inherited, callable=str(entry.value))
        elif entry.name == "model":
            inherited = replace(inherited, model=str(entry.value))
    skip = observed.cannot_ask_again
    if skip is None and target is not None and target.startswith(_ASK_AS_WRITTEN) and observed.left_out_turns:
        skip = "the model was also given turns that stand in no suite; keep them, or set `@callable`"
    if target is None and inherited.callable is None and skip is None:
        skip = "nothing says how to ask this again; set `@callable`"
    case = NewCase(
        name,
        turns,
        tags=observed.tags,
        callable=None if target == inherited.callable else target,
        args=observed.args,
        model=None if observed.model == inherited.model else observed.model,
        skip=skip,
    )
    return add_case(text, case), name


def _target(project: Project, observed: Observed) -> str | None:
    if observed.callable is None:
        return None
    return callable_below(project.root, observed.callable, observed.file)
