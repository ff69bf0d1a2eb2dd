"""
Finding roots and suites, and naming suites.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.storage.files import find_root, find_suites, suite_name


def lay_out(root: Path, *names: str) -> None:
    """
    Make empty files below `root`; a name that ends in `/` is a folder.
    """
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def found(root: Path, *patterns: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_suites(root, patterns, exclude)]


@pytest.mark.parametrize("marker", ["llmentary.toml", ".llmentary/"])
def test_nearest_marked_folder_is_the_root(tmp_path: Path, marker: str) -> None:
    """The search goes upwards from a file and stops at the first marked folder."""
    lay_out(tmp_path, ".git/", marker, f"inner/{marker}", "inner/deep/a.llmtest")

    assert find_root(tmp_path / "inner" / "deep" / "a.llmtest") == tmp_path / "inner"


@pytest.mark.parametrize("heading", ["[tool.llmentary]", "[tool.llmentary.env]", '[ tool . "llmentary" ]'])
def test_pyproject_with_our_table_marks_the_root(tmp_path: Path, heading: str) -> None:
    """A pyproject counts if it has `[tool.llmentary]`, however it is spaced."""
    lay_out(tmp_path, ".git/", "package/src/")
    (tmp_path / "package" / "pyproject.toml").write_text(f"[project]\nname = 'x'\n\n{heading}\n")

    assert find_root(tmp_path / "package" / "src") == tmp_path / "package"


@pytest.mark.parametrize("text", ["[tool.ruff]\n", "[tool.llmentary-extra]\n", "# [tool.llmentary]\n"])
def test_other_pyprojects_do_not_mark_the_root(tmp_path: Path, text: str) -> None:
    """A pyproject of other tools is passed by."""
    lay_out(tmp_path, ".git/", "package/")
    (tmp_path / "package" / "pyproject.toml").write_text(text)

    assert find_root(tmp_path / "package") == tmp_path


def test_half_typed_pyproject_still_marks_the_root(tmp_path: Path) -> None:
    """While a settings file is being edited, the root does not jump elsewhere."""
    lay_out(tmp_path, ".git/", "package/")
    (tmp_path / "package" / "pyproject.toml").write_text('[tool.llmentary]\ncallable = "bot:\n')

    assert find_root(tmp_path / "package") == tmp_path / "package"


def test_search_never_leaves_the_version_control_root(tmp_path: Path) -> None:
    """Settings above the repository belong to somebody else's project."""
    lay_out(tmp_path, "llmentary.toml", "repository/.git/", "repository/src/")

    assert find_root(tmp_path / "repository" / "src") == tmp_path / "repository"


def test_worktree_counts_as_a_version_control_root(tmp_path: Path) -> None:
    """A worktree has a `.git` file, not a folder."""
    lay_out(tmp_path, "llmentary.toml", "worktree/.git", "worktree/src/")

    assert find_root(tmp_path / "worktree" / "src") == tmp_path / "worktree"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no owner ids")
def test_search_never_enters_a_folder_of_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's settings in a shared folder above are not obeyed."""
    lay_out(tmp_path, "shared/llmentary.toml", "shared/mine/src/")
    real_stat = Path.stat

    def stat(path: Path, **options: bool) -> os.stat_result:
        result = real_stat(path, **options)
        if path == tmp_path / "shared":
            fields = list(result)
            fields[4] = result.st_uid + 1
            return os.stat_result(fields)
        return result

    monkeypatch.setattr(Path, "stat", stat)

    assert find_root(tmp_path / "shared" / "mine" / "src") == tmp_path / "shared" / "mine" / "src"


def test_missing_start_is_said_so(tmp_path: Path) -> None:
    """A path that does not exist has no project."""
    with pytest.raises(UsageError, match="no such file"):
        find_root(tmp_path / "nowhere")


def test_suites_are_found_sorted_and_only_where_projects_keep_them(tmp_path: Path) -> None:
    """Hidden folders, dependencies and virtual environments are not entered."""
    lay_out(
        tmp_path,
        "b.llmtest",
        "a/z.llmtest",
        "a/y ü.llmtest",
        "a/notes.txt",
        ".hidden/x.llmtest",
        "node_modules/x.llmtest",
        "env/pyvenv.cfg",
        "env/lib/x.llmtest",
    )

    assert found(tmp_path, "**/*.llmtest") == ["a/y ü.llmtest", "a/z.llmtest", "b.llmtest"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.llmtest", ["top.llmtest"]),
        ("a/**/*.llmtest", ["a/b/deep.llmtest", "a/one.llmtest"]),
        ("a/*.llmtest", ["a/one.llmtest"]),
        ("a", ["a/b/deep.llmtest", "a/one.llmtest"]),
        ("./a/", ["a/b/deep.llmtest", "a/one.llmtest"]),
        (".", ["a/b/deep.llmtest", "a/one.llmtest", "top.llmtest"]),
        ("a/one.llmtest", ["a/one.llmtest"]),
        ("?op.llmtest", ["top.llmtest"]),
        ("[st]op.llmtest", ["top.llmtest"]),
        ("[!t]op.llmtest", []),
        ("[z-a]", []),
        ("nowhere/**/*.llmtest", []),
    ],
)
def test_patterns_are_read_below_the_root(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    """`*` stays within a name, `**` spans folders, and a folder stands for its suites."""
    lay_out(tmp_path, "top.llmtest", "a/one.llmtest", "a/b/deep.llmtest")

    assert found(tmp_path, pattern) == expected


def test_patterns_do_not_reach_outside_the_root(tmp_path: Path) -> None:
    """A suite of the neighbors is never picked up by a pattern."""
    lay_out(tmp_path, "root/a.llmtest", "other/b.llmtest")

    assert find_suites(tmp_path / "root", ["../other/*.llmtest", f"{tmp_path}/other/*.llmtest"], []) == []


@pytest.mark.parametrize("exclude", ["old", "old/", "old/**", "**/b.llmtest", "o?d/*"])
def test_excluded_suites_are_left_out(tmp_path: Path, exclude: str) -> None:
    """A folder can be excluded whole, and files by pattern."""
    lay_out(tmp_path, "a.llmtest", "old/b.llmtest")

    assert found(tmp_path, "**/*.llmtest", exclude=(exclude,)) == ["a.llmtest"]


def test_linked_folders_are_not_followed(tmp_path: Path) -> None:
    """A link to the folder above would make the search endless."""
    lay_out(tmp_path, "a/one.llmtest")
    try:
        (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")

    assert found(tmp_path, "**/*.llmtest") == ["a/one.llmtest"]


def test_suite_is_named_by_its_composed_path_below_the_root(tmp_path: Path) -> None:
    """The name is the same on systems that decompose accents and on those that do not."""
    decomposed = unicodedata.normalize("NFD", "café.llmtest")

    name = suite_name(tmp_path, tmp_path / "support" / ".." / "support" / decomposed)

    assert name == unicodedata.normalize("NFC", "support/café.llmtest")


def test_suite_outside_is_named_by_its_whole_path(tmp_path: Path) -> None:
    """So that nobody takes it for one that can be approved."""
    name = suite_name(tmp_path / "root", tmp_path / "other.llmtest")

    assert Path(name).is_absolute()
    assert name == (tmp_path / "other.llmtest").as_posix()
