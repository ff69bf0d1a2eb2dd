"""
Calls of the real SDKs are captured in training, and not touched outside it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import anthropic
import openai
import pytest

from llmentary_regression import replay
from llmentary_regression.core.model import Role
from llmentary_regression.training.functions import trainable
from llmentary_regression_worker.answer import read_answer
from sdk_provider import Provider
from training_sessions import ListSink, Opener

QUESTION = "How long do I have?"
ANSWER = "You have 30 days."
MESSAGES: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
USER: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def client(provider: Provider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/v1", api_key="sk-secret", max_retries=0) as client:
        yield client


@pytest.fixture
async def async_client(provider: Provider) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=f"{provider.url}/v1", api_key="sk-secret", max_retries=0
    ) as client:
        yield client


@pytest.fixture
def claude(provider: Provider) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=provider.url, api_key="sk-secret", max_retries=0) as client:
        yield client


@pytest.fixture
async def async_claude(provider: Provider) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=provider.url, api_key="sk-secret", max_retries=0) as client:
        yield client


def check(
    sink: ListSink, replay_name: str, url: str, *, tokens: int | None = 5, model: str = "m-2026"
) -> None:
    """
    See that one call was captured as it was.
    """
    (capture,) = sink.captures
    assert (capture.question, capture.answer) == (QUESTION, ANSWER)
    assert (capture.set_model, capture.model) == ("m", model)
    assert capture.usage.tokens == tokens
    assert capture.callable == f"llmentary_regression.replay:{replay_name}"
    assert capture.params["base_url"] == url
    assert capture.cannot_ask_again is None
    assert "sk-secret" not in str(capture.params)


def test_chat(client: openai.OpenAI, provider: Provider, training: Opener) -> None:
    """
    A chat completion becomes a capture with its turns, model, usage and the arguments that shape the answer.
    """
    with training() as sink:
        client.chat.completions.create(model="m", messages=MESSAGES, temperature=0, user="u-1")

    check(sink, "openai", f"{provider.url}/v1")
    assert [turn.role for turn in sink.captures[0].turns] == [Role.SYSTEM, Role.USER]
    assert sink.captures[0].params["temperature"] == 0
    assert "user" not in sink.captures[0].params
    assert sink.captures[0].source == "openai"
    assert sink.captures[0].elapsed_s > 0


def test_chat_streamed(client: openai.OpenAI, provider: Provider, training: Opener) -> None:
    """
    A streamed completion is captured when its last piece was read, with usage where it is sent.
    """
    with training() as sink:
        stream = client.chat.completions.create(
            model="m", messages=USER, stream=True, stream_options={"include_usage": True}
        )
        text = "".join(
            chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices and not sink.captures
        )

    assert text == ANSWER
    check(sink, "openai", f"{provider.url}/v1")


def test_chat_stream_helper(client: openai.OpenAI, provider: Provider, training: Opener) -> None:
    """
    The SDK's own stream helper is captured once.
    """
    with training() as sink, client.chat.completions.stream(model="m", messages=USER) as stream:
        stream.until_done()

    check(sink, "openai", f"{provider.url}/v1", tokens=None)


def test_chat_raw(client: openai.OpenAI, provider: Provider, training: Opener) -> None:
    """
    A raw response is captured, and can still be parsed.
    """
    with training() as sink:
        raw = client.chat.completions.with_raw_response.create(model="m", messages=USER)

    assert raw.parse().choices[0].message.content == ANSWER
    check(sink, "openai", f"{provider.url}/v1")


async def test_chat_async(async_client: openai.AsyncOpenAI, provider: Provider, training: Opener) -> None:
    """
    The asynchronous client is captured as well.
    """
    with training() as sink:
        await async_client.chat.completions.create(model="m", messages=USER)

    check(sink, "openai", f"{provider.url}/v1")


async def test_chat_async_streamed(
    async_client: openai.AsyncOpenAI, provider: Provider, training: Opener
) -> None:
    """
    So are its streams.
    """
    with training() as sink:
        async for _ in await async_client.chat.completions.create(model="m", messages=USER, stream=True):
            pass

    check(sink, "openai", f"{provider.url}/v1", tokens=None)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_responses(client: openai.OpenAI, provider: Provider, training: Opener, is_streamed: bool) -> None:
    """
    The Responses API is captured, streamed or not.
    """
    with training() as sink:
        made: Any = client.responses.create(
            model="m", input=QUESTION, instructions="Be brief.", stream=is_streamed
        )
        if is_streamed:
            list(made)

    check(sink, "openai_responses", f"{provider.url}/v1")
    assert [turn.role for turn in sink.captures[0].turns] == [Role.SYSTEM, Role.USER]


async def test_responses_async(
    async_client: openai.AsyncOpenAI, provider: Provider, training: Opener
) -> None:
    """
    The Responses API of the asynchronous client is captured.
    """
    with training() as sink:
        await async_client.responses.create(model="m", input=USER)

    check(sink, "openai_responses", f"{provider.url}/v1")


@pytest.mark.parametrize("is_streamed", [False, True])
def test_anthropic(
    claude: anthropic.Anthropic, provider: Provider, training: Opener, is_streamed: bool
) -> None:
    """
    Messages of Anthropic are captured, streamed or not.
    """
    with training() as sink:
        made: Any = claude.messages.create(
            model="m", max_tokens=50, system="Be brief.", messages=USER, stream=is_streamed
        )
        if is_streamed:
            list(made)

    check(sink, "anthropic", provider.url)
    assert [turn.role for turn in sink.captures[0].turns] == [Role.SYSTEM, Role.USER]
    assert sink.captures[0].params["max_tokens"] == 50


def test_anthropic_stream_helper(claude: anthropic.Anthropic, provider: Provider, training: Opener) -> None:
    """
    The SDK's own stream helper is captured once.
    """
    with training() as sink, claude.messages.stream(model="m", max_tokens=50, messages=USER) as stream:
        text = "".join(stream.text_stream)

    assert text == ANSWER
    check(sink, "anthropic", provider.url)


def test_anthropic_raw(claude: anthropic.Anthropic, provider: Provider, training: Opener) -> None:
    """
    A raw response is captured, and can still be parsed.
    """
    with training() as sink:
        raw = claude.messages.with_raw_response.create(model="m", max_tokens=50, messages=USER)

    assert raw.parse().content[0].type == "text"
    check(sink, "anthropic", provider.url)


async def test_anthropic_async(
    async_claude: anthropic.AsyncAnthropic, provider: Provider, training: Opener
) -> None:
    """
    The asynchronous client is captured, streamed or not.
    """
    with training() as sink:
        await async_claude.messages.create(model="m", max_tokens=50, messages=USER)
    with training() as streamed:
        async with async_claude.messages.stream(model="m", max_tokens=50, messages=USER) as stream:
            await stream.get_final_message()

    check(sink, "anthropic", provider.url)
    check(streamed, "anthropic", provider.url)


def test_given_up_stream_is_no_answer(
    client: openai.OpenAI, claude: anthropic.Anthropic, training: Opener
) -> None:
    """
    A stream that the application left after the first piece is not captured.
    """
    with training() as sink:
        with client.chat.completions.create(model="m", messages=USER, stream=True) as stream:
            next(iter(stream))
        with client.responses.create(model="m", input=USER, stream=True) as events:
            next(iter(events))
        with claude.messages.stream(model="m", max_tokens=50, messages=USER) as pieces:
            next(iter(pieces.text_stream))

    assert sink.captures == []


def test_failed_call_is_no_answer(client: openai.OpenAI, training: Opener) -> None:
    """
    The SDK's own exception passes through, and nothing is captured.
    """
    with training() as sink, pytest.raises(openai.InternalServerError, match="out of order"):
        client.chat.completions.create(model="broken", messages=USER)

    assert sink.captures == []


def test_tool_call_is_no_answer(client: openai.OpenAI, training: Opener) -> None:
    """
    A response that only calls a tool is a step on the way.
    """
    tool: Any = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}

    with training() as sink:
        client.chat.completions.create(model="m", messages=USER, tools=[tool])

    assert sink.captures == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"extra_body": {"cache_prompt": False}}, "`extra_body`"),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": QUESTION},
                            {"type": "image_url", "image_url": {"url": "https://a.test/b.png"}},
                        ],
                    }
                ]
            },
            "more than text",
        ),
    ],
)
def test_what_a_suite_cannot_hold_is_not_asked_again(
    client: openai.OpenAI, training: Opener, arguments: dict[str, Any], reason: str
) -> None:
    """
    A call that would come out differently is kept with the reason why it is not asked again.
    """
    with training() as sink:
        client.chat.completions.create(**{"model": "m", "messages": USER, **arguments})

    assert reason in str(sink.captures[0].cannot_ask_again)


def test_other_clients_are_not_asked_again(provider: Provider, training: Opener) -> None:
    """
    A client for another cloud is captured; the replay would not reach its server.
    """
    with (
        openai.AzureOpenAI(base_url=provider.url, api_key="k", api_version="1") as client,
        training() as sink,
    ):
        client.chat.completions.create(model="m", messages=USER)

    assert sink.pairs == [(QUESTION, ANSWER)]
    assert "`AzureOpenAI`" in str(sink.captures[0].cannot_ask_again)


def test_inside_a_trained_function(client: openai.OpenAI, training: Opener) -> None:
    """
    Inside a trained function the SDK's call lends model and usage, and is no capture of its own.
    """

    @trainable
    def ask(question: str) -> str:
        made = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
        return f"Sure! {made.choices[0].message.content}"

    with training() as sink:
        ask(QUESTION)

    assert sink.pairs == [(QUESTION, f"Sure! {ANSWER}")]
    assert (sink.captures[0].model, sink.captures[0].usage.tokens) == ("m-2026", 5)


def test_outside_training_the_sdk_is_untouched(client: openai.OpenAI, training: Opener) -> None:
    """
    After a session the SDK's methods are the originals again, and nothing is captured.
    """
    before = openai.resources.chat.completions.Completions.create
    with training() as sink:
        inside = openai.resources.chat.completions.Completions.create

    client.chat.completions.create(model="m", messages=USER)

    assert inside is not before
    assert openai.resources.chat.completions.Completions.create is before
    assert sink.captures == []


def test_replays_ask_the_same(
    client: openai.OpenAI, claude: anthropic.Anthropic, provider: Provider, training: Opener
) -> None:
    """
    What a replay sends is what the application sent.
    """
    with training() as sink:
        client.chat.completions.create(model="m", messages=MESSAGES, temperature=0.5)
        client.responses.create(model="m", input=USER, max_output_tokens=9)
        claude.messages.create(model="m", max_tokens=50, system="Be brief.", messages=USER)

    for capture in sink.captures:
        ask: Any = getattr(replay, str(capture.callable).rpartition(":")[2])
        turns = [{"role": str(turn.role), "content": turn.text} for turn in capture.turns]
        answer = read_answer(ask(messages=turns, model=capture.set_model, **capture.params))
        assert answer["text"] == ANSWER
    assert provider.requests[:3] == provider.requests[3:]


def test_replay_takes_no_key_to_a_foreign_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A suite cannot send the API key of the environment to a server of its choice.
    """
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    with pytest.raises(ValueError, match="set OPENAI_BASE_URL to the same address"):
        replay.openai(USER, "m", base_url="https://models.example/v1")
    with pytest.raises(ValueError, match="not on this machine"):
        replay.openai(USER, "m", base_url="http://127.0.0.1.models.example/v1")
