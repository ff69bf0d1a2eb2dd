"""
`python -m llmentary_regression`: take the current folder off the import path before anything is imported from it.

Python puts the current folder first, and so a stranger's `json.py` before the standard library's. This module may
import nothing that is not built in.
"""

import sys

_NAMES = ("llmentary_regression", "llmentary")


def leave_current_folder() -> None:
    """
    Remove the current folder from the import path where this very package was started by `-m`.

    A program that imports us was started by another name, and its path stays as it is. So does the folder that
    we were ourselves imported from, as in a clone of the repository.
    """
    started = sys.orig_argv[1:]
    while started and started[0] != "-m":
        # Options before `-m`, some with a value of their own.
        del started[: 2 if started[0] in ("-X", "-W", "--check-hash-based-pycs") else 1]
    if started[1:2] and started[1] in _NAMES and sys.path and not getattr(sys.flags, "safe_path", False):
        ours = __file__.replace("\\", "/").rpartition("/")[0].rpartition("/")[0]
        if sys.path[0].replace("\\", "/").rstrip("/") != ours.rstrip("/"):
            del sys.path[0]
