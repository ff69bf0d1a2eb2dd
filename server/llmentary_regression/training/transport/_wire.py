"""
Captures as JSON messages between an application and the approving side; nothing is ever unpickled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.training.captures import Capture, Usage

MAX_MESSAGE = 64 * 1024 * 1024
_TEXT_FIELDS = ("category", "name", "model", "set_model", "callable", "file", "cannot_ask_again")


class BadMessage(ValueError):
    """
    What was received is not a valid message.
    """


@dataclass(frozen=True, slots=True)
class Message:
    """
    One message: a capture, or what happened to one.
    """

    kind: str
    """`capture`, `withdrawn` (decided elsewhere), `decided`, or `dropped`."""
    number: int = 0
    """The sender's number of the capture; for `dropped`, how many were dropped."""
    capture: Capture | None = None


def encode(message: Message) -> bytes:
    """
    Return a message as bytes.
    """
    document: dict[str, Any] = {"kind": message.kind, "number": message.number}
    if message.capture is not None:
        document["capture"] = capture_document(message.capture)
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def decode(data: bytes) -> Message:
    """
    Read a message.

    Raises:
        BadMessage: it is not valid.
    """
    try:
        document = json.loads(data)
        kind, number = document["kind"], document["number"]
        capture = document.get("capture")
        if not isinstance(kind, str) or type(number) is not int:
            raise BadMessage("fields of the wrong type")
        return Message(kind, number, None if capture is None else read_capture(capture))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise BadMessage(type(exc).__name__) from None


def capture_document(capture: Capture) -> dict[str, Any]:
    """
    Return a capture as a JSON object.
    """
    return {
        "question": capture.question,
        "answer": capture.answer,
        "turns": [[str(turn.role), turn.text] for turn in capture.turns],
        **{name: getattr(capture, name) for name in _TEXT_FIELDS},
        "usage": [capture.usage.tokens, capture.usage.input_tokens, capture.usage.cost],
        "tags": list(capture.tags),
        "args": dict(capture.args),
        "params": dict(capture.params),
        "source": capture.source,
        "data": capture.data,
        "has_data": capture.has_data,
        "elapsed_s": capture.elapsed_s,
    }


def read_capture(document: dict[str, Any]) -> Capture:
    """
    Return the capture that a JSON object represents.

    Raises:
        BadMessage, KeyError, TypeError, ValueError: it represents none.
    """
    texts = {name: document[name] for name in _TEXT_FIELDS}
    tokens, input_tokens, cost = document["usage"]
    if not all(value is None or isinstance(value, str) for value in texts.values()):
        raise BadMessage("a text field has another type")
    if not all(isinstance(document[name], str) for name in ("question", "answer", "source")):
        raise BadMessage("a text field has another type")
    if not all(isinstance(document[name], dict) for name in ("args", "params")):
        raise BadMessage("an object field has another type")
    return Capture(
        question=document["question"],
        answer=document["answer"],
        turns=tuple(Turn(Role(role), str(text)) for role, text in document["turns"]),
        **texts,
        usage=Usage(_number(tokens), _number(input_tokens), _number(cost)),
        tags=tuple(str(tag) for tag in document["tags"]),
        args=document["args"],
        params=document["params"],
        source=document["source"],
        data=document["data"],
        has_data=bool(document["has_data"]),
        elapsed_s=float(document["elapsed_s"]),
    )


def _number(value: object) -> Any:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise BadMessage("a number field has another type")
