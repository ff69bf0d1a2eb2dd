"""
The connection between an application and the process that approves its answers.
"""

from __future__ import annotations

from ._channel import CaptureConnection, CaptureListener
from ._sender import Sender, find_editor
from ._wire import Message, decode, encode

__all__ = [
    "CaptureConnection",
    "CaptureListener",
    "Message",
    "Sender",
    "decode",
    "encode",
    "find_editor",
]
