"""
Formulas of LaTeX and plain ones say the same.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$$a^2$$", "a^2"),
        ("\\[ a^2 + b^2 = c^2 \\]", "a^2 + b^2 = c^2"),
        ("\\(3 \\times 4 = 12\\)", "3 × 4 = 12"),
        ("$3 \\cdot 4 = 12$", "3 · 4 = 12"),
        ("$x \\leq 5$", "x ≤ 5"),
        ("$x \\neq 5$", "x ≠ 5"),
        ("$x^{10}$", "x^10"),
        ("$\\frac{1}{2}$", "1/2"),
        ("$\\frac{a+b}{c}$", "(a+b)/c"),
        ("$\\text{speed} = 5$", "speed = 5"),
        ("$\\boxed{42}$", "42"),
        ("$H_2O$", "H₂O"),
        ("$\\mathrm{CO_2}$", "CO2"),
        ("$\\alpha = 5$", "α = 5"),
        ("$50\\%$", "50%"),
        ("5\\% of it", "5% of it"),
        ("costs \\$5 now", "costs $5 now"),
        ("$90^\\circ$", "90°"),
        ("$\\sqrt{16} = 4$", "√16 = 4"),
        ("$a \\to b$", "a → b"),
        ("5 \\times 3", "5 * 3"),
    ],
)
def test_a_formula_reads_like_plain_text(same: CheckTexts, one: str, other: str) -> None:
    """Marks around it and commands with a plain twin are dress."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$x_1$", "$x^1$"),
        ("$\\frac{1}{2}$", "12"),
        ("$\\frac{1}{2}$", "$\\frac{2}{1}$"),
        ("$\\frac{a+b}{c}$", "a+b/c"),
        ("$\\sqrt{16}$", "16"),
        ("x^{a+b}", "x^a+b"),
        ("$\\foo{1}$", "1"),
        ("It is $5 and 10$ more.", "It is 5 and 10 more."),
        ("$5", "5"),
        ("Match ^\\d+\\.\\d+$ here", "Match ^\\d+.\\d+$ here"),
        ("C:\\temp", "C:temp"),
    ],
)
def test_what_a_formula_says_stays(different: CheckTexts, one: str, other: str) -> None:
    """Exponents, order, groups and unknown commands."""
    different(one, other)
