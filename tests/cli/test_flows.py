"""
The command line as a developer uses it: real processes, a real worker, real files.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli_shell import Shell

pytestmark = pytest.mark.slow

RETURN = "How long may I return it?"
NORWAY = "Do you ship to Norway?"


def test_approve_then_test_passes_then_a_changed_fact_fails(shell: Shell) -> None:
    """
    The main path: new, approved, passed, changed with place, reason and redacted diff.
    """
    days = "4096731"  # in no date, duration or path
    shell.answers(
        {
            RETURN: f"You may return it within {days} days of delivery.",
            NORWAY: "Yes, we ship to Norway within a week.",
        }
    )
    new = shell.run("test")
    approved = shell.run("approve")
    passed = shell.run("test")
    shell.answers(
        {
            RETURN: "You may return it within 14 days of delivery.",
            NORWAY: "Yes, we ship to Norway within a week.",
        }
    )
    changed = shell.run("test")

    assert (new.returncode, approved.returncode, passed.returncode, changed.returncode) == (0, 0, 0, 1)
    assert "2 new in" in new.stdout
    assert "llmentary approve" in new.stdout
    assert "approved  faq.llmtest:1  How long may I return it?" in approved.stdout
    assert "approved 2 new in 1 suite" in approved.stdout
    assert passed.stdout.startswith("2 passed in")
    assert "changed  faq.llmtest:1\n" in changed.stdout
    assert "a number differs" in changed.stdout
    assert "- You may return it within ▇number▇" in changed.stdout
    assert "+ You may return it within 14 days of delivery." in changed.stdout
    assert "1 changed, 1 passed in" in changed.stdout
    assert days not in changed.stdout


def test_test_writes_nothing(shell: Shell) -> None:
    """
    Neither a baseline, a key nor a folder comes of `test`.
    """
    before = sorted(shell.root.rglob("*"))

    shell.run("test")

    assert sorted(shell.root.rglob("*")) == before


def test_strict_makes_new_fail(shell: Shell) -> None:
    """
    Where CI is set, by the option, and not where it is taken back.
    """
    assert shell.run("test").returncode == 0
    assert shell.run("test", "--strict").returncode == 1
    assert shell.run("test", environ={"CI": "true"}).returncode == 1
    assert shell.run("test", environ={"CI": "0"}).returncode == 0
    assert shell.run("test", "--no-strict", environ={"CI": "true"}).returncode == 0


def test_json_report_goes_to_file_or_stdout(shell: Shell) -> None:
    """
    With `-` stdout holds JSON alone and people read stderr.
    """
    to_file = shell.run("test", "--report", "json=out.json")
    to_stdout = shell.run("test", "--report", "json=-")

    assert "2 new in" in to_file.stdout
    assert json.loads((shell.root / "out.json").read_text(encoding="utf-8"))["summary"]["new"] == 2
    assert json.loads(to_stdout.stdout)["summary"]["new"] == 2
    assert "2 new in" in to_stdout.stderr


def test_an_unwritable_report_stops_before_anything_is_asked(shell: Shell) -> None:
    """
    Exit code 2, and the bot was not called.
    """
    shell.write(
        {"bot.py": "from pathlib import Path\nPath('asked').touch()\ndef ask(question): return 'x'\n"}
    )

    done = shell.run("test", "--report", "json=missing/out.json")

    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert not (shell.root / "asked").exists()


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["faq.llmtest"], 2),
        (["faq.llmtest:2"], 1),
        (["-k", "ship to norway"], 1),
        (["-k", "not norway and return"], 1),
        (["-t", "policy", "more"], 1),
        (["-t", "not:policy", "more"], 2),
        (["more/rows.llmtest::capital[France, Paris]"], 1),
        (["more/rows.llmtest::capital"], 2),
    ],
)
def test_cases_are_chosen_by_path_name_row_line_words_and_tags(
    shell: Shell, arguments: list[str], count: int
) -> None:
    """
    Each way of choosing asks so many cases and no others.
    """
    shell.write(
        {
            "more/rows.llmtest": (
                "=== capital\n@params\n| country | city |\n| France | Paris |\n| Norway | Oslo |\n\n"
                "What is the capital of {{country}}?\n\n=== refund #policy\n\nRefund?\n"
            ),
        }
    )

    done = shell.run("test", "--report", "json=-", *arguments)

    assert len(json.loads(done.stdout)["cases"]) == count


def test_paths_are_shown_from_where_the_user_stands(shell: Shell) -> None:
    """
    A terminal can open `../faq.llmtest:1`.
    """
    (shell.root / "sub").mkdir()

    done = shell.run("test", cwd=shell.root / "sub")

    assert f"new  {Path('..') / 'faq.llmtest'}:1\n" in done.stdout


def test_approve_takes_only_the_classes_asked_for(shell: Shell) -> None:
    """
    A changed answer is not approved by the way; what was left is said.
    """
    shell.run("approve")
    shell.answers(
        {
            RETURN: "You may return it within 14 days of delivery.",
            NORWAY: "Yes, we ship to Norway within a week.",
        }
    )

    by_default = shell.run("approve")
    by_word = shell.run("approve", "--changed")

    assert "nothing to approve: 1 passed, 1 changed" in by_default.stdout
    assert "1 changed or unsure not approved: llmentary approve --changed" in by_default.stdout
    assert "approved 1 changed in 1 suite" in by_word.stdout
    assert shell.run("test").stdout.startswith("2 passed")


def test_an_example_stands_beside_what_is_approved(shell: Shell) -> None:
    """
    With `--as-example` both answers pass from then on.
    """
    norway = {NORWAY: "Yes, we ship to Norway within a week."}
    shell.run("approve")
    shell.answers({RETURN: "You may return it within 14 days of delivery.", **norway})
    shell.run("approve", "--changed", "--as-example")
    assert shell.run("test").returncode == 0

    shell.answers({RETURN: "You may return it within 30 days of delivery.", **norway})

    assert shell.run("test").stdout.startswith("2 passed")
    assert "2 examples" in shell.run("list").stdout


def test_what_gave_no_answer_cannot_be_approved(shell: Shell) -> None:
    """
    The rest is approved, the error is shown with the developer's line, and the exit code is 1.
    """
    shell.answers({RETURN: "You may return it within 30 days."})

    done = shell.run("approve")

    assert done.returncode == 1
    assert "error  faq.llmtest:2" in done.stdout
    assert "bot.py:7 in ask: return known[question]" in done.stdout
    assert "KeyError" in done.stdout
    assert "approved 1 new in 1 suite" in done.stdout
    assert "1 could not be asked or judged" in done.stdout


def test_a_failed_expectation_is_1_and_names_it(shell: Shell) -> None:
    """
    What the author demanded is quoted.
    """
    shell.write({"faq.llmtest": f'=== window\n@expect contains "60 days"\n\n{RETURN}\n'})

    done = shell.run("test")

    assert done.returncode == 1
    assert "failed  faq.llmtest:1  window" in done.stdout
    assert 'contains "60 days"' in done.stdout


def test_list_shows_states_tags_and_problems(shell: Shell) -> None:
    """
    No key and no callable are needed for it.
    """
    shell.run("approve")
    shell.write({"faq.llmtest": f"{RETURN}\nDo you ship to Sweden?\n\n=== empty #policy\n"})
    (shell.root / ".llmentary" / "key").unlink()

    done = shell.run("list")
    as_json = json.loads(shell.run("list", "--json").stdout)

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert any(RETURN in line and "approved 20" in line for line in lines)
    assert any("Sweden" in line and line.endswith("new") for line in lines)
    assert any("problem:" in line for line in lines)
    assert lines[-1] == "2 cases, 1 with a baseline"
    assert [len(case["examples"]) for case in as_json["cases"]] == [1, 0]


# --- what can be wrong ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["test", "faq.lmtest"], "did you mean `faq.llmtest`?"),
        (["test", "faq.llmtest::nothing"], "no case `nothing`"),
        (["test", "-k", "zzz"], "none of 2 cases is selected"),
        (["test", "-k", "(a"], "a `)` is missing"),
        (["approve", "nowhere"], "no such file or folder"),
        (["list", "bot.py"], "is not a suite"),
        (["train"], "needs a terminal"),
        (["key", "show"], "on a terminal only"),
        (["key", "rotate"], "no keyring"),
    ],
)
def test_nothing_to_run_is_2_with_a_fix(shell: Shell, arguments: list[str], said: str) -> None:
    """
    One line on stderr that names the thing and the next step.
    """
    done = shell.run(*arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("llmentary: ")
    assert done.stdout == ""


def test_a_folder_without_suites_points_to_init(shell: Shell) -> None:
    """
    An empty project is told how to begin.
    """
    (shell.root / "faq.llmtest").unlink()

    done = shell.run("test")

    assert done.returncode == 2
    assert "`llmentary init` writes a first one" in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("calable = 'bot:ask'\n", "calable"),
        ("timeout = 'soon'\n", "timeout"),
        ("[broken\n", "TOML"),
    ],
)
def test_wrong_settings_are_2_and_name_file_and_key(shell: Shell, settings: str, said: str) -> None:
    """
    Nothing is asked with settings that are not what was meant.
    """
    shell.write({"llmentary.toml": settings})

    done = shell.run("test")

    assert said in done.stdout + done.stderr
    assert "llmentary.toml" in done.stdout + done.stderr
    assert done.returncode != 0


def test_a_missing_key_is_2_and_says_where_to_get_it(shell: Shell) -> None:
    """
    It never reads as `all answers changed`.
    """
    shell.run("approve")
    (shell.root / ".llmentary" / "key").unlink()

    done = shell.run("test", environ={"LLMENTARY_HOME": str(shell.home / "other")})

    assert done.returncode == 2
    assert "LLMENTARY_KEY" in done.stderr
    assert "changed" not in done.stdout


def test_a_wrong_key_is_2_and_said_as_such(shell: Shell) -> None:
    """
    `test` refuses, `key check` explains.
    """
    shell.run("approve")
    wrong = {"LLMENTARY_KEY": "A" * 43 + "="}

    tested, checked = shell.run("test", environ=wrong), shell.run("key", "check", environ=wrong)

    assert (tested.returncode, checked.returncode) == (2, 2)
    assert "opens with key" in tested.stderr
    assert "opens     0 of 1 roots" in checked.stdout


def test_key_check_says_where_it_is_and_rotation_keeps_approvals(shell: Shell) -> None:
    """
    After `key rotate` everything approved still passes.
    """
    assert "the first approval makes one" in shell.run("key", "check").stdout
    shell.run("approve")

    checked = shell.run("key", "check")
    rotated = shell.run("key", "rotate")

    assert checked.returncode == 0
    assert f"found     {shell.root / '.llmentary' / 'key'}" in checked.stdout
    assert "opens     1 of 1 roots" in checked.stdout
    assert rotated.returncode == 0
    assert shell.run("test").stdout.startswith("2 passed")


def test_trust_is_given_and_taken_back(shell: Shell) -> None:
    """
    The list lies in the user's folder, not in the project.
    """
    assert f"trusted: {shell.root}" in shell.run("trust").stdout
    assert str(shell.root) in (shell.home / "llmentary" / "trusted.json").read_text(encoding="utf-8")
    assert "no longer trusted" in shell.run("trust", "--revoke").stdout
    assert str(shell.root) not in (shell.home / "llmentary" / "trusted.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"{", b"<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n"])
def test_a_damaged_baseline_file_is_an_error_not_a_change(shell: Shell, content: bytes) -> None:
    """
    Its case is in error, the others pass; the file stays untouched and is named.
    """
    shell.run("approve")
    path = sorted((shell.root / ".llmentary" / "baselines").rglob("*.json"))[0]
    path.write_bytes(content)

    done = shell.run("test")

    assert done.returncode in (1, 2)
    assert path.name in done.stdout + done.stderr
    assert "changed  " not in done.stdout
    assert path.read_bytes() == content


def test_a_suite_with_an_error_fails_the_run(shell: Shell) -> None:
    """
    A block that asks nothing would otherwise go unnoticed.
    """
    shell.write({"faq.llmtest": f"{RETURN}\n\n=== empty\n"})

    done = shell.run("test")

    assert done.returncode == 1
    assert "problem  faq.llmtest:3" in done.stdout
    assert "fix the problems above" in done.stdout


def test_no_word_of_an_answer_is_written_anywhere(shell: Shell) -> None:
    """
    After approval, reports, failures and lists, no file below project, home and temporary folder holds one.
    """
    words = ("xylophone", "quagmire", "zeppelin", "marmalade")
    shell.write(
        {
            "bot.py": (
                "def ask(question):\n"
                "    print('marm' + 'alade')\n"
                "    if 'Norway' in question:\n"
                "        raise ValueError('zepp' + 'elin')\n"
                "    from pathlib import Path\n"
                "    number = Path('number.txt').read_text()\n"
                "    return 'A xylo' + 'phone in a quag' + 'mire for ' + number + ' days.'\n"
            ),
            "number.txt": "30",
        }
    )
    shell.run("approve")
    shell.write({"number.txt": "14"})
    shell.run("test", "--report", "json=out.json")
    shell.run("approve", "--all", "-v")
    shell.run("list")

    written = [
        path
        for folder in (shell.root, shell.home, shell.temporary)
        for path in folder.rglob("*")
        if path.is_file()
    ]

    assert any(path.name == "out.json" for path in written)
    assert any("baselines" in path.parts for path in written)
    for path in written:
        content = path.read_bytes().lower()
        assert not [word for word in words if word.encode() in content], path


def test_a_suite_outside_the_project_is_asked_but_not_approved(shell: Shell) -> None:
    """
    There is no place to keep its baselines; the message says what to do.
    """
    outside = shell.temporary / "loose.llmtest"
    outside.write_text(f"{RETURN}\n", encoding="utf-8")

    tested, approved = shell.run("test", str(outside)), shell.run("approve", str(outside))

    assert "1 new in" in tested.stdout
    assert approved.returncode == 2
    assert "lies outside the project" in approved.stderr


def test_the_timeout_option_is_stronger_than_a_suite(shell: Shell) -> None:
    """
    What is typed now wins over what was written down.
    """
    shell.write(
        {
            "bot.py": "import time\ndef ask(question):\n    time.sleep(60)\n",
            "faq.llmtest": f"@timeout 50s\n{RETURN}\n",
        }
    )

    done = shell.run("test", "--timeout", "300ms")

    assert done.returncode == 1
    assert "gave no answer within 0.3 s" in done.stdout


def test_a_callable_that_cannot_be_imported_is_told_once(shell: Shell) -> None:
    """
    One message with the developer's line for all cases that it hits.
    """
    shell.write({"bot.py": "import nothing_of_that_name\n"})

    done = shell.run("test")

    assert done.returncode == 1
    assert done.stdout.count("nothing_of_that_name") == 2  # the developer's line, and the message
    assert "bot.py:1 in <module>" in done.stdout
    assert "the same for 1 more: faq.llmtest:2" in done.stdout


# --- interruption ---


def test_a_closed_pipe_does_not_change_the_verdict(shell: Shell) -> None:
    """
    `llmentary test | head -0` still ends with the run's exit code and without a traceback.
    """
    process = subprocess.Popen(
        shell.command("test", "--strict"),
        cwd=shell.root,
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(timeout=60) == 1
    assert err == ""
