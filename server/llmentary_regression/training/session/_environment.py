"""
Training switched on from outside: `llmentary train -- COMMAND` sets an address and a secret in the environment.

All processes that the command starts inherit them, since reloading servers and worker pools answer in
grandchildren. The secret is valid for one socket, in a folder of the same user, and only while the command runs.
"""

from __future__ import annotations

import os

from llmentary_regression.training.captures import SESSIONS, Session

from ._activation import is_worker, open_session

ADDRESS = "LLMENTARY_TRAIN"
SECRET = "LLMENTARY_TRAIN_SECRET"


def start_from_environment() -> None:
    """
    Open the session that the environment asks for, at most once in each process.
    """
    if SESSIONS.is_environment_read:
        return
    SESSIONS.is_environment_read = True
    address, secret = os.environ.get(ADDRESS), os.environ.get(SECRET)
    if not address or not secret or is_worker():
        return
    from llmentary_regression.training.transport import Sender

    SESSIONS.base = Session(Sender(address, secret))
    open_session(SESSIONS.base)
