"""
Read a suite again as it is being edited, at the cost of what the edit has touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.core.suite.incremental import read_again
from llmentary_regression.core.suite.reading import Reading
from llmentary_regression.services.parsed_suite import ParsedSuite
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import suite_name


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
