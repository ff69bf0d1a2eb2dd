"""
Ask a program over HTTP: `@callable http://localhost:8000/ask`, whatever language it is written in.

Only the standard library is used: no proxy, no redirect, no cookie, and no header that the user did not allow.
"""

from __future__ import annotations

import base64
import html
import http.client
import json
import os
import re
import ssl
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from llmentary_regression_worker.answer import BadAnswer, TooLarge
from llmentary_regression_worker.events import read_events, read_pieces
from llmentary_regression_worker.http_failure import HttpFailure
from llmentary_regression_worker.json_paths import compile_path
from llmentary_regression_worker.wire import MAX_TEXT

ALLOWED_VARIABLES = "LLMENTARY_HTTP_ENV"
"""Set by llmentary for its workers: the variables that headers may hold, with the hosts they may go to."""
_PATHS = ("answer", "choices[0].message.content", "response", "reply", "output", "message", "content", "text")
_PIECES = ("choices[0].delta.content", "delta.text", "delta", "answer", "token", "text", "content", "$")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_METHOD = re.compile(r"[A-Z]{3,10}")
_SHOWN = 300
_MASK = "[masked]"
_MIN_SECRET = 6
_MAX_BYTES = 4 * MAX_TEXT
_SOCKET_TIMEOUT_S = 3600.0
"""Only so that nothing waits forever: the case's own `timeout` ends the process earlier."""


class HttpTarget:
    """
    One address, called like a function that takes messages.

    Raises:
        ValueError: the address cannot be used.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if not parts.hostname or port == -1:
            raise ValueError("is not an address; write it as `http://localhost:8000/ask`")
        if parts.username is not None or parts.password is not None:
            raise ValueError("holds a password; put it into an environment variable and a header instead")
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = port or (443 if self._is_secure else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def __call__(
        self,
        messages: list[dict[str, str]],
        *,
        model: str | None = None,
        params: Any = None,
        tags: Any = None,
        history: Any = None,
        **args: Any,
    ) -> Any:
        method = args.pop("method", "POST")
        headers = args.pop("headers", {})
        path = args.pop("answer", None)
        template = args.pop("body", None)
        if not isinstance(method, str) or not _METHOD.fullmatch(method):
            raise HttpFailure("was not asked: `@arg method` wants a word such as POST", 400)
        values = {**args, "messages": messages, "model": model, "question": messages[-1]["content"]}
        body = _fill(template, values) if template is not None else _default_body(messages, model, args)
        secrets: set[str] = set()
        sent = {
            "Accept": "application/json, text/event-stream, text/plain",
            "Content-Type": "application/json",
            **self._read_headers(headers, secrets),
        }
        status, received, data = self._ask(method, json.dumps(body).encode("utf-8"), sent)
        return _read_response(status, received, data, path, Echoes(secrets))

    def _ask(self, method: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        place = f"{self._host}:{self._port}"
        connection = (
            http.client.HTTPSConnection(
                self._host, self._port, timeout=_SOCKET_TIMEOUT_S, context=ssl.create_default_context()
            )
            if self._is_secure
            else http.client.HTTPConnection(self._host, self._port, timeout=_SOCKET_TIMEOUT_S)
        )
        try:
            connection.request(method, self._path, body, headers)
            response = connection.getresponse()
            data = response.read(_MAX_BYTES + 1)
            if response.length and len(data) <= _MAX_BYTES:
                # A read with a size ends without an error where the connection breaks off.
                raise HttpFailure(
                    f"broke off after {len(data):,} of {len(data) + response.length:,} bytes; ask it again"
                )
            return response.status, response.headers, data
        except ConnectionRefusedError:
            raise HttpFailure(f"was not asked: nothing listens at {place}; start the program") from None
        except (OSError, http.client.HTTPException) as exc:
            raise HttpFailure(f"could not be asked ({_reason(exc)}); check the address {place}") from None
        finally:
            connection.close()

    def _read_headers(self, headers: Any, secrets: set[str]) -> dict[str, str]:
        """
        Return the headers to send, and add the values of their variables to `secrets`.
        """
        if not isinstance(headers, dict):
            raise HttpFailure('was not asked: `@arg headers` wants an object such as {"X-Shop": "main"}', 400)
        allowed = self._allowed()

        def value_of(found: re.Match[str]) -> str:
            name = found[1]
            if name not in allowed:
                raise HttpFailure(
                    f"was not asked: the header variable `{name}` may not go to {self._host}; allow it with "
                    f"{ALLOWED_VARIABLES}={name}@{self._host}, in your environment",
                    400,
                )
            if name not in os.environ:
                raise HttpFailure(
                    f"was not asked: the environment has no variable `{name}` for a header", 400
                )
            secrets.add(os.environ[name])
            return os.environ[name]

        read = {}
        for name, text in headers.items():
            value = _VARIABLE.sub(value_of, str(text))
            if not re.fullmatch(r"[A-Za-z0-9-]+", name) or re.search(r"[\r\n\0]", value) or not _fits(value):
                raise HttpFailure(f"was not asked: the header `{name[:60]}` cannot be sent", 400)
            read[name] = value
        return read

    def _allowed(self) -> set[str]:
        """
        Return the variables that headers to this host may hold: `NAME`, or `NAME@host` for that host alone.
        """
        allowed = set()
        for word in re.split(r"[\s,]+", os.environ.get(ALLOWED_VARIABLES, "")):
            name, _, host = word.partition("@")
            if name and host.lower() in ("", self._host, f"{self._host}:{self._port}"):
                allowed.add(name)
        return allowed


class Echoes:
    """
    Replaces what a server repeats of the header variables it was sent: an answer is shown, and may be stored.

    A class because the forms of each value are worked out once.
    """

    def __init__(self, values: set[str]) -> None:
        forms = set()
        for value in values:
            if len(value) < _MIN_SECRET:
                continue  # too short to keep secret, and likely in any text
            data = value.encode("utf-8")
            coded = base64.b64encode(data).decode("ascii")
            for in_ascii in (True, False):
                once = json.dumps(value, ensure_ascii=in_ascii)[1:-1]
                forms |= {once, json.dumps(once, ensure_ascii=in_ascii)[1:-1]}  # JSON may hold JSON
            forms |= {value, quote(value), quote(value, safe=""), quote_plus(value)}
            forms |= {html.escape(value), coded, coded.rstrip("="), data.hex()}
        # The longest first: one form may begin another.
        self._pattern = (
            re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None
        )

    def masked(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(_MASK, text)

    def masked_in(self, value: Any) -> Any:
        """
        Return a JSON value with all its texts masked.
        """
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, list):
            return [self.masked_in(one) for one in value]
        if isinstance(value, dict):
            return {self.masked(name): self.masked_in(one) for name, one in value.items()}
        return value


def _default_body(messages: list[dict[str, str]], model: str | None, args: dict[str, Any]) -> dict[str, Any]:
    is_question = len(messages) == 1 and messages[0]["role"] == "user"
    body: dict[str, Any] = {"question": messages[0]["content"]} if is_question else {"messages": messages}
    if model is not None:
        body["model"] = model
    return {**body, **args}


def _fill(template: Any, values: dict[str, Any]) -> Any:
    """
    Return a template with its `{{names}}` filled in; a name that is the whole text becomes the value itself.
    """
    if isinstance(template, dict):
        return {key: _fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, values) for value in template]
    if not isinstance(template, str):
        return template
    alone = _PLACEHOLDER.fullmatch(template)
    if alone and alone[1] in values:
        return values[alone[1]]

    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        return value if isinstance(value, str) else json.dumps(value)

    return _PLACEHOLDER.sub(fill, template)


def _read_response(status: int, headers: Any, data: bytes, path: Any, echoes: Echoes) -> Any:
    if 300 <= status < 400:
        raise HttpFailure(f"answered {status}, a redirect, which is not followed; set the final address", 400)
    if not 200 <= status < 300:
        text = echoes.masked(data.decode("utf-8", "replace")).strip()
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise HttpFailure(f"answered {status}{f': {shown}' if shown else ''}", status, headers)
    if len(data) > _MAX_BYTES:
        raise TooLarge(_MAX_BYTES, more=True)
    kind = echoes.masked(headers.get_content_type())
    text = data.decode("utf-8", "replace")
    if path is not None and not isinstance(path, str):
        raise BadAnswer("has an `@arg answer` that is not a JSON path; write it as `$.data.answer`")
    try:
        picks = [compile_path(one) for one in ([path] if path else [])]
    except ValueError as exc:
        raise BadAnswer(f"was asked, but {exc}") from None
    if kind == "text/event-stream":
        pieces = read_pieces(read_events(text), picks or [compile_path(one) for one in _PIECES])
        if pieces is None:
            raise BadAnswer("answered with events that hold no text at the usual places; set `@arg answer`")
        return echoes.masked("".join(pieces))
    if kind == "text/plain" and not picks:
        return echoes.masked(text)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadAnswer(f"answered with `{kind}` that is not JSON; answer with JSON or text/plain") from None
    return _pick(echoes.masked_in(value), picks, path)


def _pick(value: Any, picks: list[Any], path: str | None) -> Any:
    if picks:
        found = picks[0](value)
        if not found:
            raise BadAnswer(f"answered with JSON that has nothing at `{path}`; correct `@arg answer`")
        return found[0] if len(found) == 1 else found
    if isinstance(value, dict) and "answer" not in value:
        for usual in _PATHS:
            found = [one for one in compile_path(usual)(value) if isinstance(one, str)]
            if found:
                return {
                    **{key: value[key] for key in ("model", "usage", "cost") if key in value},
                    "answer": found[0],
                }
    return value


def _reason(exc: BaseException) -> str:
    text = str(getattr(exc, "strerror", None) or exc).strip()
    return f"{type(exc).__name__}: {text[:120]}" if text else type(exc).__name__


def _fits(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
