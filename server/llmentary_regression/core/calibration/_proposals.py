"""
The mildest settings under which all answers to a case pass; each is tried before it is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from llmentary_regression.core.model import Match, MatchMode, Privacy, Reason, VerdictKind

from ._trials import VOLATILE, Trials

_THRESHOLDS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
_CLOSE = 0.8
"""At this threshold or above, word sequences say enough; below it, pins say more."""
_CLOSENESSES = (0.95, 0.9, 0.85, 0.8, 0.7)
_MAX_PINS = 2
_MAX_EXAMPLES = 5
_MAX_IGNORED = 4

_CONTRADICTIONS = frozenset(
    {
        Reason.NUMBER_DIFFERS,
        Reason.DATE_DIFFERS,
        Reason.TIME_DIFFERS,
        Reason.MONEY_DIFFERS,
        Reason.UNIT_DIFFERS,
        Reason.NEGATION_DIFFERS,
        Reason.YES_NO_FLIPPED,
        Reason.OPPOSITE_WORD,
        Reason.REFUSAL,
        Reason.NO_LONGER_REFUSAL,
        Reason.ERROR_MESSAGE,
        Reason.NO_LONGER_ERROR_MESSAGE,
    }
)
"""Reasons for `changed` that cannot come from different wording."""


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """
    Settings, pins and a number of examples under which all repeats pass.
    """

    settings: tuple[tuple[str, str], ...] = ()
    """Name and value, as a suite would write them."""
    pins: tuple[str, ...] = ()
    """Phrases of the answers. Memory only."""
    examples: int = 1
    """How many of the answers have to be approved."""

    @property
    def is_nothing(self) -> bool:
        """
        Return whether the settings are good as they are.
        """
        return not self.settings and not self.pins and self.examples == 1


def propose(trials: Trials) -> Proposal | None:
    """
    Return the first proposal, mildest first, under which each repeat passes; None if there is none.
    """
    return next(_proposals(trials), None)


def _proposals(trials: Trials) -> Iterator[Proposal]:
    settings = trials.settings
    if trials.all_pass(settings):
        yield Proposal()
    yield from _json_proposals(trials)
    yield from _mask_proposals(trials)
    yield from _threshold_proposals(trials, MatchMode.SIMILAR, [t for t in _THRESHOLDS if t >= _CLOSE])
    yield from _pin_proposals(trials)
    yield from _threshold_proposals(trials, MatchMode.SIMILAR, [t for t in _THRESHOLDS if t < _CLOSE])
    if all(repeat.embedding is not None for repeat in trials.repeats):
        yield from _threshold_proposals(trials, MatchMode.SEMANTIC, _CLOSENESSES)
    yield from _example_proposals(trials)


def _json_proposals(trials: Trials) -> Iterator[Proposal]:
    from llmentary_regression.core.fingerprint import read_json

    if not all(
        read_json(repeat.text, repeat.answer.data, repeat.answer.has_data)[0] for repeat in trials.repeats
    ):
        return
    plain = Match(MatchMode.JSON, ignore=trials.settings.match.ignore)
    max_ignored = len(plain.ignore) + _MAX_IGNORED
    # Ignoring the order is milder than ignoring a path.
    for first, limit in (
        (plain, len(plain.ignore)),
        (replace(plain, unordered=True), len(plain.ignore)),
        (plain, max_ignored),
        (replace(plain, unordered=True), max_ignored),
    ):
        match = first
        while len(match.ignore) <= limit:
            paths = _differing_paths(trials, match)
            if not paths:
                if trials.all_pass(replace(trials.settings, match=match)):
                    yield Proposal((("match", str(match)),))
                break
            if any("▇" in path or "[" in path.replace("[*]", "") for path in paths):
                break  # a path that a suite cannot name
            match = replace(match, ignore=(*match.ignore, *sorted(paths)))


def _differing_paths(trials: Trials, match: Match) -> set[str]:
    """
    Return the paths at which repeats differ from the first, with `[*]` for any index of an array.
    """
    settings = replace(trials.settings, match=match)
    paths: set[str] = set()
    for index in range(1, len(trials.repeats)):
        for evidence in trials.judge(settings, [0], index).evidence:
            paths.add(re.sub(r"\[\d+\]", "[*]", evidence.now or "▇"))
    return paths


def _mask_proposals(trials: Trials) -> Iterator[Proposal]:
    matching = [
        mask for mask in VOLATILE if any(repeat.masked[mask] != repeat.text for repeat in trials.repeats)
    ]
    for mask in matching:
        if trials.hiding(mask).all_pass(trials.settings):
            yield Proposal((("mask", f"/{mask.pattern}/"),))


def _threshold_proposals(trials: Trials, mode: MatchMode, thresholds: Sequence[float]) -> Iterator[Proposal]:
    for threshold in thresholds:
        match = Match(mode, threshold=threshold)
        if trials.all_pass(replace(trials.settings, match=match)):
            yield Proposal((("match", str(match)),))


def _pin_proposals(trials: Trials) -> Iterator[Proposal]:
    from llmentary_regression.core.pins import absent_pins, suggest_pins
    from llmentary_regression.core.text import analyze

    # A pin alone decides, so it must not hide that the repeats contradict each other.
    if trials.settings.privacy is Privacy.DIGEST or any(
        reason in _CONTRADICTIONS for reason, _ in trials.variation().reasons
    ):
        return
    lang = trials.settings.lang
    asked = set(analyze(trials.case.question, lang).tokens.forms)
    analyses = [analyze(repeat.text, lang) for repeat in trials.repeats]
    common = [
        fact.phrase
        for fact in suggest_pins(trials.repeats[0].text, trials.case.question, lang)
        if not asked.issuperset(analyze(fact.phrase, lang).tokens.forms)
        and not any(absent_pins([fact.phrase], analysis) for analysis in analyses)
    ][:_MAX_PINS]
    if common and trials.all_pass(trials.settings, common):
        yield Proposal(pins=tuple(common))


def _example_proposals(trials: Trials) -> Iterator[Proposal]:
    settings = replace(trials.settings, examples=_MAX_EXAMPLES)
    chosen = [0]
    for index in range(1, len(trials.repeats)):
        if trials.judge(settings, chosen, index).kind is not VerdictKind.PASSED:
            chosen.append(index)
    # If nearly every repeat needs an example of its own, so would the next answer.
    if len(chosen) <= min(_MAX_EXAMPLES, len(trials.repeats) // 2):
        wanted = () if trials.settings.examples >= len(chosen) else (("examples", str(len(chosen))),)
        yield Proposal(wanted, examples=len(chosen))
