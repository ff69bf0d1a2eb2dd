"""
What a call of an LLM SDK asked for, as far as a suite can hold it and `llmentary_regression.replay` can ask it again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from llmentary_regression.core.model import JsonValue
from llmentary_regression.training.calls import is_simple

_REPLAYS = {
    ("openai", "Completions"): "llmentary_regression.replay:openai",
    ("openai", "Responses"): "llmentary_regression.replay:openai_responses",
    ("anthropic", "Messages"): "llmentary_regression.replay:anthropic",
}
"""By package and resource of the SDK; the asynchronous resources are asked again by the same."""
_CLIENTS = frozenset({"OpenAI", "AsyncOpenAI", "Anthropic", "AsyncAnthropic"})
_DEFAULT_HOSTS = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}
_BASE_URLS = {"openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL"}
_FURTHEST = 12

_ASKED = frozenset({"model", "messages", "input", "instructions", "system"})
"""Part of the question."""
_KEPT = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "seed",
        "stop",
        "stop_sequences",
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "reasoning",
        "reasoning_effort",
        "thinking",
        "verbosity",
        "text",
        "response_format",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "output_config",
    }
)
"""What changes the answer, and is written as `@arg`."""
_LEFT_OUT = frozenset(
    {
        "stream",
        "stream_options",
        "timeout",
        "extra_headers",
        "user",
        "metadata",
        "store",
        "service_tier",
        "safety_identifier",
        "n",
        "prompt_cache_key",
        "prompt_cache_retention",
        "inference_geo",
        "logprobs",
        "top_logprobs",
        "include",
        "background",
    }
)
"""What does not change the answer, or says who the application's user is."""


@dataclass(frozen=True, slots=True, repr=False)
class SdkRequest:
    """
    One call of an SDK. Its `repr` shows nothing, since arguments may hold texts.
    """

    replay: str | None = None
    """The callable that asks the same again."""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    cannot_ask_again: str | None = None

    def __repr__(self) -> str:
        return f"SdkRequest({self.replay})"


def request_in_progress() -> SdkRequest | None:
    """
    Return the SDK call that the running code was called for, or None if there is none.

    Instrumentations hand on little of a call. But they start its span inside their wrapper around the SDK's
    method, whose arguments have been called `instance` and `kwargs` ever since `wrapt` gave them these names.
    """
    frame = sys._getframe(1) if hasattr(sys, "_getframe") else None
    for _ in range(_FURTHEST):
        if frame is None:
            return None
        found = frame.f_locals
        if "instance" in found and isinstance(found.get("kwargs"), Mapping):
            return read_request(found["instance"], found["kwargs"])
        frame = frame.f_back
    return None


def read_request(resource: object, arguments: Mapping[str, Any]) -> SdkRequest:
    """
    Read a call.

    Args:
        resource: the object of the SDK whose method was called, such as `client.chat.completions`.
        arguments: by keyword, since the SDKs take them in no other way.
    """
    package = type(resource).__module__.partition(".")[0]
    client = getattr(resource, "_client", None)
    replay = _REPLAYS.get((package, type(resource).__name__.removeprefix("Async")))
    client_name = type(client).__name__
    if replay is None or client_name not in _CLIENTS:
        return SdkRequest(
            cannot_ask_again=f"nothing asks `{package}` again as `{client_name}` does; "
            "set `@callable` to a function of yours that does"
        )
    params: dict[str, JsonValue] = {}
    for name, value in arguments.items():
        if value is None or name in _ASKED | _LEFT_OUT or _is_not_given(value):
            continue
        if name not in _KEPT or not is_simple(value):
            return SdkRequest(
                replay,
                cannot_ask_again=f"a suite cannot hold the argument `{name}` of the call; "
                "set `@callable` to a function of yours that asks this",
            )
        params[name] = value
    base_url = _base_url(package, str(getattr(client, "base_url", "")))
    return SdkRequest(replay, {**params, "base_url": base_url} if base_url else params)


def _is_not_given(value: object) -> bool:
    return type(value).__name__ in ("NotGiven", "Omit")


def _base_url(package: str, used: str) -> str | None:
    """
    Return the server's address where it is not the one that the SDK takes by itself; never with a secret.
    """
    parts = urlsplit(used)
    if not parts.hostname or parts.hostname == _DEFAULT_HOSTS[package]:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if parts.port is None else f"{host}:{parts.port}"
    address = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    return None if os.environ.get(_BASE_URLS[package], "").rstrip("/") == address else address
