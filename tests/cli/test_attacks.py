"""
The attacks that `docs/privacy.md` names, tried from outside: by hand in files, and by a hostile answer.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from cli_shell import Shell

ALTERED = "the baseline was altered, or belongs to another case or key"
NO = "Should I delete all my files?"
YES = "Should I back up my files?"


def baseline_files(shell: Shell) -> list[Path]:
    return sorted((shell.root / ".llmentary" / "baselines" / "faq.llmtest").iterdir())


def stored(shell: Shell) -> dict[str, Any]:
    """
    Return the stored documents by case key.
    """
    documents: dict[str, Any] = {}
    for path in baseline_files(shell):
        documents |= json.loads(path.read_text(encoding="utf-8"))["baselines"]
    documents.pop("~", None)
    return documents


def approved(shell: Shell) -> dict[str, Any]:
    """
    Return the stored documents of two cases, one answered yes and one no.
    """
    shell.write({"faq.llmtest": f"{NO}\n{YES}\n"})
    shell.answers({NO: "No.", YES: "Yes."})
    assert shell.run("approve").returncode == 0
    return stored(shell)


def forge(shell: Shell, documents: dict[str, Any]) -> None:
    """
    Write documents in the place of those in the files; a file whose case is not among them goes.
    """
    for path in baseline_files(shell):
        content = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: documents[key] for key in content["baselines"] if key in documents}
        if not kept:
            path.unlink()
            continue
        content["baselines"] = {**kept, "~": {}}
        path.write_text(json.dumps(content) + "\n", encoding="utf-8", newline="")


def keys_of(documents: dict[str, Any]) -> tuple[str, str]:
    """
    Return the keys of the case answered no and of the one answered yes.
    """
    by_question = {value["question"]: key for key, value in documents.items() if value}
    return by_question[NO], by_question[YES]


def test_examples_copied_to_another_case_are_an_error(shell: Shell) -> None:
    """
    A "Yes." approved for one question does not pass for another, and does not read as a change either.
    """
    documents = approved(shell)
    no, yes = keys_of(documents)
    documents[no]["examples"], documents[no]["sealed"] = documents[yes]["examples"], documents[yes]["sealed"]
    forge(shell, documents)
    shell.answers({NO: "Yes.", YES: "Yes."})

    done = shell.run("test")

    assert done.returncode == 1
    assert "1 error, 1 passed" in done.stdout
    assert ALTERED in done.stdout


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
    assert ALTERED in done.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"suite": "other.llmtest"},
        {"tags": ["other"]},
        {"mask": "0123456789abcdef"},
        {"examples": []},
        {"sealed": None},
        {"added": 1},
    ],
)
def test_whatever_is_altered_is_an_error_and_never_new(shell: Shell, change: dict[str, Any]) -> None:
    """
    The MAC covers the whole document, fields that were added included.
    """
    documents = approved(shell)
    no, _ = keys_of(documents)
    documents[no] = {**documents[no], **change}
    forge(shell, documents)

    done = shell.run("test")

    assert done.returncode == 1
    assert "1 error, 1 passed" in done.stdout


def test_a_spoiled_seal_is_an_error_even_where_the_answer_is_unchanged(shell: Shell) -> None:
    """
    One bit is enough.
    """
    documents = approved(shell)
    no, _ = keys_of(documents)
    sealed = bytearray(base64.b64decode(documents[no]["sealed"]))
    sealed[40] ^= 1
    documents[no]["sealed"] = base64.b64encode(bytes(sealed)).decode()
    forge(shell, documents)

    assert "1 error, 1 passed" in shell.run("test").stdout


def test_approving_again_replaces_what_was_forged(shell: Shell) -> None:
    """
    Once the forged file is gone; nothing of it is taken over.
    """
    documents = approved(shell)
    no, yes = keys_of(documents)
    documents[no] = {**documents[yes], "question": NO, "name": documents[no]["name"]}
    forge(shell, documents)
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
    first = stored(shell)
    forge(shell, {})
    shell.run("approve")
    second = stored(shell)

    baselines = [one for kept in (first, second) for one in kept.values()]

    assert len(baselines) == 4
    for values in (
        [one["id"] for one in baselines],
        [one["sealed"] for one in baselines],
        [one["examples"][0]["exact"] for one in baselines],
        [one["examples"][0]["norm"] for one in baselines],
    ):
        assert len(set(values)) == 4
    assert len({len(one["sealed"]) for one in baselines}) == 1


NAMED = """\
=== one

Question one?

=== two

Question two?

=== table
@params
| city |
| Oslo |
| Bergen |
| Paris |

Do you ship to {{city}}?
"""


def copy_over(folder: Path) -> None:
    one, two = (next(folder.glob(f"{name}.*")) for name in ("one", "two"))
    one.write_bytes(two.read_bytes())


def swap_names(folder: Path) -> None:
    one, two = (next(folder.glob(f"{name}.*")) for name in ("one", "two"))
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


def rename_file(folder: Path) -> None:
    one = next(folder.glob("one.*"))
    one.rename(one.with_name("anything.json"))


def edit(name: str, old: str, new: str) -> Any:
    def change(folder: Path) -> None:
        path = next(folder.glob(f"{name}.*"))
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return change


def cut_off(lines: int) -> Any:
    def change(folder: Path) -> None:
        path = next(folder.glob("table.*"))
        kept = path.read_text(encoding="utf-8").split("\n")[:lines]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="")

    return change


@pytest.mark.parametrize(
    ("change", "name", "cases"),
    [
        (copy_over, "one", {"one"}),
        (swap_names, "one", {"one", "two"}),
        (rename_file, "anything", {"one"}),
        (edit("one", '"by": ', '"by": "Eve", "by": '), "one", {"one"}),
        (edit("one", '"~": {}', '"~": {"a": 1}'), "one", {"one"}),
        (edit("one", '{"format": 2, ', '{"format": 2, "more": 1, '), "one", {"one"}),
        (edit("one", '"baselines": {', '"baselines": {}, "baselines": {'), "one", {"one"}),
        (cut_off(16), "table", {"Oslo", "Bergen", "Paris"}),
        (cut_off(10), "table", {"Oslo", "Bergen", "Paris"}),
    ],
    ids=[
        "copied over another",
        "names swapped",
        "renamed",
        "a field twice",
        "something in the last line",
        "a field more",
        "the baselines twice",
        "cut off in the last row",
        "cut off in the first rows",
    ],
)
def test_files_that_llmentary_did_not_write_so_are_errors_that_name_them(
    shell: Shell, change: Any, name: str, cases: set[str]
) -> None:
    """
    Neither does a case pass, nor does it look as if nobody had approved it; approving leaves the file alone.
    """
    shell.write({"faq.llmtest": NAMED})
    questions = [f"Question {name}?" for name in ("one", "two")]
    questions += [f"Do you ship to {city}?" for city in ("Oslo", "Bergen", "Paris")]
    shell.answers(dict.fromkeys(questions, "It takes 30 days."))
    assert shell.run("approve").returncode == 0
    folder = shell.root / ".llmentary" / "baselines" / "faq.llmtest"
    change(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    done = shell.run("test", "--report", "json=r.json")
    shell.run("approve", "--all")

    report = json.loads((shell.root / "r.json").read_text(encoding="utf-8"))
    verdicts = {case["question"]: case["verdict"] for case in report["cases"]}
    assert done.returncode == 1
    assert f"{name}." in done.stdout
    errors = " ".join(question for question, verdict in verdicts.items() if verdict == "error")
    assert cases == {case for case in ("one", "two", "Oslo", "Bergen", "Paris") if f"{case}?" in errors}
    assert "new" not in verdicts.values()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
