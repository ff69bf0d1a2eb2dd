"""
Suites run as tests: ids, selection, verdicts, approval, workers, and what reaches files.
"""

from __future__ import annotations

from xml.etree import ElementTree

from pytest_session import Session

CHANGED = "You may return it within 4096731 days of delivery, unused."


def test_cases_are_items_with_ids_and_marks(session: Session) -> None:
    """
    Names, rows and tags become ids and marks; strict markers do not object.
    """
    everything = session.run("--collect-only", "-q")
    tagged = session.run("--collect-only", "-q", "-m", "needs-review or geo", "-k", "norway")

    assert everything.stdout.split("\n")[:4] == [
        "faq.llmtest::How long may I return it?",
        "faq.llmtest::norway",
        "faq.llmtest::capital[France]",
        "faq.llmtest::capital[Norway]",
    ]
    assert tagged.stdout.split("\n")[:2] == ["faq.llmtest::norway", "faq.llmtest::capital[Norway]"]
    assert session.asked() == []


def test_new_answers_are_skipped_until_approved(session: Session) -> None:
    """
    A case without a baseline tests nothing yet, and says so; under strict it fails.
    """
    first = session.run("-rs")
    strict = session.run("-q", "--llm-strict")
    in_ci = session.run("-q", CI="true")

    assert (first.returncode, session.counts(first)) == (0, {"skipped": 4})
    assert "faq.llmtest:3" in first.stdout
    assert "pytest --llm-approve" in first.stdout
    assert (strict.returncode, session.counts(strict)) == (1, {"failed": 4})
    assert (in_ci.returncode, session.counts(in_ci)) == (1, {"failed": 4})


def test_approved_answers_pass_and_are_asked_once(approved: Session) -> None:
    """
    Each case is asked once in a session, whether ahead or not.
    """
    done = approved.run("-q")

    assert (done.returncode, approved.counts(done)) == (0, {"passed": 4}), done.stdout
    assert len(approved.asked()) == 4


def test_a_changed_answer_fails_with_reason_and_redacted_diff(approved: Session) -> None:
    """
    The terminal shows what differs, with the approved text as blocks.
    """
    approved.answers(long=CHANGED)

    done = approved.run("--llm-answers=terminal", "faq.llmtest::How long may I return it?")

    assert done.returncode == 1
    assert "changed: a number differs: approved ▇number▇, now `4096731`" in done.stdout
    assert "- You may return it within ▇number▇ days of delivery, unused." in done.stdout
    assert f"+ {CHANGED}" in done.stdout
    assert "pytest --llm-approve 'faq.llmtest::How long may I return it?'" in done.stdout
    assert "faq.llmtest:1: How long may I return it?: changed: a number differs" in done.stdout


def test_no_word_of_an_answer_reaches_a_file(approved: Session) -> None:
    """
    The JUnit file, the cache and every other file contain only reasons, with and without xdist.
    """
    approved.answers(long="You may return it within 77 zebras of delivery, unused.")

    for arguments in ([], ["-n", "2"]):
        done = approved.run("--junitxml=out.xml", *arguments)
        assert "zebras" in done.stdout
    (approved.root / "answers.json").unlink()

    found = [
        path.name for path in approved.root.rglob("*") if path.is_file() and b"zebra" in path.read_bytes()
    ]
    assert found == []
    (case,) = ElementTree.parse(approved.root / "out.xml").iterfind(".//testcase[failure]")
    properties = {item.get("name"): item.get("value") for item in case.iter("property")}
    assert properties["llmentary"] == "changed"


def test_answers_reach_files_when_asked_for(approved: Session) -> None:
    """
    And with `never` they are not shown at all.
    """
    approved.answers(long=CHANGED)

    approved.run("--junitxml=out.xml", "--llm-answers=everywhere")
    never = approved.run("--llm-answers=never")

    assert CHANGED in (approved.root / "out.xml").read_text(encoding="utf-8")
    assert "4096731" not in never.stdout


def test_a_unsure_answer_passes_and_is_told(approved: Session) -> None:
    """
    Without strict it is not a failure.
    """
    approved.answers(long="Returns are possible within 30 days of delivery, provided it is unused.")

    done = approved.run("-q")
    strict = approved.run("-q", "--llm-strict")

    assert (done.returncode, approved.counts(done)) == (0, {"passed": 4})
    assert "unsure: said in other words" in done.stdout
    assert (strict.returncode, approved.counts(strict)) == (1, {"failed": 1, "passed": 3})


def test_failures_alone_are_run_again(approved: Session) -> None:
    """
    `--lf` asks what failed and nothing else.
    """
    approved.answers(long=CHANGED)
    approved.run("-q")
    approved.asked()

    done = approved.run("-q", "--lf")

    assert approved.counts(done) == {"failed": 1}
    assert approved.asked() == ["How long may I return it?"]


def test_new_alone_can_be_approved(approved: Session) -> None:
    """
    `--llm-approve-new` leaves what changed to be decided.
    """
    approved.answers(long=CHANGED)
    approved.write({"more.llmtest": "=== again\n\nDo you ship to Norway?\n"})

    first = approved.run("-q", "--llm-approve-new")
    second = approved.run("-q")

    assert approved.counts(first) == {"failed": 1, "passed": 4}
    assert "approved (new)" in first.stdout
    assert approved.counts(second) == {"failed": 1, "passed": 4}


def test_workers_share_the_asking_and_keep_the_store_whole(session: Session) -> None:
    """
    With xdist each case is asked once, and what all workers approved is there.
    """
    suite = "\n".join(f"=== case-{number}\n\nDo you ship to Norway?\n" for number in range(12))
    session.write({"many.llmtest": suite})

    done = session.run("-q", "-n", "3", "--llm-approve")
    asked = session.asked()
    after = session.run("-q", "--llm-strict")

    assert done.returncode == 0, done.stdout
    assert len(asked) == 16
    assert session.counts(after) == {"passed": 16}


def test_a_suites_problem_is_a_collection_error_with_its_line(session: Session) -> None:
    """
    A broken suite is an error, not a suite without cases.
    """
    session.write({"bad.llmtest": "Fine?\n\n=== empty\n"})

    done = session.run("-q")

    assert done.returncode == 2
    assert "bad.llmtest:3: " in done.stdout
    assert "LLM" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_failing_callable_fails_its_case_alone(approved: Session) -> None:
    """
    The failure shows the user's own line, and a key in its message is masked.
    """
    key = "sk-" + "proj-a1B2c3D4e5F6g7H8"
    broken = f'def ask(question):\n    if "long" in question:\n        raise ValueError("{key}")\n'
    approved.write({"bot.py": broken + '    return "Yes, we ship to Norway within a week."\n'})

    done = approved.run("-k", "long or norway")

    assert "bot.py:3 in ask" in done.stdout
    assert "ValueError: [masked]" in done.stdout
    assert key not in done.stdout


def test_skip_only_and_exclude_hold(session: Session) -> None:
    """
    pytest follows the suite and the settings.
    """
    session.write(
        {
            "llmentary.toml": 'callable = "bot:ask"\nexclude = ["drafts"]\n',
            "drafts/later.llmtest": "Not yet?\n",
            "faq.llmtest": "=== a\n@only\n\nDo you ship to Norway?\n\n=== b\n\nWhat?\n",
            "skip.llmtest": "=== c\n@skip  next week\n\nWhy?\n",
        }
    )

    done = session.run("-rs")

    assert session.asked() == ["Do you ship to Norway?"]
    assert "left out by `@only`" in done.stdout
    assert "next week" in done.stdout
    assert "drafts" not in done.stdout


def test_a_missing_key_is_said_as_such(approved: Session) -> None:
    """
    It never reads as if all answers had changed.
    """
    (approved.root / ".llmentary" / "key").unlink()

    done = approved.run("-q", LLMENTARY_HOME=str(approved.root / "elsewhere"))

    assert done.returncode == 1
    assert "key" in done.stdout
    assert "changed" not in done.stdout
    assert "Traceback" not in done.stdout


def test_the_first_failure_can_end_the_session(approved: Session) -> None:
    """
    With `-x` nothing after the failure is asked, as answers cost money.
    """
    approved.answers(long=CHANGED)

    approved.run("-q", "-x")

    assert approved.asked() == ["How long may I return it?"]
