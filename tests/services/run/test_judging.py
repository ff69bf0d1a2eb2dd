"""
What goes wrong in judging costs the case it goes wrong in.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from llmentary_regression.core.judging import _judge as judge
from llmentary_regression.core.model import Answer, JsonValue, Verdict, VerdictKind
from llmentary_regression.services.run import _judging as judging
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene

SECRET = "The vault opens with 4711."


async def test_an_unforeseen_error_costs_one_case(scene: MakeScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The others are judged, and the message quotes neither the answer nor the error's text.
    """
    made = scene({"faq.llmtest": "A?\nB?\n"}, {"A?": SECRET, "B?": "Yes."})

    def slip(text: str, *args: Any, **options: Any) -> Verdict:
        if text == SECRET:
            raise KeyError(text)
        return judge.judge_answer(text, *args, **options)

    monkeypatch.setattr(judging, "judge_answer", slip)

    first, second = await made.run()

    assert (first.verdict.kind, first.verdict.reason) == (VerdictKind.ERROR, "internal")
    assert "KeyError in `slip`" in first.verdict.message
    assert "4711" not in first.verdict.message
    assert second.verdict.kind is VerdictKind.NEW


async def test_answers_of_one_batch_are_judged_side_by_side(
    scene: MakeScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A judge that asks an LLM takes as long as an answer: each call here waits until both are under way.
    """
    suite = '@judge app:judge\n@timeout 7s\n@expect satisfies "is kind"\nA?\nB?\n'
    made = scene({"faq.llmtest": suite})
    project = made.open()
    patience: list[float] = []
    both = asyncio.Event()

    async def call(target: str, args: Sequence[JsonValue], *, timeout_s: float) -> bool:
        patience.append(timeout_s)
        if len(patience) == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 20)
        return True

    monkeypatch.setattr(made.pool, "call", call)
    cases = select_cases(project, Selection(), made.root).cases

    results = await judging.Judging(project).judge_each([(case, Answer("Yes."), 0.1) for case in cases])

    assert [result.verdict.kind for result in results] == [VerdictKind.NEW, VerdictKind.NEW]
    assert patience == [7.0, 7.0]
