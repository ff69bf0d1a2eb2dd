"""
Hover over a case: its state, why, the new answer and the redacted diff.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from lsprotocol import types

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Case, CaseResult, VerdictKind
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp.features.inlay_hints import baselines_of, hint_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import SuiteState
from llmentary_regression.lsp.views import describe_state

if TYPE_CHECKING:
    from llmentary_regression.core.judging import RedactedDiff

_MAX_CHARACTERS = 4_000
"""Of an answer; nobody reads more in a hover."""


async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """
    Return what is known about the case at the cursor.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return None
    line = params.position.line
    cases = list(snapshot.cases_at(line, line))
    if not cases:
        return None
    style = _style_of(ls)
    if len(cases) > 1:
        text = "\n".join(
            f"- {style.text(f'{case.label}: {describe_state(suite, case)}')}" for case in cases[:20]
        )
    else:
        text = await _describe_case(ls, suite, cases[0], style)
    return types.Hover(contents=types.MarkupContent(kind=style.kind, value=text))


class Markdown:
    """
    Writes a hover for a client that shows Markdown.

    Nothing in an answer can become a link, a picture or a heading: it is put in fences or escaped.
    """

    kind = types.MarkupKind.Markdown

    def strong(self, text: str) -> str:
        return f"**{escape(show_hidden(text))}**"

    def text(self, text: str) -> str:
        return escape(show_hidden(text))

    def block(self, text: str, language: str = "") -> str:
        return fence(show_hidden(text), language)


class PlainText(Markdown):
    """
    Writes a hover for a client that shows plain text.
    """

    kind = types.MarkupKind.PlainText

    def strong(self, text: str) -> str:
        return show_hidden(text)

    def text(self, text: str) -> str:
        return show_hidden(text)

    def block(self, text: str, language: str = "") -> str:
        return show_hidden(text)


async def _describe_case(ls: Server, suite: SuiteState, case: Case, style: Markdown) -> str:
    parts = [style.strong(describe_state(suite, case))]
    snapshot = await ls.read(suite)
    approval = hint_of(suite, case, baselines_of(ls, suite, snapshot)) if snapshot is not None else ""
    if approval:
        parts.append(style.text(approval))
    result = suite.result_of(case)
    if result is None:
        return "\n\n".join(parts)
    if result.verdict.message and result.verdict.kind is not VerdictKind.PASSED:
        parts.append(style.text(result.verdict.message))
    if (
        result.approved_model is not None
        and result.model is not None
        and result.approved_model != result.model
    ):
        parts.append(style.text(f"approved with {result.approved_model}, now {result.model}"))
    if result.answer is not None:
        parts += ["New answer:", style.block(_shorten(result.answer.text))]
        diff = await _diff(ls, suite, result)
        if diff is not None:
            removed, added = _prefix("- ", diff.left), _prefix("+ ", diff.right)
            parts += ["Against the approved answer:", style.block(f"{removed}\n{added}", "diff")]
    if result.failure is not None and result.failure.frames:
        frames = [f"{frame.path}:{frame.line} in {frame.function}" for frame in result.failure.frames]
        parts.append(style.block("\n".join(frames)))
    return "\n\n".join(parts)


def fence(text: str, language: str = "") -> str:
    """
    Return text in a fence that is longer than any run of backticks in it.
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    # For Markdown a lone carriage return ends a line, so it could end the fence.
    body = re.sub(r"\r\n?", "\n", text)
    return f"{marks}{language}\n{body}\n{marks}"


_MARKUP = re.compile(
    r"""
    (?<!`)(`[^`]+`)(?!`)                # code: nothing in it has a meaning
    | [\\`*\[\]<>|~&@]                 # what has a meaning everywhere
    | (?<!\w)_ | _(?!\w)                # inside a word it has none
    | \$(?=\() | :(?=//) | (?<=www)\.   # icons, and addresses that become links
    | ^(?:[#+-] | \d+[.)])              # headings and lists
    """,
    re.VERBOSE | re.IGNORECASE,
)


def escape(text: str) -> str:
    """
    Return text so that Markdown shows it as it is, on one line; text between backticks becomes code.

    Characters are escaped only where they would have a meaning, since some editors show the backslashes.
    """

    def escaped(found: re.Match[str]) -> str:
        return found[1] or f"{found[0][:-1]}\\{found[0][-1]}"

    return _MARKUP.sub(escaped, " ".join(text.split()))


async def _diff(ls: Server, suite: SuiteState, result: CaseResult) -> RedactedDiff | None:
    opened = ls.project_of(suite)
    if opened is None or result.verdict.kind not in (VerdictKind.CHANGED, VerdictKind.UNSURE):
        return None
    from llmentary_regression.services.run import diff_of

    try:
        return await asyncio.to_thread(diff_of, opened.project, result)
    except LlmentaryError:
        return None  # the run has shown why baselines or key cannot be used


def _prefix(mark: str, text: str) -> str:
    return "\n".join(mark + line for line in _shorten(text).split("\n"))


def _shorten(text: str) -> str:
    if len(text) <= _MAX_CHARACTERS:
        return text
    return f"{text[:_MAX_CHARACTERS]}\n… ({len(text) - _MAX_CHARACTERS} more characters)"


def _style_of(ls: Server) -> Markdown:
    document = ls.client_capabilities.text_document
    formats = document.hover.content_format if document is not None and document.hover is not None else None
    return Markdown() if formats is None or types.MarkupKind.Markdown in formats else PlainText()


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
