"""
The process of the language server: `llmentary lsp --stdio`, and what the editor's bundle starts.

The standard streams are moved aside before anything else is imported: from then on a stray `print`, ours or a
library's, lands in stderr and never in the protocol.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence

_USAGE = (
    "usage: llmentary lsp [--stdio]\n\nThe language server; it speaks over its standard input and output.\n"
)
_SECONDS_TO_LEAVE = 3.0


def main(argv: Sequence[str]) -> int:
    """
    Serve one client over the standard streams, until it says `exit` or goes away.

    Returns:
        0 after a proper shutdown, 1 if the client went without one, 2 for arguments that make no sense.
    """
    unknown = [one for one in argv if one != "--stdio" and not one.startswith("--clientProcessId")]
    if unknown:
        asks_for_help = unknown[0] in ("-h", "--help")
        (sys.stdout if asks_for_help else sys.stderr).write(
            _USAGE if asks_for_help else f"llmentary lsp: unknown argument `{unknown[0]}`\n{_USAGE}"
        )
        return 0 if asks_for_help else 2
    read_fd, write_fd = claim_streams()
    leave_working_folder_out()

    import gc
    import logging

    # Warnings and worse: an editor keeps stderr in a file. pygls logs whole messages, so it says nothing.
    logging.basicConfig(
        stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)

    from llmentary_regression.lsp.assembly import create_server
    from llmentary_regression.storage.core_files import leave_no_core_file

    leave_no_core_file()
    # Ten thousand cases are many small values that live long: looking for garbage among them again and
    # again would take more time than reading them.
    gc.set_threshold(50_000, 20, 50)
    code = create_server(os.environ).serve(read_fd, write_fd)
    _leave_soon(code)
    return code


def claim_streams() -> tuple[int, int]:
    """
    Return duplicates of the standard input and output, and put stderr and nothing in their places.

    Child processes inherit neither of the duplicates.
    """
    read_fd, write_fd = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(read_fd, os.O_BINARY)
        msvcrt.setmode(write_fd, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without a stderr
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    os.close(nothing)
    return read_fd, write_fd


def leave_working_folder_out() -> None:
    """
    Import nothing from the folder that the server was started in, which nobody may have trusted.

    `python -m` puts it in front; where llmentary itself lies there, it stays.
    """
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    here = os.getcwd()  # noqa: PTH109 - pathlib takes time before `initialize` is answered
    if here != own:
        sys.path[:] = [folder for folder in sys.path if folder not in ("", here)]


def _leave_soon(code: int) -> None:
    """
    End the process for certain: a thread that still reads a large suite must not keep it.
    """
    watchdog = threading.Timer(_SECONDS_TO_LEAVE, os._exit, (code,))
    watchdog.daemon = True
    watchdog.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
