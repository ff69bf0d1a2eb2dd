"""
Where the case of a captured question is, or how it is written: its suite, callable and arguments.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.model import Case, Role, Turn
from llmentary_regression.core.suite.editing import NewCase, add_case, free_name, plain_turns
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.storage.files import read_pattern

FOLDER = "llmtests"
"""Where suites of captures are written, below the project's root."""
DEFAULT_SUITE = "captured"
_ASK_AS_WRITTEN = ("llmentary_regression.replay:", "llmentary.replay:", "http://", "https://")
"""Callables that are given exactly the turns of the suite."""
_NO_WORD = re.compile(r"[^\w.-]+")


def suite_path(project: Project, category: str | None) -> Path:
    """
    Return the file that captures of a category are saved in, where the project's patterns find it.
    """
    name = _NO_WORD.sub("-", (category or DEFAULT_SUITE).strip()).strip("-.") or DEFAULT_SUITE
    name = name.removesuffix(".llmtest")
    return project.root.joinpath(*PurePosixPath(_folder(project, f"{name}.llmtest")).parts, f"{name}.llmtest")


def _folder(project: Project, file_name: str) -> str:
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


def find_case(project: Project, parsed: ParsedSuite, capture: Capture) -> Case | None:
    """
    Return the case that asks the same in the same way.
    """
    turns = written_turns(capture)
    target = _target(project, capture)
    inherited = dict(project.settings.defaults.arg)
    for entry in parsed.suite.settings:
        if entry.name == "arg" and isinstance(entry.value, tuple):
            inherited[entry.value[0]] = entry.value[1]
    for case in parsed.suite.cases:
        if case.turns != turns:
            continue
        settings = project.settings_of(case)
        is_same_callable = target is None or settings.callable in (None, target)
        if is_same_callable and dict(settings.arg) == {**inherited, **capture.all_args}:
            return case
    return None


def write_case(project: Project, parsed: ParsedSuite, text: str, capture: Capture) -> tuple[str, str]:
    """
    Return what is appended to the suite's file, and the name of the case in it.
    """
    turns = written_turns(capture)
    # By header lines: the name of a block that asks nothing yet is taken as well.
    names = {
        line[4:].split()[0]
        for line in re.split(r"[\r\n]", text)
        if line.startswith("=== ") and line[4:].strip()
    }
    question = turns[-1].text if turns else ""
    name = free_name(capture.name or question, names)
    target = _target(project, capture)
    inherited = project.settings.defaults
    for entry in parsed.suite.settings:
        if entry.name == "callable":
            inherited = replace(inherited, callable=str(entry.value))
        elif entry.name == "model":
            inherited = replace(inherited, model=str(entry.value))
    skip = capture.cannot_ask_again
    if (
        skip is None
        and target is not None
        and target.startswith(_ASK_AS_WRITTEN)
        and _left_out_turns(capture)
    ):
        skip = "the model was also given turns that stand in no suite; keep them, or set `@callable`"
    if target is None and inherited.callable is None and skip is None:
        skip = "nothing says how to ask this again; set `@callable`"
    case = NewCase(
        name,
        turns,
        tags=capture.tags,
        callable=None if target == inherited.callable else target,
        args=capture.all_args,
        model=None if capture.set_model == inherited.model else capture.set_model,
        skip=skip,
    )
    return add_case(text, case), name


def written_turns(capture: Capture) -> tuple[Turn, ...]:
    """
    Return the turns that a suite gets: those of the user up to the last, and of the others the chosen ones.
    """
    turns, kept = capture.conversation, capture.kept_turns
    users = [index for index, turn in enumerate(turns) if turn.role is Role.USER and turn.text.strip()]
    tools = [index for index in kept if turns[index].role is Role.TOOL]
    last = max([*users, *tools], default=-1)
    return plain_turns(
        [turn for index, turn in enumerate(turns[: last + 1]) if turn.role is Role.USER or index in kept]
    )


def _left_out_turns(capture: Capture) -> list[int]:
    """
    Return the indexes of the turns before the question that are not written.
    """
    last = max(
        (index for index, turn in enumerate(capture.conversation) if turn.role is Role.USER), default=-1
    )
    return [index for index in capture.other_turns if index < last and index not in capture.kept_turns]


def _target(project: Project, capture: Capture) -> str | None:
    if capture.callable is None:
        return None
    return callable_below(project.root, capture.callable, capture.file)


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
