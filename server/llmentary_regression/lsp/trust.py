"""
Whether anything of a folder may run: as the client says, else as the user said by `llmentary trust`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class Trust:
    """
    The user's word, as far as it is known.
    """

    def __init__(self, is_trusted_by_user: Callable[[Path], bool]) -> None:
        self._is_trusted_by_user = is_trusted_by_user
        self.granted: bool | None = None
        """What the client said; None where it knows no trust."""

    def allows(self, root: Path) -> bool:
        """
        Tell whether the callable of the project at `root` may run.
        """
        return self._is_trusted_by_user(root) if self.granted is None else self.granted

    def refusal(self, root: Path) -> str:
        """
        Return why nothing runs in an untrusted project, and what to do.
        """
        if self.granted is None:
            return (
                f"llmentary runs nothing in `{root}` until you allow it: "
                f"run `llmentary trust` in that folder, once"
            )
        return "llmentary runs nothing in an untrusted workspace: trust the workspace to ask the questions"
