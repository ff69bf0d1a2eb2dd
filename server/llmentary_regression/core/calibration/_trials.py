"""
Several answers to one case, judged against each other under trial settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llmentary_regression.core.baselines import mask_digest, new_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples
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

VOLATILE: tuple[Regex, ...] = tuple(
    map(
        Regex,
        (
            r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?",
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            r"\d{4}-\d{2}-\d{2}",
            r"\b\d{1,2}:\d{2}(:\d{2})?\b",
            r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b",
            r"\b[A-Z]{1,5}-?\d{3,}\b",
            r"#\d+\b",
            r"\b\d{5,}\b",
        ),
    )
)
"""The most specific first."""


@dataclass(frozen=True, slots=True, repr=False)
class Repeat:
    """
    One of several answers to a case. Memory only.
    """

    answer: Answer
    text: str
    """After the case's own `@mask`."""
    masked: dict[Regex, str]
    """By volatile pattern, the text with that pattern hidden too."""
    embedding: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """
    How the repeats compare with the first of them.
    """

    same_text: int = 0
    same_normalized: int = 0
    """Only the presentation differs."""
    facts_stable: int = 0
    """Worded differently; no known fact differs."""
    changed: int = 0
    reasons: tuple[tuple[Reason | FailureKind, int], ...] = ()
    """Why answers changed, the most frequent reason first, with counts."""


class Trials:
    """
    The repeated answers of one case, and trial baselines made from them.

    A class because every trial needs the case, its settings and the repeats.

    Args:
        case: the case that they answer.
        settings: the present settings of the case.
        repeats: the answers, at least two.
        random: returns the given number of random bytes.
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
        hidden = [replace(repeat, text=repeat.masked[mask]) for repeat in self.repeats]
        return Trials(self.case, self.settings, hidden, self._random)

    def variation(self) -> Variation:
        """
        Return how the repeats after the first compare with it.
        """
        similar = replace(self.settings, match=Match())
        verdicts = [self.judge(similar, [0], index) for index in range(1, len(self.repeats))]
        counts = Counter(_class_of(verdict) for verdict in verdicts)
        changed = Counter(verdict.reason for verdict in verdicts if _class_of(verdict) == "changed")
        return Variation(
            counts["same text"],
            counts["same normalized"],
            counts["facts stable"],
            counts["changed"],
            tuple(changed.most_common()),
        )

    def all_pass(self, settings: CaseSettings, pins: Sequence[str] = ()) -> bool:
        """
        Return whether each repeat passes against each of the others.
        """
        indexes = range(len(self.repeats))
        return all(
            self.judge(settings, [approved], index, pins).kind is VerdictKind.PASSED
            for approved in indexes
            for index in indexes
            if index != approved
        )

    def judge(
        self, settings: CaseSettings, approved: Sequence[int], index: int, pins: Sequence[str] = ()
    ) -> Verdict:
        """
        Judge one repeat against others, as if those had been approved.

        Args:
            settings: the settings to judge by.
            approved: the indexes of the repeats that count as approved.
            index: the index of the repeat to judge.
            pins: phrases that the approved ones are pinned to.
        """
        baseline = new_baseline(
            "", self.case, root=self._root, mask_digest=mask_digest(settings.mask), random=self._random
        )
        fingerprints = [
            make_fingerprint(
                repeat.text,
                root=self._root,
                baseline_id=baseline.id,
                privacy=settings.privacy,
                approved="",
                by="",
                data=repeat.answer.data,
                has_data=repeat.answer.has_data,
                pins=pins,
                lang=settings.lang,
                embedding=repeat.embedding if settings.match.mode is MatchMode.SEMANTIC else None,
            )
            for repeat in (self.repeats[number] for number in approved)
        ]
        now = self.repeats[index]
        return judge_answer(
            now.text,
            seal_examples(baseline, fingerprints, root=self._root, random=self._random),
            root=self._root,
            settings=settings,
            question=self.case.question,
            data=now.answer.data,
            has_data=now.answer.has_data,
            embedding=now.embedding,
        )


def _class_of(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.PASSED:
        return "same text" if verdict.reason is Reason.SAME_TEXT else "same normalized"
    return "facts stable" if verdict.kind is VerdictKind.UNSURE else "changed"
