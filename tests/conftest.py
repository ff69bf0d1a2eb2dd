"""
What every test begins with.
"""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """
    Let Ctrl-C mean what it means in a terminal, also where the tests run in the background of a script.

    Such a script has its children ignore it, and theirs; the tests of Ctrl-C would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
