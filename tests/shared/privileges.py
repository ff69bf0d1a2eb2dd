"""
Being a user whom permissions bind, for tests that run as root.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager

NOBODY = 65534


@contextmanager
def bound_by_permissions() -> Iterator[None]:
    """
    Be another user than root for the length of a `with` block. Root may do everything, so nothing would be refused.
    """
    # Python loads an encoding when it is first used, and never tries again. This user may not be able to read it.
    codecs.lookup("utf-8-sig")
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
