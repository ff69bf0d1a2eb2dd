"""
JSON-RPC between client and server.
"""

from __future__ import annotations

from ._faults import describe_fault
from ._rpc import Protocol, make_converter, refusal
from ._transport import PipeWriter, read_frames

__all__ = [
    "PipeWriter",
    "Protocol",
    "describe_fault",
    "make_converter",
    "read_frames",
    "refusal",
]
