"""
What belongs to the user and not to a project: trusted folders, allowed variables, running servers.
"""

from __future__ import annotations

from ._folder import make_private_folder, user_folder
from ._inboxes import announce, find_inboxes, withdraw
from ._permissions import allow_http_variables, allowed_http_variables, is_trusted, trust, untrust

__all__ = [
    "allow_http_variables",
    "allowed_http_variables",
    "announce",
    "find_inboxes",
    "is_trusted",
    "make_private_folder",
    "trust",
    "untrust",
    "user_folder",
    "withdraw",
]
