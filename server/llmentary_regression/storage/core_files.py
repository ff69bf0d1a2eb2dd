"""
Core dumps, which a crash would write to the disk.
"""

from __future__ import annotations


def disable_core_dumps() -> None:
    """
    Prevent a crash from writing an image of this process's memory: it would contain answers, perhaps the key.
    """
    try:
        import resource
    except ImportError:  # Windows has none, and writes no such file by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
