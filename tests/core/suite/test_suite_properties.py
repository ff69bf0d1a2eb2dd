"""
What holds of every text that anyone could put into a suite.
"""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from llmentary_regression.core.model import Case, Edit, Position, Problem, Span, Suite
from llmentary_regression.core.suite.parsing import parse_suite

_PIECES = [
    "What is the capital of {{country}}?",
    "  indented",
    "# comment",
    "#slip",
    "#",
    "=== name",
    "=== name #tag #",
    "=== two words",
    "=== a::b",
    "===",
    "=====",
    "===x",
    "==",
    "--- user",
    "--- assistant",
    "--- tool ",
    "--user",
    "---",
    '"""',
    '""""',
    '"""   ',
    "@match similar 0.9",
    "@match simlar",
    "@mach",
    "@only",
    "@tags a, b",
    "@params",
    "@params rows.csv",
    "@params rows.jsonl",
    "@params rows.txt",
    "| country | city |",
    "|---|---|",
    "| France | Paris |",
    "| a \\| b | \\n |",
    "| one |",
    "|",
    '@expect contains "{{city}}"',
    "@expect max-chars {{city}}",
    "@expect matches /(/",
    "@arg city {{city}}",
    "@arg x [1, {}]",
    "@interpreter python",
    "👩‍👩‍👧 e\u0301 שלום",
    "\ufeff",
    "\ufffd",
    "a\u2028b\x0cc\x85d",
    "",
    " \t",
]
_LINES = st.one_of(
    st.sampled_from(_PIECES), st.text(alphabet='=-#@|" \t\\{}anu:', max_size=12), st.text(max_size=20)
)
SUITES = st.lists(st.tuples(_LINES, st.sampled_from(["\n", "\r\n", "\r"])), max_size=30).map(
    lambda lines: "".join(line + end for line, end in lines)
)
"""Texts that look enough like suites to reach every corner of the reader."""

thorough = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_rows(name: str) -> str:
    if name.endswith(".csv"):
        return "country,city\nFrance,Paris\nragged\n"
    return '{"country": "Norway", "city": 1}\n{"x": null}\n'


def parse(text: str) -> tuple[Suite, list[Problem]]:
    return parse_suite(text, read_params=read_rows)


def lines_of(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def is_inside(lines: list[str], span: Span) -> bool:
    return span.start <= span.end and all(
        0 <= place.line < len(lines) and 0 <= place.column <= len(lines[place.line])
        for place in (span.start, span.end)
    )


def text_of(lines: list[str], span: Span) -> str:
    inside = lines[span.start.line : span.end.line + 1]
    inside[-1] = inside[-1][: span.end.column]
    inside[0] = inside[0][span.start.column :]
    return "\n".join(inside)


def spans_of(suite: Suite, problems: list[Problem]) -> list[Span]:
    spans = [problem.span for problem in problems if problem.span is not None]
    spans += [edit.span for edit in edits_of(problems)]
    for case in suite.cases:
        spans += [case.span, case.question_span, *(entry.span for entry in case.overrides)]
        if case.row is not None and case.row.span is not None:
            spans.append(case.row.span)
    return spans


def edits_of(problems: list[Problem]) -> list[Edit]:
    return [edit for problem in problems if problem.fix is not None for edit in problem.fix.edits]


def content_of(case: Case) -> object:
    return case.key, case.name, case.row and case.row.values, case.turns, case.tags, case.label


@thorough
@given(st.one_of(st.text(), SUITES))
@example("=== a\n@arg x " + "[" * 100_000)
@example("=== a\n@arg x " + "9" * 10_000)
@example('=== a\n@params\n| a |\n| b |\n@arg x "{{a}}"\n\n{{a}}')
@example("=== a\n@mask /a{99999999999999}/\n\nq")
@example("@mask /" + "(" * 5000 + "/")
@example("=== a\n@mask /[[a]/\n\nq")
@example("=== a\n@params\n|\n")
@example("\ud800 lone surrogate")
def test_any_text_gives_a_suite_and_spans_inside_of_it(text: str) -> None:
    """
    Whatever stands in the file, reading it yields a suite, and each span and edit lies inside the text.
    """
    lines = lines_of(text)

    suite, problems = parse(text)

    assert all(is_inside(lines, span) for span in spans_of(suite, problems))


@thorough
@given(SUITES)
def test_spans_show_what_they_claim(text: str) -> None:
    """
    A plain question's span holds the question, a block's its header, a setting's its line, a row's its cells.
    """
    lines = lines_of(text)

    suite, _ = parse(text)

    for case in suite.cases:
        shown = text_of(lines, case.span)
        assert shown.startswith("===") or shown == case.question
        for entry in case.overrides:
            assert text_of(lines, entry.span).startswith(f"@{entry.name}")
        if case.row is not None and case.row.span is not None:
            assert text_of(lines, case.row.span).startswith("|")


@thorough
@given(SUITES)
def test_problems_come_in_the_order_of_their_places(text: str) -> None:
    """
    The topmost problem comes first.
    """
    _, problems = parse(text)

    places = [problem.span.start for problem in problems if problem.span is not None]
    assert places == sorted(places)


@thorough
@given(SUITES)
def test_line_ends_make_no_difference(text: str) -> None:
    """
    The same lines give the same cases and problems, whether they end in LF, CRLF or CR.
    """
    expected = parse(text.replace("\r\n", "\n").replace("\r", "\n"))

    for end in ("\r\n", "\r"):
        assert parse(end.join(lines_of(text))) == expected


@thorough
@given(SUITES)
def test_a_byte_order_mark_makes_no_difference(text: str) -> None:
    """
    A byte order mark moves no column.
    """
    assert parse("\ufeff" + text.removeprefix("\ufeff")) == parse(text.removeprefix("\ufeff"))


@thorough
@given(SUITES)
def test_identities_are_unique(text: str) -> None:
    """
    No two cases of a suite share a key, since a key is the name of a baseline.
    """
    suite, _ = parse(text)

    keys = [case.key for case in suite.cases]
    assert len(keys) == len(set(keys))


_BLOCKS = st.lists(
    st.builds(
        lambda name, tags, question: f"=== {name} {tags}\n\n{question}\n",
        st.text(alphabet="abcé", min_size=1, max_size=4),
        st.sampled_from(["", "#x", "#x #y"]),
        st.text(alphabet="ab ?\n", max_size=8).filter(str.strip),
    ),
    unique_by=lambda block: block.split()[1],
    max_size=6,
)


@given(_BLOCKS, st.randoms(use_true_random=False))
def test_moving_blocks_keeps_their_identities(blocks: list[str], random: object) -> None:
    """
    A block is the same case wherever in the suite it stands.
    """
    moved = list(blocks)
    random.shuffle(moved)  # type: ignore[attr-defined]

    before = {content_of(case) for case in parse("".join(blocks))[0].cases}
    after = {content_of(case) for case in parse("".join(moved))[0].cases}

    assert before == after
    assert len(before) == len(blocks)


@thorough
@given(SUITES)
def test_every_fix_mends_its_problem(text: str) -> None:
    """
    Applying any one fix mends its problem.
    """
    lines = lines_of(text)
    _, problems = parse(text)

    for problem in problems:
        if problem.fix is None:
            continue
        _, after = parse(apply(lines, problem.fix.edits))
        same = [other for other in after if other.code == problem.code]
        assert len(same) < sum(other.code == problem.code for other in problems)


def apply(lines: list[str], edits: tuple[Edit, ...]) -> str:
    """
    Return the text with all edits made, as an editor makes them: all of them against the same text.
    """
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(place: Position) -> int:
        return starts[place.line] + place.column

    text = "\n".join(lines)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: offset(edit.span.start)] + edit.text + text[offset(edit.span.end) :]
    return text
