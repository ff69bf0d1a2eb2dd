"""
Applications that use OpenTelemetry themselves: their spans stay as they were, and carry no content of ours.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
import tomli
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sdk_provider import Provider
from training_sessions import Opener

USER: Any = [{"role": "user", "content": "How long?"}]


class Traces:
    """
    The application's own tracing, whose export lands in a list.
    """

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("app")

    @property
    def spans(self) -> Any:
        return self.exporter.get_finished_spans()


@pytest.fixture
def traces() -> Iterator[Traces]:
    traces = Traces()
    yield traces
    traces.provider.shutdown()


@pytest.fixture
def client(provider: Provider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def entry_point() -> Any:
    """
    Return what the entry point of the package names.
    """
    text = (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    points = tomli.loads(text)["project"]["entry-points"]["opentelemetry_genai_completion_hook"]
    module, _, name = points["llmentary_regression"].partition(":")
    return getattr(importlib.import_module(module), name)


def test_hook_of_an_instrumented_application(
    client: openai.OpenAI, traces: Traces, training: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The hook captures what the application's own instrumentation sees; the exported span holds no text.
    """
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK", "llmentary_regression")
    OpenAIInstrumentor().instrument(tracer_provider=traces.provider, completion_hook=entry_point()())
    try:
        with training() as sink:
            client.chat.completions.create(model="m", messages=USER)
        client.chat.completions.create(model="m", messages=USER)
        still_on = OpenAIInstrumentor().is_instrumented_by_opentelemetry
    finally:
        OpenAIInstrumentor().uninstrument()

    (capture,) = sink.captures
    assert (capture.question, capture.answer) == ("How long?", "You have 30 days.")
    assert (capture.model, capture.usage.tokens, capture.callable) == ("m-2026", 5, None)
    assert "`@callable`" in str(capture.cannot_ask_again)
    assert still_on
    assert len(traces.spans) == 2
    assert "How long" not in str([span.to_json() for span in traces.spans])
    assert "30 days" not in str([span.to_json() for span in traces.spans])


def test_instrumented_without_the_hook_is_told(
    client: openai.OpenAI, traces: Traces, training: Opener, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Where the application's instrumentation cannot report, a warning says which variable to set.
    """
    OpenAIInstrumentor().instrument(tracer_provider=traces.provider)
    try:
        with training() as sink:
            client.chat.completions.create(model="m", messages=USER)
    finally:
        OpenAIInstrumentor().uninstrument()

    assert sink.captures == []
    assert "set OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK=llmentary_regression" in capfd.readouterr().err


def test_traces_of_the_application_stay_whole(
    client: openai.OpenAI, traces: Traces, provider: Provider, training: Opener
) -> None:
    """
    A capture adds no span to the application's traces.
    """
    with training() as sink, traces.tracer.start_as_current_span("request"):
        client.chat.completions.create(model="m", messages=USER)
        with traces.tracer.start_as_current_span("after"):
            pass

    after, request = traces.spans
    assert after.parent.span_id == request.context.span_id
    assert len(sink.captures) == 1
