"""
The worker's end of the wire.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SERVER = Path(__file__).resolve().parents[2] / "server"
FORKING = """
import os, sys
from llmentary_regression_worker.channel import Channel

channel = Channel(0, 1, 2, "token")
channel._lock.acquire()
child = os.fork()
if not child:
    getattr(channel, sys.argv[1])(*eval(sys.argv[2]))
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize(("method", "arguments"), [("send", "({},)"), ("flush", "()"), ("mark", "()")])
def test_forked_child_ends_whatever_the_worker_was_about(method: str, arguments: str) -> None:
    """
    A thread that sent something at the moment of the fork holds a lock that nobody opens in the child.
    """
    done = subprocess.run(
        [sys.executable, "-c", FORKING, method, arguments],
        cwd=SERVER,
        env={"PYTHONPATH": str(SERVER)},
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
