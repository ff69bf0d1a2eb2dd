"""
Join the pieces of a streamed answer, whether the developer's strings or an SDK's own events.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from llmentary_regression_worker.answer import BadAnswer, TooLarge, field_of
from llmentary_regression_worker.wire import MAX_TEXT


class Joined:
    """
    The pieces so far; refuses to grow beyond the size of an answer.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0

    def add(self, piece: Any) -> None:
        """
        Add a piece.

        Raises:
            BadAnswer: it has no text, or there is too much of it.
        """
        text = _text_of(piece)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise TooLarge(MAX_TEXT, more=True)
        self._texts.append(text)

    def text(self) -> str:
        """
        Return all pieces as one text.
        """
        return "".join(self._texts)


def is_stream(value: Any) -> bool:
    """
    Return whether a value is a generator or another one-way stream of pieces.
    """
    return isinstance(value, Iterator)


def is_async_stream(value: Any) -> bool:
    """
    Return whether a value is an async generator or another async stream of pieces.
    """
    return isinstance(value, AsyncIterator)


def join_stream(stream: Iterator[Any]) -> str:
    """
    Return the text of a stream; it is closed if it goes on for too long.
    """
    joined = Joined()
    try:
        for piece in stream:
            joined.add(piece)
    finally:
        close = getattr(stream, "close", None)
        if callable(close):
            close()
    return joined.text()


async def join_async_stream(stream: AsyncIterator[Any]) -> str:
    """
    Return the text of an async stream; it is closed if it goes on for too long.
    """
    joined = Joined()
    try:
        async for piece in stream:
            joined.add(piece)
    finally:
        close = getattr(stream, "aclose", None)
        if callable(close):
            await close()
    return joined.text()


def _text_of(piece: Any) -> str:
    if isinstance(piece, str):
        return piece
    text = _text_of_event(piece)
    if text is None:
        raise BadAnswer(f"yielded a `{type(piece).__qualname__}`; yield the answer's pieces as strings")
    return text


def _text_of_event(event: Any) -> str | None:
    """
    Return the text of one event of OpenAI, Anthropic or LangChain; an event without text has an empty one.
    """
    choices = field_of(event, "choices")
    if isinstance(choices, (list, tuple)):
        content = field_of(field_of(choices[0], "delta"), "content") if choices else None
        return content if isinstance(content, str) else ""
    kind = field_of(event, "type")
    if isinstance(kind, str) and kind in {"content_block_delta", "response.output_text.delta"}:
        delta = field_of(event, "delta")
        text = delta if isinstance(delta, str) else field_of(delta, "text")
        return text if isinstance(text, str) else ""
    for name in ("text", "content"):
        text = field_of(event, name)
        if isinstance(text, str) and not isinstance(event, Mapping):
            return text
    return "" if isinstance(kind, str) and not isinstance(event, Mapping) else None
