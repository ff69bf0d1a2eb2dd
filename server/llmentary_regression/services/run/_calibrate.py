"""
Ask each case several times, and find settings under which its own repeated answers pass.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.calibration import VOLATILE, Proposal, Repeat, Trials, Variation, propose
from llmentary_regression.core.model import Answer, CaseSettings, Failure
from llmentary_regression.core.suite.editing import can_hold_settings, set_settings
from llmentary_regression.execution.requests import Ask
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.files import read_file, replace_file

from ._embedding import embed
from ._run import make_ask, result_without_asking

MIN_REPEATS = 2
"""A single answer shows no variation."""


@dataclass(frozen=True, slots=True, repr=False)
class Calibration:
    """
    The outcome of asking one case several times.
    """

    suite_case: SuiteCase
    answers: int
    variation: Variation | None = None
    """None where fewer than two answers came."""
    proposal: Proposal | None = None
    """None where no setting lets all answers pass, or where too few came."""
    failure: Failure | None = None
    """The first, where some of the repeats gave no answer."""
    skipped: str | None = None


async def calibrate_cases(
    project: Project,
    cases: Sequence[SuiteCase],
    repeats: int,
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> AsyncGenerator[Calibration, None]:
    """
    Ask each case `repeats` times and yield the outcomes, case by case as they are ready.

    Nothing is written.
    """
    asked: list[SuiteCase] = []
    asks: list[Ask] = []
    for suite_case in cases:
        decided = result_without_asking(suite_case, project.settings_of(suite_case.case))
        if decided is not None:
            reason = decided.verdict.message
            yield Calibration(suite_case, 0, failure=decided.failure, skipped=reason)
            continue
        for _ in range(repeats):
            asks.append(make_ask(len(asks), suite_case, project.settings_of(suite_case.case)))
            asked.append(suite_case)
    if not asks:
        return
    outcomes: dict[int, list[Answer | Failure]] = {}
    async with aclosing(project.pool.ask(asks)) as batches:
        async for batch in batches:
            for one in batch:
                first = one.number - one.number % repeats
                outcomes.setdefault(first, []).append(one.outcome)
                if len(outcomes[first]) == repeats:
                    yield await _calibrate(project, asked[first], outcomes.pop(first), random)


async def _calibrate(
    project: Project,
    suite_case: SuiteCase,
    outcomes: Sequence[Answer | Failure],
    random: Callable[[int], bytes],
) -> Calibration:
    answers = [one for one in outcomes if isinstance(one, Answer)]
    failure = next((one for one in outcomes if isinstance(one, Failure)), None)
    if len(answers) < MIN_REPEATS:
        return Calibration(suite_case, len(answers), failure=failure)
    settings = project.settings_of(suite_case.case)
    repeats: list[Repeat] = []
    for answer in answers:
        repeat = await _read_repeat(project, settings, answer)
        if isinstance(repeat, Failure):
            return Calibration(suite_case, len(answers), failure=repeat)
        repeats.append(repeat)
    trials = Trials(suite_case.case, settings, repeats, random)
    return Calibration(suite_case, len(answers), trials.variation(), propose(trials), failure)


async def _read_repeat(project: Project, settings: CaseSettings, answer: Answer) -> Repeat | Failure:
    text = await project.regexes.mask(answer.text, settings.mask)
    if isinstance(text, Failure):
        return text
    masked = {}
    for mask in VOLATILE:
        hidden = await project.regexes.mask(text, [mask])
        if isinstance(hidden, Failure):
            return hidden
        masked[mask] = hidden
    embedding = None
    if settings.embed is not None:
        found = await embed(project, settings, text)
        if isinstance(found, Failure):
            return found
        embedding = found
    return Repeat(answer, text, masked, embedding)


@dataclass(frozen=True, slots=True)
class WrittenSettings:
    """
    The outcome of writing the proposals.
    """

    settings: Mapping[str, int]
    """By suite, how many settings were written."""
    left: tuple[tuple[SuiteCase, str], ...] = ()
    """Cases whose settings could not be written, each with the reason."""


def write_settings(project: Project, calibrations: Sequence[Calibration]) -> WrittenSettings:
    """
    Write the proposed settings into their suites; no pins, since nothing of an answer may be written.

    Raises:
        StoreWriteError: a file refuses to be written.
    """
    left: list[tuple[SuiteCase, str]] = []
    by_suite: dict[Path, list[Calibration]] = {}
    for one in calibrations:
        if one.proposal is not None and one.proposal.settings:
            by_suite.setdefault(one.suite_case.suite.path, []).append(one)
    counts: dict[str, int] = {}
    for path, of_suite in by_suite.items():
        text = previous = read_file(path, root=project.root).decode("utf-8")
        blocks: dict[int, list[Calibration]] = {}
        for one in of_suite:
            blocks.setdefault(one.suite_case.case.span.start.line, []).append(one)
        # From the last block to the first, so that the lines of those above stay where they are.
        for line in sorted(blocks, reverse=True):
            block = blocks[line]
            case = block[0].suite_case.case
            proposals = {one.proposal.settings for one in block if one.proposal is not None}
            if not can_hold_settings(text, case):
                reason = "a plain question cannot have settings; put it into a `===` block"
                left += [(one.suite_case, reason) for one in block]
            elif len(proposals) > 1:
                left += [(one.suite_case, "the rows of its table need different settings") for one in block]
            else:
                (settings,) = proposals
                text = set_settings(text, case, settings)
                name = block[0].suite_case.suite.name
                counts[name] = counts.get(name, 0) + len(settings)
        if text != previous:
            replace_file(path, text.encode("utf-8"), root=project.root)
    return WrittenSettings(counts, tuple(left))
