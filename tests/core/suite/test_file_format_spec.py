"""
The written specification, `docs/file-format.md`, example by example.

In it, a `llmtest` fence is a suite and the `text` fence that follows says what is read from it.
A fence marked `shown` makes what is invisible visible; a `csv` or `jsonl` fence is a file that a suite names.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from llmentary_regression.core.model import Case, Match, Regex, SettingEntry, Span
from llmentary_regression.core.settings import EXPECTATIONS, SETTINGS, Scope
from llmentary_regression.core.suite.parsing import parse_suite

DOCS = Path(__file__).parents[3] / "docs"
SPEC = (DOCS / "file-format.md").read_text(encoding="utf-8")

_INVISIBLE = {"␉": "\t", "␠": " ", "␍": "\r", "␌": "\f", "⇤": "\ufeff", "␤": "\u2028"}


@dataclass(frozen=True)
class Example:
    """
    One suite of the specification and what it says of it.
    """

    heading: str
    line: int
    text: str
    expected: str
    files: dict[str, str]


def examples_of(document: str) -> list[Example]:
    """
    Return the examples in a document's order.
    """
    found = []
    heading = ""
    files: dict[str, str] = {}
    suite: tuple[int, str] | None = None
    for fence in re.finditer(
        r"^(#+ (?P<heading>.*)|(?P<ticks>`{3,})(?P<info>\S.*)\n(?P<body>(.*\n)*?)(?P=ticks))$",
        document,
        re.MULTILINE,
    ):
        kind, _, rest = (fence["info"] or "").partition(" ")
        if fence["heading"] is not None:
            heading, files = fence["heading"], {}
        elif kind in ("csv", "jsonl"):
            files = {**files, rest: fence["body"]}
        elif kind == "llmtest":
            line = document.count("\n", 0, fence.start()) + 2
            suite = (line, _visible_again(fence["body"]) if rest == "shown" else fence["body"])
        elif kind == "text" and suite is not None:
            found.append(Example(heading, *suite, fence["body"], files))
            suite = None
    return found


def _visible_again(body: str) -> str:
    for sign, meant in _INVISIBLE.items():
        body = body.replace(sign, meant)
    return body


EXAMPLES = examples_of(SPEC)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.line} {example.heading}")
def test_example_reads_as_the_specification_says(example: Example) -> None:
    """
    Each example gives the cases and problems that stand below it.
    """
    assert outcome_of(example.text, example.files) == example.expected


def test_every_rule_has_an_example() -> None:
    """
    No section that states rules goes without an example.
    """
    shown = {example.heading for example in EXAMPLES}
    rules = re.findall(r"^### (.*)$", SPEC, re.MULTILINE)

    assert rules
    assert [rule for rule in rules if rule not in shown] == []


def test_settings_table_is_the_one_in_the_code() -> None:
    """
    The documented table and `SETTINGS` say the same, row by row.
    """
    assert _table_below("## Settings") == [
        (
            spec.name,
            spec.kind,
            ", ".join(str(scope) for scope in Scope if scope in spec.scopes),
            "adds up" if spec.adds_up else "last wins",
            spec.default,
        )
        for spec in SETTINGS.values()
    ]


def test_expectations_table_is_the_one_in_the_code() -> None:
    """
    The documented table and `EXPECTATIONS` say the same, row by row.
    """
    assert _table_below("### Expectations") == [
        (str(kind), spec.argument, str(spec.subject), spec.help, "yes" if spec.may_be_negated else "no")
        for kind, spec in EXPECTATIONS.items()
    ]


def _table_below(heading: str) -> list[tuple[str, ...]]:
    section = SPEC.partition(f"\n{heading}\n")[2].partition("\n#")[0]
    return re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \| (.*) \| (.*) \|$", section, re.MULTILINE)


# --- how an outcome is written down --------------------------------------------------------------


def outcome_of(text: str, files: dict[str, str]) -> str:
    """
    Return what is read from a suite, in the notation of the specification.
    """

    def read_params(name: str) -> str:
        if name not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[name]

    suite, problems = parse_suite(text, read_params=read_params)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    written = [line for case in suite.cases for line in _written_case(case)]
    for problem in problems:
        assert problem.span is not None
        shown = _first_line_of(lines, problem.span)
        written.append(
            f"{problem.code} {problem.severity}, line {problem.span.start.line + 1}: {shown}".rstrip()
        )
    return "".join(f"{line}\n" for line in written).replace("\f", "␌").replace("\u2028", "␤")


def _written_case(case: Case) -> list[str]:
    written = ["asks " + " ".join([case.label, *(f"#{tag}" for tag in case.tags)])]
    if len(case.turns) > 1:
        written += [f"  {turn.role}: {_quoted(turn.text)}" for turn in case.turns]
    elif case.label != case.turns[0].text:
        written.append(f"  {_quoted(case.turns[0].text)}")
    return written + [f"  @{entry.name} {_written_value(entry)}".rstrip() for entry in case.overrides]


def _written_value(entry: SettingEntry) -> str:
    match entry.value:
        case True:
            return ""
        case Match() as rule:
            words = [str(rule.mode), *([f"{rule.threshold:g}"] if rule.threshold is not None else [])]
            words += [f"ignore {path}" for path in rule.ignore]
            words += [f"tolerance {rule.tolerance:g}"] if rule.tolerance else []
            return " ".join(words + (["unordered"] if rule.unordered else []))
        case Regex(pattern, flags):
            return f"/{pattern}/{flags}"
        case float() as number:
            return f"{number:g}"
        case (str() as name, value) if entry.name in ("arg", "env"):
            return f"{name} = {json.dumps(value, ensure_ascii=False)}"
        case tuple() as words:
            return " ".join(words)
        case value:
            return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _first_line_of(lines: list[str], span: Span) -> str:
    end = span.end.column if span.end.line == span.start.line else None
    return lines[span.start.line][span.start.column : end]
