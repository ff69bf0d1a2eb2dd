"""
Find a running language server that offers captures in the editor's training inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ._sender import Sender


def find_editor(
    folder: Path, environ: Mapping[str, str], on_decided: Callable[[int], None] | None = None
) -> Sender | None:
    """
    Return the way to the language server of a folder's project, or None where none runs.

    Args:
        folder: of the project.
        environ: the environment variables to go by.
        on_decided: told the number of a capture that was decided in the editor.
    """
    from llmentary_regression.storage.files import find_root
    from llmentary_regression.storage.user import find_inboxes, withdraw

    from ._channel import connect

    for meeting in find_inboxes(find_root(folder), environ):
        try:
            connect(meeting.address, meeting.secret).close()
        except (OSError, EOFError):
            withdraw(meeting.file)  # its server has ended without a word
            continue
        return Sender(meeting.address, meeting.secret, on_decided=on_decided, is_quiet=on_decided is not None)
    return None
