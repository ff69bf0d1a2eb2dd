"""
LangChain's models are captured through its own callbacks.
"""

from __future__ import annotations

from typing import Any

import openai
import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.language_models.llms import LLM
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate

from llmentary_regression.core.model import Role
from llmentary_regression.training.functions import trainable
from sdk_provider import Provider
from training_sessions import Opener

PROMPT = ChatPromptTemplate([("system", "Be brief."), ("user", "{question}")])
QUESTION = "How long do I have?"


class TextModel(LLM):
    """
    A model of the older kind, text in and text out.
    """

    @property
    def _llm_type(self) -> str:
        return "text"

    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        return f"You said: {prompt}"


class SdkModel(BaseChatModel):
    """
    A chat model that calls the openai SDK, as LangChain's own package for it does.
    """

    url: str

    @property
    def _llm_type(self) -> str:
        return "sdk"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with openai.OpenAI(base_url=f"{self.url}/v1", api_key="none", max_retries=0) as client:
            made = client.chat.completions.create(
                model="m", temperature=0, messages=[{"role": "user", "content": str(messages[-1].content)}]
            )
        return ChatResult(
            generations=[ChatGeneration(message=AIMessage(made.choices[0].message.content or ""))]
        )


def test_chain(training: Opener) -> None:
    """
    A model in a chain becomes a capture with the turns that it was asked.
    """
    chain = PROMPT | FakeListChatModel(responses=["30 days."])

    with training() as sink:
        chain.invoke({"question": QUESTION})

    (capture,) = sink.captures
    assert (capture.question, capture.answer, capture.source) == (QUESTION, "30 days.", "langchain")
    assert [turn.role for turn in capture.turns] == [Role.SYSTEM, Role.USER]
    assert "set `@callable`" in str(capture.cannot_ask_again)


def test_streamed(training: Opener) -> None:
    """
    A streamed answer is captured whole, with its usage.
    """
    message = AIMessage(
        "You have 30 days.", usage_metadata={"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    )
    model = GenericFakeChatModel(messages=iter([message]))

    with training() as sink:
        pieces = [str(piece.content) for piece in model.stream(QUESTION)]

    assert len(pieces) > 1
    assert sink.pairs == [(QUESTION, "You have 30 days.")]


async def test_async(training: Opener) -> None:
    """
    Asynchronous calls and streams are captured, and batches one by one.
    """
    model = FakeListChatModel(responses=["a", "b", "c", "d"])

    with training() as sink:
        await model.ainvoke("1")
        assert [piece async for piece in model.astream("2")]
        await model.abatch(["3", "4"])

    assert sorted(capture.question for capture in sink.captures) == ["1", "2", "3", "4"]


def test_text_model(training: Opener) -> None:
    """
    Models without messages are captured.
    """
    with training() as sink:
        TextModel().invoke("Hi")

    assert sink.pairs == [("Hi", "You said: Hi")]


def test_sdk_inside_is_the_same_call(provider: Provider, training: Opener) -> None:
    """
    A model that calls an SDK is one capture, which knows how to ask the SDK again.
    """
    with training() as sink:
        SdkModel(url=provider.url).invoke(QUESTION)

    (capture,) = sink.captures
    assert (capture.source, capture.callable) == ("langchain", "llmentary_regression.replay:openai")
    assert (capture.set_model, capture.model, capture.usage.tokens) == ("m", "m-2026", 5)
    assert capture.params == {"temperature": 0, "base_url": f"{provider.url}/v1"}
    assert capture.cannot_ask_again is None


async def test_call_that_is_over_hides_nothing(provider: Provider, training: Opener) -> None:
    """
    After LangChain's call, one of the SDK in the same task is a capture of its own.
    """
    with training() as sink:
        await SdkModel(url=provider.url).ainvoke(QUESTION)
        await FakeListChatModel(responses=["a"]).ainvoke("1")
        async with openai.AsyncOpenAI(base_url=provider.url, api_key="none", max_retries=0) as client:
            await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "2"}])

    assert [capture.source for capture in sink.captures] == ["langchain", "langchain", "openai"]


def test_given_up_and_failed_calls_are_no_answers(provider: Provider, training: Opener) -> None:
    """
    A stream that was left and a call that raised are not captured, and hide nothing after them.
    """
    with training() as sink:
        stream = FakeListChatModel(responses=["abc"]).stream("1")
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        with pytest.raises(openai.APIConnectionError):
            SdkModel(url="http://127.0.0.1:9").invoke("2")
        SdkModel(url=provider.url).invoke("3")

    assert [capture.question for capture in sink.captures] == ["3"]


def test_inside_a_trained_function(training: Opener) -> None:
    """
    Inside a trained function a chain is no capture of its own.
    """
    chain = PROMPT | FakeListChatModel(responses=["30 days."])

    @trainable
    def ask(question: str) -> str:
        return f"Sure! {chain.invoke({'question': question}).content}"

    with training() as sink:
        ask(QUESTION)

    assert sink.pairs == [(QUESTION, "Sure! 30 days.")]


def test_tool_calls_cannot_be_asked_again(training: Opener) -> None:
    """
    A conversation with tool calls is kept with the reason.
    """
    called = AIMessage("", tool_calls=[{"name": "look_up", "args": {}, "id": "1"}])

    with training() as sink:
        FakeListChatModel(responses=["a"]).invoke([HumanMessage("1"), called, HumanMessage("2")])

    assert "tool calls" in str(sink.captures[0].cannot_ask_again)


def test_outside_training(training: Opener) -> None:
    """
    Before and after a session nothing is captured.
    """
    model = FakeListChatModel(responses=["a"])
    model.invoke("1")
    with training() as sink:
        pass
    model.invoke("2")

    assert sink.captures == []
