"""
Diagnostics: problems of suites and settings, and verdicts, with links to the pages that explain them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from lsprotocol import types

from llmentary_regression.core.model import Case, CaseResult, Position, Problem, Span, Unsure, VerdictKind
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp.positions import range_as_json, split_lines, to_client_severity
from llmentary_regression.lsp.protocol import SOURCE
from llmentary_regression.lsp.session import Snapshot, SuiteState, verdict_span
from llmentary_regression.lsp.uris import uri_of
from llmentary_regression.storage.files import MAX_SETTINGS_BYTES, read_file

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server
    from llmentary_regression.lsp.session import OpenProject

Diagnostic: TypeAlias = "dict[str, Any]"
"""A diagnostic as JSON: it is converted once, however often its file is published."""

_DIAGNOSTICS_AT_ONCE = 300

_FILE_START = Span(Position(0, 0), Position(0, 0))

_VERDICT_SEVERITIES = {
    VerdictKind.CHANGED: types.DiagnosticSeverity.Error,
    VerdictKind.FAILED: types.DiagnosticSeverity.Error,
    VerdictKind.ERROR: types.DiagnosticSeverity.Error,
    VerdictKind.UNSURE: types.DiagnosticSeverity.Warning,
    VerdictKind.NEW: types.DiagnosticSeverity.Information,
}
"""Cases that passed or were skipped have no diagnostic."""

_WITHOUT_EFFECT = frozenset({"LLM003", "LLM004", "LLM005", "LLM013"})
"""Lines that could be removed without changing the suite."""


_HEADING = re.compile(rf"## (LLM\d{{3}}|{'|'.join(VerdictKind)})$")


class ProblemPages:
    """
    The pages that diagnostics link to: sections of `docs/problems.md`, if the package contains it.

    A class because the file is searched once, and not before there is a problem to explain.
    """

    def uri_of(self, code: str) -> str | None:
        """
        Return the page that explains a problem code or a kind of verdict.
        """
        return self._uris.get(code)

    @cached_property
    def _uris(self) -> dict[str, str]:
        package = Path(__file__).resolve().parents[2]
        for path in (package / "docs" / "problems.md", package.parents[1] / "docs" / "problems.md"):
            try:
                lines = read_file(path).decode("utf-8").split("\n")
            except OSError:
                continue
            page = uri_of(path)
            # Editors open a file at `#L` and a line; anchors of headings work on web pages only.
            return {
                found[1]: f"{page}#L{number}"
                for number, line in enumerate(lines, 1)
                if (found := _HEADING.match(line))
            }
        return {}


async def diagnose_suite(ls: Server, suite: SuiteState, snapshot: Snapshot) -> list[Diagnostic]:
    """
    Return a suite's problems, then the verdicts of its cases, with pauses for other work in between.
    """
    problems = [*_problems_of_project(ls, suite, snapshot), *snapshot.problems]
    diagnostics = [to_json(ls, problem_diagnostic(ls, snapshot.lines, problem)) for problem in problems]
    if not any(state.result is not None for state in suite.cases.values()):
        return diagnostics  # no need to build the cases
    with_related, with_pages = _shows_related(ls), _shows_pages(ls)
    made = 0
    for key, state in list(suite.cases.items()):
        case = snapshot.cases.get(key)
        if case is None or state.result is None:
            continue
        result = suite.result_of(case)
        if result is None or result.verdict.kind not in _VERDICT_SEVERITIES:
            continue
        if state.diagnostic is None or state.diagnostic[0] is not result or state.diagnostic[1] is not case:
            made += 1
            if made % _DIAGNOSTICS_AT_ONCE == 0:
                await asyncio.sleep(0)
            diagnostic = verdict_diagnostic(ls, suite, snapshot.lines, case, result, with_related)
            if with_pages and (page := ls.problem_pages.uri_of(result.verdict.kind)) is not None:
                diagnostic["codeDescription"] = {"href": page}
            state.diagnostic = (result, case, diagnostic)
        diagnostics.append(state.diagnostic[2])
    return diagnostics


def _problems_of_project(ls: Server, suite: SuiteState, snapshot: Snapshot) -> Iterator[Problem]:
    """
    Yield what is wrong around the callable, at the line that names it, or at the suite's start.
    """
    opened = ls.project_of(suite)
    problem = None if opened is None else opened.import_name_problem
    if problem is not None:
        suite_settings = snapshot.reading.suite.settings
        named = (entry.span for entry in suite_settings if entry.name == "callable")
        yield replace(problem, span=next(named, None))


def to_json(ls: Server, diagnostic: types.Diagnostic) -> Diagnostic:
    return cast(Diagnostic, ls.protocol.as_json(diagnostic))


def problem_diagnostic(ls: Server, lines: Sequence[str], problem: Problem) -> types.Diagnostic:
    """
    Return a problem as a diagnostic, with a link to the page that explains its code.
    """
    page = ls.problem_pages.uri_of(problem.code)
    return types.Diagnostic(
        range=ls.positions.to_client_range(lines, problem.span or _span_of_key(lines, problem.key)),
        severity=to_client_severity(problem.severity),
        code=problem.code,
        code_description=types.CodeDescription(page) if page is not None and _shows_pages(ls) else None,
        source=SOURCE,
        message=show_hidden(problem.message),
        tags=[types.DiagnosticTag.Unnecessary] if problem.code in _WITHOUT_EFFECT else None,
    )


def verdict_diagnostic(
    ls: Server,
    suite: SuiteState,
    lines: Sequence[str],
    case: Case,
    result: CaseResult,
    with_related: bool,
) -> Diagnostic:
    """
    Return a verdict as a diagnostic, as JSON since a suite may have ten thousand of them.

    It links to the line of the user's code that raised, and to the expectation that failed.
    """
    verdict = result.verdict
    severity = _VERDICT_SEVERITIES[verdict.kind]
    if verdict.kind is VerdictKind.UNSURE and result.settings.unsure is Unsure.FAIL:
        severity = types.DiagnosticSeverity.Error
    diagnostic: Diagnostic = {
        "range": range_as_json(ls.positions.to_client_range(lines, verdict_span(case))),
        "severity": int(severity),
        "code": f"{verdict.kind}/{verdict.reason}",
        "source": SOURCE,
        "message": show_hidden(verdict.message) or str(verdict.kind),
        "data": {"key": case.key},
    }
    related = [*_frames_of(result), *_expectations_of(ls, suite, lines, case, result)] if with_related else []
    if related:
        diagnostic["relatedInformation"] = related
    return diagnostic


def _frames_of(result: CaseResult) -> Iterator[dict[str, Any]]:
    """
    Yield the lines of the user's code that an error came through, innermost first.
    """
    for frame in reversed(result.failure.frames if result.failure is not None else ()):
        position = {"line": max(frame.line - 1, 0), "character": 0}
        yield {
            "location": {"uri": uri_of(Path(frame.path)), "range": {"start": position, "end": position}},
            "message": show_hidden(f"in `{frame.function}`" + (f": {frame.source}" if frame.source else "")),
        }


def _expectations_of(
    ls: Server, suite: SuiteState, lines: Sequence[str], case: Case, result: CaseResult
) -> Iterator[dict[str, Any]]:
    """
    Yield the lines of the expectations that failed.
    """
    unmet = {evidence.approved for evidence in result.verdict.evidence if evidence.kind == "expectation"}
    for entry in case.overrides if unmet else ():
        if entry.name == "expect" and str(entry.value) in unmet:
            where = range_as_json(ls.positions.to_client_range(lines, entry.span))
            yield {
                "location": {"uri": suite.uri, "range": where},
                "message": show_hidden(f"expects {entry.value}"),
            }


def publish_settings_problems(ls: Server, opened: OpenProject) -> None:
    """
    Publish a project's settings problems in the files they come from; show those of no file once.
    """
    by_uri: dict[str, list[Diagnostic]] = {uri: [] for uri in ls.scheduler.uris_of(_source_of(opened))}
    for problem in opened.project.problems:
        path = Path(problem.origin)
        if not path.is_absolute():
            ls.show_message_once(opened, f"{problem.origin}: {problem.message}", types.MessageType.Warning)
            continue
        uri = uri_of(path)
        document = ls.document_at(uri)
        lines = document.lines if document is not None else _lines_of_file(path)
        by_uri.setdefault(uri, []).append(to_json(ls, problem_diagnostic(ls, lines, problem)))
    for uri, diagnostics in by_uri.items():
        ls.scheduler.publish(uri, _source_of(opened), diagnostics)


def _source_of(opened: OpenProject) -> str:
    return f"settings of {opened.root}"


def _lines_of_file(path: Path) -> Sequence[str]:
    try:
        text = read_file(path, limit=MAX_SETTINGS_BYTES).decode("utf-8", errors="replace")
        return split_lines(text.removeprefix("\ufeff"))
    except OSError:
        return [""]


def _span_of_key(lines: Sequence[str], key: str) -> Span:
    """
    Return the line that sets `key` in a TOML file, or the start of the file.
    """
    name = re.escape(key.rpartition(".")[2])
    pattern = re.compile(rf"\s*[\"']?{name}[\"']?\s*[=.]")
    for number, line in enumerate(lines if key else ()):
        if pattern.match(line):
            text = line.rstrip()
            return Span(Position(number, len(text) - len(text.lstrip())), Position(number, len(text)))
    return _FILE_START


def _shows_pages(ls: Server) -> bool:
    document = ls.client_capabilities.text_document
    published = document.publish_diagnostics if document is not None else None
    return bool(published is not None and published.code_description_support)


def _shows_related(ls: Server) -> bool:
    document = ls.client_capabilities.text_document
    published = document.publish_diagnostics if document is not None else None
    return bool(published is not None and published.related_information)
