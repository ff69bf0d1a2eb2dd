"""
What a crash would write to the disk by itself.
"""

from __future__ import annotations


def disable_core_dumps() -> None:
    """
    Have a crash of this process write no image of its memory: it would hold answers, and perhaps the key.
    """
    try:
        import resource
    except ImportError:  # Windows has none, and writes no such file by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
