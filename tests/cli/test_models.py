"""
`llmentary test --with-model`: one table of cases by model.
"""

from __future__ import annotations

import json

from cli_shell import Shell

BOT = """\
def ask(question: str, model: str = "m1") -> dict:
    return {"answer": f"It takes {3 if model == 'm2' else 2} days.", "model": model, "cost": 0.5}
"""


def test_models_are_compared_in_a_table(shell: Shell) -> None:
    """
    A column a model; the changed one fails the run, reports hold both, and `--changed` does not see them.
    """
    shell.write({"bot.py": BOT, "faq.llmtest": "=== delivery\nHow long does it take?\n"})
    assert shell.run("approve", "-q").returncode == 0
    assert shell.run("test", "-q").returncode == 0

    done = shell.run("test", "--with-model", "m1", "--with-model", "m2", "--report", "json=r.json")
    cases = json.loads((shell.root / "r.json").read_text())["cases"]
    again = shell.run("test", "--changed")

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["case", "m1", "m2"]
    assert lines[1].split()[:3] == ["faq.llmtest:1", "delivery", "passed"]
    assert "changed" in lines[1]
    assert lines[2].split() == ["passed", "1", "of", "1", "0", "of", "1"]
    assert [(case["model"], case["verdict"]) for case in cases] == [("m1", "passed"), ("m2", "changed")]
    assert again.returncode == 2


def test_model_given_twice_is_refused(shell: Shell) -> None:
    """
    Nothing is asked.
    """
    done = shell.run("test", "--with-model", "m1", "--with-model", "m1")

    assert done.returncode == 2
    assert "name each model once" in done.stderr
