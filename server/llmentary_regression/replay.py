"""
Callables that repeat the SDK calls captured in training: `@callable llmentary_regression.replay:openai`.

They run in the developer's own interpreter, with its SDK and the API key of its environment. A server given by
`@arg base_url` is called only if it is on this machine or also given by the environment; the API key is sent nowhere
else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

_Messages = Sequence[Mapping[str, str]]
_NO_KEY = "none"


def openai(messages: _Messages, model: str, base_url: str | None = None, **params: Any) -> Any:
    """
    Call the Chat Completions API of OpenAI, or of a compatible server.
    """
    from openai import OpenAI

    with OpenAI(**_client_options("OPENAI", base_url)) as client:
        return client.chat.completions.create(messages=_plain(messages), model=model, **params)


def openai_responses(messages: _Messages, model: str, base_url: str | None = None, **params: Any) -> Any:
    """
    Call the Responses API of OpenAI.
    """
    from openai import OpenAI

    with OpenAI(**_client_options("OPENAI", base_url)) as client:
        return client.responses.create(input=_plain(messages), model=model, **params)


def anthropic(
    messages: _Messages, model: str, max_tokens: int = 1024, base_url: str | None = None, **params: Any
) -> Any:
    """
    Call the Messages API of Anthropic.
    """
    from anthropic import Anthropic

    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    if system:
        params["system"] = system
    turns = _plain([message for message in messages if message["role"] != "system"])
    with Anthropic(**_client_options("ANTHROPIC", base_url)) as client:
        return client.messages.create(messages=turns, model=model, max_tokens=max_tokens, **params)


def _plain(messages: _Messages) -> Any:
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def _client_options(provider: str, base_url: str | None) -> dict[str, Any]:
    if base_url is None:
        return {}
    variable = f"{provider}_BASE_URL"
    if base_url.rstrip("/") != os.environ.get(variable, "").rstrip("/"):
        if not _is_on_this_machine(base_url):
            raise ValueError(
                f"`base_url` is a server that is not on this machine; set {variable} to the same address "
                f"to allow sending {provider}_API_KEY there"
            )
        # Servers on this machine rarely need a key, but the SDKs refuse to run without one.
        return {"base_url": base_url, "api_key": os.environ.get(f"{provider}_API_KEY") or _NO_KEY}
    return {"base_url": base_url}


def _is_on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or (host.startswith("127.") and host.replace(".", "").isdigit())
