"""
What older versions approved: it stays comparable, and is made again where the approved answer is seen.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from llmentary_regression.core.baselines import Baseline, Example, with_mac
from llmentary_regression.core.crypto import ProjectKey
from llmentary_regression.core.model import CaseResult, Reason, VerdictKind
from llmentary_regression.core.text import COMPARABLE_SINCE, PIPELINE_VERSION
from llmentary_regression.services.approve import approve_results
from llmentary_regression.services.project import Project
from llmentary_regression.storage.baselines import FORMAT
from llmentary_regression.storage.keys import add_key
from project_scene import MakeScene, Scene

RELEASES = Path(__file__).resolve().parents[2] / "fixtures" / "releases"
SAME_FORMAT = sorted(path.name for path in RELEASES.glob(f"format{FORMAT}-*"))
OLDER_FORMATS = sorted(path.name for path in RELEASES.glob("format*") if path.name not in SAME_FORMAT)
SUITES = {path.name: path.read_text(encoding="utf-8") for path in (RELEASES / "project").glob("*.llmtest")}
JACKET = "How long do I have to return a jacket?"
WINDOW = "How long is the return window?"


def answers() -> dict[str, str]:
    content: dict[str, dict[str, str]] = {}
    exec((RELEASES / "project" / "bot.py").read_text(encoding="utf-8"), content)
    return content["ANSWERS"]


def kept(scene: MakeScene, release: str) -> Scene:
    """
    Return a project whose baselines that release has written.
    """
    made = scene(SUITES, answers())
    stored = made.root / ".llmentary"
    shutil.copytree(RELEASES / release / "baselines", stored / "baselines")
    shutil.copy(RELEASES / release / "keyring.json", stored)
    key = ProjectKey.from_text((RELEASES / release / "throwaway-key.txt").read_text(encoding="ascii"))
    add_key(made.root, key, made.environ, os.urandom)
    return made


def bytes_of(made: Scene) -> dict[str, bytes]:
    folder = made.root / ".llmentary" / "baselines"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def by_name(results: list[CaseResult]) -> dict[str, CaseResult]:
    return {result.case.name or "": result for result in results}


def examples(project: Project) -> dict[str, Example]:
    return {
        baseline.name or "": baseline.examples[0]
        for suite in SUITES
        for baseline in project.store.read(suite).values()
    }


def of_version(made: Scene, version: int) -> None:
    """
    Make all stored examples read as that version's.
    """
    project = made.open()
    keyring = project.keyring()
    assert keyring is not None

    def change(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        return {
            key: with_mac(
                replace(
                    baseline,
                    examples=tuple(replace(example, analysis=version) for example in baseline.examples),
                ),
                keyring.roots[baseline.root],
            )
            for key, baseline in baselines.items()
        }

    project.store.update(dict.fromkeys(project.store.suites(), change))


def test_a_release_of_this_version_is_kept() -> None:
    """Whoever raises the format or the analysis keeps what it writes, so that later versions are tested on it."""
    assert f"format{FORMAT}-analysis{PIPELINE_VERSION}" in SAME_FORMAT, "run scripts/keep_release.py"
    assert OLDER_FORMATS


@pytest.mark.parametrize("release", SAME_FORMAT)
async def test_what_a_release_approved_passes(scene: MakeScene, release: str) -> None:
    """All cases and settings, without a new approval."""
    results = await kept(scene, release).run()

    assert len(results) == 7
    assert {result.verdict.kind for result in results} == {VerdictKind.PASSED}
    assert {result.verdict.reason for result in results} == {Reason.SAME_TEXT}


@pytest.mark.parametrize("release", SAME_FORMAT)
async def test_what_a_release_approved_is_compared(scene: MakeScene, release: str) -> None:
    """Presentation, facts, pins, trees and what `@privacy` kept are compared across versions."""
    made = kept(scene, release)
    made.pool.answers = {
        JACKET: answers()[JACKET].replace("30 days", "**thirty days**"),
        "When is the shop open?": "We are open from 9 am to 6:30 pm, Monday to Friday.",
        "Which plans are there?": '{"plans":[{"price":5,"name":"basic"},{"name":"pro","price":12.50}]}',
        "Can I pay by card?": "No, you can pay by card or by invoice.",
        "Do you ship abroad?": "**No**, we don't ship abroad at the moment.",
        "Wie lange kann ich eine Jacke zurückgeben?": answers()[
            "Wie lange kann ich eine Jacke zurückgeben?"
        ].replace("30 Tagen", "**30 Tagen**"),
        WINDOW: "You may bring it back within a month.",
    }

    found = {name: str(result.verdict.kind) for name, result in by_name(await made.run()).items()}

    assert found == {
        "jacket": "passed",
        "hours": "changed",
        "plans": "passed",
        "card": "changed",
        "abroad": "passed",
        "jacke": "passed",
        "window": "passed",
    }


@pytest.mark.parametrize("release", SAME_FORMAT)
async def test_an_equal_answer_makes_the_example_again(scene: MakeScene, release: str) -> None:
    """With its date, author, pins and privacy; and then it is compared in full."""
    made = kept(scene, release)
    of_version(made, COMPARABLE_SINCE)
    before = examples(made.open())

    project = made.open()
    approval = approve_results(project, [], seen=await made.run(project=project), via="approve")

    assert (approval.count, approval.renewed) == (0, 7)
    after = examples(made.open())
    assert {example.analysis for example in after.values()} == {PIPELINE_VERSION}
    assert {name: (one.approved, one.by, one.via, one.exact) for name, one in after.items()} == {
        name: (one.approved, one.by, one.via, one.exact) for name, one in before.items()
    }
    made.pool.answers[JACKET] = answers()[JACKET].replace("card", "wallet")
    made.pool.answers[WINDOW] = "You may bring it back within 14 days."
    found = by_name(await made.run())
    assert found["jacket"].verdict.reason is Reason.WORD_REPLACED
    assert found["window"].verdict.reason is Reason.PIN_MISSING
    assert found["card"].verdict.kind is VerdictKind.PASSED


async def test_another_presentation_makes_no_example_again(scene: MakeScene) -> None:
    """Nobody approved exactly that text."""
    made = kept(scene, SAME_FORMAT[-1])
    of_version(made, COMPARABLE_SINCE)
    made.pool.answers = {question: f"**{answer}**" for question, answer in answers().items()}
    before = bytes_of(made)

    project = made.open()
    assert approve_results(project, [], seen=await made.run(project=project)).renewed == 0
    assert bytes_of(made) == before


async def test_running_the_tests_writes_nothing(scene: MakeScene) -> None:
    """Not even what could be made again."""
    made = kept(scene, SAME_FORMAT[-1])
    of_version(made, COMPARABLE_SINCE)
    before = bytes_of(made)

    await made.run()

    assert bytes_of(made) == before


async def test_an_example_whose_privacy_was_lowered_stays_as_it_is(scene: MakeScene) -> None:
    """What is kept of an answer is decided when it is approved."""
    made = kept(scene, SAME_FORMAT[-1])
    of_version(made, COMPARABLE_SINCE)
    made.write({"plain.llmtest": SUITES["plain.llmtest"].replace("@privacy facts", "@privacy full")})

    project = made.open()
    approve_results(project, [], seen=await made.run(project=project))

    after = examples(made.open())
    assert after["card"].analysis == COMPARABLE_SINCE
    assert after["jacket"].analysis == PIPELINE_VERSION


async def test_a_file_that_cannot_be_written_costs_no_approval(
    scene: MakeScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making examples again is a favour; what was approved is on the disk before."""
    made = kept(scene, SAME_FORMAT[-1])
    of_version(made, COMPARABLE_SINCE)
    made.pool.answers[JACKET] = "Thirty-one days."
    project = made.open()
    results = await made.run(project=project)
    (changed,) = [result for result in results if result.case.name == "jacket"]
    folder = made.root / ".llmentary" / "baselines"
    (broken,) = (folder / "plain.llmtest").glob("hours.*")
    broken.write_bytes(b"")

    approval = approve_results(made.open(), [changed], seen=results)

    assert approval.count == 1
    found = by_name(await made.run())
    assert found["jacket"].verdict.kind is VerdictKind.PASSED
    assert found["hours"].verdict.kind is VerdictKind.ERROR


@pytest.mark.parametrize("release", OLDER_FORMATS)
async def test_a_file_of_an_older_format_says_so_and_is_left_alone(scene: MakeScene, release: str) -> None:
    """Never `passed`, `new` or `changed`: its approvals are not lost, they cannot be read."""
    made = kept(scene, release)
    before = bytes_of(made)

    results = await made.run()

    assert {result.verdict.kind for result in results} == {VerdictKind.ERROR}
    assert all("format 1" in result.verdict.message for result in results)
    assert bytes_of(made) == before
