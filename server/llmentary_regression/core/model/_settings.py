"""
How a case is asked and judged, and what holds for a whole project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ._expectations import Expectation, Regex
from ._values import JsonValue, Word


class MatchMode(Word):
    EXACT = "exact"
    NORMALIZED = "normalized"
    SIMILAR = "similar"
    SEMANTIC = "semantic"
    JSON = "json"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """
    How an answer is held against its baseline.
    """

    mode: MatchMode = MatchMode.SIMILAR
    threshold: float | None = None
    """0..1; with `similar` the word-sequence score, with `semantic` the closeness of embeddings."""
    ignore: tuple[str, ...] = ()
    """JSON paths that `json` leaves out, such as `$.id`."""
    tolerance: float = 0.0
    """`json`: numbers this far apart (absolute) are equal."""
    unordered: bool = False
    """`json`: the order of arrays does not count."""

    def __str__(self) -> str:
        """
        Return the mode as the author would write it after `@match`.
        """
        words = [str(self.mode)]
        if self.threshold is not None:
            words.append(f"{self.threshold:g}")
        for path in self.ignore:
            words += ["ignore", path]
        if self.tolerance:
            words += ["tolerance", f"{self.tolerance:g}"]
        if self.unordered:
            words.append("unordered")
        return " ".join(words)


class Reworded(Word):
    """
    What becomes of an answer that is `reworded`.
    """

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


class Privacy(Word):
    """
    How much of an answer's fingerprint is kept.
    """

    FULL = "full"
    FACTS = "facts"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """
    Everything that decides how one case is asked and judged, with nothing left open.

    The table in `docs/file-format.md` says where each may stand; `core/settings/` fills them in.
    """

    callable: str | None = None
    match: Match = Match()
    variants: int = 5
    """At most this many approved variants are kept."""
    samples: int = 1
    pass_rate: float = 1.0
    """0..1: this share of the samples has to pass."""
    reworded: Reworded = Reworded.WARN
    expect: tuple[Expectation, ...] = ()
    mask: tuple[Regex, ...] = ()
    model: str | None = None
    tags: tuple[str, ...] = ()
    timeout_s: float = 60.0
    retries: int = 0
    concurrency: int = 4
    """How many questions one worker has in flight at once."""
    skip: str | None = None
    """The reason, possibly empty, if the case is not to be asked."""
    only: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    lang: str = "en"
    embed: str | None = None
    judge: str | None = None
    privacy: Privacy = Privacy.FULL
    rate_per_minute: float | None = None
    max_cost: float | None = None
    arg: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """
    What holds for a whole project.
    """

    defaults: CaseSettings = CaseSettings()
    """What holds for a case that says nothing itself."""
    interpreter: str | None = None
    """The Python that runs the callable; None lets llmentary find it."""
    suites: tuple[str, ...] = ("**/*.llmtest",)
    """Glob patterns below the root."""
    exclude: tuple[str, ...] = ()
    strict: bool | None = None
    """None: strict where `CI` is set."""
    reworded_is_explicit: bool = False
    """Whether the project itself chose `reworded`; such a choice wins over strict."""
    run: str = "onSave"
    """`onSave` or `manual`: when the editor asks new and edited cases by itself."""
