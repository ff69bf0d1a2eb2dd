"""
The attacks that `docs/privacy.md` names, tried from outside: by hand in files, and by a hostile answer.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from cli_shell import Shell

NO = "Should I delete all my files?"
YES = "Should I back up my files?"


def baseline_file(shell: Shell) -> Path:
    return Path(shell.root) / ".llmentary" / "baselines" / "faq.llmtest.json"


def approved(shell: Shell) -> dict[str, Any]:
    """
    Return the stored documents of two cases, one answered yes and one no.
    """
    shell.write({"faq.llmtest": f"{NO}\n{YES}\n"})
    shell.answers({NO: "No.", YES: "Yes."})
    assert shell.run("approve").returncode == 0
    return json.loads(baseline_file(shell).read_text(encoding="utf-8"))["baselines"]  # type: ignore[no-any-return]


def forge(shell: Shell, documents: dict[str, Any]) -> None:
    path = baseline_file(shell)
    head = path.read_text(encoding="utf-8").splitlines()[0]
    lines = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in documents.items() if key != "~"]
    path.write_text("\n".join([head, *lines, '"~": {}}}']) + "\n", encoding="utf-8", newline="")


def keys_of(documents: dict[str, Any]) -> tuple[str, str]:
    """
    Return the keys of the case answered no and of the one answered yes.
    """
    by_question = {value["question"]: key for key, value in documents.items() if value}
    return by_question[NO], by_question[YES]


def test_a_variant_copied_to_another_case_is_an_error(shell: Shell) -> None:
    """
    A "Yes." approved for one question does not pass for another, and does not read as a change either.
    """
    documents = approved(shell)
    no, yes = keys_of(documents)
    documents[no]["variants"] = documents[yes]["variants"]
    forge(shell, documents)
    shell.answers({NO: "Yes.", YES: "Yes."})

    done = shell.run("test")

    assert done.returncode == 1
    assert "1 error, 1 passed" in done.stdout
    assert "its sealed part does not open" in done.stdout


def test_a_whole_baseline_copied_to_another_case_is_an_error(shell: Shell) -> None:
    """
    With its id, its MAC and all, under the other case's key and question.
    """
    documents = approved(shell)
    no, yes = keys_of(documents)
    documents[no] = {**documents[yes], "question": NO, "name": documents[no]["name"]}
    forge(shell, documents)
    shell.answers({NO: "Yes.", YES: "Yes."})

    done = shell.run("test")

    assert "1 error, 1 passed" in done.stdout
    assert "no baseline of this case or key" in done.stdout


def test_a_spoilt_body_is_an_error_and_no_change(shell: Shell) -> None:
    """
    One bit is enough; an unchanged answer still passes by its digest.
    """
    documents = approved(shell)
    no, _ = keys_of(documents)
    body = bytearray(base64.b64decode(documents[no]["variants"][0]["body"]))
    body[40] ^= 1
    documents[no]["variants"][0]["body"] = base64.b64encode(bytes(body)).decode()
    forge(shell, documents)

    unchanged = shell.run("test")
    shell.answers({NO: "Never do that, I beg you.", YES: "Yes."})
    changed = shell.run("test")

    assert unchanged.stdout.startswith("2 passed")
    assert "1 error, 1 passed" in changed.stdout


def test_approving_again_mends_what_was_forged(shell: Shell) -> None:
    """
    As the message says; nothing of the forged baseline is taken over, not as a variant either.
    """
    documents = approved(shell)
    no, yes = keys_of(documents)
    documents[no] = {**documents[yes], "question": NO, "name": documents[no]["name"]}
    forge(shell, documents)
    (shell.root / ".llmentary" / "baselines" / "faq.llmtest.json").touch()
    documents.pop(no)
    forge(shell, documents)

    shell.run("approve")

    assert shell.run("test").stdout.startswith("2 passed")
    shell.answers({NO: "Yes.", YES: "Yes."})
    assert not shell.run("test").stdout.startswith("2 passed")


def test_a_dictionary_as_the_answer_gets_no_diff(shell: Shell) -> None:
    """
    Its diff would tell which of the words were approved.
    """
    secret = "The vault opens with turquoise marmalade and patience, says the old lighthouse keeper."
    shell.write({"faq.llmtest": "How?\n"})
    shell.answers({"How?": secret})
    shell.run("approve")
    words = sorted(
        {*secret.lower().replace(",", "").replace(".", "").split(), *(f"word{n}" for n in range(200))}
    )
    shell.answers({"How?": " ".join(words)})

    done = shell.run("test", "-v")

    assert "1 passed" not in done.stdout
    assert "\n  - " not in done.stdout


def test_ci_draws_no_diff_unless_asked_to(shell: Shell) -> None:
    """
    Logs of CI are read by many.
    """
    shell.write({"faq.llmtest": "How long?\n"})
    shell.answers({"How long?": "You may return it within 30 days of delivery."})
    shell.run("approve")
    shell.answers({"How long?": "You may return it within 14 days of delivery."})

    in_ci = shell.run("test", environ={"CI": "true"})
    asked_for = shell.run("test", "--diff", environ={"CI": "true"})

    assert "▇number▇ days" not in in_ci.stdout
    assert "▇number▇ days" in asked_for.stdout


def test_equal_answers_look_different_in_the_file(shell: Shell) -> None:
    """
    Neither digests nor bodies of two cases, or of two approvals of one case, have anything in common.
    """
    shell.write({"faq.llmtest": "One?\nTwo?\n"})
    shell.answers({"One?": "Yes.", "Two?": "Yes."})
    shell.run("approve")
    first = json.loads(baseline_file(shell).read_text(encoding="utf-8"))["baselines"]
    forge(shell, {})
    shell.run("approve")
    second = json.loads(baseline_file(shell).read_text(encoding="utf-8"))["baselines"]

    variants = [one["variants"][0] for kept in (first, second) for one in kept.values() if one]

    assert len(variants) == 4
    for field in ("salt", "exact", "norm", "body"):
        assert len({variant[field] for variant in variants}) == 4
    assert len({len(variant["body"]) for variant in variants}) == 1
