"""
Training switched on from outside: `llmentary train -- COMMAND` sets an address and a secret in the environment.

All processes that the command starts inherit them, since reloading servers and worker pools answer in
grandchildren. The secret is valid for one socket, in a folder of the same user, and only while the command runs.
"""

from __future__ import annotations

import atexit
import os

from llmentary_regression.training.captures import SESSIONS, Session, write_message

from ._activation import is_worker, open_session

ADDRESS = "LLMENTARY_TRAIN"
SECRET = "LLMENTARY_TRAIN_SECRET"
_REPORTED = "LLMENTARY_IMPORT_NAME_REPORTED"


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
    _report_import_name()
    # The application's own folder comes onto the path after this; a file of its own may hide our package.
    atexit.register(_report_import_name, only_imported=True)


def _report_import_name(*, only_imported: bool = False) -> None:
    """
    Report, once for all processes of the application, that `import llmentary` means another package.
    """
    if os.environ.get(_REPORTED):
        return
    # Imported here: outside of training an application pays for none of this.
    from llmentary_regression_worker.import_name import find_import_name_fault

    fault = find_import_name_fault()
    if fault is not None and (fault.is_imported or not only_imported):
        os.environ[_REPORTED] = "1"
        write_message(fault.message)
