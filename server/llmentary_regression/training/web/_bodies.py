"""
Find question, answer and model in the bodies of a request and its response.
"""

from __future__ import annotations

import json
import re
import zlib
from typing import Any, Final

from llmentary_regression.core.model import Turn
from llmentary_regression.training.calls import read_turns
from llmentary_regression_worker.events import join_events, read_events
from llmentary_regression_worker.json_paths import compile_path

MAX_BYTES: Final = 2_000_000
"""For the body of a request, and for that of a response; longer ones are not captured."""
QUESTION_PATHS: Final = ("question", "prompt", "messages", "message", "query", "input", "text")
ANSWER_PATHS: Final = (
    "answer",
    "choices[0].message.content",
    "response",
    "reply",
    "output",
    "message.content",
    "message",
    "content",
    "text",
    "$",
)
PIECE_PATHS: Final = (
    "choices[0].delta.content",
    "delta.text",
    "delta",
    "answer",
    "token",
    "text",
    "content",
    "$",
)
"""The paths of the answer's piece in an event of a stream."""
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b", re.IGNORECASE)
_EVENTS = ("text/event-stream",)
_LINES = ("application/x-ndjson", "application/jsonl")


def is_json(content_type: str) -> bool:
    """
    Return whether a `Content-Type` means JSON.
    """
    return _JSON.match(content_type) is not None


def may_hold_answer(content_type: str) -> bool:
    """
    Return whether a response of this media type may contain an answer.
    """
    return is_json(content_type) or content_type in (*_EVENTS, *_LINES, "text/plain")


def find_question(body: Any, given_path: str | None) -> tuple[tuple[Turn, ...], str] | None:
    """
    Return the turns that a request asks, and their JSON path; None if it asks nothing.

    Args:
        body: the request's JSON value.
        given_path: the JSON path of the question; None tries the usual names.
    """
    for path in (given_path,) if given_path is not None else QUESTION_PATHS:
        for value in compile_path(path)(body):
            turns = read_turns(value)
            if turns is not None:
                return turns, path
    return None


def find_model(body: Any, given_path: str | None) -> str | None:
    """
    Return the model's name at a JSON path of a response, if there is one.
    """
    if given_path is None:
        return None
    return next((model for model in compile_path(given_path)(body) if isinstance(model, str)), None)


def read_answer(
    data: bytes, content_type: str, encoding: str, given_path: str | None
) -> tuple[str | None, Any]:
    """
    Return the answer of a response, and the response's JSON value if it has one.

    Args:
        data: the body as sent.
        content_type: the media type, without parameters.
        encoding: the `Content-Encoding`.
        given_path: the JSON path of the answer, or of its piece in each event; None tries the usual names.

    Raises:
        ValueError: the body does not match its type.
        zlib.error: the body does not match its encoding.
    """
    decoded = _decoded(data, encoding)
    if decoded is None:
        return None, None
    text = decoded.decode("utf-8")
    if content_type in (*_EVENTS, *_LINES):
        events = read_events(text) if content_type in _EVENTS else text.split("\n")
        picks = [compile_path(path) for path in ((given_path,) if given_path is not None else PIECE_PATHS)]
        return join_events((event for event in events if event.strip()), picks), None
    if content_type == "text/plain":
        return text, None
    body = json.loads(text)
    for path in (given_path,) if given_path is not None else ANSWER_PATHS:
        for value in compile_path(path)(body):
            if isinstance(value, str) and value:
                return value, body
    return None, body


def _decoded(data: bytes, encoding: str) -> bytes | None:
    if encoding in ("", "identity"):
        return data
    if encoding in ("gzip", "x-gzip"):
        reader = zlib.decompressobj(31)
        text = reader.decompress(data, MAX_BYTES)
        return None if reader.unconsumed_tail else text
    return None
