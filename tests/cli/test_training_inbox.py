"""
What waits to be decided while an application runs in training.
"""

from __future__ import annotations

from typing import cast

import pytest

from llmentary_regression.cli.train_app import Inbox
from llmentary_regression.training.captures import Capture
from llmentary_regression.training.transport import CaptureConnection, Message, encode


class Recording:
    """
    A line that says what one process sent, and then that the process has gone.
    """

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)

    def receive(self) -> bytes:
        if not self._messages:
            raise EOFError
        return encode(self._messages.pop(0))


def test_captures_are_counted_and_the_bell_is_not() -> None:
    """
    The bell rings when the application ends; nobody waits for a decision on that.
    """
    inbox = Inbox()
    sent = [Message("capture", number, Capture("A?", "Yes.")) for number in (1, 2)]

    with pytest.raises(EOFError):
        inbox.serve(cast(CaptureConnection, Recording(*sent)))
    inbox.wake()
    before = inbox.waiting
    first = inbox.next(waits=False)

    assert before == 2
    assert first is not None
    assert inbox.waiting == 1
