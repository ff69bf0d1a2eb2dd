"""
JSON-RPC between client and server.
"""

from __future__ import annotations

from ._params import parse_known_fields, parse_params
from ._rpc import Protocol, describe_exception, make_converter, refusal
from ._transport import PipeWriter, read_frames

__all__ = [
    "PipeWriter",
    "Protocol",
    "describe_exception",
    "make_converter",
    "parse_known_fields",
    "parse_params",
    "read_frames",
    "refusal",
]
