"""
What git knows of a project, and what it is told of llmentary.
"""

from __future__ import annotations

from ._git import Revision, conflicting_versions, user_name
from ._textconv import install_textconv

__all__ = ["Revision", "conflicting_versions", "install_textconv", "user_name"]
