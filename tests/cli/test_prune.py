"""
`llmentary prune`: renamed cases keep their baselines, forgotten ones go, and slips cost nothing.
"""

from __future__ import annotations

from cli_shell import Shell

QUESTIONS = "How long may I return it?\nDo you ship to Norway?\n"


def test_renamed_suite_keeps_its_baselines(shell: Shell) -> None:
    """
    After a rename outside the editor, `prune` moves what was approved.
    """
    assert shell.run("approve", "-q").returncode == 0
    (shell.root / "faq.llmtest").rename(shell.root / "new name.llmtest")

    hint = shell.run("test")
    asked = shell.run("prune")
    done = shell.run("prune", "--yes")

    assert "2 had another name before" in hint.stdout
    assert asked.returncode == 0
    assert "nothing was changed" in asked.stdout
    assert "kept 2 for renamed cases, removed 0" in done.stdout
    assert "2 passed" in shell.run("test").stdout
    assert "every baseline belongs to a case" in shell.run("prune").stdout


def test_case_that_was_given_a_name_keeps_its_baseline(shell: Shell) -> None:
    """
    The question is the same, though the case is known by another key now; what is asked no more goes.
    """
    assert shell.run("approve", "-q").returncode == 0
    shell.write({"faq.llmtest": "=== returns\nHow long may I return it?\n"})

    done = shell.run("prune", "--yes")

    assert "kept 1 for renamed cases, removed 1" in done.stdout
    assert "1 passed" in shell.run("test").stdout


def test_ambiguous_match_is_not_adopted(shell: Shell) -> None:
    """
    Two cases with the question: nobody can say which of them it was.
    """
    assert shell.run("approve", "-q").returncode == 0
    shell.write({"faq.llmtest": "=== one\nHow long may I return it?\n\n=== two\nHow long may I return it?\n"})

    done = shell.run("prune")

    assert "keeps the baseline" not in done.stdout
    assert "no case asks for  faq.llmtest  How long may I return it?" in done.stdout


def test_suite_with_a_problem_is_left_alone(shell: Shell) -> None:
    """
    A slip that hides a case must not cost its baseline.
    """
    assert shell.run("approve", "-q").returncode == 0
    shell.write({"faq.llmtest": "@nonsense\n" + QUESTIONS.replace("Norway", "Sweden")})

    done = shell.run("prune", "--yes")

    assert "left alone: faq.llmtest has problems" in done.stdout
    assert "every other baseline belongs to a case" in done.stdout


def test_suite_saved_in_another_encoding_is_left_alone(shell: Shell) -> None:
    """
    Its questions read differently now, and are the same once it is saved as UTF-8 again.
    """
    shell.answers({"How long may I return it, Zo\u00eb?": "Thirty days."})
    shell.write({"faq.llmtest": "How long may I return it, Zo\u00eb?\n"})
    assert shell.run("approve", "-q").returncode == 0
    (shell.root / "faq.llmtest").write_bytes("How long may I return it, Zo\u00eb?\n".encode("latin-1"))

    done = shell.run("prune", "--yes")

    assert "left alone: faq.llmtest has problems" in done.stdout
    shell.write({"faq.llmtest": "How long may I return it, Zo\u00eb?\n"})
    assert "1 passed" in shell.run("test").stdout


def test_rows_are_told_apart(shell: Shell) -> None:
    """
    All rows of a table share its name.
    """
    table = "=== t\n@params\n| x |\n| 1 |\n| 2 |\n\nHow long may I return it?\n"
    shell.write({"faq.llmtest": table})
    assert shell.run("approve", "-q").returncode == 0
    shell.write({"faq.llmtest": table.replace("| 2 |\n", "")})

    done = shell.run("prune")

    assert "no case asks for  faq.llmtest  t[2]" in done.stdout
