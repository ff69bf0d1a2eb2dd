"""
The request of an LLM SDK call, as far as a suite can represent it and `llmentary_regression.replay` can repeat it.
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
"""By package and resource of the SDK; asynchronous resources use the same ones."""
_CLIENTS = frozenset({"OpenAI", "AsyncOpenAI", "Anthropic", "AsyncAnthropic"})
_DEFAULT_HOSTS = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}
_BASE_URLS = {"openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL"}
_MAX_FRAMES = 12

_QUESTION = frozenset({"model", "messages", "input", "instructions", "system"})
"""Arguments that are part of the question."""
_WRITTEN = frozenset(
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
"""Arguments that affect the answer; written as `@arg`."""
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
"""Arguments that do not affect the answer, or identify the application's user."""


@dataclass(frozen=True, slots=True, repr=False)
class SdkRequest:
    """
    One call of an SDK. Its `repr` shows no arguments, as they may contain texts.
    """

    replay: str | None = None
    """The callable that repeats the call."""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    cannot_ask_again: str | None = None

    def __repr__(self) -> str:
        return f"SdkRequest({self.replay})"


def request_in_progress() -> SdkRequest | None:
    """
    Return the SDK call that the running code is part of, or None if there is none.

    Instrumentations pass on little about a call. But they start its span inside their wrapper of the SDK's method,
    and following the convention of `wrapt`, the arguments of such wrappers are named `instance` and `kwargs`.
    """
    frame = sys._getframe(1) if hasattr(sys, "_getframe") else None
    for _ in range(_MAX_FRAMES):
        if frame is None:
            return None
        names = frame.f_locals
        if "instance" in names and isinstance(names.get("kwargs"), Mapping):
            return read_request(names["instance"], names["kwargs"])
        frame = frame.f_back
    return None


def read_request(resource: object, arguments: Mapping[str, Any]) -> SdkRequest:
    """
    Read a call.

    Args:
        resource: the object of the SDK whose method was called, such as `client.chat.completions`.
        arguments: the keyword arguments; the SDKs accept no others.
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
        if value is None or name in _QUESTION | _LEFT_OUT or _is_not_given(value):
            continue
        if name not in _WRITTEN or not is_simple(value):
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
    Return the server's address if it is not the SDK's default, without any secret in it.
    """
    parts = urlsplit(used)
    if not parts.hostname or parts.hostname == _DEFAULT_HOSTS[package]:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    address = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
    return None if os.environ.get(_BASE_URLS[package], "").rstrip("/") == address else address
