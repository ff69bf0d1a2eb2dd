"""
How much the answers of one case vary by themselves, and the mildest settings under which they all pass.

Whatever is proposed has been tried: each repeat was judged under it. Pure; nothing here is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from llmentary.core.binding import mask_digest, new_baseline
from llmentary.core.fingerprint import make_variant
from llmentary.core.judge import judge_answer
from llmentary.core.model import (
    Answer,
    Case,
    CaseSettings,
    Match,
    MatchMode,
    Privacy,
    Regex,
    Verdict,
    VerdictKind,
)
from llmentary.core.seal import Root

_THRESHOLDS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
_CLOSE = 0.8
"""From this floor on word sequences say enough; below it, pins say more."""
_CLOSENESSES = (0.95, 0.9, 0.85, 0.8, 0.7)
_MOST_PINS = 2
_MOST_VARIANTS = 5
_MOST_IGNORED = 4

_CONTRADICTIONS = frozenset(
    {
        "number-differs",
        "date-differs",
        "time-differs",
        "money-differs",
        "unit-differs",
        "negation-differs",
        "yes-no-flipped",
        "opposite-word",
        "refusal",
        "no-longer-refusal",
        "error-message",
        "no-longer-error-message",
    }
)
"""Reasons for `changed` that no other wording explains."""

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
"""What changes from answer to answer without meaning anything: times, dates, ids."""


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
    same_normalised: int = 0
    """Differ in presentation alone."""
    facts_stable: int = 0
    """Worded otherwise; no known fact differs."""
    changed: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    """Why the changed ones are, the most frequent first."""


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """
    Settings, pins and a number of variants under which all repeats pass.
    """

    settings: tuple[tuple[str, str], ...] = ()
    """Name and value, as a suite would say them."""
    pins: tuple[str, ...] = ()
    """Phrases of the answers. Memory only."""
    variants: int = 1
    """How many of the answers have to be approved."""

    @property
    def is_nothing(self) -> bool:
        """
        Tell whether the settings are good as they are.
        """
        return not self.settings and not self.pins and self.variants == 1


class Bench:
    """
    The repeats of one case, and baselines made of them for trial.

    A class because every trial needs the case, its settings and the repeats.
    """

    def __init__(
        self,
        case: Case,
        settings: CaseSettings,
        repeats: Sequence[Repeat],
        random: Callable[[int], bytes],
    ) -> None:
        self._case = case
        self._settings = settings
        self._repeats = repeats
        self._random = random
        self._root = Root("trial", random(32))

    def variation(self) -> Variation:
        """
        Return how the repeats after the first compare with it.
        """
        similar = replace(self._settings, match=Match())
        verdicts = [self._judge(similar, [0], place) for place in range(1, len(self._repeats))]
        counts = Counter(_class_of(verdict) for verdict in verdicts)
        changed = Counter(verdict.reason for verdict in verdicts if _class_of(verdict) == "changed")
        return Variation(
            counts["same text"],
            counts["same normalised"],
            counts["facts stable"],
            counts["changed"],
            tuple(changed.most_common()),
        )

    def propose(self) -> Proposal | None:
        """
        Return the first proposal, mildest first, under which each repeat passes; None if there is none.
        """
        return next(self._proposals(), None)

    # --- proposals ---

    def _proposals(self) -> Iterator[Proposal]:
        settings = self._settings
        if self._pass_each(settings):
            yield Proposal()
        yield from self._json_proposals()
        yield from self._mask_proposals()
        yield from self._threshold_proposals(MatchMode.SIMILAR, [t for t in _THRESHOLDS if t >= _CLOSE])
        yield from self._pin_proposals()
        yield from self._threshold_proposals(MatchMode.SIMILAR, [t for t in _THRESHOLDS if t < _CLOSE])
        if all(repeat.embedding is not None for repeat in self._repeats):
            yield from self._threshold_proposals(MatchMode.SEMANTIC, _CLOSENESSES)
        yield from self._variant_proposals()

    def _json_proposals(self) -> Iterator[Proposal]:
        from llmentary.core.json_answers import read_json

        if not all(read_json(one.text, one.answer.data, one.answer.has_data)[0] for one in self._repeats):
            return
        plain = Match(MatchMode.JSON, ignore=self._settings.match.ignore)
        most = len(plain.ignore) + _MOST_IGNORED
        # An order that does not count is milder than a path that is not looked at.
        for first, limit in (
            (plain, len(plain.ignore)),
            (replace(plain, unordered=True), len(plain.ignore)),
            (plain, most),
            (replace(plain, unordered=True), most),
        ):
            match = first
            while len(match.ignore) <= limit:
                paths = self._differing_paths(match)
                if not paths:
                    if self._pass_each(replace(self._settings, match=match)):
                        yield Proposal((("match", _spell(match)),))
                    break
                if any("▇" in path or "[" in path.replace("[*]", "") for path in paths):
                    break  # a path that a suite cannot name
                match = replace(match, ignore=(*match.ignore, *sorted(paths)))

    def _differing_paths(self, match: Match) -> set[str]:
        """
        Return the paths at which repeats differ from the first, with `[*]` for any place of an array.
        """
        import re

        settings = replace(self._settings, match=match)
        paths: set[str] = set()
        for place in range(1, len(self._repeats)):
            for evidence in self._judge(settings, [0], place).evidence:
                paths.add(re.sub(r"\[\d+\]", "[*]", evidence.now or "▇"))
        return paths

    def _mask_proposals(self) -> Iterator[Proposal]:
        telling = [mask for mask in VOLATILE if any(one.masked[mask] != one.text for one in self._repeats)]
        for mask in telling:
            hidden = [replace(one, text=one.masked[mask]) for one in self._repeats]
            bench = Bench(self._case, self._settings, hidden, self._random)
            if bench._pass_each(self._settings):
                yield Proposal((("mask", f"/{mask.pattern}/"),))

    def _threshold_proposals(self, mode: MatchMode, thresholds: Sequence[float]) -> Iterator[Proposal]:
        for threshold in thresholds:
            match = Match(mode, threshold=threshold)
            if self._pass_each(replace(self._settings, match=match)):
                yield Proposal((("match", _spell(match)),))

    def _pin_proposals(self) -> Iterator[Proposal]:
        from llmentary.core.pin_suggestions import pinnable_facts
        from llmentary.core.pins import absent_pins
        from llmentary.core.text import analyse

        # A pin decides alone, so it must not hide that the repeats contradict each other.
        if self._settings.privacy is Privacy.DIGEST or any(
            reason in _CONTRADICTIONS for reason, _ in self.variation().reasons
        ):
            return
        lang = self._settings.lang
        asked = set(analyse(self._case.question, lang).tokens.forms)
        analyses = [analyse(one.text, lang) for one in self._repeats]
        common = [
            fact.phrase
            for fact in pinnable_facts(self._repeats[0].text, self._case.question, lang)
            if not asked.issuperset(analyse(fact.phrase, lang).tokens.forms)
            and not any(absent_pins([fact.phrase], one) for one in analyses)
        ][:_MOST_PINS]
        if common and self._pass_each(self._settings, common):
            yield Proposal(pins=tuple(common))

    def _variant_proposals(self) -> Iterator[Proposal]:
        settings = replace(self._settings, variants=_MOST_VARIANTS)
        chosen = [0]
        for place in range(1, len(self._repeats)):
            if self._judge(settings, chosen, place).verdict is not VerdictKind.PASSED:
                chosen.append(place)
        # Where nearly every repeat needs a variant of its own, the next answer would, too.
        if len(chosen) <= min(_MOST_VARIANTS, len(self._repeats) // 2):
            wanted = () if self._settings.variants >= len(chosen) else (("variants", str(len(chosen))),)
            yield Proposal(wanted, variants=len(chosen))

    # --- trials ---

    def _pass_each(self, settings: CaseSettings, pins: Sequence[str] = ()) -> bool:
        """
        Tell whether each repeat passes, whichever of them is approved.
        """
        places = range(len(self._repeats))
        return all(
            self._judge(settings, [approved], place, pins).verdict is VerdictKind.PASSED
            for approved in places
            for place in places
            if place != approved
        )

    def _judge(
        self, settings: CaseSettings, approved: Sequence[int], place: int, pins: Sequence[str] = ()
    ) -> Verdict:
        baseline = new_baseline(
            self._case, root=self._root, mask_digest=mask_digest(settings.mask), random=self._random
        )
        variants = tuple(
            make_variant(
                one.text,
                root=self._root,
                baseline_id=baseline.id,
                question=self._case.question,
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
            for one in (self._repeats[number] for number in approved)
        )
        now = self._repeats[place]
        return judge_answer(
            now.text,
            replace(baseline, variants=variants),
            root=self._root,
            settings=settings,
            question=self._case.question,
            data=now.answer.data,
            has_data=now.answer.has_data,
            embedding=now.embedding,
        )


def _class_of(verdict: Verdict) -> str:
    if verdict.verdict is VerdictKind.PASSED:
        return "same text" if verdict.reason == "same-text" else "same normalised"
    return "facts stable" if verdict.verdict is VerdictKind.REWORDED else "changed"


def _spell(match: Match) -> str:
    """
    Return a match mode as it stands behind `@match`.
    """
    words = [str(match.mode)]
    if match.threshold is not None:
        words.append(f"{match.threshold:g}")
    for path in match.ignore:
        words += ["ignore", path]
    if match.tolerance:
        words += ["tolerance", f"{match.tolerance:g}"]
    if match.unordered:
        words.append("unordered")
    return " ".join(words)
