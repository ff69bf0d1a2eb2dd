"""
The entry point starts fast and turns what goes wrong into exit codes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmentary_regression.cli import main as entry
from llmentary_regression.cli.main import COMMANDS, main
from llmentary_regression.core.errors import ProjectError

SERVER = Path(__file__).resolve().parents[2] / "server"
HEAVY = ("asyncio", "rich", "pygls", "lsprotocol", "tinydb", "cryptography", "rapidfuzz", "filelock")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["tset"], ["init", "--help"], ["key", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """
    Neither help nor a slip of the pen waits for a library.
    """
    code = (
        "import sys\nfrom llmentary_regression.cli.main import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "LOADED []" in done.stdout


def test_no_command_shows_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Who types the bare name sees what there is, and that nothing was run.
    """
    with pytest.raises(SystemExit) as ended:
        main([])

    assert ended.value.code == 2
    assert "ask the suites and judge the answers" in capsys.readouterr().err


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Each command's module loads, adds its arguments and has a help page.
    """
    for name in COMMANDS:
        with pytest.raises(SystemExit) as stopped:
            main([name, "--help"])

        assert stopped.value.code == 0
        assert f"usage: llmentary {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage: llmentary"),
        (["tset"], "no command `tset`; did you mean `test`?"),
        (["dance"], "no command `dance`; the commands are init, test"),
        (["test", "--xyzzy"], "llmentary test: there is no `--xyzzy`; see `llmentary test --help`"),
        (["test", "--fialed=x"], "there is no `--fialed`; did you mean `--failed`?"),
        (["test", "--watc"], "there is no `--watc`; did you mean `--watch`?"),
        (["--versio"], "there is no `--versio`; did you mean `--version`?"),
        (["test", "-j", "0"], "wants a whole number, 1 or more"),
        (["test", "--timeout", "soon"], "wants a time such as `30s`"),
        (["test", "--report", "yaml=x"], "no kind of report `yaml`; known are json"),
        (["test", "--report", "json"], "names no file"),
        (["test", "--report", "json=a", "--report", "json=a"], "two reports go to"),
        (["key"], "the following arguments are required: ACTION"),
    ],
)
def test_wrong_usage_is_2_and_one_clear_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The message says what is wrong; no traceback.
    """
    try:
        code: object = main(arguments)
    except SystemExit as stopped:
        code = stopped.code

    captured = capsys.readouterr()
    assert code == 2
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def _run_instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, options: str = "pass") -> None:
    """
    Put a command `fake` into the table that does what `body` says.
    """
    (tmp_path / "fake_command.py").write_text(
        f"def add_arguments(parser):\n    {options}\ndef run(arguments):\n    {body}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(entry, "COMMANDS", {"fake": ("fake_command", "made up")})
    monkeypatch.delitem(sys.modules, "fake_command", raising=False)


def test_our_errors_become_a_message_and_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    An error on purpose is caught once, here.
    """
    _run_instead(
        monkeypatch,
        tmp_path,
        f"from {ProjectError.__module__} import ProjectError; raise ProjectError('fix x')",
    )

    assert main(["fake"]) == 2
    assert capsys.readouterr().err == "llmentary: fix x\n"


def test_ctrl_c_becomes_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Also where no command caught it.
    """
    _run_instead(monkeypatch, tmp_path, "raise KeyboardInterrupt")

    assert main(["fake"]) == 130
    assert capsys.readouterr().err == "llmentary: interrupted\n"


def test_a_fault_of_our_own_does_not_claim_that_an_answer_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The traceback is shown, with 2 instead of Python's 1.
    """
    _run_instead(monkeypatch, tmp_path, "raise RuntimeError('oops')")

    assert main(["fake"]) == 2
    assert "RuntimeError: oops" in capsys.readouterr().err


def test_a_fault_quotes_nothing_where_no_answer_may_be_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Errors like to carry the value that they stumbled over, which may be an answer.
    """
    _run_instead(
        monkeypatch,
        tmp_path,
        "raise RuntimeError(''.join(('se', 'cret')))",
        "parser.add_argument('--no-answers', action='store_true')",
    )

    assert main(["fake", "--no-answers"]) == 2

    told = capsys.readouterr().err
    assert "RuntimeError\nllmentary: this is a bug" in told
    assert "secret" not in told


@pytest.mark.parametrize("command", ["test", "approve"])
def test_bad_executor_is_refused_in_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    With the form of an address, before anything is asked.
    """
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.llmtest").write_text("Who are you?\n")
    monkeypatch.chdir(tmp_path)

    assert main([command, "--executor", "cluster:8786"]) == 2

    assert capsys.readouterr().err == (
        "llmentary: `--executor cluster:8786` is not the address of a cluster; "
        "write dask://HOST:8786, the address of a running Dask scheduler\n"
    )


def test_interpreter_and_executor_contradict_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A Python of this machine says nothing of those of a cluster, so it is refused rather than passed over.
    """
    monkeypatch.chdir(tmp_path)

    assert main(["test", "--executor", "dask://host", "--interpreter", "python3"]) == 2

    assert capsys.readouterr().err == (
        "llmentary: `--interpreter` is for asking on this machine; "
        "with `--executor` the cluster's own Python asks\n"
    )
