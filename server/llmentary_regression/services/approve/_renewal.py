"""
Make examples of an older text analysis again, where the answer is at hand that was approved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline, is_authentic
from llmentary_regression.core.crypto import Root, SealError, is_equal
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.fingerprint import (
    Fingerprint,
    make_fingerprint,
    open_examples,
    seal_examples,
)
from llmentary_regression.core.model import CaseResult, Privacy, Reason
from llmentary_regression.core.pins import holding_pins
from llmentary_regression.core.text import PIPELINE_VERSION, analyze
from llmentary_regression.services.project import Project


def find_renewable(project: Project, results: Sequence[CaseResult]) -> list[CaseResult]:
    """
    Return the results whose answer has exactly the text of an example that an older text analysis made.

    What cannot be read is passed over: nothing depends on it.
    """
    return [result for result in results if _is_renewable(project, result)]


def _is_renewable(project: Project, result: CaseResult) -> bool:
    index = result.verdict.example
    if result.verdict.reason is not Reason.SAME_TEXT or index is None or PurePath(result.suite).is_absolute():
        return False
    try:
        baseline = project.store.read(result.suite).get(result.case.key)
    except BaselineFileError:
        return False
    return baseline is not None and _is_older(baseline, index)


def renew(
    result: CaseResult, baseline: Baseline, roots: Mapping[str, Root], random: Callable[[int], bytes]
) -> Baseline | None:
    """
    Return the baseline with the example made again whose text the answer has; None where it stays as it is.

    When, by whom and how it was approved stays, as do its pins.
    """
    index, root = result.verdict.example, roots.get(baseline.root)
    if index is None or root is None or not _is_older(baseline, index) or not is_authentic(baseline, root):
        return None
    try:
        fingerprints = list(open_examples(baseline, root=root))
    except SealError:
        return None
    made = _made_again(result, fingerprints[index], root, baseline.id)
    if made is None:
        return None
    fingerprints[index] = made
    return seal_examples(baseline, fingerprints, root=root, random=random)


def _is_older(baseline: Baseline, index: int) -> bool:
    return index < len(baseline.examples) and baseline.examples[index].analysis < PIPELINE_VERSION


def _made_again(result: CaseResult, old: Fingerprint, root: Root, baseline_id: bytes) -> Fingerprint | None:
    """
    Return the example as the present analysis makes it; None where something of it would be lost.
    """
    assert result.answer is not None
    settings = result.settings
    if settings.privacy is not _privacy_of(old):
        return None  # what is kept is decided when it is approved
    if old.body is not None and len(old.body.pins):
        kept = holding_pins(old.body.pins, analyze(result.judged_text, settings.lang), ())
        if len(kept) < len(old.body.pins):
            return None  # nobody has the phrases any more
    made = make_fingerprint(
        result.judged_text,
        root=root,
        baseline_id=baseline_id,
        privacy=settings.privacy,
        approved=old.example.approved,
        by=old.example.by,
        via=old.example.via,
        model=old.example.model,
        data=result.answer.data,
        has_data=result.answer.has_data,
        lang=settings.lang,
        embedding=result.embedding,
    )
    if not is_equal(made.example.exact, old.example.exact):
        return None  # it was approved again since this answer was judged
    body = made.body
    if body is not None and old.body is not None:
        body = replace(
            body,
            pins=old.body.pins,
            sketch=body.sketch or old.body.sketch,
            sections=old.body.sections,
        )
    return Fingerprint(replace(made.example, other=old.example.other), body)


def _privacy_of(fingerprint: Fingerprint) -> Privacy:
    body = fingerprint.body
    if body is None:
        return Privacy.DIGEST
    return Privacy.FACTS if body.length and not body.words else Privacy.FULL
