"""
What cannot be meant is refused before anything is asked: one line with the fix, and 2.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from llmentary_regression.cli.main import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Return a project whose callable leaves a file when it is asked; the tests stand in it.
    """
    root = tmp_path / "project"
    root.mkdir()
    (root / "llmentary.toml").write_text('callable = "bot:ask"\n[profile.ci]\nretries = 1\n')
    (root / "bot.py").write_text("def ask(question):\n    open('asked', 'w').close()\n")
    (root / "a.llmtest").write_text("Who are you?\n")
    monkeypatch.setenv("LLMENTARY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LLMENTARY_PROFILE", raising=False)
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--report yaml=x", "no kind of report `yaml`; known are json"),
        ("--report htlm=x", "did you mean `html`?"),
        ("--report html", "names no file; write `--report html=FILE`"),
        ("--report html=no/x.html", "there is no folder"),
        ("--report html=.", "is a folder; name a file in it"),
        ("--report json=- --report junit=-", "two reports go to `-`; give each a file of its own"),
        ("--shard 0/3", "the parts of 3 are 1/3 to 3/3"),
        ("--shard 4/3", "the parts of 3 are 1/3 to 3/3"),
        ("--shard 0/0", "is not a part; write which of how many, such as `--shard 2/5`"),
        ("--shard x", "is not a part; write which of how many, such as `--shard 2/5`"),
        ("--durations x", "add `--shard N/TOTAL`, or leave it out"),
        ("--shard 1/2 --durations x", "`llmentary stats --durations FILE` writes them"),
        ("--rate 0", "wants a rate such as `60/min`"),
        ("--rate 0/min", "wants a rate such as `60/min`"),
        ("--max-cost much", "wants an amount such as `0.01`"),
        ("--samples 0", "wants a whole number, 1 or more"),
        ("-j 0", "wants a whole number, 1 or more"),
        ("--retries -1", "wants a whole number, 0 or more"),
        ("--timeout 0", "wants a time such as `30s`"),
        ("--profile nix", "no settings file has a profile `nix`"),
        ("--since yesterday", "write a time ago such as `7d`"),
        ("--since 2026-13-01", "or a date such as"),
        ("--since 2d --before 3d", "nothing was approved between; exchange them"),
        ("--edited-since nowhere", "write another branch, tag or commit"),
        ("-k (", "write it like `refund and not (eu or uk)`"),
        ("-q -v", "not allowed with argument -q/--quiet"),
        ("--answers --no-answers", "not allowed with argument --answers"),
        ("--watch --report json=x", "leave out `--report` and `--shard`"),
        ("--watch --shard 1/2", "leave out `--report` and `--shard`"),
        ("--with-model m --with-model m", "name each model once"),
        ("--executor dask://h --interpreter python", "the cluster's own Python asks"),
        ("--interpreter no/python", "no/python"),
        ("b.llmtest", "no such file or folder: `b.llmtest`; did you mean `a.llmtest`?"),
        ("a.llmtest::who", "`llmentary list a.llmtest` shows its cases"),
    ],
)
def test_bad_input_is_one_line_and_2(
    options: str, said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Nothing was asked, and nothing is on stdout.
    """
    try:
        code: object = main(["test", *options.split()])
    except SystemExit as stopped:
        code = stopped.code

    captured = capsys.readouterr()
    assert code == 2
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not (project / "asked").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("history nowhere", "no case `nowhere`"),
        ("report", "the following arguments are required: ACTION"),
        ("report join a", "choose from"),
        ("report merge", "the following arguments are required: FILE"),
        ("report merge no.json", "every shard has to write its report"),
        ("stats --since x", "write a time ago such as `7d`"),
        ("config --profile nix", "no settings file has a profile `nix`"),
    ],
)
def test_other_commands_refuse_alike(
    command: str, said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    With 2 and one line.
    """
    try:
        code: object = main(command.split())
    except SystemExit as stopped:
        code = stopped.code

    captured = capsys.readouterr()
    assert code == 2
    assert said in captured.err
    assert captured.err.count("\n") == 1
