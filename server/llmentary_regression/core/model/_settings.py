"""
How a case is asked and judged, and what applies to a whole project.
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
    How an answer is compared with its baseline.
    """

    mode: MatchMode = MatchMode.SIMILAR
    threshold: float | None = None
    """0..1; with `similar` the least score of the word sequences, with `semantic` of the embeddings."""
    ignore: tuple[str, ...] = ()
    """JSON paths that `json` ignores, such as `$.id`."""
    tolerance: float = 0.0
    """`json`: numbers that differ by at most this much count as equal."""
    unordered: bool = False
    """`json`: whether the order of arrays is ignored."""

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


class Unsure(Word):
    """
    How an answer that is `unsure` is treated.
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
    Everything that decides how one case is asked and judged.

    The table in `docs/file-format.md` says where each setting may stand; `core/settings/` fills them in.
    """

    callable: str | None = None
    match: Match = Match()
    examples: int = 5
    """At most this many approved examples are kept."""
    samples: int = 1
    pass_rate: float = 1.0
    """0..1: the share of the samples that has to pass."""
    unsure: Unsure = Unsure.WARN
    expect: tuple[Expectation, ...] = ()
    mask: tuple[Regex, ...] = ()
    model: str | None = None
    tags: tuple[str, ...] = ()
    timeout_s: float = 60.0
    retries: int = 0
    concurrency: int = 4
    """How many questions one worker handles at a time."""
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
    What applies to a whole project.
    """

    defaults: CaseSettings = CaseSettings()
    """The settings of a case that sets nothing itself."""
    interpreter: str | None = None
    """The Python that runs the callable; if None, llmentary looks for one."""
    suites: tuple[str, ...] = ("**/*.llmtest",)
    """Glob patterns below the root."""
    exclude: tuple[str, ...] = ()
    strict: bool | None = None
    """If None, strict where the variable `CI` is set."""
    unsure_is_explicit: bool = False
    """Whether the project itself sets `unsure`; this wins over strict."""
    run: str = "onSave"
    """`onSave` or `manual`: whether the editor asks new and edited cases by itself when they are saved."""
