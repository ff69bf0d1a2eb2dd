"""
JSON answers, expectations, privacy levels, embeddings and keys, each with a real worker.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli_shell import Shell

BOT = """\
import json
from pathlib import Path


def ask(question):
    return json.loads(Path(__file__).with_name("answer.json").read_text(encoding="utf-8"))


def judge(question, answer, claim):
    if claim == "breaks the judge":
        raise RuntimeError("the judge is broken")
    return 0.9 if claim in answer else False


def bad_judge(question, answer, claim):
    return "yes"


def embed(text):
    words = text.lower().replace(".", "").replace(",", "").split()
    known = ("return", "days", "nine", "five", "shop", "fruit", "we", "you")
    return [float(words.count(word)) for word in known]
"""
REFUND: dict[str, Any] = {"id": "a1", "refund": {"days": 30, "fee": 9.99}, "tags": ["new", "eu"]}
TEXT = "You may return a jacket within 30 days of delivery; ask for Maria Jones in the shop."


class Bot:
    """
    A project whose bot gives one answer, which a test may change.
    """

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        shell.write({"bot.py": BOT, "faq.llmtest": "=== one\n\nWhat now?\n"})

    def suite(self, *settings: str) -> None:
        head = "".join(f"@{line}\n" for line in settings)
        self.shell.write({"faq.llmtest": f"=== one\n{head}\nWhat now?\n"})

    def test(self, answer: Any, *arguments: str) -> Any:
        self.shell.write({"answer.json": json.dumps(answer)})
        return self.shell.run("test", *arguments)

    def approve(self, answer: Any, *arguments: str) -> Any:
        self.shell.write({"answer.json": json.dumps(answer)})
        done = self.shell.run("approve", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done


@pytest.fixture
def bot(shell: Shell) -> Bot:
    return Bot(shell)


def test_a_json_answer_names_the_paths_that_changed(bot: Bot) -> None:
    """
    Each on a line of its own; without answers, none of them.
    """
    bot.suite("match json ignore $.id")
    bot.approve(REFUND)

    same = bot.test({"tags": ["new", "eu"], "refund": {"fee": 9.99, "days": 30}, "id": "b2"})
    other = bot.test({"id": "a1", "refund": {"days": 14, "fee": 9.99, "note": "hm"}, "tags": ["new", "us"]})
    hidden = bot.test({"id": "a1", "refund": {"days": 14}, "tags": []}, "--no-answers")

    assert same.stdout.startswith("1 passed")
    assert other.returncode == 1
    for line in ("$.refund.days changed", "$.refund.note was added", "$.tags[1] changed"):
        assert f"    {line}\n" in other.stdout
    assert "$." not in hidden.stdout


def test_json_numbers_may_be_apart_and_arrays_unordered(bot: Bot) -> None:
    """
    As far as the suite says, and no further.
    """
    bot.suite("match json tolerance 0.05 unordered")
    bot.approve(REFUND)

    near = bot.test({"id": "a1", "refund": {"days": 30, "fee": 10.02}, "tags": ["eu", "new"]})
    far = bot.test({"id": "a1", "refund": {"days": 30, "fee": 10.2}, "tags": ["eu", "new"]})

    assert near.stdout.startswith("1 passed")
    assert "$.refund.fee changed" in far.stdout


def test_a_schema_and_a_claim_are_checked(bot: Bot) -> None:
    """
    A schema from a file beside the suite; a claim by the developer's own judge.
    """
    schema = {"properties": {"refund": {"properties": {"days": {"maximum": 31}}}}, "required": ["refund"]}
    bot.shell.write({"refund.schema.json": json.dumps(schema)})
    bot.suite(
        "match json", "judge bot:judge", "expect json-schema refund.schema.json", 'expect satisfies "refund"'
    )
    bot.approve(REFUND)

    held = bot.test(REFUND)
    broken = bot.test({**REFUND, "refund": {"days": 60}})
    claimed = bot.test({"id": 1})

    assert held.stdout.startswith("1 passed")
    assert "`@expect json-schema" in broken.stdout and "1 failed" in broken.stdout
    assert "1 failed" in claimed.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("judge bot:judge", 'expect satisfies "breaks the judge"'), "RuntimeError: the judge is broken"),
        (("judge bot:bad_judge", 'expect satisfies "x"'), "`bot:bad_judge` returned str"),
        (("judge bot:nobody", 'expect satisfies "x"'), "nobody"),
        (('expect satisfies "x"',), "set `@judge module:function`"),
        (("expect json-schema missing.json",), "the JSON schema `missing.json`"),
        (("expect matches /(a+)+$/",), "took longer than 1 s"),
    ],
)
def test_what_cannot_be_checked_is_an_error_of_its_own(
    bot: Bot, settings: tuple[str, ...], said: str
) -> None:
    """
    Never `failed`, and never `changed`: the answer is not to blame.
    """
    bot.suite(*settings)

    done = bot.test("a" * 40 + "!")

    assert done.returncode == 1
    assert "1 error" in done.stdout
    assert said in done.stdout


def test_facts_privacy_tells_facts_and_draws_no_diff(bot: Bot) -> None:
    """
    No word sequence is kept: a changed number is told by its pin, or as unsure, and no left side is drawn.
    """
    bot.suite("privacy facts")
    bot.approve(TEXT)

    same = bot.test(f"**{TEXT}**")
    other = bot.test(TEXT.replace("30", "14"))

    assert same.stdout.startswith("1 passed")
    assert "1 passed" not in other.stdout
    assert "▇▇▇▇" not in other.stdout
    assert "\n  - " not in other.stdout


def test_digest_privacy_keeps_two_digests(bot: Bot) -> None:
    """
    Equal and normalized equal pass; of anything else it says that too little is kept.
    """
    bot.suite("privacy digest")
    bot.approve(TEXT)
    (path,) = (bot.shell.root / ".llmentary" / "baselines" / "faq.llmtest").iterdir()
    stored = path.read_text(encoding="utf-8")

    same = bot.test(f"**{TEXT}**")
    other = bot.test(TEXT.replace("30", "14"))
    bot.suite("privacy digest", "match normalized")
    decided = bot.test(TEXT.replace("30", "14"))

    assert '"sealed": null' in stored
    assert same.stdout.startswith("1 passed")
    assert "1 unsure" in other.stdout and "`@privacy` kept too little" in other.stdout
    assert decided.returncode == 1 and "`@match normalized` asks for the same" in decided.stdout


def test_embeddings_come_from_the_developers_callable(bot: Bot) -> None:
    """
    In the worker, never in our process; what it returns is no answer text.
    """
    bot.suite("match semantic 0.9", "embed bot:embed")
    bot.approve("You return it within 30 days; we of the shop thank you.")

    near = bot.test("We thank you, and within 30 days you return it to the shop.")
    far = bot.test("Fruit is what monkeys like to eat, and bananas most of all, they say.")

    assert near.stdout.startswith("1 passed"), near.stdout
    assert not far.stdout.startswith("1 passed")


def test_a_rotated_key_keeps_baselines_and_the_variable_is_explained(bot: Bot) -> None:
    """
    The old key no longer opens anything new; where CI's variable holds it, rotating there is refused.
    """
    bot.approve(TEXT)
    key = bot.shell.root / ".llmentary" / "key"
    old = key.read_text(encoding="utf-8").strip()

    refused = bot.shell.run("key", "rotate", environ={"LLMENTARY_KEY": old})
    rotated = bot.shell.run("key", "rotate")
    new = key.read_text(encoding="utf-8").strip()
    passed = bot.test(TEXT)
    with_old = bot.shell.run("test", environ={"LLMENTARY_KEY": old})
    with_new = bot.shell.run("test", environ={"LLMENTARY_KEY": new})

    assert refused.returncode == 2
    assert "LLMENTARY_KEY is set, and a new key would not reach it; unset it" in refused.stderr
    assert rotated.returncode == 0 and new != old
    assert "give colleagues and CI the new key" in rotated.stdout
    assert passed.stdout.startswith("1 passed")
    assert with_old.returncode == 2 and "key" in with_old.stderr
    assert "changed" not in with_old.stdout + with_old.stderr
    assert with_new.stdout.startswith("1 passed")
