"""
The terminal report: what needs attention, worst first, and one line of summary.

Text from suites and answers is always data here: it is made harmless, and never read as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from llmentary_regression.core.judging import (
    FAILURES,
    SampleCounts,
    count_samples,
    explain_paths,
    explain_unmet,
    explain_verdict,
    mean_pass_at,
    mean_pass_hat,
)
from llmentary_regression.core.model import CaseResult, Failure, Reason, Severity, VerdictKind, count_of
from llmentary_regression.core.safe_text import one_line, printable
from llmentary_regression.reports.answer_lines import DiffOf, answer_lines, diff_lines
from llmentary_regression.reports.finished_run import WORST_FIRST, FinishedRun, LocatedProblem
from llmentary_regression.reports.terminal import print_text

STYLES: Mapping[VerdictKind, str] = {
    VerdictKind.PASSED: "green",
    VerdictKind.UNSURE: "yellow",
    VerdictKind.CHANGED: "red",
    VerdictKind.NEW: "cyan",
    VerdictKind.FAILED: "red",
    VerdictKind.ERROR: "red",
    VerdictKind.SKIPPED: "dim",
}
_SHOWN_OF_A_KIND = 50
"""More cases of one verdict than this are counted, not listed, unless the user asks for all."""
_SHOWN_LINES = 20
_FAIL_UNDER_STRICT = (VerdictKind.NEW, VerdictKind.UNSURE)


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """
    How much is shown, and what of it.
    """

    answers: bool = True
    """Whether answers, and words that quote them, are shown."""
    verbosity: int = 0
    """-1: only where each case is; 0: the default; 1: every case, and all of each answer."""
    diff_of: DiffOf | None = None
    """Gives the redacted diff of a result; None shows none."""


class ConsoleReport:
    """
    Shows results on one console. A class because each piece needs the console, the paths and the options.
    """

    def __init__(
        self, console: Console, options: DisplayOptions | None = None, show_path: Callable[[str], str] = str
    ) -> None:
        self._console = console
        self._options = options or DisplayOptions()
        self._show_path = show_path
        self._shown_output = ""

    def show_run(self, run: FinishedRun, next_steps: Iterable[str] = ()) -> None:
        """
        Show a finished run: problems, the cases that need attention, the summary and what to do next.
        """
        self.show_problems(run.problems)
        for kind in WORST_FIRST:
            results = [result for result in run.results if result.verdict.kind is kind]
            if kind is VerdictKind.ERROR:
                self.show_errors(results)
            elif kind not in (VerdictKind.PASSED, VerdictKind.SKIPPED) or self._options.verbosity > 0:
                self._show_each(results)
        self.show_summary(run)
        for step in next_steps:
            self._print(Text(step), 2)

    def show_problems(self, problems: Iterable[LocatedProblem]) -> None:
        """
        Show what the authors of suites and settings should fix; hints only if asked for.
        """
        quiet = {Severity.HINT} if self._options.verbosity > 0 else {Severity.HINT, Severity.INFORMATION}
        shown = [one for one in problems if one.problem.severity not in quiet]
        for placed in shown:
            problem = placed.problem
            style = "red" if problem.severity is Severity.ERROR else "yellow"
            line = Text.assemble(
                ("problem", style),
                "  ",
                (self._place(placed.path, placed.line), "bold"),
                f"  {printable(problem.message)} ",
                (problem.code, "dim"),
            )
            self._print(line)
        if shown:
            self._print(Text())

    def show_result(self, result: CaseResult) -> None:
        """
        Show one case: its place, its question, the reason, and what the answer says now.
        """
        self._print(self._heading(result))
        if self._options.verbosity < 0:
            return
        self._show_question(result)
        if result.failure is not None:
            self._show_failure(result.failure)
        else:
            self._show_judged(result)
        self._print(Text())

    def show_summary(self, run: FinishedRun) -> None:
        """
        Show the counts and the time in one line.
        """
        counts = run.summary
        parts = [Text(count_of(counts[kind], kind), STYLES[kind]) for kind in WORST_FIRST if counts[kind]]
        line = Text(", ").join(parts) if parts else Text("no case was asked")
        line.append(f" in {_duration(run.elapsed_s)}")
        asked = len(run.results)
        if run.is_interrupted:
            line.append(f"; interrupted, {run.selected - asked} of {run.selected} not asked", "red")
        if run.left_out_by_only:
            line.append(f"; {run.left_out_by_only} left out by `@only`")
        if run.has_broken_suite:
            line.append("; fix the problems above", "red")
        lenient = (VerdictKind.NEW, VerdictKind.UNSURE)
        if run.is_strict and any(one.verdict.kind in lenient and run.is_failing(one) for one in run.results):
            line.append("; under strict, `new` and `unsure` fail", "red")
        self._print(line)
        if run.sample_counts:
            self._print(Text(f"samples: {_sampling(run.sample_counts)}"), 2)

    def show_line(self, text: str, style: str = "") -> None:
        """
        Show one line of our own text.
        """
        self._print(Text(printable(text), style))

    def ask(self, prompt: str) -> None:
        """
        Show a prompt and leave the cursor after it.
        """
        print_text(self._console, Text(printable(prompt), "bold"), end="")

    def show_cases(self, word: str, results: Sequence[CaseResult], style: str) -> None:
        """
        Show the outcome of some cases, a line each; a long list is cut unless everything was asked for.
        """
        limit = len(results) if self._options.verbosity > 0 else _SHOWN_OF_A_KIND
        for result in results[:limit]:
            self._show_place(word, result, style)
        if len(results) > limit:
            self._print(Text(f"... and {len(results) - limit} more {word} (`-v` shows them all)", "dim"))

    def _show_place(self, word: str, result: CaseResult, style: str) -> None:
        """
        Show one case in a line: its outcome, its location, its question.
        """
        line = Text.assemble((word, style), "  ", (self._result_place(result), "bold"))
        line.append(f"  {one_line(result.case.label, 100)}")
        self._print(line)

    # --- pieces ---

    def _show_each(self, results: list[CaseResult]) -> None:
        limit = len(results) if self._options.verbosity > 0 else _SHOWN_OF_A_KIND
        for result in results[:limit]:
            self.show_result(result)
        if len(results) > limit:
            rest = len(results) - limit
            self._print(Text(f"... and {rest} more {results[0].verdict.kind} (`-v` shows them all)\n", "dim"))

    def show_errors(self, results: list[CaseResult]) -> None:
        """
        Show one failure once, however many cases it affects: a callable that cannot be imported affects all.
        """
        if self._options.verbosity > 0:
            self._show_each(results)
            return
        alike: dict[object, list[CaseResult]] = {}
        for result in results:
            failure = result.failure
            cause = None if failure is None else (failure.kind, failure.message, failure.frames)
            alike.setdefault(cause or result.verdict.message, []).append(result)
        for number, group in enumerate(alike.values()):
            if number == _SHOWN_OF_A_KIND:
                rest = sum(map(len, list(alike.values())[number:]))
                self._print(
                    Text(f"... and {count_of(rest, VerdictKind.ERROR)} more (`-v` shows them all)\n", "dim")
                )
                break
            self.show_result(group[0])
            if len(group) > 1:
                more = Text(f"the same for {len(group) - 1} more: ", "dim")
                more.append(one_line(", ".join(self._result_place(other) for other in group[1:]), 200), "dim")
                self._print(more)
                self._print(Text())

    def _heading(self, result: CaseResult) -> Text:
        kind = result.verdict.kind
        line = Text.assemble((str(kind), f"bold {STYLES[kind]}"), "  ", (self._result_place(result), "bold"))
        if result.case.name is not None:
            line.append(f"  {one_line(result.case.label, 120)}")
        elif result.case.row is not None:
            line.append(f"  [{one_line(result.case.row.label, 100)}]")
        counts = count_samples(result.samples)
        if counts is not None:
            line.append(f"  {counts}", "dim")
        return line

    def _show_question(self, result: CaseResult) -> None:
        question = result.case.question
        text = printable(question) if self._options.verbosity > 0 else one_line(question, 300)
        self._print(Text(text, "dim"), 2)

    def _show_failure(self, failure: Failure) -> None:
        # The text of an exception may quote an answer; where it was raised does not.
        for frame in failure.frames:
            line = Text.assemble(
                (self._place(frame.path, frame.line), "bold"), f" in {printable(frame.function)}"
            )
            if frame.source:
                line.append(f": {one_line(frame.source, 200)}", "dim")
            self._print(line, 2)
        if self._options.answers:
            self._print(Text(printable(failure.message)), 2)
            self._show_output(failure.output.rstrip())
        else:
            self._print(Text(FAILURES[failure.kind]), 2)

    def _show_output(self, output: str) -> None:
        """
        Show the end of what the callable's process printed, once: all questions of a process share it.
        """
        if not output or output == self._shown_output:
            return
        self._shown_output = output
        lines = output.split("\n")
        limit = len(lines) if self._options.verbosity > 0 else _SHOWN_LINES
        cut = f" (the last {limit} lines; `-v` shows more)" if len(lines) > limit else ""
        self._print(Text(f"its process printed:{cut}", "dim"), 2)
        self._print(Text(printable("\n".join(lines[-limit:]))), 4)

    def _show_judged(self, result: CaseResult) -> None:
        verdict, answers = result.verdict, self._options.answers
        message = verdict.message
        if not answers:
            message = explain_verdict(verdict.reason, verdict.evidence, quote_answer=False)
        if message:
            self._print(Text(printable(message)), 2)
        self._show_lines(explain_unmet(verdict.evidence, quote_answer=answers))
        now, then = result.model, result.approved_model
        if now is not None and then is not None and now != then and verdict.kind is not VerdictKind.PASSED:
            self._print(Text(f"approved with {one_line(then)}, now {one_line(now)}"), 2)
        if not answers or result.answer is None or verdict.kind is VerdictKind.PASSED:
            return
        if verdict.reason is Reason.JSON_DIFFERS:
            self._show_lines(explain_paths(verdict.evidence))
        whole = self._options.verbosity > 0
        diff = None
        if (
            verdict.kind in (VerdictKind.CHANGED, VerdictKind.UNSURE)
            and verdict.reason is not Reason.JSON_DIFFERS  # a diff of words says less than its paths
            and self._options.diff_of is not None
        ):
            diff = self._options.diff_of(result)
        lines = (
            answer_lines(result.answer.text, whole=whole) if diff is None else diff_lines(diff, whole=whole)
        )
        for line in lines:
            print_text(self._console, line, 2, hang=2)

    def _show_lines(self, lines: Sequence[str]) -> None:
        """
        Show each of several findings; a single one is in the message already.
        """
        limit = len(lines) if self._options.verbosity > 0 else _SHOWN_LINES
        if len(lines) > 1:
            for line in lines[:limit]:
                self._print(Text(printable(line)), 4)
        if len(lines) > limit:
            self._print(Text(f"... and {len(lines) - limit} more (`-v` shows them all)", "dim"), 4)

    # --- places and printing ---

    def _result_place(self, result: CaseResult) -> str:
        return self._place(result.suite, result.case.span.start.line + 1)

    def _place(self, path: str, line: int | None) -> str:
        shown = one_line(self._show_path(path))
        return shown if line is None else f"{shown}:{line}"

    def _print(self, text: Text, indent: int = 0) -> None:
        print_text(self._console, text, indent)


def _sampling(counts: Sequence[SampleCounts]) -> str:
    """
    Return in one line the results of all cases that were asked more than once.
    """
    k = min(one.judged for one in counts)
    total = SampleCounts(sum(one.judged for one in counts), sum(one.passed for one in counts))
    at, hat = mean_pass_at(counts, k), mean_pass_hat(counts, k)
    return f"{total}; pass@{k} {at:.2f}, pass^{k} {hat:.2f}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
