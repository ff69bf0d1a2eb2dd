"""
The process of the language server: `llmentary lsp --stdio`, and what the editor's bundle starts.

The standard streams are replaced before anything else is imported: from then on a stray `print`, ours or a
library's, goes to stderr and never into the protocol.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence

_USAGE = (
    "usage: llmentary lsp [--stdio]\n\nThe language server; it speaks over its standard input and output.\n"
)
_SECONDS_TO_EXIT = 3.0


def main(argv: Sequence[str]) -> int:
    """
    Serve one client over the standard streams, until it sends `exit` or disconnects.

    Returns:
        0 after a proper shutdown, 1 if the client disconnected without one, 2 for unknown arguments.
    """
    unknown = [
        argument
        for argument in argv
        if argument != "--stdio" and not argument.startswith("--clientProcessId")
    ]
    if unknown:
        asks_for_help = unknown[0] in ("-h", "--help")
        (sys.stdout if asks_for_help else sys.stderr).write(
            _USAGE if asks_for_help else f"llmentary lsp: unknown argument `{unknown[0]}`\n{_USAGE}"
        )
        return 0 if asks_for_help else 2
    read_fd, write_fd = claim_streams()
    exclude_working_folder()

    import gc
    import logging

    # Warnings and worse, since editors write stderr to a file. pygls is silenced: it logs whole messages.
    logging.basicConfig(
        stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)

    from llmentary_regression.lsp.assembly import create_server
    from llmentary_regression.storage.core_files import disable_core_dumps

    disable_core_dumps()
    # Ten thousand cases are many small values that live long: searching them for garbage again and again
    # would take more time than reading them.
    gc.set_threshold(50_000, 20, 50)
    code = create_server(os.environ).serve(read_fd, write_fd)
    _force_exit_later(code)
    return code


def claim_streams() -> tuple[int, int]:
    """
    Return duplicates of standard input and output, and redirect the originals: input is empty, output goes to stderr.

    Child processes do not inherit the duplicates.
    """
    read_fd, write_fd = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(read_fd, os.O_BINARY)
        msvcrt.setmode(write_fd, os.O_BINARY)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without a stderr
        os.dup2(null, 1)
        os.dup2(null, 2)
    os.close(null)
    return read_fd, write_fd


def exclude_working_folder() -> None:
    """
    Remove the current folder from the import path, since the user may not trust it.

    `python -m` puts it first. It stays if llmentary itself is in it.
    """
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    here = os.getcwd()  # noqa: PTH109 - importing pathlib takes time
    if here != own:
        sys.path[:] = [folder for folder in sys.path if folder not in ("", here)]


def _force_exit_later(code: int) -> None:
    """
    End the process even if a thread is still reading a large suite.
    """
    watchdog = threading.Timer(_SECONDS_TO_EXIT, os._exit, (code,))
    watchdog.daemon = True
    watchdog.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
