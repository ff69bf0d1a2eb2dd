"""
`docs/problems.md`: a heading for each code, and examples that show the problem and its fix.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from llmentary_regression.core.model import Problem, ProblemCode
from llmentary_regression.core.settings import SettingsLayer, read_settings
from llmentary_regression.core.suite.parsing import parse_suite

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (LLM\d+)\n((?:(?!## ).*\n?)*)", DOCUMENT, re.MULTILINE))

_FENCE = re.compile(r"^```(llmtest|toml)\n((?:.*\n)*?)```$", re.MULTILINE)


def problems_of(kind: str, text: str) -> list[Problem]:
    if kind == "toml":
        return read_settings([SettingsLayer("llmentary.toml", tomllib.loads(text))])[1]
    return parse_suite(text.replace("␀", "\0"))[1]


EXAMPLES = [
    pytest.param(code, *found, id=code) for code, body in SECTIONS.items() if (found := _FENCE.findall(body))
]


@pytest.mark.parametrize(("code", "broken", "fixed"), EXAMPLES)
def test_example_shows_its_problem_and_no_other(
    code: str, broken: tuple[str, str], fixed: tuple[str, str]
) -> None:
    """
    The first box of a section has the problem, the second has none at all.
    """
    assert {problem.code for problem in problems_of(*broken)} == {code}
    assert problems_of(*fixed) == []


@pytest.mark.parametrize(("code", "broken", "fixed"), EXAMPLES)
def test_stated_severity_is_the_one_in_the_code(
    code: str, broken: tuple[str, str], fixed: tuple[str, str]
) -> None:
    """
    A section opens with its severity.
    """
    assert SECTIONS[code].strip().startswith(f"*{ProblemCode(code).severity.capitalize()}.*")


def test_every_code_is_documented_and_nothing_else() -> None:
    """
    The document's headings are the codes, in order.
    """
    assert list(SECTIONS) == [str(code) for code in ProblemCode]


def test_every_code_is_used() -> None:
    """
    No code is documented that nothing reports.
    """
    product = ROOT / "server" / "llmentary_regression"
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in product.rglob("*.py") if path.name != "_problem_codes.py"
    )

    assert [code.name for code in ProblemCode if f"ProblemCode.{code.name}" not in sources] == []
