"""
What stands in the Problems panel: problems of suites and settings, and verdicts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from lsprotocol import types

from llmentary_regression.core.model import Case, CaseResult, Position, Problem, Reworded, Span, VerdictKind
from llmentary_regression.lsp.positions import range_as_json, split_lines, to_client_severity, uri_of
from llmentary_regression.lsp.protocol import SOURCE
from llmentary_regression.lsp.session import Snapshot, SuiteState, place_of

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server
    from llmentary_regression.lsp.session import Entry

Diagnostic: TypeAlias = "dict[str, Any]"
"""A diagnostic as JSON: it is converted once, however often its file is published."""

_CASES_AT_ONCE = 300

_NOWHERE = Span(Position(0, 0), Position(0, 0))

_VERDICT_SEVERITIES = {
    VerdictKind.CHANGED: types.DiagnosticSeverity.Error,
    VerdictKind.FAILED: types.DiagnosticSeverity.Error,
    VerdictKind.ERROR: types.DiagnosticSeverity.Error,
    VerdictKind.REWORDED: types.DiagnosticSeverity.Warning,
    VerdictKind.NEW: types.DiagnosticSeverity.Information,
}
"""What passed or was skipped is no news."""

_WITHOUT_EFFECT = frozenset({"LLM003", "LLM004", "LLM005", "LLM013"})
"""Lines that the suite would be the same without."""


async def diagnose_suite(ls: Server, suite: SuiteState, snapshot: Snapshot) -> list[Diagnostic]:
    """
    Return a suite's problems, then the verdicts of its cases at their present places, bit by bit.
    """
    diagnostics = [
        to_json(ls, problem_diagnostic(ls, snapshot.lines, problem)) for problem in snapshot.problems
    ]
    if not any(state.result is not None for state in suite.cases.values()):
        return diagnostics  # no case need be put together
    with_related, with_pages = _shows_related(ls), _shows_pages(ls)
    made = 0
    for key, state in list(suite.cases.items()):
        case = snapshot.cases.get(key)
        if case is None or state.result is None:
            continue
        result = suite.result_of(case)
        if result is None or result.verdict.kind not in _VERDICT_SEVERITIES:
            continue
        if state.shown is None or state.shown[0] is not result or state.shown[1] is not case:
            made += 1
            if made % _CASES_AT_ONCE == 0:
                await asyncio.sleep(0)
            diagnostic = verdict_diagnostic(ls, suite, snapshot.lines, case, result, with_related)
            if with_pages and (page := ls.problem_pages.uri_of(result.verdict.kind)) is not None:
                diagnostic["codeDescription"] = {"href": page}
            state.shown = (result, case, diagnostic)
        diagnostics.append(state.shown[2])
    return diagnostics


def to_json(ls: Server, diagnostic: types.Diagnostic) -> Diagnostic:
    return cast(Diagnostic, ls.protocol.as_json(diagnostic))


def problem_diagnostic(ls: Server, lines: Sequence[str], problem: Problem) -> types.Diagnostic:
    """
    Return a problem as the client shows it, with a link to the page that explains its code.
    """
    page = ls.problem_pages.uri_of(problem.code)
    return types.Diagnostic(
        range=ls.units.to_client_range(lines, problem.span or _place_of_key(lines, problem.key)),
        severity=to_client_severity(problem.severity),
        code=problem.code,
        code_description=types.CodeDescription(page) if page is not None and _shows_pages(ls) else None,
        source=SOURCE,
        message=problem.message,
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
    Return a verdict as the client shows it, as JSON: a suite may hold ten thousand of them.

    It links to the user's own line where their code raised, and to the expectation that did not hold.
    """
    verdict = result.verdict
    severity = _VERDICT_SEVERITIES[verdict.kind]
    if verdict.kind is VerdictKind.REWORDED and result.settings.reworded is Reworded.FAIL:
        severity = types.DiagnosticSeverity.Error
    diagnostic: Diagnostic = {
        "range": range_as_json(ls.units.to_client_range(lines, place_of(case))),
        "severity": int(severity),
        "code": f"{verdict.kind}/{verdict.reason}",
        "source": SOURCE,
        "message": verdict.message or str(verdict.kind),
        "data": {"key": case.key},
    }
    related = [*_frames_of(result), *_expectations_of(ls, suite, lines, case, result)] if with_related else []
    if related:
        diagnostic["relatedInformation"] = related
    return diagnostic


def _frames_of(result: CaseResult) -> Iterator[dict[str, Any]]:
    """
    Yield the user's own lines that an error came through, innermost first.
    """
    for frame in reversed(result.failure.frames if result.failure is not None else ()):
        place = {"line": max(frame.line - 1, 0), "character": 0}
        yield {
            "location": {"uri": uri_of(Path(frame.path)), "range": {"start": place, "end": place}},
            "message": f"in `{frame.function}`" + (f": {frame.source}" if frame.source else ""),
        }


def _expectations_of(
    ls: Server, suite: SuiteState, lines: Sequence[str], case: Case, result: CaseResult
) -> Iterator[dict[str, Any]]:
    """
    Yield the lines of the expectations that did not hold.
    """
    unmet = {one.approved for one in result.verdict.evidence if one.kind == "expectation"}
    for entry in case.overrides if unmet else ():
        if entry.name == "expect" and str(entry.value) in unmet:
            where = range_as_json(ls.units.to_client_range(lines, entry.span))
            yield {"location": {"uri": suite.uri, "range": where}, "message": f"expects {entry.value}"}


def publish_settings_problems(ls: Server, entry: Entry) -> None:
    """
    Publish a project's settings problems at the files they come from; those of no file are told once.
    """
    by_uri: dict[str, list[Diagnostic]] = {uri: [] for uri in ls.display.uris_of(_source_of(entry))}
    for problem in entry.project.problems:
        path = Path(problem.origin)
        if not path.is_absolute():
            ls.tell_once(entry, f"{problem.origin}: {problem.message}", types.MessageType.Warning)
            continue
        uri = uri_of(path)
        document = ls.document_at(uri)
        lines = document.lines if document is not None else _lines_of_file(path)
        by_uri.setdefault(uri, []).append(to_json(ls, problem_diagnostic(ls, lines, problem)))
    for uri, diagnostics in by_uri.items():
        ls.display.publish(uri, _source_of(entry), diagnostics)


def _source_of(entry: Entry) -> str:
    return f"settings of {entry.root}"


def _lines_of_file(path: Path) -> Sequence[str]:
    try:
        return split_lines(path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff"))
    except OSError:
        return [""]


def _place_of_key(lines: Sequence[str], key: str) -> Span:
    """
    Return the line that sets `key` in a TOML file, or the file's start.
    """
    name = re.escape(key.rpartition(".")[2])
    pattern = re.compile(rf"\s*[\"']?{name}[\"']?\s*[=.]")
    for number, line in enumerate(lines if key else ()):
        if pattern.match(line):
            text = line.rstrip()
            return Span(Position(number, len(text) - len(text.lstrip())), Position(number, len(text)))
    return _NOWHERE


def _shows_pages(ls: Server) -> bool:
    document = ls.client_capabilities.text_document
    published = document.publish_diagnostics if document is not None else None
    return bool(published is not None and published.code_description_support)


def _shows_related(ls: Server) -> bool:
    document = ls.client_capabilities.text_document
    published = document.publish_diagnostics if document is not None else None
    return bool(published is not None and published.related_information)
