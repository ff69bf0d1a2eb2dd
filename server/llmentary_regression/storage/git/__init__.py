"""
Running git, such that nothing the repository's configuration names runs with it.
"""

from __future__ import annotations

from ._run_git import run_git

__all__ = ["run_git"]
