"""
Write formulas of LaTeX as plain text does: `\\(3 \\times 4\\)` as `3 * 4`, `\\frac{1}{2}` as `1/2`.

Only commands with one plain spelling are converted; any other stays, and distinguishes two answers.
"""

from __future__ import annotations

import re

_DELIMITED = re.compile(
    r"\\\((?P<round>[^\n]{1,300}?)\\\)"
    r"|\\\[(?P<square>.{1,600}?)\\\]"
    r"|\$\$(?!\$)(?P<display>[^$]{1,600}?)\$\$(?!\$)"
    # Not two prices: a formula in single `$` is one number, begins with a letter, or contains an equation.
    r"|(?<![\w$\\])\$(?P<inline>-?\d[\d.,]*|[A-Za-z]|(?=[^\s\d$])[^$\n]{0,200}?[\^=_\\][^$\n]{0,200}?"
    r"|(?=\d)[^$\n]{0,200}?[\^=\\][^$\n]{0,200}?)(?<!\s)\$(?![\w$])",
    re.DOTALL,
)
_COMMAND = re.compile(r"(?<![A-Za-z:\\_])\\([A-Za-z]+)")
_WRAPPERS = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|mathbb|mathcal|operatorname|mbox|boxed|fbox"
    r"|underline|overline|vec|hat|bar|displaystyle)\{([^{}]*)\}"
)
_FRACTION = re.compile(r"\\[dtc]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_RAISED = re.compile(r"\^\{([^{}]*)\}")
_LOWERED = re.compile(r"(?<=\w)_(?:\{(\w+)\}|(\w))")
_SPACING = re.compile(r"\\(?:[,;:!]|(?:quad|qquad|left|right|big|Big|bigl|bigr|limits|displaystyle)\b)")
_DEGREES = re.compile(r"\^(?:\\circ\b|\{\\circ\})")
_SIMPLE = re.compile(r"-?\w+(?:\.\w+)?")
_MAX_DEPTH = 6

_SIGNS = {
    "times": "*",
    "cdot": "*",
    "ast": "*",
    "div": "/",
    "pm": "±",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "ne": "!=",
    "neq": "!=",
    "lt": "<",
    "gt": ">",
    "approx": "≈",
    "to": "->",
    "rightarrow": "->",
    "longrightarrow": "->",
    "infty": "∞",
    "degree": "°",
    "ldots": "...",
    "dots": "...",
    "cdots": "...",
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "partial": "∂",
    "in": "∈",
    "cup": "∪",
    "cap": "∩",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "log": "log",
    "ln": "ln",
    "exp": "exp",
    "max": "max",
    "min": "min",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Delta": "Δ",
    "Sigma": "Σ",
    "Omega": "Ω",
}


def plain_formulas(text: str) -> str:
    """
    Return prose with its formulas as plain text; it must not contain code.
    """
    if text.count("$") > 1 or "\\(" in text or "\\[" in text:
        text = _DELIMITED.sub(lambda match: _plain(match[match.lastgroup or 0]), text)
    if "\\" in text and any(match[1] in _LONE for match in _COMMAND.finditer(text)):
        return _plain_commands(text)
    return _RAISED.sub(_raised, text) if "^{" in text else text


def _plain(formula: str) -> str:
    formula = _plain_commands(formula.strip().replace("\\%", "%").replace("\\$", "$").replace("~", " "))
    return _LOWERED.sub(lambda match: match[1] or match[2], formula)


def _plain_commands(text: str) -> str:
    text = _SPACING.sub(" ", _DEGREES.sub("°", text))
    for _ in range(_MAX_DEPTH):
        before = text
        text = _WRAPPERS.sub(r"\1", text)
        text = _FRACTION.sub(lambda match: f"{_grouped(match[1])}/{_grouped(match[2])}", text)
        text = _ROOT.sub(lambda match: f"√{_grouped(match[1])}", text)
        text = _RAISED.sub(_raised, text)
        if text == before:
            break
    return _COMMAND.sub(lambda match: f" {_SIGNS[match[1]]} " if match[1] in _SIGNS else match[0], text)


def _raised(match: re.Match[str]) -> str:
    return f"^{_grouped(match[1])}"


def _grouped(part: str) -> str:
    part = part.strip()
    return part if _SIMPLE.fullmatch(part) else f"({part})"


_LONE = frozenset(
    {"times", "cdot", "div", "frac", "dfrac", "tfrac", "sqrt", "boxed", "leq", "geq", "neq", "approx"}
)
"""Commands that are also converted outside marked formulas, as no path or pattern contains them."""
