"""
Several answers to one case, judged against each other under settings on trial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llmentary_regression.core.baselines import mask_digest, new_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import make_variant
from llmentary_regression.core.judging import judge_answer
from llmentary_regression.core.model import (
    Answer,
    Case,
    CaseSettings,
    FailureKind,
    Match,
    MatchMode,
    Reason,
    Regex,
    Verdict,
    VerdictKind,
)


@dataclass(frozen=True, slots=True, repr=False)
class Repeat:
    """
    One of several answers to a case. Memory only.
    """

    answer: Answer
    text: str
    """After the case's own `@mask`."""
    masked: dict[Regex, str]
    """By volatile pattern, the text with that hidden as well."""
    embedding: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """
    How the repeats compare with the first of them.
    """

    same_text: int = 0
    same_normalized: int = 0
    """Differ in presentation alone."""
    facts_stable: int = 0
    """Worded otherwise; no known fact differs."""
    changed: int = 0
    reasons: tuple[tuple[Reason | FailureKind, int], ...] = ()
    """Why the changed ones are, the most frequent first."""


class Trials:
    """
    The repeats of one case, and baselines made of them for trial.

    A class because every trial needs the case, its settings and the repeats.

    Args:
        case: which case they answer.
        settings: those that the case has today.
        repeats: at least two.
        random: gives so many random bytes.
    """

    def __init__(
        self,
        case: Case,
        settings: CaseSettings,
        repeats: Sequence[Repeat],
        random: Callable[[int], bytes],
    ) -> None:
        self.case = case
        self.settings = settings
        self.repeats = repeats
        self._random = random
        self._root = Root("trial", random(32))

    def hiding(self, mask: Regex) -> Trials:
        """
        Return the same repeats with one volatile pattern hidden.
        """
        hidden = [replace(one, text=one.masked[mask]) for one in self.repeats]
        return Trials(self.case, self.settings, hidden, self._random)

    def variation(self) -> Variation:
        """
        Return how the repeats after the first compare with it.
        """
        similar = replace(self.settings, match=Match())
        verdicts = [self.judge(similar, [0], place) for place in range(1, len(self.repeats))]
        counts = Counter(_class_of(verdict) for verdict in verdicts)
        changed = Counter(verdict.reason for verdict in verdicts if _class_of(verdict) == "changed")
        return Variation(
            counts["same text"],
            counts["same normalised"],
            counts["facts stable"],
            counts["changed"],
            tuple(changed.most_common()),
        )

    def all_pass(self, settings: CaseSettings, pins: Sequence[str] = ()) -> bool:
        """
        Tell whether each repeat passes, whichever of them is approved.
        """
        places = range(len(self.repeats))
        return all(
            self.judge(settings, [approved], place, pins).kind is VerdictKind.PASSED
            for approved in places
            for place in places
            if place != approved
        )

    def judge(
        self, settings: CaseSettings, approved: Sequence[int], place: int, pins: Sequence[str] = ()
    ) -> Verdict:
        """
        Judge one repeat against others, as if those had been approved.

        Args:
            settings: to judge by.
            approved: the places of the approved ones.
            place: that of the one to judge.
            pins: what the approved ones are pinned to.
        """
        baseline = new_baseline(
            self.case, root=self._root, mask_digest=mask_digest(settings.mask), random=self._random
        )
        variants = tuple(
            make_variant(
                one.text,
                root=self._root,
                baseline_id=baseline.id,
                privacy=settings.privacy,
                random=self._random,
                approved="",
                by="",
                data=one.answer.data,
                has_data=one.answer.has_data,
                pins=pins,
                lang=settings.lang,
                embedding=one.embedding if settings.match.mode is MatchMode.SEMANTIC else None,
            )
            for one in (self.repeats[number] for number in approved)
        )
        now = self.repeats[place]
        return judge_answer(
            now.text,
            replace(baseline, variants=variants),
            root=self._root,
            settings=settings,
            question=self.case.question,
            data=now.answer.data,
            has_data=now.answer.has_data,
            embedding=now.embedding,
        )


def _class_of(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.PASSED:
        return "same text" if verdict.reason is Reason.SAME_TEXT else "same normalised"
    return "facts stable" if verdict.kind is VerdictKind.REWORDED else "changed"
