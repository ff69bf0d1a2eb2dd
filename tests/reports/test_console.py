"""
The terminal report says what needs attention, and nothing in an answer can disturb it.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from llmentary_regression.core.judging import RedactedDiff
from llmentary_regression.core.judging._diff import Segment
from llmentary_regression.core.model import (
    Evidence,
    Failure,
    FailureKind,
    Frame,
    Position,
    Problem,
    Severity,
    Span,
)
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.finished_run import LocatedProblem
from llmentary_regression.reports.terminal import make_console
from report_makers import MakeResult, MakeRun

DIFF = RedactedDiff(
    (
        Segment("equal", "Within "),
        Segment("removed", "▇number▇"),
        Segment("added", "14"),
        Segment("equal", " days."),
    )
)


def _render(
    run: Any,
    *,
    encoding: str = "utf-8",
    terminal_width: int | None = None,
    steps: tuple[str, ...] = (),
    **options: Any,
) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="\n")
    console = make_console(stream, width=terminal_width)
    if terminal_width is not None:
        console._force_terminal = True
    ConsoleReport(console, DisplayOptions(**options)).show_run(run, steps)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_changed_answer_is_shown_with_place_question_reason_and_diff(
    make_result: MakeResult, make_run: MakeRun
) -> None:
    """
    All that is needed to judge a change stands together.
    """
    text = _render(make_run(make_result()), diff_of=lambda _result: DIFF)

    assert text == (
        "changed  faq/shop.llmtest:3  returns\n"
        "  How long may I return it?\n"
        "  a number differs\n"
        "  - Within ▇number▇ days.\n"
        "  + Within 14 days.\n"
        "\n"
        "1 changed in 1.2 s\n"
    )


def test_what_passed_is_only_counted(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A run in which nothing happened takes one line.
    """
    run = make_run(make_result("passed"), make_result("passed", line=5), make_result("skipped", answer=None))

    assert _render(run) == "1 skipped, 2 passed in 1.2 s\n"


def test_worst_verdicts_come_first(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    An error is read before a new answer, wherever they stand in the suite.
    """
    failure = Failure(FailureKind.TIMED_OUT, "no answer within 5 s")
    run = make_run(make_result("new"), make_result("error", answer=None, failure=failure, line=8))

    text = _render(run)

    assert text.index("error  ") < text.index("new  ")
    assert text.endswith("1 error, 1 new in 1.2 s\n")


def test_markup_in_answers_and_questions_is_text(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Square brackets are never read as styles, links or emoji codes.
    """
    run = make_run(
        make_result("new", question="[red]why[/red]?", answer="[bold]x[/bold] [/] :smile: [link=u]y")
    )

    text = _render(run, terminal_width=100)

    assert "[red]why[/red]?" in text
    assert "[bold]x[/bold] [/] :smile: [link=u]y" in text


def test_answers_cannot_command_the_terminal(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Escape sequences in answer, question, message, name and traceback arrive as visible signs.
    """
    evil = "\x1b]0;owned\x07\x1b[2J\r"
    failure = Failure(FailureKind.RAISED, evil, (Frame("a" + evil, 1, evil, evil),), evil)
    run = make_run(
        make_result("new", question=evil, answer=evil, message=evil, name="n" + evil),
        make_result("error", question="q", answer=None, failure=failure, line=5),
    )

    text = _render(run, verbosity=1)

    assert not {"\x1b", "\x07", "\r"} & set(text)
    assert "␛]0;owned␇" in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_old_code_pages_do_not_end_the_report(
    make_result: MakeResult, make_run: MakeRun, encoding: str
) -> None:
    """
    What the code page lacks is replaced; blocks stay recognizable.
    """
    run = make_run(make_result(question="漢字 😀?", answer="Within 14 days."))

    text = _render(run, encoding=encoding, diff_of=lambda _result: DIFF)

    assert "- Within #number# days." in text


@pytest.mark.parametrize("width", [1, 12, 30])
def test_narrow_terminals_lose_no_word(make_result: MakeResult, make_run: MakeRun, width: int) -> None:
    """
    Lines wrap; every word of the answer still comes out.
    """
    answer = "one two three four five six seven eight nine ten eleven twelve thirteen"

    text = _render(make_run(make_result("new", answer=answer)), terminal_width=width)

    for word in answer.split():
        assert word in text


def test_what_is_wrapped_stays_beside_its_mark(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Without colors, too, one sees which side of a diff a line belongs to; wide signs take two cells.
    """
    diff = RedactedDiff((Segment("added", "保証期間は3年間です領収書が必要です and in its box"),))

    text = _render(make_run(make_result()), terminal_width=30, diff_of=lambda _: diff)

    assert "  + 保証期間は3年間です領収書\n    が必要です and in its box\n" in text


def test_lines_are_whole_where_no_terminal_wraps_them(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A log keeps one line a line, so that it can be searched.
    """
    answer = "word " * 100

    text = _render(make_run(make_result("new", answer=answer)))

    assert f"  > {answer.rstrip()}\n" in text


def test_no_answers_hides_everything_that_quotes_one(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Message, diff, exception and output stay away; reason and place remain.
    """
    failure = Failure(FailureKind.RAISED, "zebra", (Frame("app.py", 7, "ask"),), "zebra")
    run = make_run(
        make_result(answer="zebra", message="zebra", evidence=(Evidence("number", now="zebra"),)),
        make_result("error", answer=None, failure=failure, line=9),
    )

    text = _render(run, answers=False, diff_of=lambda _result: DIFF)

    assert "zebra" not in text
    assert "14" not in text
    assert "app.py:7 in ask" in text
    assert "number" in text


def test_one_cause_is_told_once(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A callable that cannot be imported fails every case alike: one traceback is enough.
    """
    failure = Failure(
        FailureKind.NOT_IMPORTABLE, "cannot import `bot:ask`", (Frame("bot.py", 1, "<module>"),)
    )
    run = make_run(*(make_result("error", answer=None, failure=failure, line=line) for line in range(1, 101)))

    text = _render(run)

    assert text.count("cannot import `bot:ask`") == 1
    assert "the same for 99 more" in text
    assert "100 errors in 1.2 s" in text


def test_what_a_process_printed_is_shown_once_and_its_end(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Questions share a process, so each failure comes with the same output; the end of it says most.
    """
    output = "\n".join(f"line {n}" for n in range(30))
    failures = [Failure(FailureKind.RAISED, f"raised {n}", output=output) for n in range(2)]
    run = make_run(
        *(make_result("error", failure=failure, answer=None, line=n) for n, failure in enumerate(failures))
    )

    brief, whole = _render(run), _render(run, verbosity=1)

    assert brief.count("its process printed: (the last 20 lines; `-v` shows more)") == 1
    assert "line 9\n" not in brief
    assert brief.count("line 10\n") == 1
    assert whole.count("line 0\n") == 1


def test_long_lists_are_cut_and_say_so(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Ten thousand new answers do not scroll the rest away.
    """
    run = make_run(*(make_result("new", line=line) for line in range(1, 201)))

    text = _render(run)

    assert text.count("new  ") == 50
    assert "... and 150 more new (`-v` shows them all)" in text


def test_long_answers_are_cut_unless_wanted_whole(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    The beginning is shown with how much is missing; `-v` shows all.
    """
    run = make_run(make_result("new", answer="\n".join(f"line {number}" for number in range(100))))

    assert "line 50" not in _render(run)
    assert "more characters" in _render(run)
    assert "line 99" in _render(run, verbosity=1)


def test_quiet_shows_places_alone(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    With `-q` each case that needs attention takes one line.
    """
    assert _render(make_run(make_result()), verbosity=-1) == (
        "changed  faq/shop.llmtest:3  returns\n1 changed in 1.2 s\n"
    )


def test_problems_stand_first_and_are_summed_up(make_run: MakeRun) -> None:
    """
    A suite that cannot be read names file, line, what to do and the code.
    """
    span = Span(Position(4, 0), Position(4, 3))
    problem = LocatedProblem("a.llmtest", Problem("LLM014", Severity.ERROR, "the block asks nothing", span))

    text = _render(make_run(problems=(problem,)))

    assert text.startswith("problem  a.llmtest:5  the block asks nothing LLM014\n")
    assert "fix the problems above" in text


def test_another_model_is_named(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A change after a change of model says both.
    """
    text = _render(make_run(make_result(model="gpt-5", approved_model="gpt-4")))

    assert "approved with gpt-4, now gpt-5" in text


def test_an_interrupted_run_says_how_far_it_came(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    What was not asked is counted.
    """
    run = make_run(make_result("passed"), selected=12, is_interrupted=True)

    assert _render(run) == "1 passed in 1.2 s; interrupted, 11 of 12 not asked\n"
    assert run.exit_code == 130


def test_a_strict_run_says_why_it_fails(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    At the desk the same answers are only shown; in CI nobody set anything, and the run fails.
    """
    lenient = make_run(make_result("new", reason="no-baseline"))
    strict = replace(lenient, is_strict=True, is_failing=lambda _: True)
    changed = replace(make_run(make_result("changed")), is_strict=True, is_failing=lambda _: True)

    assert "1 new in 1.2 s; under strict, `new` and `unsure` fail" in _render(strict)
    assert "strict" not in _render(lenient)
    assert "strict" not in _render(changed)


def test_next_steps_stand_last(make_run: MakeRun) -> None:
    """
    The report ends with what to type.
    """
    assert _render(make_run(), steps=("do this",)).endswith("  do this\n")
