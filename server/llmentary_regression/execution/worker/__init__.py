"""
One worker process: started, sent requests, watched, ended.
"""

from __future__ import annotations

from ._developer_code import worker_environ
from ._process import Process
from ._worker import Worker

__all__ = [
    "Process",
    "Worker",
    "worker_environ",
]
