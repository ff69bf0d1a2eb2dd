"""
Read what a callable returned: a text, an SDK's response object, a mapping with `answer`, or a JSON value.

SDKs are recognized only by the shape of their objects, or of the dicts made from them; none is imported.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

from llmentary_regression_worker.wire import MAX_TEXT, AnswerMessage


class BadAnswer(Exception):
    """
    What was returned cannot be read as an answer; the text says why and what to return instead.
    """

    kind = "bad-answer"


class TooLarge(BadAnswer):
    """
    What was returned is longer than any answer.
    """

    kind = "too-large"

    def __init__(self, length: int, more: bool = False) -> None:
        count = f"more than {length:,}" if more else f"{length:,}"
        super().__init__(f"returned {count} characters; an answer may have {MAX_TEXT:,}")


def read_answer(value: Any) -> AnswerMessage:
    """
    Return the answer that a callable's return value holds.

    Raises:
        BadAnswer: there is none in it, or it is too large.
    """
    if value is None:
        raise BadAnswer("returned None; return the answer's text (is a `return` missing?)")
    message = _read_response(value)
    if message is None and isinstance(value, Mapping) and "answer" in value:
        message = _read_mapping(value)
    if message is None and not isinstance(value, (str, Mapping)):
        message = _read_text_attribute(value)
    if message is None:
        message = _read_plain(value)
    if len(message["text"]) > MAX_TEXT:
        raise TooLarge(len(message["text"]))
    message["text"] = fix_surrogates(message["text"])
    return message


def read_json(value: Any) -> Any:
    """
    Return the JSON value of what a judge or embed callable returned, vectors of numeric libraries included.

    Raises:
        BadAnswer: it is not a JSON value, or too large.
    """
    if hasattr(value, "tolist") and not isinstance(value, type):
        value = value.tolist()
    if value is None or isinstance(value, str):
        return value
    return json.loads(_json_text(value))


def fix_surrogates(text: str) -> str:
    """
    Return the text with surrogate pairs joined and lone surrogates replaced, so that it can be encoded.
    """
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _read_response(value: Any) -> AnswerMessage | None:
    """
    Read the responses of OpenAI (Chat Completions, Responses), Anthropic and what imitates them.
    """
    if isinstance(value, (str, list, tuple, int, float)):
        return None
    text = _text_of_choices(field_of(value, "choices"))
    if text is None:
        output_text = field_of(value, "output_text")
        text = output_text if isinstance(output_text, str) else None
    if text is None and isinstance(value, Mapping):
        text = _text_of_output(value.get("output"))
    if text is None and (not isinstance(value, Mapping) or value.get("type") == "message"):
        text = _text_of_blocks(field_of(value, "content"))
    if text is None:
        return None
    return _with_details({"text": text}, value)


def _text_of_choices(choices: Any) -> str | None:
    if not isinstance(choices, (list, tuple)) or not choices:
        return None
    message = field_of(choices[0], "message")
    content = field_of(message, "content")
    if isinstance(content, str):
        return content
    legacy = field_of(choices[0], "text")
    if isinstance(legacy, str):
        return legacy
    refusal = field_of(message, "refusal")
    if isinstance(refusal, str):
        return refusal
    if isinstance(field_of(message, "tool_calls"), (list, tuple)):
        raise BadAnswer(
            "returned a response that holds tool calls and no text; run the tools, then return the text"
        )
    return None


def _text_of_output(output: Any) -> str | None:
    if not isinstance(output, list):
        return None
    texts = [
        _text_of_blocks(field_of(item, "content")) for item in output if field_of(item, "type") == "message"
    ]
    found = [text for text in texts if text is not None]
    return "".join(found) if found else None


def _text_of_blocks(blocks: Any) -> str | None:
    if not isinstance(blocks, (list, tuple)) or not blocks:
        return None
    texts = [block if isinstance(block, str) else field_of(block, "text") for block in blocks]
    found = [text for text in texts if isinstance(text, str)]
    if found:
        return "".join(found)
    if any(field_of(block, "type") == "tool_use" for block in blocks):
        raise BadAnswer(
            "returned a message that holds tool calls and no text; run the tools, then return the text"
        )
    return None


def _read_mapping(value: Mapping[Any, Any]) -> AnswerMessage:
    inner = value["answer"]
    if inner is None:
        raise BadAnswer("returned a mapping whose `answer` is None; put the answer's text there")
    message = _read_response(inner)
    if message is None and not isinstance(inner, (str, Mapping)):
        message = _read_text_attribute(inner)
    if message is None:
        message = _read_plain(inner)
    return _with_details(message, value)


def _read_text_attribute(value: Any) -> AnswerMessage | None:
    for name in ("text", "content"):
        text = getattr(value, name, None)
        if isinstance(text, str):
            return _with_details({"text": text}, value)
    return None


def _read_plain(value: Any) -> AnswerMessage:
    if isinstance(value, str):
        return {"text": str.__str__(value)}
    text = _json_text(value)
    data = json.loads(fix_surrogates(text))
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return {"text": canonical, "data": data, "has_data": True}


def _json_text(value: Any) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    elif hasattr(value, "model_dump") and not isinstance(value, type):
        value = value.model_dump(mode="json")
    elif isinstance(value, Mapping) and not isinstance(value, dict):
        value = dict(value)
    parts = []
    length = 0
    try:
        # Piece by piece: a value of 50 MB is refused before it becomes 50 MB of text as well.
        for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > MAX_TEXT:
                raise TooLarge(MAX_TEXT, more=True)
    except TypeError as exc:
        raise BadAnswer(
            f"returned {_a_type(value)}{_culprit(exc, value)}; return a string or a JSON value"
        ) from None
    except ValueError as exc:
        raise BadAnswer(
            f"returned {_a_type(value)} that is not a JSON value ({exc}); return a string or JSON"
        ) from None
    except RecursionError:
        raise BadAnswer(f"returned {_a_type(value)} that is nested too deeply for JSON") from None
    return "".join(parts)


def _a_type(value: Any) -> str:
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"a value of type `{name}`"


def _culprit(exc: TypeError, value: Any) -> str:
    """
    Return what inside a container is not JSON, from the message of `json`: "Object of type X is not ...".
    """
    if not isinstance(value, (dict, list, tuple)):
        return ""
    words = str(exc).split()
    if words[:3] == ["Object", "of", "type"]:
        return f" that holds a `{words[3]}`"
    return " whose keys are not strings"


def _with_details(message: AnswerMessage, source: Any) -> AnswerMessage:
    """
    Add model, tokens and cost where the developer's mapping or the response has them.
    """
    model = field_of(source, "model")
    if not isinstance(model, str):
        metadata = field_of(source, "response_metadata")
        model = field_of(metadata, "model_name") or field_of(metadata, "model")
    if isinstance(model, str) and model:
        message["model"] = fix_surrogates(model)
    usage = field_of(source, "usage")
    if usage is None:
        usage = field_of(source, "usage_metadata")
    tokens = (
        usage if isinstance(usage, int) else _first_int(usage, "completion_tokens", "output_tokens", "tokens")
    )
    if tokens is not None and not isinstance(tokens, bool) and tokens >= 0:
        message["tokens"] = tokens
    cost = field_of(source, "cost")
    if cost is None:
        cost = field_of(usage, "cost")
    if isinstance(cost, (int, float)) and not isinstance(cost, bool) and math.isfinite(cost):
        message["cost"] = float(cost)
    return message


def _first_int(source: Any, *names: str) -> int | None:
    for name in names:
        number = field_of(source, name)
        if isinstance(number, int):
            return number
    return None


def field_of(source: Any, name: str) -> Any:
    """
    Return an item of a mapping or an attribute of an object; None where it has none.
    """
    if source is None:
        return None
    if isinstance(source, Mapping):
        return source.get(name)
    return getattr(source, name, None)
