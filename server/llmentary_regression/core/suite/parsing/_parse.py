"""
The reader of a `.llmtest` document, from its text to cases and problems.
"""

from __future__ import annotations

from llmentary_regression.core.model import Position, Problem, ProblemCode, Span, Suite
from llmentary_regression.core.settings import Scope

from ._block import read_block
from ._cases import CaseMaker
from ._lines import Lines, part_of_line
from ._params import ReadParams
from ._preamble import read_preamble
from ._problem_list import ProblemList
from ._setting_lines import known_settings, read_entry


def parse_suite(text: str, *, read_params: ReadParams | None = None) -> tuple[Suite, list[Problem]]:
    """
    Read a `.llmtest` document.

    Always returns a suite; whatever is not valid becomes a problem with its span.

    Args:
        text: the document.
        read_params: returns the text of a params file; without it, such a file is a problem.
    """
    lines = Lines(text)
    problems = ProblemList()
    if "\0" in text:
        _report_binary(lines, problems)
        return Suite(()), problems.sorted()
    preamble = read_preamble(lines, problems)
    settings = known_settings(preamble.settings, Scope.SUITE, lines, problems)
    read = [read_entry(setting, problems) for setting in settings]
    entries = tuple(entry for entry in read if entry is not None)
    maker = CaseMaker(lines, problems, settings, entries)
    maker.add_questions(preamble.questions)
    index = preamble.end
    while index < len(lines):
        block = read_block(lines, index, read_params, problems)
        maker.add_block(block)
        index = block.end
    if not preamble.questions and preamble.end == len(lines):
        message = "this suite asks nothing yet; write a question on a line of its own"
        problems.add(ProblemCode.EMPTY_SUITE, lines.span(0), message)
    if "\ufffd" in text:
        report_lost_characters(lines, problems)
    return Suite(tuple(maker.cases), entries), problems.sorted()


def _report_binary(lines: Lines, problems: ProblemList) -> None:
    index = next(index for index, line in enumerate(lines) if "\0" in line)
    column = lines[index].index("\0")
    message = "this is not a text file (it contains a zero byte); write a suite as UTF-8 text"
    problems.add(ProblemCode.BINARY, part_of_line(index, column, column + 1), message)


def report_lost_characters(lines: Lines, problems: ProblemList) -> None:
    """
    Report the first character that was lost in decoding.
    """
    index = next(index for index, line in enumerate(lines) if "\ufffd" in line)
    column = lines[index].index("\ufffd")
    message = (
        "a character was lost here, probably because the file is not UTF-8; save it as UTF-8 and fix the text"
    )
    place = Span(Position(index, column), Position(index, column + 1))
    problems.add(ProblemCode.LOST_CHARACTER, place, message)
