"""
What belongs to the user and not to a project: trusted folders, allowed variables, running servers.
"""

from __future__ import annotations

from ._folder import make_private_folder, user_folder
from ._permissions import allow_http_variables, allowed_http_variables, is_trusted, trust, untrust
from ._rendezvous import announce, meetings, withdraw

__all__ = [
    "allow_http_variables",
    "allowed_http_variables",
    "announce",
    "is_trusted",
    "make_private_folder",
    "meetings",
    "trust",
    "untrust",
    "user_folder",
    "withdraw",
]
