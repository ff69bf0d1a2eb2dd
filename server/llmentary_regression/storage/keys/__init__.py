"""
The project's key on this machine, and the keyring that is committed.
"""

from __future__ import annotations

from ._keyring import Keyring, ensure_keyring, find_project_key, key_status, load_keyring, rotate_keyring

__all__ = [
    "Keyring",
    "ensure_keyring",
    "find_project_key",
    "key_status",
    "load_keyring",
    "rotate_keyring",
]
