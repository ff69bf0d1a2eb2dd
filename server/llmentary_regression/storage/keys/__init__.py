"""
The project's key on this machine, and the keyring that is committed.
"""

from __future__ import annotations

from ._keyfile import KEY_VARIABLE
from ._keyring import (
    AddedKey,
    Keyring,
    add_key,
    check_approving,
    ensure_keyring,
    find_project_key,
    load_keyring,
    rotate_keyring,
)
from ._status import KeyStatus, key_status

__all__ = [
    "KEY_VARIABLE",
    "AddedKey",
    "KeyStatus",
    "Keyring",
    "add_key",
    "check_approving",
    "ensure_keyring",
    "find_project_key",
    "key_status",
    "load_keyring",
    "rotate_keyring",
]
