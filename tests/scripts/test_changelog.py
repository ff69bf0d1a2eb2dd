"""
The fragments in `changelog.d/`: each has a kind that towncrier knows, and together they make a changelog.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

ROOT = Path(__file__).resolve().parents[2]
FRAGMENTS = sorted(
    path for path in (ROOT / "changelog.d").iterdir() if path.name not in ("README.md", "template.md")
)
SETTINGS = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
KINDS = {kind["directory"]: kind["name"] for kind in SETTINGS["type"]}


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_fragment_has_a_topic_a_kind_and_sentences(fragment: Path) -> None:
    """
    A misspelt kind would leave a change out of the changelog.
    """
    text = fragment.read_text(encoding="utf-8")

    assert re.fullmatch(rf"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:{'|'.join(KINDS)})\.md", fragment.name)
    assert text.strip(), "the fragment is empty"
    assert text.rstrip()[-1] in ".`)", "a fragment is made of whole sentences"


def test_readme_explains_every_kind() -> None:
    """
    Whoever writes a fragment finds the kinds where the fragments are.
    """
    readme = (ROOT / "changelog.d" / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)) == set(KINDS)


def test_draft_holds_every_fragment_under_its_kind() -> None:
    """
    The draft is made by the same command as a release, and writes nothing.
    """
    before = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    draft = _towncrier(ROOT, "build", "--draft", "--version", "9.9", "--date", "2026-01-02")

    assert draft.startswith("## 9.9 (2026-01-02)\n\n### ")
    parts = re.split(r"^### (.+)\n", draft, flags=re.MULTILINE)
    text_of = dict(zip(parts[1::2], parts[2::2], strict=True))
    for fragment in FRAGMENTS:
        kind = KINDS[fragment.name.split(".")[-2]]
        first_line = fragment.read_text(encoding="utf-8").strip().split("\n")[0]
        assert text_of[kind].count(f"- {first_line}") == 1, fragment.name
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") == before
    assert all(fragment.is_file() for fragment in FRAGMENTS)


def test_releases_go_below_the_header_newest_first(tmp_path: Path) -> None:
    """
    A release puts its fragments below the marker and deletes them; topics are dropped, issue numbers kept.
    """
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changelog.d").mkdir()
    shutil.copy(ROOT / "changelog.d" / "template.md", tmp_path / "changelog.d")
    header = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    header = header[: header.index(SETTINGS["start_string"]) + len(SETTINGS["start_string"])]

    for version, name in (("1.0", "watch.added.md"), ("1.1", "12.fixed.md")):
        (tmp_path / "changelog.d" / name).write_text(f"This is {version}.\nIt has two lines.\n")
        _towncrier(tmp_path, "build", "--yes", "--version", version, "--date", "2026-01-02")
        assert not (tmp_path / "changelog.d" / name).exists()

    assert (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8") == (
        header
        + "\n## 1.1 (2026-01-02)\n\n### Fixed\n\n- This is 1.1.\n  It has two lines. (#12)\n\n"
        + "## 1.0 (2026-01-02)\n\n### Added\n\n- This is 1.0.\n  It has two lines.\n"
    )


def _towncrier(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "towncrier", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
