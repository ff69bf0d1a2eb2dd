"""
Save what a running application answered: find or write its case, judge the captured answer, approve it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseResult, VerdictKind
from llmentary_regression.core.pins import WantedPins
from llmentary_regression.services.approve import approve_results, can_approve, check_pins
from llmentary_regression.services.project import Project
from llmentary_regression.services.run import Judging
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.files import project_lock, read_file, replace_file

from ._captured_case import find_case, suite_path, write_case


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What saving a capture would do.
    """

    path: Path
    """The suite's file."""
    result: CaseResult
    """The captured answer, judged as if the case had just been asked."""
    addition: str | None = field(repr=False)
    """What is appended to the suite's file; None where the case is there already."""

    @property
    def is_known(self) -> bool:
        """
        Return whether the suite has the case already.
        """
        return self.addition is None

    @property
    def is_approved_already(self) -> bool:
        """
        Return whether the answer passes as it is, so that there is nothing to save.
        """
        return self.is_known and self.result.verdict.kind is VerdictKind.PASSED


async def preview_capture(project: Project, capture: Capture) -> Preview:
    """
    Find or make the case for a capture, and judge its answer. Nothing is written.

    Raises:
        UsageError: no suite can hold the question.
        KeyringError: there are baselines, but no key that opens them.
        OSError: the suite cannot be read.
    """
    path = suite_path(project, capture.category)
    data = _read(project, path)
    text = data.decode("utf-8", errors="replace")
    parsed = project.read_suite(path, text)
    case = find_case(project, parsed, capture)
    addition = None
    if case is None:
        addition, name = write_case(project, parsed, text, capture)
        parsed = project.read_suite(path, text + addition)
        case = next(one for one in parsed.suite.cases if one.name == name)
    result = await Judging(project).judge(SuiteCase(parsed, case), capture.to_answer(), capture.elapsed_s)
    return Preview(path, result, addition)


async def save_capture(
    project: Project,
    capture: Capture,
    *,
    pins: WantedPins = (),
    via: str | None = None,
) -> Preview:
    """
    Write the case if it is missing, and approve the answer; as another example if others are approved.

    Args:
        via: where the developer decided on it, such as `editor`.

    Raises:
        UsageError: no suite can hold the question, an `@expect` does not hold, or a pin does not occur.
        KeyringError: the key is missing, unreadable or the wrong one; nothing was changed.
        StoreError: the suite or its baselines cannot be written.
        OSError: the suite cannot be read.
    """
    # Everything that can fail fails before the suite is touched.
    project.check_approving()
    preview = await preview_capture(project, capture)
    if preview.is_approved_already and not pins:
        return preview
    if not can_approve(preview.result):
        raise UsageError(
            f"`{preview.result.case.label}` was not saved: {preview.result.verdict.message}; "
            f"fix the case in `{preview.path.name}` first"
        )
    check_pins(preview.result, pins)
    # In threads: the lock may be held for seconds, and the editor's server runs this on its event loop.
    if preview.addition is not None:
        await asyncio.to_thread(_add_case, project, preview.path, capture)
        again = await preview_capture(project, capture)
        preview = replace(again, addition=preview.addition)
    case_id = preview.result.case_id
    is_example = preview.result.verdict.kind is not VerdictKind.NEW
    pins_by_case = {case_id: pins} if pins else None
    await asyncio.to_thread(
        approve_results, project, [preview.result], as_example=is_example, pins=pins_by_case, via=via
    )
    return preview


def _add_case(project: Project, path: Path, capture: Capture) -> None:
    """
    Write a capture's case into its suite, unless somebody else has added it in the meantime.
    """
    with project_lock(project.root):
        data = _read(project, path)
        text = data.decode("utf-8", errors="replace")
        parsed = project.read_suite(path, text)
        if find_case(project, parsed, capture) is None:
            addition, _ = write_case(project, parsed, text, capture)
            replace_file(path, data + addition.encode("utf-8"), root=project.root)


def _read(project: Project, path: Path) -> bytes:
    try:
        return read_file(path, root=project.root)
    except FileNotFoundError:
        return b""
