"""
Pins, examples and samples from the command line: real processes, a real worker.
"""

from __future__ import annotations

import json

import pytest

from cli_shell import Shell

pytestmark = pytest.mark.slow

RETURN = "How long may I return it?"
NORWAY = "Do you ship to Norway?"
ANSWER = "You may return it within 30 days of delivery."
YES = "Yes, we ship to Norway within a week."
CASE = "faq.llmtest:1"


def test_a_pin_with_an_alias_decides_from_then_on(shell: Shell) -> None:
    """
    Any wording with the phrase or its alias passes; the words of the pin are in no file.
    """
    approved = shell.run("approve", CASE, "--pin", "30 days|a month")
    shell.answers({RETURN: "Well, a month is what you get.", NORWAY: YES})
    alias = shell.run("test", CASE)
    shell.answers({RETURN: "Well, two weeks are what you get.", NORWAY: YES})
    missing = shell.run("test", CASE)

    assert approved.returncode == 0, approved.stderr
    assert alias.stdout.startswith("1 passed")
    assert missing.returncode == 1
    assert "the pinned phrase is missing" in missing.stdout
    for path in (shell.root / ".llmentary").rglob("*"):
        assert not path.is_file() or b"month" not in path.read_bytes()


def test_a_pin_that_does_not_occur_approves_nothing(shell: Shell) -> None:
    """
    Of two selected cases one does not hold the phrase: neither is approved, and the message says which.
    """
    done = shell.run("approve", "--pin", "30 days")

    assert done.returncode == 2
    assert (
        f"the answer of `{NORWAY}` does not contain `30 days`; pin a phrase that occurs in it" in done.stderr
    )
    assert not (shell.root / ".llmentary").exists()


def test_what_is_approved_already_can_be_pinned(shell: Shell) -> None:
    """
    A passing answer is pinned without being approved again.
    """
    shell.run("approve")
    before = shell.run("examples", CASE).stdout

    pinned = shell.run("approve", CASE, "--pin", "30 days")
    shell.answers({RETURN: "In the first 30 days, why not.", NORWAY: YES})

    assert pinned.returncode == 0
    assert "approved 1 passed" in pinned.stdout
    assert shell.run("examples", CASE).stdout == before
    assert shell.run("test", CASE).stdout.startswith("1 passed")


def test_a_pin_is_missed_by_its_name(shell: Shell) -> None:
    """
    On the terminal; a report file holds no name, since names are the developer's and as secret as answers.
    """
    shell.run("approve", CASE, "--pin", "return window := 30 days")
    shell.answers({RETURN: "You may return it within 14 days of delivery.", NORWAY: YES})

    missed = shell.run("test", CASE, "--report", "json=report.json", "--report", "junit=report.xml")

    assert "the pinned phrase `return window` is missing" in missed.stdout
    assert (
        "if a pin is in other words now: llmentary pins SUITE:LINE --alias 'NAME := OTHER WORDS'"
        in missed.stdout
    )
    for name in ("report.json", "report.xml"):
        text = (shell.root / name).read_text(encoding="utf-8")
        assert "the pinned phrase is missing" in text
        assert "return window" not in text


def test_pins_are_listed_given_aliases_and_dropped(shell: Shell) -> None:
    """
    Without asking the bot anything, and without approving another answer.
    """
    shell.run("approve", CASE, "--pin", "return window := 30 days", "--pin", "of delivery")
    shell.answers({RETURN: "You have a month.", NORWAY: YES})

    listed = shell.run("pins")
    aliased = shell.run("pins", CASE, "--alias", "return window := a month")
    dropped = shell.run("pins", CASE, "--drop", "of delivery")
    passed = shell.run("test", CASE)
    emptied = shell.run("pins", CASE, "--drop", "Return window")

    assert listed.stdout.splitlines() == [
        f"faq.llmtest:1  {RETURN}",
        "  2 pins: `return window`, 1 without a name",
        f"faq.llmtest:2  {NORWAY}",
        "  nothing is approved yet",
    ]
    assert "2 pins: `return window`" in aliased.stdout
    assert "1 pin: `return window`" in dropped.stdout
    assert passed.stdout.startswith("1 passed")
    assert "no pins" in emptied.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--drop", "price", "has no pin `price`"),
        ("--alias", "price := $5", "has no pin `price`"),
        ("--alias", "thirty days := 30 days", "names are stored while answers never are"),
        ("--alias", "return window :=", "pins nothing"),
    ],
)
def test_a_pin_that_is_not_there_is_said(shell: Shell, option: str, value: str, said: str) -> None:
    """
    And nothing is changed.
    """
    shell.run("approve", CASE, "--pin", "return window := 30 days")

    refused = shell.run("pins", CASE, option, value)

    assert refused.returncode == 2
    assert said in refused.stderr
    assert "1 pin: `return window`" in shell.run("pins", CASE).stdout


def test_dropped_pins_are_said_when_another_answer_is_approved(shell: Shell) -> None:
    """
    With how many there were, and by name where they have one; their words are known to nobody.
    """
    shell.run("approve", CASE, "--pin", "return window := 30 days", "--pin", "of delivery")
    shell.answers({RETURN: "You may return it within 14 days of delivery.", NORWAY: YES})

    done = shell.run("approve", "--changed", CASE)

    assert done.returncode == 0
    assert f"{RETURN}: 1 of 2 pins is dropped (`return window`), since" in done.stdout
    assert shell.run("test", CASE).stdout.startswith("1 passed")


def test_examples_are_listed_and_dropped_by_number(shell: Shell) -> None:
    """
    What is dropped no longer passes; the last one dropped makes the case new.
    """
    shell.run("approve")
    shell.answers({RETURN: "There is no way to return it.", NORWAY: YES})
    shell.run("approve", "--changed", "--as-example")

    both = shell.run("examples")
    wrong = shell.run("examples", CASE, "--drop", "3")
    many = shell.run("examples", "--drop", "1")
    dropped = shell.run("examples", CASE, "--drop", "2")
    changed = shell.run("test", "--strict", CASE)
    emptied = shell.run("examples", CASE, "--drop", "1")

    lines = both.stdout.splitlines()
    assert lines[0] == f"faq.llmtest:1  {RETURN}"
    assert lines[1].startswith("  1  approved 2") and lines[2].startswith("  2  approved 2")
    assert wrong.returncode == many.returncode == 2
    assert "its examples are numbered 1 to 2" in wrong.stderr
    assert "--drop needs exactly one case, and 2 are selected" in many.stderr
    assert dropped.stdout == f"dropped 1 example of {RETURN}; 1 left\n"
    assert changed.returncode == 1
    assert "the case is new again" in emptied.stdout
    assert "1 new" in shell.run("test", CASE).stdout


def test_samples_are_counted_in_one_row(shell: Shell) -> None:
    """
    `@pass-rate` decides; the reports give pass@k and pass^k.
    """
    shell.write(
        {
            "bot.py": (
                "import itertools\nturn = itertools.count()\n\n\ndef ask(question):\n"
                "    return 'It is 30 days.' if next(turn) % 3 else 'It is 14 days.'\n"
            ),
            "faq.llmtest": '=== limit\n@samples 3\n@pass-rate 2/3\n@expect contains "days"\n\nHow long?\n',
        }
    )
    shell.write({"settled.py": "def ask(question):\n    return 'It is 30 days.'\n"})
    shell.write({"llmentary.toml": 'callable = "settled:ask"\n'})
    shell.run("approve")
    shell.write({"llmentary.toml": 'callable = "bot:ask"\n'})

    done = shell.run("test", "-v", "--report", "json=out.json")
    strict = shell.run("test", "--samples", "2", "faq.llmtest::limit")
    report = json.loads((shell.root / "out.json").read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stdout
    assert "2 of 3 passed" in done.stdout
    assert "samples: 2 of 3 passed; pass@3 1.00, pass^3 0.00" in done.stdout
    (case,) = report["cases"]
    assert case["verdict"] == "passed"
    assert case["sampling"]["judged"] == 3 and case["sampling"]["passed"] == 2
    assert case["sampling"]["pass_at_k"] == {"1": 0.6667, "2": 1.0, "3": 1.0}
    assert case["sampling"]["pass_hat_k"] == {"1": 0.6667, "2": 0.3333, "3": 0.0}
    assert len(case["samples"]) == 3
    assert report["sampling"]["cases"] == 1
    assert "of 2 passed" in strict.stdout


def test_a_case_asked_once_has_no_sampling(shell: Shell) -> None:
    """
    The field is there and null.
    """
    shell.run("test", "--report", "json=out.json")
    report = json.loads((shell.root / "out.json").read_text(encoding="utf-8"))

    assert report["sampling"] is None
    assert [case["sampling"] for case in report["cases"]] == [None, None]
