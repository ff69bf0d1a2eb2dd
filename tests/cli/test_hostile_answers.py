"""
Hostile answers, errors, printed output and names, through every output: shown, and obeyed by nobody.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli_shell import Shell
from hostile_texts import HOSTILE, hidden_characters, obeyed_lines

pytestmark = pytest.mark.slow

BOT = """\
import json
from pathlib import Path

TEXTS = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))


def ask(question: str) -> str:
    kind, _, number = question.rstrip("?").partition(" ")
    text = TEXTS[int(number) % len(TEXTS)]
    print(text)
    if kind == "Raise":
        raise ValueError(text)
    return f"You said {text} and more, {len(Path(__file__).with_name('texts.json').read_text())}."
"""
PLACES = ["Say {number}?", "Raise {number}?"]
KINDS = ("html", "json", "junit", "markdown", "sarif")


@pytest.fixture
def hostile(shell: Shell) -> Shell:
    """
    A project whose bot answers, prints and raises hostile texts, and whose cases are named by them.
    """
    questions = "".join(f"{place.format(number=at)}\n" for at in range(len(HOSTILE)) for place in PLACES)
    # A name ends at a blank or a line's end; what is left of each text is a name that a stranger may choose.
    no_name = re.compile(r"::|[\s#\"|{}\x00-\x1f\x85\u2028\u2029]+")
    names = {no_name.sub("-", text): at for at, text in enumerate(HOSTILE)}
    named = "".join(f"\n=== n{at}{name}\n\nSay {at}?\n" for name, at in names.items())
    shell.write({"bot.py": BOT, "texts.json": json.dumps(HOSTILE), "faq.llmtest": questions + named})
    return shell


def check(text: str) -> None:
    # Our own annotations begin with `::`; only their names and what is behind them may come from elsewhere.
    own = re.compile(r"^::(?:error|warning|notice|group|endgroup)\b", re.MULTILINE)
    assert [line for line in obeyed_lines(text) if not own.match(line)] == []
    assert hidden_characters(text) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["test"],
        ["test", "-v", "-v"],
        ["test", "--report", "github=-"],
        ["test", "--answers", "--report", "github=-"],
        ["test", "--no-answers"],
        ["list"],
        ["calibrate", "--repeats", "2", "-k", "Say"],
        ["stats"],
    ],
)
def test_what_is_printed_is_obeyed_by_no_terminal_and_no_ci_server(
    hostile: Shell, arguments: list[str]
) -> None:
    """
    Standard output and standard error both end in the log of a job.
    """
    done = hostile.run(*arguments, environ={"CI": "true", "GITHUB_ACTIONS": "true"})

    assert done.returncode in (0, 1)
    check(done.stdout)
    check(done.stderr)


def test_approving_and_comparing_print_nothing_hostile(hostile: Shell) -> None:
    """
    The diff shows words of the new answer, and some of the approved one's places.
    """
    check(hostile.run("approve").stdout)
    hostile.write({"texts.json": json.dumps([f"{text} now" for text in HOSTILE])})

    done = hostile.run("test")

    assert "changed" in done.stdout or "unsure" in done.stdout
    check(done.stdout)


def test_reports_hold_nothing_hostile(hostile: Shell) -> None:
    """
    With answers: in each format as its readers decode it.
    """
    reports = [part for kind in KINDS for part in ("--report", f"{kind}=report.{kind}")]

    hostile.run("test", "--answers", *reports)

    for kind in KINDS:
        text = (hostile.root / f"report.{kind}").read_text(encoding="utf-8")
        assert hidden_characters(text) == []
        if kind == "markdown":  # a job prints it as it is, or appends it to the step's summary
            check(text)


def test_pytest_prints_nothing_hostile(hostile: Shell) -> None:
    """
    In failures, in the output that it shows of a callable, and in the names of items.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "faq.llmtest"],
        cwd=hostile.root,
        env={**hostile.environ, "CI": "true"},
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )

    assert "failed" in done.stdout
    check(done.stdout)
    check(done.stderr)


def test_the_key_reaches_no_application_in_training(shell: Shell) -> None:
    """
    `train` opens the keyring itself; the application, and all that it starts, never needs it.
    """
    shell.run("approve")
    key = (shell.root / ".llmentary" / "key").read_text().strip()
    program = Path("environ.py")
    shell.write({str(program): "import os\nprint('HELD', 'LLMENTARY_KEY' in os.environ)\n"})

    done = shell.run(
        *["train", "--approve", "all", "--", sys.executable, str(program)], environ={"LLMENTARY_KEY": key}
    )

    assert "HELD False" in done.stdout


@pytest.mark.parametrize("name", ["json", "re", "argparse", "tomllib", "asyncio", "rich", "filelock", "bot"])
def test_no_module_of_the_current_folder_is_imported(shell: Shell, name: str) -> None:
    """
    `python -m` puts the folder one is in before the standard library.
    """
    shell.write({f"{name}.py": "raise SystemExit('a stranger ran')\n"})

    done = shell.run("list")

    assert "a stranger ran" not in done.stdout + done.stderr
    assert done.returncode == 0
