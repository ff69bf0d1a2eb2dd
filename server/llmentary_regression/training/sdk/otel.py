"""
Capture the calls of LLM SDKs through OpenTelemetry's GenAI instrumentations: `llmentary-regression[otel]`.

While training is on, the SDKs that the application imports are instrumented, with spans that are never exported.
An application with instrumentation of its own keeps it, and sets
`OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK=llmentary_regression` so that it reports here as well.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Iterable
from typing import Any, Final

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.training.calls import role_of
from llmentary_regression.training.captures import SESSIONS, Capture, Usage, emit, warn

from ._import_hooks import ImportWatcher
from ._requests import SdkRequest

INSTRUMENTATIONS: Final = {
    "openai": ("opentelemetry.instrumentation.genai.openai", "OpenAIInstrumentor"),
    "anthropic": ("opentelemetry.instrumentation.genai.anthropic", "AnthropicInstrumentor"),
}
"""By the SDK's package."""
_HOOK_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK"
_NO_REQUEST = "the application's own instrumentation does not report how; set `@callable`"


class CompletionHook:
    """
    Is called for every completed call of an instrumented SDK.
    """

    def on_completion(
        self,
        *,
        inputs: list[Any],
        outputs: list[Any],
        system_instruction: list[Any],
        tool_definitions: list[Any] | None = None,
        span: Any = None,
        log_record: Any = None,
    ) -> None:
        """
        Capture the call, if its answer is a text.
        """
        if not SESSIONS.any_open:
            return
        try:
            capture = _read_completion(inputs, outputs, system_instruction, span)
        except (AttributeError, TypeError, KeyError) as exc:
            # Without the text of the error, which may quote the question or the answer.
            warn(
                "a call of an LLM SDK was not captured: its instrumentation reports it differently "
                f"({type(exc).__name__})"
            )
            return
        if capture is not None:
            emit(capture)


def completion_hook() -> CompletionHook:
    """
    Return the hook; the entry point for applications with instrumentation of their own.
    """
    return CompletionHook()


class Instrumentations:
    """
    The instrumentations that were enabled here. A class because sessions enable and disable them.
    """

    def __init__(self) -> None:
        self._enabled: dict[str, Any] = {}
        # Nothing is imported that the application does not import itself.
        self._watcher = ImportWatcher(
            {package: functools.partial(self._instrument, package) for package in INSTRUMENTATIONS}
        )

    def enable(self) -> None:
        """
        Instrument the SDKs that are imported, now or later.
        """
        self._watcher.start()

    def disable(self) -> None:
        """
        Restore the SDKs.
        """
        self._watcher.stop()
        for package in list(self._enabled):
            self._enabled.pop(package).uninstrument()

    def _instrument(self, package: str) -> None:
        if package in self._enabled or not _has_module(INSTRUMENTATIONS[package][0]):
            return
        try:
            module = importlib.import_module(INSTRUMENTATIONS[package][0])
            instrumentor = getattr(module, INSTRUMENTATIONS[package][1])()
            if instrumentor.is_instrumented_by_opentelemetry:
                self._warn_instrumented(package)
                return
            from opentelemetry._logs import NoOpLoggerProvider
            from opentelemetry.metrics import NoOpMeterProvider

            from ._unexported_spans import UnexportedTracerProvider

            instrumentor.instrument(
                tracer_provider=UnexportedTracerProvider(),
                meter_provider=NoOpMeterProvider(),
                logger_provider=NoOpLoggerProvider(),
                completion_hook=CompletionHook(),
            )
        except Exception as exc:  # noqa: BLE001 - an instrumentation that does not fit the SDK may raise anything
            warn(
                f"calls of `{package}` are not captured: its instrumentation does not work with this version "
                f"({type(exc).__name__}: {exc!s:.120})"
            )
            return
        if instrumentor.is_instrumented_by_opentelemetry:
            self._enabled[package] = instrumentor

    @staticmethod
    def _warn_instrumented(package: str) -> None:
        if os.environ.get(_HOOK_VARIABLE) != "llmentary_regression":
            warn(
                f"calls of `{package}` are not captured, since the application instruments it itself; "
                f"set {_HOOK_VARIABLE}=llmentary_regression"
            )


INSTRUMENTATIONS_HERE: Final = Instrumentations()


def enable() -> None:
    """
    Capture SDK calls.
    """
    INSTRUMENTATIONS_HERE.enable()


def disable() -> None:
    """
    Restore the SDKs.
    """
    INSTRUMENTATIONS_HERE.disable()


def _has_module(name: str) -> bool:
    if name in sys.modules:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


# --- reading the arguments of the hook -----------------------------------------------------------


def _read_completion(
    inputs: Iterable[Any], outputs: list[Any], system_instruction: list[Any], span: Any
) -> Capture | None:
    attributes = getattr(span, "attributes", None) or {}
    if attributes.get("gen_ai.operation.name") not in (None, "chat", "text_completion", "generate_content"):
        return None
    reasons = attributes.get("gen_ai.response.finish_reasons") or ()
    is_incomplete = "error" in reasons or (not reasons and attributes.get("gen_ai.request.stream"))
    if is_incomplete or _has_failed(span) or not outputs:
        return None
    answer = _text_of(outputs[0].parts)
    turns = _read_turns(inputs, system_instruction)
    question = next((turn.text for turn in reversed(turns) if turn.role is Role.USER), None)
    if answer is None or question is None:
        return None
    request = getattr(span, "request", None)
    if not isinstance(request, SdkRequest):
        request = SdkRequest(cannot_ask_again=_NO_REQUEST)
    requested = attributes.get("gen_ai.request.model")
    started = getattr(span, "started", None)
    return Capture(
        question=question,
        answer=answer,
        turns=turns,
        model=attributes.get("gen_ai.response.model") or requested,
        set_model=requested,
        usage=Usage(
            attributes.get("gen_ai.usage.output_tokens"), attributes.get("gen_ai.usage.input_tokens")
        ),
        callable=request.replay,
        params=request.params,
        source=str(attributes.get("gen_ai.provider.name") or "otel"),
        cannot_ask_again=request.cannot_ask_again or _unsupported_in(inputs),
        elapsed_s=time.perf_counter() - started if started is not None else 0.0,
    )


def _read_turns(inputs: Iterable[Any], system_instruction: list[Any]) -> tuple[Turn, ...]:
    turns = []
    system = _text_of(system_instruction)
    if system:
        turns.append(Turn(Role.SYSTEM, system))
    for message in inputs:
        role, text = role_of(message.role), _text_of(message.parts)
        if role is not None and text:
            turns.append(Turn(role, text))
    return tuple(turns)


def _text_of(parts: Iterable[Any]) -> str | None:
    texts = [part.content for part in parts if getattr(part, "type", None) == "text"]
    strings = [text for text in texts if isinstance(text, str)]
    return "\n".join(strings) if strings else None


def _unsupported_in(inputs: Iterable[Any]) -> str | None:
    """
    Return why a suite cannot hold the whole conversation, or None if it can.
    """
    kinds = {getattr(part, "type", None) for message in inputs for part in message.parts}
    if kinds & {"tool_call", "tool_call_response"}:
        return "the conversation holds tool calls, which a suite cannot hold"
    if kinds - {"text", "reasoning"}:
        return "the question holds more than text, which a suite cannot hold"
    return None


def _has_failed(span: Any) -> bool:
    if getattr(span, "has_failed", False):
        return True
    status = getattr(getattr(span, "status", None), "status_code", None)
    return getattr(status, "name", None) == "ERROR"
