"""
The connection between an application and whoever approves its answers.
"""

from __future__ import annotations

from ._channel import Door, Line
from ._editor import find_editor
from ._sender import Sender
from ._wire import Message, decode, encode

__all__ = [
    "Door",
    "Line",
    "Message",
    "Sender",
    "decode",
    "encode",
    "find_editor",
]
