"""
Capture the calls of LangChain's models, whichever provider answers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any, Final

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.training.calls import read_turns
from llmentary_regression.training.captures import SCOPE, SESSIONS, Call, Capture, Scope, Usage, emit, warn

from ._import_hooks import ImportWatcher

_CONTEXT = "langchain_core.tracers.context"
_NO_REPLAY = "nothing asks this model of LangChain again; set `@callable` to a function of yours that does"


class ModelCall(Call):
    """
    A model's call in progress; the SDK call inside it determines how to ask it again.
    """

    def __init__(self, outer: Call | None, turns: tuple[Turn, ...], reason: str | None) -> None:
        super().__init__()
        self.outer = outer
        self.turns = turns
        self.cannot_ask_again = reason
        self.inner: Capture | None = None
        self.started = time.perf_counter()

    def absorb(self, capture: Capture) -> None:
        super().absorb(capture)
        self.inner = capture


class HandlerVariable:
    """
    Stands in for the context variable in which LangChain looks for a callback handler; set while training is on.

    LangChain only calls `get`. A real context variable would not reach threads that were started before.
    """

    def __init__(self) -> None:
        self._handler: Any = None

    def get(self) -> Any:
        """
        Return the handler, or None outside training.
        """
        if not SESSIONS.any_open:
            return None
        if self._handler is None:
            self._handler = _make_handler()
        return self._handler


class HandlerRegistration:
    """
    Registers the handler with LangChain.
    """

    def __init__(self) -> None:
        self._variable: Final[Any] = HandlerVariable()
        self._watcher = ImportWatcher({_CONTEXT: self._register})

    def enable(self) -> None:
        """
        Register the handler, once LangChain is imported.
        """
        self._watcher.start()

    def disable(self) -> None:
        """
        Stop waiting for LangChain. The registration stays, but finds no handler.
        """
        self._watcher.stop()

    def _register(self) -> None:
        context: Any = sys.modules[_CONTEXT]
        if not any(hook[0] is self._variable for hook in context._configure_hooks):
            context.register_configure_hook(self._variable, inheritable=True)


REGISTRATION: Final = HandlerRegistration()


def enable() -> None:
    """
    Capture the calls of LangChain's models.
    """
    REGISTRATION.enable()


def disable() -> None:
    """
    Stop capturing.
    """
    REGISTRATION.disable()


def _make_handler() -> Any:
    from langchain_core.callbacks import BaseCallbackHandler

    class Handler(BaseCallbackHandler):
        """
        Is called when a model's call starts and ends.
        """

        run_inline = True  # in the task that calls the model, so that the SDK call inside is found

        def __init__(self) -> None:
            self._calls: dict[Any, ModelCall] = {}

        def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: Any, **kwargs: Any) -> None:
            turns = read_turns(messages[0]) if messages else None
            if turns is not None:
                self._start(run_id, turns, _unsupported_in(messages[0]))

        def on_llm_start(self, serialized: Any, prompts: list[str], *, run_id: Any, **kwargs: Any) -> None:
            if prompts:
                self._start(run_id, (Turn(Role.USER, prompts[0]),), None)

        def on_llm_error(self, error: BaseException, *, run_id: Any, **kwargs: Any) -> None:
            call = self._calls.pop(run_id, None)
            if call is not None:
                call.is_over = True

        def on_llm_end(self, response: Any, *, run_id: Any, **kwargs: Any) -> None:
            call = self._calls.pop(run_id, None)
            if call is None:
                return
            call.is_over = True
            try:
                capture = _read_end(call, response)
            except (AttributeError, TypeError, IndexError, KeyError) as exc:
                warn(f"a call of LangChain was not captured ({type(exc).__name__})")
                return
            if capture is not None:
                emit(capture)

        def _start(self, run_id: Any, turns: tuple[Turn, ...], reason: str | None) -> None:
            scope = SCOPE.get(None) or Scope()
            call = self._calls[run_id] = ModelCall(scope.call, turns, reason)
            # Not reset, as LangChain ends calls in other tasks; a call that is over is skipped later.
            SCOPE.set(Scope(scope.session, call))

    return Handler()


def _read_end(call: ModelCall, response: Any) -> Capture | None:
    generation = response.generations[0][0]
    message = getattr(generation, "message", None)
    question = next((turn.text for turn in reversed(call.turns) if turn.role is Role.USER), None)
    text = generation.text
    if question is None or not isinstance(text, str) or not text:
        return None  # a tool call, which is only an intermediate step
    inner = call.inner
    output = response.llm_output or {}
    metadata = getattr(message, "response_metadata", None) or {}
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    model = metadata.get("model_name") or metadata.get("model") or output.get("model_name") or call.model
    return Capture(
        question=question,
        answer=text,
        turns=call.turns,
        model=model if isinstance(model, str) else None,
        set_model=inner.set_model if inner is not None else None,
        usage=Usage(
            usage.get("output_tokens", call.usage.tokens), usage.get("input_tokens", call.usage.input_tokens)
        ),
        callable=inner.callable if inner is not None else None,
        params=inner.params if inner is not None else {},
        source="langchain",
        cannot_ask_again=call.cannot_ask_again
        or (inner.cannot_ask_again if inner is not None else _NO_REPLAY),
        elapsed_s=time.perf_counter() - call.started,
    )


def _unsupported_in(messages: Any) -> str | None:
    """
    Return why a suite cannot hold the whole conversation, or None if it can.
    """
    for message in messages:
        if getattr(message, "tool_calls", None) or getattr(message, "type", None) == "tool":
            return "the conversation holds tool calls, which a suite cannot hold"
        content = getattr(message, "content", None)
        if isinstance(content, list) and any(
            not isinstance(part, str) and part.get("type") != "text" for part in content
        ):
            return "the question holds more than text, which a suite cannot hold"
    return None
