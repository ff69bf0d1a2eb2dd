"""
Wait for a debugger before the developer's code is loaded, where llmentary was asked for one.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

VARIABLE = "LLMENTARY_DEBUGPY"
"""Set: listen at this port of this machine, 0 for any."""
FOLDER_VARIABLE = "LLMENTARY_DEBUGPY_FOLDER"
"""Where `debugpy` lies if the developer's environment has none, such as in the editor's extension."""


def wanted_port() -> int | None:
    """
    Return the port to listen at, or None; it is removed from the environment of the developer's code.
    """
    port = os.environ.pop(VARIABLE, "")
    return int(port) if port.isdigit() else None


def listen(port: int) -> dict[str, Any]:
    """
    Return the message that says where a debugger can attach, or why none can.
    """
    folder = os.environ.pop(FOLDER_VARIABLE, "")
    try:
        debugpy = _load(folder)
    except ImportError as exc:
        command = f"`{sys.executable} -m pip install debugpy`"
        return {"is": "debug", "port": None, "reason": f"cannot import `debugpy` ({exc}); run {command}"}
    try:
        # The developer's own child processes do not wait for a debugger.
        debugpy.configure(subProcess=False)
        _, bound = debugpy.listen(("127.0.0.1", port))
    except (OSError, RuntimeError, ValueError) as exc:
        return {"is": "debug", "port": None, "reason": f"`debugpy` cannot listen ({exc}); try again"}
    return {"is": "debug", "port": bound, "reason": ""}


def wait() -> None:
    """
    Wait until a debugger is attached.
    """
    importlib.import_module("debugpy").wait_for_client()


def _load(folder: str) -> Any:
    try:
        return importlib.import_module("debugpy")
    except ImportError:
        if not folder:
            raise
    sys.path.append(folder)
    try:
        return importlib.import_module("debugpy")
    finally:
        sys.path.remove(folder)
