"""
`init` finds out what it can, says what it did, and overwrites nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from llmentary_regression.cli.main import main

BOT = "def ask(question: str) -> str:\n    return question\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Return an empty folder that the command runs in.
    """
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_an_empty_folder_gets_suite_settings_and_ignores(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Without Python files there is no callable to name, and the next step says so.
    """
    assert main(["init"]) == 0

    files = _files(project)
    assert files["llmentary.toml"] == b'# callable = "module:function"\n'
    assert b"What can you help me with?" in files["llmtests/first.llmtest"]
    assert b"/key*\n" in files[".llmentary/.gitignore"]
    assert 'next: put `callable = "module:function"` into llmentary.toml' in capsys.readouterr().out


def test_the_callable_found_is_named_with_the_reason(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The developer sees what was chosen, where it stands and why.
    """
    (project / "bot.py").write_text(BOT)

    main(["init"])

    out = capsys.readouterr().out
    assert (project / "llmentary.toml").read_text() == 'callable = "bot:ask"\n'
    assert "callable: bot:ask" in out
    assert "bot.py:1 ask(question: str)" in out
    assert "next: write your questions into llmtests/first.llmtest, then run `llmentary test`" in out


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b'[project]\nname = "x"\n',
        b'[project]\r\nname = "x"\r\n',
        b'[project]\nname = "x"  # no line end',
        b'\xef\xbb\xbf[project]\nname = "\xc3\xa9"\n',
        b"[[tool.other]]\na = 1\n",
    ],
)
def test_pyproject_keeps_its_bytes(project: Path, before: bytes) -> None:
    """
    The table is appended, with the file's own line ends.
    """
    (project / "bot.py").write_text(BOT)
    (project / "pyproject.toml").write_bytes(before)

    assert main(["init"]) == 0

    after = (project / "pyproject.toml").read_bytes()
    end = b"\r\n" if b"\r\n" in before else b"\n"
    assert after.startswith(before)
    assert after.endswith(b"[tool.llmentary]" + end + b'callable = "bot:ask"' + end)
    assert not (project / "llmentary.toml").exists()


def test_a_pyproject_that_nothing_can_be_added_to_is_left_alone(project: Path) -> None:
    """
    An inline `tool` takes no further table, so the settings get a file of their own.
    """
    before = b"tool = { other = { a = 1 } }\n"
    (project / "pyproject.toml").write_bytes(before)

    assert main(["init"]) == 0

    assert (project / "pyproject.toml").read_bytes() == before
    assert (project / "llmentary.toml").exists()


def test_a_broken_pyproject_is_reported_and_nothing_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The message names file and line; mending comes first.
    """
    (project / "pyproject.toml").write_text("[project\n")

    assert main(["init"]) == 2

    assert "cannot read `pyproject.toml`" in capsys.readouterr().err
    assert list(_files(project)) == ["pyproject.toml"]


def test_a_second_time_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    What is there stays byte for byte, edited or not.
    """
    (project / "bot.py").write_text(BOT)
    main(["init"])
    (project / "llmtests/first.llmtest").write_text("Mine?\n")
    (project / "llmentary.toml").write_text('callable = "other:say"\n')
    before = _files(project)
    capsys.readouterr()

    assert main(["init"]) == 0

    assert _files(project) == before
    assert "callable: other:say, as the settings say" in capsys.readouterr().out


def test_a_callable_that_came_later_is_proposed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Settings are left as they are, but what to write into them is known by now.
    """
    main(["init"])
    (project / "bot.py").write_text(BOT)
    capsys.readouterr()

    assert main(["init"]) == 0

    assert 'next: put `callable = "bot:ask"` into llmentary.toml' in capsys.readouterr().out


def test_a_folder_can_be_named(project: Path) -> None:
    """
    `init FOLDER` makes that folder a project, whatever lies around it.
    """
    (project / "päckage one").mkdir()

    assert main(["init", "päckage one"]) == 0

    assert (project / "päckage one" / "llmentary.toml").exists()


def test_a_folder_that_is_none_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The message names it.
    """
    assert main(["init", "nowhere"]) == 2
    assert "`nowhere` is not a folder" in capsys.readouterr().err


def test_a_package_in_a_larger_repository_is_its_own_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The nearest pyproject.toml decides while nothing of llmentary is there yet.
    """
    package = project / "services" / "faq"
    (package / "src").mkdir(parents=True)
    (package / "pyproject.toml").write_text("")
    monkeypatch.chdir(package / "src")

    main(["init"])

    assert b"[tool.llmentary]" in (package / "pyproject.toml").read_bytes()


def test_the_first_suite_has_no_problems(project: Path) -> None:
    """
    What we write ourselves must be right.
    """
    from llmentary_regression.core.suite.parsing import parse_suite

    main(["init"])

    suite, problems = parse_suite((project / "llmtests/first.llmtest").read_text())
    assert problems == []
    assert [case.label for case in suite.cases] == ["What can you help me with?", "who-are-you"]
