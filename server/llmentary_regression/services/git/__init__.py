"""
What git knows of a project, and what it is told of llmentary.
"""

from __future__ import annotations

from ._git import Revision, acting_user, conflicting_versions
from ._textconv import install_textconv

__all__ = ["Revision", "acting_user", "conflicting_versions", "install_textconv"]
