"""
The values that every floor speaks of: problems, suites, cases, answers, verdicts.

Values only: frozen, compared by content, without behaviour beyond their own reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class Word(str, Enum):
    """
    An enumeration whose members are words: `str()` gives the word itself on every Python.
    """

    def __str__(self) -> str:
        return str(self.value)


# --- places and problems -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """
    A place in a text, counted in code points.
    """

    line: int
    """Zero-based; lines end at \\n, \\r\\n or \\r and nowhere else."""
    column: int
    """Zero-based code points from the line's start."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    A half-open stretch of text.
    """

    start: Position
    end: Position


class Severity(Word):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Edit:
    """
    A replacement of one span by new text.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """
    A mend that an editor can offer.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Something the author should mend in a suite or in settings.
    """

    code: str
    """`LLM001` ...; each is explained in `docs/problems.md`."""
    severity: Severity
    message: str
    span: Span | None = None
    origin: str = ""
    """The settings file, `environment` or `editor`; empty for the suite being read."""
    key: str = ""
    """The setting concerned, where there is one."""
    fix: Fix | None = None


# --- settings ------------------------------------------------------------------------------------


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
class Regex:
    """
    A regular expression from a suite; it runs only where it can be stopped.
    """

    pattern: str
    flags: str = ""
    """Any of `i`, `m`, `s`, `x`."""


class ExpectKind(Word):
    CONTAINS = "contains"
    MATCHES = "matches"
    EQUALS = "equals"
    ONE_OF = "one-of"
    JSON_SCHEMA = "json-schema"
    MAX_LATENCY = "max-latency"
    MAX_CHARS = "max-chars"
    MAX_TOKENS = "max-tokens"
    MAX_COST = "max-cost"
    SATISFIES = "satisfies"


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    One `@expect` line: what must hold of every answer, approved or not.
    """

    kind: ExpectKind
    texts: tuple[str, ...] = ()
    """The quoted arguments: phrases, alternatives, a claim, or a schema file."""
    regex: Regex | None = None
    limit: float | None = None
    """`max-*`: seconds, characters, tokens, or cost in the currency the callable reports."""
    negated: bool = False
    span: Span | None = None

    def __str__(self) -> str:
        """
        Return the expectation as the author would write it after `@expect`.
        """
        words = ["not"] if self.negated else []
        words.append(str(self.kind))
        if self.regex is not None:
            words.append(f"/{self.regex.pattern}/{self.regex.flags}")
        words += [in_quotes(text) for text in self.texts]
        if self.limit is not None:
            unit = "s" if self.kind is ExpectKind.MAX_LATENCY else ""
            words.append(f"{self.limit:.12g}{unit}")
        return " ".join(words)


def in_quotes(text: str) -> str:
    """
    Return the text in double quotes, as an expectation spells it.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """
    Everything that decides how one case is asked and judged, with nothing left open.

    The table in `docs/file-format.md` says where each may stand; `core/settings.py` fills them in.
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


# --- suites --------------------------------------------------------------------------------------


class Role(Word):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Turn:
    """
    One message of the conversation that a case puts to the callable.
    """

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    The values of one `@params` row, in the heading's order.
    """

    values: tuple[tuple[str, JsonValue], ...]
    span: Span | None = None
    """Where the row stands in the suite; None for a row of a params file."""

    @property
    def label(self) -> str:
        """
        Return the row as it is selected and shown, on one line: `France, Paris`.
        """
        return ", ".join(str(value) for _, value in self.values).replace("\n", "\\n")


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """
    One `@word value` line, already read and found valid.
    """

    name: str
    value: object
    """The typed value, as `core/settings.py` describes it for this name."""
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """
    One question to ask, after parameters are filled in.
    """

    key: str
    """16 hexadecimal digits derived from the identity; the id of its baseline document."""
    name: str | None
    row: Row | None
    turns: tuple[Turn, ...]
    overrides: tuple[SettingEntry, ...]
    """The settings of the suite and then of the block, in file order; later ones win or add up."""
    tags: tuple[str, ...]
    """From the header and every `@tags`, without `#`, in order, without repeats."""
    span: Span
    """The header line, or the plain question: where a verdict is shown."""
    question_span: Span

    @property
    def question(self) -> str:
        """
        Return the question as text; of a conversation, its turns under their `--- role` lines.
        """
        if len(self.turns) == 1 and self.turns[0].role is Role.USER:
            return self.turns[0].text
        return "\n".join(f"--- {turn.role}\n{turn.text}" for turn in self.turns)

    @property
    def label(self) -> str:
        """
        Return the name, or else the question's first line, with the row in brackets.
        """
        label = self.name if self.name is not None else self.turns[-1].text.partition("\n")[0]
        return f"{label}[{self.row.label}]" if self.row is not None else label


@dataclass(frozen=True, slots=True)
class Suite:
    """
    What a `.llmtest` document holds.
    """

    cases: tuple[Case, ...]
    settings: tuple[SettingEntry, ...] = ()
    """The settings before the first question; they are part of each case's overrides as well."""


# --- answers and failures ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """
    What the callable returned. It lives in memory only and never shows in a log or traceback.
    """

    text: str
    data: JsonValue = None
    """The JSON value itself where the callable returned one."""
    has_data: bool = False
    model: str | None = None
    tokens: int | None = None
    """Tokens of the answer, if the callable reported them."""
    cost: float | None = None
    elapsed_s: float = 0.0

    def __repr__(self) -> str:
        return f"Answer(<{len(self.text)} characters>)"


class FailureKind(Word):
    """
    How the developer's callable failed to give an answer.
    """

    NO_CALLABLE = "no-callable"
    """None is set."""
    NOT_IMPORTABLE = "not-importable"
    RAISED = "raised"
    TIMED_OUT = "timed-out"
    EXITED = "exited"
    """It ended its process: `sys.exit`, `os._exit`, a signal, a crash."""
    BAD_ANSWER = "bad-answer"
    """It returned nothing that can be read as an answer."""
    TOO_LARGE = "too-large"
    INTERPRETER = "interpreter"
    """The worker's Python could not be started."""
    REGEX = "regex"
    """A `@mask` or `matches` expression is broken or took too long."""
    JUDGE = "judge"
    """A judge, a JSON schema or an embedding could not be used."""
    BASELINE = "baseline"
    """The baseline or its key could not be used."""
    INTERNAL = "internal"
    """llmentary itself failed, which is to be reported."""
    CANCELLED = "cancelled"
    MAX_COST = "max-cost"
    """It was not asked: the answers before it had cost enough."""


@dataclass(frozen=True, slots=True)
class Frame:
    """
    One line of the developer's own traceback.
    """

    path: str
    line: int
    """One-based."""
    function: str
    source: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Failure:
    """
    Why there is no answer. Memory only: its texts may quote an answer.
    """

    kind: FailureKind
    message: str
    """One sentence: the thing, the reason, the next step."""
    frames: tuple[Frame, ...] = ()
    """The developer's frames, outermost first; library and llmentary frames are left out."""
    output: str = ""
    """The end of what the callable printed, bounded."""
    retry_after_s: float | None = None

    def __repr__(self) -> str:
        return f"Failure({self.kind})"


# --- verdicts ------------------------------------------------------------------------------------


class VerdictKind(Word):
    """
    The judged outcome of one case.
    """

    PASSED = "passed"
    REWORDED = "reworded"
    """Other words; no known fact differs, or it cannot be told."""
    CHANGED = "changed"
    NEW = "new"
    """No baseline."""
    FAILED = "failed"
    """An `@expect` did not hold."""
    ERROR = "error"
    """The callable failed."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """
    One fact behind a verdict, typed so that each adapter can word it. Memory only.
    """

    kind: str
    """Such as `number`, `name`, `negation`, `pin`, `path`, `expectation`."""
    approved: str | None = None
    """What the baseline held: only a redacted block (`▇number▇`), or a word that is in the new answer too."""
    now: str | None = None
    """The new answer's own words, where there are any."""

    def __repr__(self) -> str:
        return f"Evidence({self.kind})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What the judge says of one answer.
    """

    verdict: VerdictKind
    reason: str
    """A stable code such as `number-differs`; `core/explain.py` lists them all."""
    score: float | None = None
    """0..1: how alike the word sequences are, where they were compared."""
    message: str = field(default="", repr=False)
    """One sentence for the developer; it may quote the new answer, so it stays in memory."""
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    variant: int | None = None
    """The position of the nearest approved variant."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """
    One case of a finished run.
    """

    suite: str
    """The suite's path below the root, with `/`."""
    case: Case
    settings: CaseSettings
    verdict: Verdict
    answer: Answer | None = None
    """None where the callable failed or was not asked."""
    failure: Failure | None = None
    elapsed_s: float = 0.0
    masked: str | None = field(default=None, repr=False)
    """The text after `@mask`, which is what is judged and approved; None where it equals the answer."""
    samples: tuple[Verdict, ...] = ()
    """Every sample's verdict where more than one was asked for."""
    approved_model: str | None = None
    """The model that the nearest variant was approved with."""
    approved_at: str | None = None
    """When the newest variant was approved."""
    embedding: tuple[float, ...] | None = field(default=None, repr=False)
    """Of the text that is judged, where `@match semantic` needed it. Memory only."""

    @property
    def model(self) -> str | None:
        """
        Return the model that answered: what the callable reported, else what was set.
        """
        if self.answer is not None and self.answer.model is not None:
            return self.answer.model
        return self.settings.model
