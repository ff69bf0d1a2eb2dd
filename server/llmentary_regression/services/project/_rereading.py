"""
Read a suite again as it is being edited, at the cost of what the edit has touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.core.suite.incremental import Reading, read_again
from llmentary_regression.storage.files import suite_name

from ._parsed_suite import ParsedSuite
from ._project import Project


def reread_suite(project: Project, path: Path, lines: Sequence[str], former: Reading | None) -> Reading:
    """
    Return a suite as an editor holds it.

    Args:
        lines: each with its end but the last, which has none.
        former: any earlier reading of the suite.
    """
    return read_again(lines, former, read_params=lambda name: project.read_inside(path, name))


def to_parsed(project: Project, path: Path, reading: Reading) -> ParsedSuite:
    """
    Return a reading as all other services know it.
    """
    return ParsedSuite(path, suite_name(project.root, path), reading.suite, reading.problems)
