"""
Waiting for a lock: in turn, said, and not for ever. Clocks are set by hand.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import _lock, file_lock
from llmentary_regression.storage.files._lock import next_file

HOLDER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from llmentary_regression.storage.files import file_lock

    with file_lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
    """
)
EAGER = textwrap.dedent(
    """
    import sys, threading
    from pathlib import Path
    from llmentary_regression.storage.files import file_lock

    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    turns = 0
    while not done.is_set():
        with file_lock(Path(sys.argv[1])):
            turns += 1
            if turns == 1:
                print("held", flush=True)
    print(turns)
    """
)


class Clock:
    """
    Seconds that pass only by sleeping.
    """

    def __init__(self) -> None:
        self.now = 100.0
        self.on_sleep: Callable[[], None] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_lock, "time", clock)
    return clock


def start(program: str, path: Path) -> subprocess.Popen[bytes]:
    """
    Start a program that takes the lock, and wait until it has it.
    """
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"held"
    return process


def test_a_process_that_takes_the_lock_again_and_again_lets_others_in(tmp_path: Path) -> None:
    """Each of ours gets its turn, while the other goes on."""
    process = start(EAGER, tmp_path / "lock")
    try:
        for _ in range(5):
            with file_lock(tmp_path / "lock"):
                assert process.poll() is None
    finally:
        out, _ = process.communicate(timeout=30)
    assert int(out) >= 1


def test_who_is_next_is_not_overtaken(tmp_path: Path, clock: Clock) -> None:
    """Even where the lock is free for the moment: it is somebody's."""
    path = tmp_path / "lock"
    with file_lock(next_file(path)), pytest.raises(StoreWriteError), file_lock(path, timeout_s=1):
        pytest.fail("came before the one that is next")
    with file_lock(path):
        pass


def test_a_long_wait_is_said_once(tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A silent wait reads as a hang; which process it is helps."""
    process = start(HOLDER, tmp_path / "lock")
    try:
        with (
            caplog.at_level(logging.WARNING),
            pytest.raises(StoreWriteError, match=f"held by process {process.pid} for more than 20 s"),
            file_lock(tmp_path / "lock"),
        ):
            pytest.fail("two processes hold the lock")
    finally:
        process.communicate(timeout=30)
    assert [record.message for record in caplog.records] == [
        f"waiting for another llmentary (pid {process.pid})"
    ]


def test_a_short_wait_is_not_said(tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """Two editors that save at once are no news."""
    process = start(HOLDER, tmp_path / "lock")
    clock.on_sleep = lambda: process.communicate(timeout=30) and None

    with caplog.at_level(logging.WARNING), file_lock(tmp_path / "lock"):
        pass

    assert caplog.records == []


def test_a_lock_that_changes_hands_is_waited_for_longer(tmp_path: Path, clock: Clock) -> None:
    """It is not stuck; but there is an end to that as well, and the message names no single process."""
    process = start(HOLDER, tmp_path / "lock")
    turns = iter(range(1_000_000))
    owner = tmp_path / "lock.owner"

    def change_hands() -> None:
        owner.write_text(f"{process.pid} {next(turns)}\n")

    clock.on_sleep = change_hands
    began = clock.now
    try:
        with (
            pytest.raises(StoreWriteError, match="held by other processes for more than 10 s"),
            file_lock(tmp_path / "lock", timeout_s=1),
        ):
            pytest.fail("two processes hold the lock")
    finally:
        process.communicate(timeout=30)
    assert clock.now - began > 10
