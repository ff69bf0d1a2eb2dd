"""
Read JSON paths and server-sent events as a worker does.
"""

from __future__ import annotations

from llmentary_regression_worker.events import join_events, read_events
from llmentary_regression_worker.json_paths import compile_path

__all__ = ["compile_path", "join_events", "read_events"]
