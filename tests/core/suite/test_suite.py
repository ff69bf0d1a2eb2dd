"""
What `docs/file-format.md` leaves to tests: messages, fixes, places, identities and bounds.
"""

from __future__ import annotations

import sys

import pytest

from llmentary_regression.core.model import (
    Case,
    Edit,
    JsonValue,
    Position,
    Problem,
    Role,
    Row,
    Severity,
    Span,
    Turn,
)
from llmentary_regression.core.suite.parsing import case_key, parse_suite


def cases_of(text: str) -> tuple[Case, ...]:
    suite, _ = parse_suite(text)
    return suite.cases


def problem_of(text: str, code: str) -> Problem:
    """
    Return the first problem with the given code.
    """
    _, problems = parse_suite(text)
    return next(problem for problem in problems if problem.code == code)


def fixed(text: str, code: str) -> str:
    """
    Return the text after the fix of its first problem with the given code.
    """
    fix = problem_of(text, code).fix
    assert fix is not None
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = _edited(text, edit)
    return text


def _edited(text: str, edit: Edit) -> str:
    lines = text.split("\n")
    start, end = (
        sum(len(line) + 1 for line in lines[: place.line]) + place.column
        for place in (edit.span.start, edit.span.end)
    )
    return text[:start] + edit.text + text[end:]


# --- fixes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("LLM001", "@modle gpt-5\nq", "@model gpt-5\nq"),
        ("LLM001", "@Model gpt-5\nq", "@model gpt-5\nq"),
        ("LLM001", "@pass_rate 1\nq", "@pass-rate 1\nq"),
        ("LLM001", "@callable: shop:ask\nq", "@callable shop:ask\nq"),
        ("LLM001", "@callable=shop:ask\nq", "@callable shop:ask\nq"),
        ("LLM002", "@match simlar 0.9  \nq", "@match similar 0.9  \nq"),
        ("LLM002", "@callable   shop.bot.ask\nq", "@callable shop.bot:ask\nq"),
        ("LLM002", "@expect contains 30 days\nq", '@expect contains "30 days"\nq'),
        ("LLM002", '@expect "30 days"\nq', '@expect contains "30 days"\nq'),
        ("LLM002", '@expect not-contains "x"\nq', '@expect not contains "x"\nq'),
        ("LLM002", "@arg seed=7\nq", "@arg seed 7\nq"),
        ("LLM002", "@only yes\nq", "@only\nq"),
        ("LLM003", "# c\nq\n@model x\np", "# c\n@model x\nq\np"),
        ("LLM005", "@model x\n@model y\nq", "@model y\nq"),
        ("LLM006", "=== a\n\nq\n@model x", "=== a\n@model x\n\nq\n"),
        ("LLM007", "==refunds", "=== refunds"),
        ("LLM007", "=====", "==="),
        ("LLM007", "===refunds", "=== refunds"),
        ("LLM007", "## Refunds", "# Refunds"),
        ("LLM007", "--User:", "===\n--- user"),
        ("LLM007", "--- user", "===\n--- user"),
        ("LLM007", " \t@model x", "@model x"),
        ("LLM007", "@ model x", "@model x"),
        ("LLM007", '"""\nq', '===\n"""\nq'),
        ("LLM008", "=== a\nq", "=== a\n\nq"),
        ("LLM009", "=== opening hours #x\n\nq", "=== opening-hours  #x\n\nq"),
        ("LLM010", "=== a::b\n\nq", "=== a-b\n\nq"),
        ("LLM012", "=== a\n\nq\n=== a\n\np", "=== a\n\nq\n=== a-2\n\np"),
        ("LLM013", "q\nq\np", "q\np"),
        ("LLM015", "=== a\n\nbe brief\n--- user\nq", "=== a\n\n--- system\nbe brief\n--- user\nq"),
        ("LLM018", "=== a\n--- user\nq\n---  user\np", "=== a\n--- user\nq\n--- user\np"),
        ("LLM019", '=== a\n"""\nq\n\n=== b\n\np', '=== a\n"""\nq\n"""\n\n=== b\n\np'),
        ("LLM019", '=== a\n"""', '=== a\n"""\n"""'),
        ("LLM020", '=== a\n"""\nx\n"""\ny\n"""', '=== a\n""""\nx\n"""\ny\n""""'),
        ("LLM021", "=== a\n| x |\n| y |\n\nq", "=== a\n@params\n| x |\n| y |\n\nq"),
        ("LLM024", "=== a\n@params\n| x | y |\n| 1 |\n\nq", "=== a\n@params\n| x | y |\n| 1 |  |\n\nq"),
        ("LLM024", "=== a\n@params\n| x | y |\n| 1\n\nq", "=== a\n@params\n| x | y |\n| 1 |  |\n\nq"),
        (
            "LLM026",
            "=== a\n@params\n| town |\n| x |\n\n{{twon}}",
            "=== a\n@params\n| town |\n| x |\n\n{{town}}",
        ),
    ],
)
def test_fix_writes_what_was_meant(code: str, text: str, expected: str) -> None:
    """
    Each fix turns the slip into what its author meant.
    """
    assert fixed(text, code) == expected


def test_quote_opened_too_short_is_fixed_around_all_of_it() -> None:
    """
    Longer quotes are chosen longer than any inside the text.
    """
    text = '=== a\n"""\nx\n"""\n""""""\n"""'

    assert fixed(text, "LLM020") == '=== a\n"""""""\nx\n"""\n""""""\n"""""""'


# --- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("@modle x\nq", "LLM001", "`@modle` is no setting; did you mean `@model`?"),
        (
            "@match simlar\nq",
            "LLM002",
            "`@match` wants `exact`, `normalized`, `similar`, `semantic`, `json` or `none`; "
            "did you mean `@match similar`?",
        ),
        ("@model\nq", "LLM002", "`@model` needs a value"),
        (
            "q\n@model x",
            "LLM003",
            "`@model` stands after the first question and has no effect; "
            "move it above line 1, or into a `===` block",
        ),
        (
            "@run manual\nq",
            "LLM004",
            "`@run` has no effect here; set it in `[tool.llmentary]` of `pyproject.toml`",
        ),
        (
            "=== a\n@rate 1/s\n\nq",
            "LLM004",
            "`@rate` has no effect here; set it before the suite's first question",
        ),
        ("@params x.csv\nq", "LLM004", "`@params` has no effect here; set it in the head of a `===` block"),
        (
            "q\nq",
            "LLM013",
            "line 1 asks the same already, so this is not asked; "
            "remove it, or put it into a block with a name of its own",
        ),
        ("=== a\n@params x.csv\n\nq", "LLM025", "`x.csv` is not read here, so its cases are missing"),
    ],
)
def test_message_says_what_to_do(text: str, code: str, message: str) -> None:
    """
    A message names the thing, the reason and the next step.
    """
    assert problem_of(text, code).message == message


@pytest.mark.parametrize("text", ["@" + "x" * 10_000, "=== a::" + "b" * 10_000, "@match " + "x" * 10_000])
def test_messages_stay_short_whatever_the_line(text: str) -> None:
    """
    A message never quotes a whole endless line.
    """
    _, problems = parse_suite(text)

    assert problems
    assert all(len(problem.message) < 300 for problem in problems)


# --- places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["👩‍👩‍👧", "e\u0301", "שלום", "日本"])
def test_columns_count_code_points(before: str) -> None:
    """
    Emoji, combining marks and right-to-left letters count as the code points they are.
    """
    problem = problem_of(f"=== {before}::x\n\nq", "LLM010")

    assert problem.span == Span(Position(0, 4), Position(0, 4 + len(before) + 3))


def test_row_case_is_shown_at_its_header_and_knows_its_row() -> None:
    """
    A verdict is shown at the header; the row has a place of its own.
    """
    (case,) = cases_of("=== a\n@params\n| x |\n| 1 |\n\n{{x}}?")

    assert case.span == Span(Position(0, 0), Position(0, 5))
    assert case.row == Row((("x", "1"),), Span(Position(3, 0), Position(3, 5)))
    assert case.question_span == Span(Position(5, 0), Position(5, 6))


def test_question_span_covers_all_turns() -> None:
    """
    From the first marker to the last line that is not blank.
    """
    (case,) = cases_of("=== a\n--- system\nx\n\n--- user\ny\n\n\n=== b\n\nz")[:1]

    assert case.question_span == Span(Position(1, 0), Position(5, 1))


# --- settings ------------------------------------------------------------------------------------


def test_cases_of_one_suite_share_their_settings() -> None:
    """
    Plain questions share one tuple, so that settings are resolved once for all of them.
    """
    first, second = cases_of("@model x\nq\np")

    assert first.overrides is second.overrides


def test_rows_share_their_settings_unless_a_value_goes_in() -> None:
    """
    A setting without a declared name is read once for all rows.
    """
    first, second = cases_of("=== a\n@params\n| x |\n| 1 |\n| 2 |\n@model {{x}}\n\n{{x}}")

    assert first.overrides is second.overrides


def test_file_wide_expectation_is_filled_in_as_well() -> None:
    """
    A suite's `@expect` takes the values of each block's rows.
    """
    cases = cases_of('@expect contains "{{x}}"\nplain\n=== a\n@params\n| x |\n| 1 |\n\n{{x}}')

    assert [str(case.overrides[0].value) for case in cases] == ['contains "{{x}}"', 'contains "1"']


def test_setting_broken_by_rows_is_reported_once() -> None:
    """
    A limit that no row fills in with a number is one problem, not one a row.
    """
    text = "=== a\n@params\n| x |\n| b |\n| c |\n@expect max-chars {{x}}\n\n{{x}}"

    suite, problems = parse_suite(text)

    assert [problem.code for problem in problems] == ["LLM002"]
    assert len(suite.cases) == 2


# --- params files --------------------------------------------------------------------------------


def rows_of(name: str, content: str) -> tuple[list[dict[str, JsonValue]], list[str]]:
    """
    Return the rows read from a params file, and the messages of its problems.
    """
    suite, problems = parse_suite(f"=== a\n@params {name}\n\nq", read_params=lambda _: content)
    return [dict(case.row.values) for case in suite.cases if case.row], [
        problem.message for problem in problems
    ]


def test_csv_cells_may_hold_commas_quotes_and_lines() -> None:
    """
    A `.csv` file is read as such files are.
    """
    rows, messages = rows_of("a.csv", '\ufeffx,y\r\n"1, 2","say ""no""\nnow"\r\n\r\n')

    assert (rows, messages) == ([{"x": "1, 2", "y": 'say "no"\nnow'}], [])


def test_jsonl_values_keep_their_types_and_find_their_columns() -> None:
    """
    A `.jsonl` file hands over numbers, lists and null; the order of names does not matter.
    """
    rows, messages = rows_of("a.jsonl", '{"x": 1, "y": null}\n\n{"y": ["\u2028"], "x": true}')

    assert (rows, messages) == ([{"x": 1, "y": None}, {"x": True, "y": ["\u2028"]}], [])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "`a.csv` holds no row; add one"),
        ("a.csv", "x\n", "`a.csv` holds no row; add one"),
        ("a.csv", "x,x\n1,2", "cannot read `a.csv`: two columns are called `x`; rename one"),
        ("a.csv", 'x\n"open', "cannot read `a.csv`: unexpected end of data"),
        ("a.csv", "x,y\n1", "`a.csv` has 1 cells instead of 2 in line 2; the row is left out"),
        ("a.jsonl", "[1]", "cannot read `a.jsonl`: line 1 is no JSON object with names and values"),
        ("a.jsonl", '{"x": NaN}', "cannot read `a.jsonl`: line 1 is not JSON (NaN is not JSON)"),
        ("a.jsonl", '{"x": 1e999}', "cannot read `a.jsonl`: line 1 is not JSON (1e999 is too large)"),
        (
            "a.jsonl",
            f'{{"x": {"[" * 60}{"]" * 60}}}',
            "cannot read `a.jsonl`: line 1 is not JSON (nested too deeply)",
        ),
        (
            "a.jsonl",
            '{"x": 1}\n{"y": 1}',
            "`a.jsonl` has other names in line 2 than in its first; the row is left out",
        ),
    ],
)
def test_params_file_that_cannot_be_used_is_a_problem(name: str, content: str, message: str) -> None:
    """
    What is wrong with a file is said by file and line.
    """
    _, messages = rows_of(name, content)

    assert messages == [message]


@pytest.mark.parametrize("error", [FileNotFoundError(2, "No such file"), ValueError("it lies outside")])
def test_params_file_that_cannot_be_read_is_a_problem(error: Exception) -> None:
    """
    A missing or forbidden file is a problem of the suite.
    """

    def read_params(name: str) -> str:
        raise error

    _, (problem,) = parse_suite("=== a\n@params a.csv\n\nq", read_params=read_params)

    assert problem.code == "LLM025"
    assert problem.severity is Severity.ERROR


# --- identity ------------------------------------------------------------------------------------

ASK = (Turn(Role.USER, "Do you ship to Norway?"),)


def test_keys_never_change() -> None:
    """
    Keys name what users keep in git: these two are fixed for ever.
    """
    row = Row((("country", "Norway"), ("n", 1)))

    assert case_key(None, ASK, None) == "e4ed9f35e769c6c5"
    assert case_key("shipping", ASK, row) == "b476709c11a1c1fa"


def test_name_stands_for_the_question() -> None:
    """
    A named case keeps its key when its question is reworded, an unnamed one does not.
    """
    other = (Turn(Role.USER, "Do you ship to Sweden?"),)

    assert case_key("a", ASK, None) == case_key("a", other, None)
    assert case_key(None, ASK, None) != case_key(None, other, None)


def test_role_is_part_of_a_question() -> None:
    """
    The same words in another role are another question.
    """
    assert case_key(None, ASK, None) != case_key(None, (Turn(Role.TOOL, ASK[0].text),), None)


def test_order_of_columns_does_not_matter_but_values_do() -> None:
    """
    A row is its names and values.
    """
    one, swapped, other = (
        case_key("a", ASK, Row(values))
        for values in (
            (("x", "1"), ("y", "2")),
            (("y", "2"), ("x", "1")),
            (("x", "2"), ("y", "1")),
        )
    )

    assert one == swapped != other


def test_name_and_question_of_equal_words_differ() -> None:
    """
    A name can never be taken for a question.
    """
    assert case_key(ASK[0].text, ASK, None) != case_key(None, ASK, None)


# --- bounds --------------------------------------------------------------------------------------


def test_no_more_problems_than_anyone_would_read() -> None:
    """
    After a thousand problems one more says that there are others.
    """
    _, problems = parse_suite("@nothing-like-it x\n" * 3000)

    assert len(problems) == 1001
    assert (problems[-1].code, problems[-1].severity) == ("LLM030", Severity.ERROR)


def test_table_times_text_is_bounded() -> None:
    """
    A few kilobytes that would grow to gigabytes are refused.
    """
    rows = "".join(f"| {number} |\n" for number in range(2000))
    text = f"=== a\n@params\n| x |\n{rows}\n" + "{{x}}" * 10_000

    suite, problems = parse_suite(text)

    assert [problem.code for problem in problems] == ["LLM029"]
    assert 0 < len(suite.cases) < 2000


def test_binary_file_is_one_problem_and_no_case() -> None:
    """
    A picture under a suite's name is said to be none.
    """
    suite, problems = parse_suite("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n@foo\n=== a\n")

    assert suite.cases == ()
    assert [problem.code for problem in problems] == ["LLM027"]


@pytest.mark.parametrize(
    "line", ["=== a\n--- user{}x", '=== a\n"""{}x', "--{}x", "@match {}x", "{}x", "|{}x"]
)
def test_endless_blanks_are_read_in_one_go(line: str) -> None:
    """
    No pattern tries all ways to share out a million blanks, which would take hours.
    """
    suite, problems = parse_suite(line.format(" " * 1_000_000))

    assert len(suite.cases) + len(problems) > 0


@pytest.mark.parametrize(
    "line",
    [
        '=== a\n"""\n',
        "| a |\n",
        "@match json ignore $.a\n",
    ],
)
def test_work_grows_no_faster_than_the_text(line: str) -> None:
    """
    Ten times the text takes about ten times the calls, however odd it is.
    """
    assert _calls(line * 2000) < 13 * _calls(line * 200)


def _calls(text: str) -> int:
    """
    Return how many functions are called while a suite is read, which no other load on the machine changes.
    """
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        parse_suite(text)
    finally:
        sys.setprofile(None)
    return calls
