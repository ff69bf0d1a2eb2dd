"""
The commands of the READMEs work, in their order, in an empty folder.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "support-bot"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """
    Return the environment of a developer with an activated virtual environment and an empty home folder.
    """
    kept = {
        name: text for name, text in os.environ.items() if name != "CI" and not name.startswith("LLMENTARY_")
    }
    home = tmp_path / "home"
    home.mkdir()
    return {
        **kept,
        "HOME": str(home),
        "LLMENTARY_HOME": str(home / "llmentary"),
        "PYTHONPATH": str(ROOT / "server"),
        "PYTHONUTF8": "1",
        "VIRTUAL_ENV": sys.prefix,
    }


def read_blocks(readme: Path, heading: str = "") -> list[tuple[str, str, str]]:
    """
    Return the fenced blocks below a heading: the sentence before each, its language and its text.
    """
    text = readme.read_text(encoding="utf-8")
    if heading:
        text = re.split(r"^## ", text.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]
    blocks, end = [], 0
    for found in FENCE.finditer(text):
        blocks.append((text[end : found.start()].strip(), found[1], found[2]))
        end = found.end()
    return blocks


def type_in(line: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """
    Run one line of a README as typed, with the Python and the llmentary of this repository.
    """
    words = shlex.split(line)
    programs = {"python": [sys.executable], "llmentary": [sys.executable, "-m", "llmentary_regression"]}
    return subprocess.run(
        [*programs[words[0]], *words[1:]],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def type_all(lines: str, folder: Path, environment: dict[str, str]) -> list[str]:
    """
    Run the lines of a block, each of which has to end well, and return what they print.
    """
    outputs = []
    for line in lines.splitlines():
        done = type_in(line, folder, environment)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        outputs.append(done.stdout)
    return outputs


def test_first_suite_of_the_readme(tmp_path: Path, environment: dict[str, str]) -> None:
    """
    A program and a suite pasted from the README are asked, approved, pass, and fail after the edit.
    """
    outputs: list[str] = []
    for before, language, text in read_blocks(ROOT / "README.md", "Your first suite"):
        if language == "sh":
            outputs += type_all(text, tmp_path, environment)
        else:
            (tmp_path / re.findall(r"`([\w/]+\.\w+)`", before)[-1]).write_text(text, encoding="utf-8")
    bot = tmp_path / "bot.py"
    bot.write_text(bot.read_text(encoding="utf-8").replace("30", "14"), encoding="utf-8")
    changed = type_in("llmentary test", tmp_path, environment)

    assert "2 new" in outputs[1]
    assert "2 passed" in outputs[3]
    assert changed.returncode == 1
    assert "2 changed" in changed.stdout
    assert "a number differs" in changed.stdout


def test_readme_of_the_support_bot(tmp_path: Path, environment: dict[str, str]) -> None:
    """
    The example's story holds with the real model: asked, approved, passed, and caught after the edit.
    """
    folder = tmp_path / "support bot"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".llmentary", "__pycache__"))

    outputs = [
        output
        for _, _, text in read_blocks(EXAMPLE / "README.md")
        for output in type_all(text, folder, environment)
    ]
    handbook = folder / "handbook.md"
    handbook.write_text(handbook.read_text(encoding="utf-8").replace("30 days", "14 days"), encoding="utf-8")
    changed = type_in("llmentary test", folder, environment)

    assert outputs[0].strip() in (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert "11 new" in outputs[1]
    assert "11 passed" in outputs[3]
    assert changed.returncode == 1
    assert "2 changed" in changed.stdout
