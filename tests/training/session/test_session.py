"""
Sessions from the developer's side: who is asked, what is kept, and what never happens.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
import types
from pathlib import Path
from typing import Any, Protocol

import pytest

import llmentary_regression as llmentary
from llmentary_regression.training.prompt import CaptureStore, PromptSink, ReviewPrompt
from llmentary_regression.training.session import _training as sessions
from llmentary_regression.training.session._training import Training


@llmentary.trainable(callable="bot:ask")
def ask(question: str) -> str:
    return f"The answer to {question} is 42."


def suite(project: Path, name: str = "captured") -> str:
    path = project / "llmtests" / f"{name}.llmtest"
    return path.read_text(encoding="utf-8") if path.exists() else ""


class Terminal(io.StringIO):
    """
    Both ends of a terminal: replies that wait, and what was shown.
    """

    def __init__(self, *replies: str) -> None:
        super().__init__()
        self.replies = list(replies)

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:  # type: ignore[override] # of the same in C, for bytes
        return f"{self.replies.pop(0)}\n" if self.replies else ""


class OpenTerminal(Protocol):
    """
    Opens a terminal at which these replies are typed.
    """

    def __call__(self, *replies: str) -> Terminal: ...


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> OpenTerminal:
    def make(*replies: str) -> Terminal:
        made = Terminal(*replies)
        monkeypatch.setattr(sys, "stdin", made)
        monkeypatch.setattr(sys, "stdout", made)
        return made

    return make


def test_yes_keeps_and_no_does_not(project: Path, terminal: OpenTerminal) -> None:
    """
    Question, answer and facts are shown first.
    """
    shown = terminal("y", "n")

    with llmentary.training_mode():
        ask("one")
        ask("two")

    assert "Q: one\n> The answer to one is 42." in shown.getvalue()
    assert "42 (number)" in shown.getvalue().replace("42.", "42")
    assert "=== one\n@callable bot:ask\n\none\n" in suite(project)
    assert "two" not in suite(project)


def test_all_and_quit_hold_for_the_rest(project: Path, terminal: OpenTerminal) -> None:
    """
    The application goes on either way.
    """
    terminal("all")
    with llmentary.training_session("faq"):
        assert [ask(question) for question in "abc"][2].startswith("The answer to c")
    terminal("q")
    with llmentary.training_mode():
        ask("d")
        ask("e")

    assert suite(project, "faq").count("===") == 3
    assert suite(project) == ""


def test_the_end_of_input_is_no_yes(project: Path, terminal: OpenTerminal) -> None:
    """
    Nothing is saved without approval.
    """
    terminal()

    with llmentary.training_mode():
        ask("one")

    assert not (project / "llmtests").exists()
    assert not (project / ".llmentary").exists()


def test_suite_name_tags_and_pins_can_be_edited(project: Path, terminal: OpenTerminal) -> None:
    """
    What was typed is what is written.
    """
    shown = terminal(
        "x", "?", "p", "nothing of it", "42 = forty-two", "", "e", "billing", "my-name", "#a b", "y"
    )

    with llmentary.training_mode():
        ask("one")

    assert "does not contain `nothing of it`" in shown.getvalue()
    assert "pinned: 42 = forty-two" in shown.getvalue()
    assert suite(project, "billing") == "=== my-name #a #b\n@callable bot:ask\n\none\n"


def test_turns_of_others_are_chosen_one_by_one(project: Path, terminal: OpenTerminal) -> None:
    """
    An assistant's or a system turn goes into a suite only at the developer's word.
    """
    shown = terminal("t", "", "y", "y")
    messages = [("system", "be kind"), ("user", "one"), ("assistant", "two?"), ("user", "three")]

    with llmentary.training_mode():
        llmentary.capture_interaction(messages, "four", callable="bot:chat")

    assert "2 turns that are not the user's are left out" in shown.getvalue()
    assert "be kind" not in suite(project)
    assert "--- assistant\ntwo?\n--- user\nthree\n" in suite(project)


def test_what_passes_already_is_not_asked_again(project: Path, terminal: OpenTerminal) -> None:
    """
    The second run of an application asks only about what is new.
    """
    terminal("y")
    with llmentary.training_mode():
        ask("one")
    shown = terminal()
    with llmentary.training_mode():
        ask("one")

    assert shown.getvalue() == ""


def test_hostile_answers_are_shown_not_obeyed(project: Path, terminal: OpenTerminal) -> None:
    """
    No answer moves the cursor or colors the prompt.
    """
    shown = terminal("n")

    with llmentary.training_mode():
        llmentary.capture_interaction("Q\x1b[2J", "A\x1b]0;title\x07\u202e", callable="a:b")

    assert not set("\x1b\x07\u202e") & set(shown.getvalue())


def test_several_threads_are_asked_about_one_by_one(project: Path, terminal: OpenTerminal) -> None:
    """
    None waits for the developer, no prompt runs into another, and all are decided at the end.
    """
    shown = terminal(*["y"] * 8)

    with llmentary.training_mode():
        threads = [threading.Thread(target=ask, args=(f"q{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert suite(project).count("===") == 8
    blocks = shown.getvalue().split("Save this Q&A?")
    assert all(block.count("Q: ") == 1 for block in blocks[:-1])


async def test_tasks_wait_for_nobody(project: Path, terminal: OpenTerminal) -> None:
    """
    The event loop goes on while somebody reads.
    """
    terminal("y", "y")

    async with llmentary.training_mode():
        await asyncio.gather(asyncio.to_thread(ask, "one"), asyncio.to_thread(ask, "two"))

    assert suite(project).count("===") == 2


def test_without_a_terminal_captures_are_dropped_with_one_word(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Nothing is saved, nothing breaks.
    """
    with llmentary.training_mode():
        assert ask("one") == "The answer to one is 42."
        ask("two")

    assert capsys.readouterr().err.count("captures are dropped") == 1
    assert not (project / "llmtests").exists()


def test_all_has_to_be_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Then everything is kept without asking, wherever it runs.
    """
    with llmentary.training_session("faq", approve="all", tags="auto"):
        ask("one")
        with llmentary.training_mode(approve="all"):
            ask("two")

    assert suite(project, "faq").count("#auto") == 2
    assert "saved 2 answers in llmtests/faq.llmtest" in capsys.readouterr().err
    with pytest.raises(ValueError, match='"ask" or "all"'):
        llmentary.training_mode(approve="yes")


def test_an_exception_ends_the_block_and_is_no_other(project: Path) -> None:
    """
    What was captured before is kept.
    """
    error = RuntimeError("mine")

    with pytest.raises(RuntimeError) as caught, llmentary.training_mode(approve="all"):
        ask("one")
        raise error

    assert caught.value is error
    assert "=== one" in suite(project)


def test_a_problem_of_keeping_is_told_and_harmless(project: Path, terminal: OpenTerminal) -> None:
    """
    A folder that cannot be written: the application goes on, the developer may say no.
    """
    (project / "llmtests").write_text("a file is in the way")
    shown = terminal("y", "n")

    with llmentary.training_mode():
        assert ask("one")

    assert "cannot be saved" in shown.getvalue()


def test_interactions_outside_training_do_nothing(project: Path) -> None:
    """
    They may stay in the code.
    """
    assert llmentary.capture_interaction("Q", "A") is False
    assert list(project.iterdir()) == [project / "llmentary.toml"]


def test_an_interaction_without_a_callable_is_skipped_with_a_reason(project: Path) -> None:
    """
    A closure cannot be asked again; a name or function given can.
    """
    with llmentary.training_session("s", approve="all"):
        llmentary.capture_interaction("closure", "A", callable=lambda question: "A")
        llmentary.capture_interaction("nothing", "A", model="gpt-4", tags=["x"], category="other")
        llmentary.capture_interaction("function", "A", callable=ask)

    assert "=== closure\n@skip `" in suite(project, "s")
    assert "is defined inside another function" in suite(project, "s")
    assert "=== nothing #x\n@skip nothing says how to ask this again" in suite(project, "other")
    assert "@callable" in suite(project, "s").partition("=== function")[2]


def test_a_notebook_asks_below_the_cell(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    By `input`, in the cell's own thread, though an event loop runs there.
    """
    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    interactive: Any = types.ModuleType("IPython")
    interactive.get_ipython = lambda: shell
    monkeypatch.setitem(sys.modules, "IPython", interactive)
    asked: list[tuple[str, int]] = []

    def read(prompt: str) -> str:
        asked.append((prompt, threading.get_ident()))
        return "y"

    monkeypatch.setattr("builtins.input", read)

    async def cell() -> None:
        with llmentary.training_mode():
            ask("one")
            await asyncio.to_thread(ask, "two")

    asyncio.run(cell())

    assert len(asked) == 2
    assert {thread for _, thread in asked} == {threading.get_ident()}
    assert suite(project).count("===") == 2


def test_inside_a_worker_training_is_asleep(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An application that trains when it is imported does not do so while it is tested.
    """
    monkeypatch.setitem(sys.modules, "llmentary_regression_worker.serve", types.ModuleType("serve"))

    with llmentary.training_mode(approve="all"):
        ask("one")

    assert not (project / "llmtests").exists()


def test_ctrl_c_while_deciding_drops_the_rest(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It reaches the application, and nothing more is kept.
    """

    def interrupt(_prompt: str) -> str | None:
        raise KeyboardInterrupt

    prompt = ReviewPrompt(CaptureStore(project, {}), interrupt, lambda _text: None)
    sink = PromptSink(prompt, asks_in_background=False, asks_at_once=lambda: False)
    monkeypatch.setattr(sessions, "choose_sink", lambda _approve: sink)

    with pytest.raises(KeyboardInterrupt), Training(None, "ask", ()):
        ask("one")

    assert not (project / "llmtests").exists()
