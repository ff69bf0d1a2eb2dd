"""
`llmentary calibrate` as a process of its own, with a bot that never says the same twice.
"""

from __future__ import annotations

from cli_shell import Shell

BOT = """\
import itertools

turns = itertools.count()
ways = [
    "You may return a jacket within 30 days of delivery.",
    "Returns are fine for 30 days, as long as the tags are on.",
    "We take it back if you send it in the first 30 days after it came.",
]


def ask(question: str) -> str:
    turn = next(turns)
    if "order" in question:
        return f"Your order left at 2026-11-22T18:{turn:02}:00Z by post, as you wished."
    if "jacket" in question:
        return ways[turn % 3]
    if "broken" in question:
        raise ValueError("no answer to that")
    return "We are open from nine to five."
"""
SUITE = """\
When are you open?
=== order\r
\r
Where is my order?\r
=== jacket  #policy
@match exact

How long may I return a jacket?
"""


def test_settings_are_proposed_written_and_hold(shell: Shell) -> None:
    """
    What varies by itself passes afterwards, nothing else of the file changes, and no answer is in any file.
    """
    shell.write({"bot.py": BOT, "faq.llmtest": SUITE})

    looked = shell.run("calibrate", "--repeats", "4")
    untouched = (shell.root / "faq.llmtest").read_bytes()
    written = shell.run("calibrate", "--repeats", "4", "--write", "faq.llmtest::order")
    text = (shell.root / "faq.llmtest").read_bytes().decode()
    approved = shell.run("approve", "faq.llmtest::order")
    passed = shell.run("test", "faq.llmtest::order", "--samples", "3")

    assert looked.returncode == 0
    assert untouched == SUITE.encode()
    assert "faq.llmtest:1  When are you open?" in looked.stdout
    assert "4 answers, compared with the first: 3 the same text" in looked.stdout
    assert "nothing to change" in looked.stdout
    assert "proposed: @mask /" in looked.stdout
    assert "--pin '30 days'" in looked.stdout or "@match" in looked.stdout
    assert "`--write` puts the settings into the suites" in looked.stdout
    assert "wrote 1 setting into faq.llmtest" in written.stdout
    head, _, rest = text.partition("=== order\r\n")
    line, _, rest = rest.partition("\n")
    assert line.startswith("@mask /")
    assert f"{head}=== order\r\n{rest}" == SUITE
    assert approved.returncode == 0
    assert passed.returncode == 0
    assert "3 of 3 passed; pass@3 1.00, pass^3 1.00" in passed.stdout
    for path in shell.root.rglob("*"):
        if path.is_file() and path.name != "bot.py" and path.suffix != ".pyc":
            assert b"as you wished" not in path.read_bytes()


def test_pins_are_proposed_as_a_command_and_never_written(shell: Shell) -> None:
    """
    A pin is answer text: it goes to the terminal, and not there either with `--no-answers`.
    """
    shell.write({"bot.py": BOT, "faq.llmtest": SUITE.replace("@match exact\n", "")})

    shown = shell.run("calibrate", "--repeats", "3", "--write", "faq.llmtest::jacket")
    hidden = shell.run("calibrate", "--repeats", "3", "--no-answers", "faq.llmtest::jacket")

    assert "llmentary approve --pin '30 days' faq.llmtest:5" in shown.stdout
    assert b"30 days" not in (shell.root / "faq.llmtest").read_bytes()
    assert "30 days" not in hidden.stdout
    assert "proposed: 1 pins" in hidden.stdout or "proposed: 2 pins" in hidden.stdout


def test_a_case_that_fails_is_said_with_its_reason(shell: Shell) -> None:
    """
    The others are calibrated all the same.
    """
    shell.write({"bot.py": BOT, "faq.llmtest": "Is it broken?\nWhen are you open?\n"})

    done = shell.run("calibrate", "--repeats", "2")

    assert done.returncode == 1
    assert "error: " in done.stdout
    assert "ValueError" in done.stdout
    assert "1 fine as they are" in done.stdout
    assert "1 without answers to compare" in done.stdout


def test_one_repeat_is_refused(shell: Shell) -> None:
    """
    One answer does not vary.
    """
    done = shell.run("calibrate", "--repeats", "1")

    assert done.returncode == 2
    assert "--repeats" in done.stderr
