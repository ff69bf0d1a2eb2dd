"""
The private line: who may enter, what travels, and what happens when one end goes away.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.training.captures import Capture, Usage
from llmentary_regression.training.transport import (
    CaptureConnection,
    CaptureListener,
    Message,
    Sender,
    decode,
    encode,
)
from llmentary_regression.training.transport import _channel as channel
from llmentary_regression.training.transport._channel import connect
from llmentary_regression.training.transport._wire import BadMessage

FULL = Capture(
    question="Q\u2028\ud83d",
    answer="A",
    turns=(Turn(Role.SYSTEM, "S"), Turn(Role.USER, "Q")),
    category="faq",
    name="n",
    model="m",
    set_model="s",
    usage=Usage(1, 2, 0.5),
    tags=("a",),
    callable="m:f",
    file="/m.py",
    args={"x": [1, None]},
    params={"t": 0.1},
    source="openai",
    cannot_ask_again="why",
    data={"a": 1},
    has_data=True,
    elapsed_s=0.25,
)


class Approver:
    """
    A listener that keeps what arrives; while `gate` is closed nothing is read.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.lines: list[CaptureConnection] = []
        self.changed = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()
        self.listener = CaptureListener(self._serve)

    def _serve(self, line: CaptureConnection) -> None:
        self.lines.append(line)
        while True:
            self.gate.wait()
            message = decode(line.receive())
            with self.changed:
                self.messages.append(message)
                self.changed.notify_all()

    def until(self, is_so: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(is_so, 60)

    def sender(self, **more: Any) -> Sender:
        return Sender(self.listener.address, self.listener.secret, **more)


@pytest.fixture
def approver() -> Iterator[Approver]:
    made = Approver()
    yield made
    made.gate.set()
    made.listener.close()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_captures_arrive_whole_and_in_order(approver: Approver) -> None:
    """
    Every field, text that is not well-formed included.
    """
    sender = approver.sender()

    sender.put(FULL)
    sender.put(Capture("2", "B"))
    assert sender.flush(60)
    approver.until(lambda: len(approver.messages) == 2)

    assert [message.capture for message in approver.messages] == [FULL, Capture("2", "B")]
    assert [message.number for message in approver.messages] == [1, 2]
    sender.stop()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"{}", b'{"kind": 1, "number": 1}', b'{"kind": "capture", "number": true}'),
        b'{"kind": "capture", "number": 1, "capture": {}}',
        b'{"kind": "capture", "number": 1, "capture": []}',
        b"\x80\x04cos\nsystem\n(S'id'\ntR.",
        b"[" * 100_000,
        encode(Message("capture", 1, FULL)).replace(b'"system"', b'"robber"'),
        encode(Message("capture", 1, FULL)).replace(b'"answer":"A"', b'"answer":7'),
        encode(Message("capture", 1, FULL)).replace(b'"usage":[1', b'"usage":["1"'),
    ],
)
def test_nonsense_is_no_message(data: bytes) -> None:
    """
    Nothing of it is believed, least of all a pickle.
    """
    with pytest.raises(BadMessage):
        decode(data)


def test_a_pickle_is_never_loaded(approver: Approver, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A line that sends one is ended, and others go on.
    """
    import pickle

    def loads(*_: object) -> object:
        raise AssertionError("unpickled")

    monkeypatch.setattr(pickle, "loads", loads)
    line = connect(approver.listener.address, approver.listener.secret)
    line.send(pickle.dumps(os.getpid))
    with pytest.raises((EOFError, OSError)):
        line.receive()
    sender = approver.sender()
    sender.put(FULL)
    approver.until(lambda: len(approver.messages) == 1)
    sender.stop()


def test_who_does_not_know_the_secret_stays_outside(approver: Approver) -> None:
    """
    The listener says nothing to them, and they hear nothing.
    """
    with pytest.raises((EOFError, OSError)):
        connect(approver.listener.address, "0" * 64)

    assert approver.lines == []


def test_a_false_door_is_found_out(approver: Approver) -> None:
    """
    The application sends its captures to nobody who does not know the secret either.
    """
    false = Approver()
    try:
        sender = Sender(false.listener.address, approver.listener.secret)
        sender.put(FULL)
        until(lambda: sender.is_dead)
    finally:
        false.listener.close()

    assert false.messages == []


def test_a_challenge_cannot_be_reflected(approver: Approver) -> None:
    """
    The listener's own proof is no key to the listener.
    """
    line = Client(approver.listener.address, family=channel._family())
    challenge = json.loads(line.recv_bytes())["challenge"]

    line.send_bytes(
        json.dumps(
            {"proof": channel._proof(approver.listener.secret, "approver", challenge), "challenge": challenge}
        ).encode()
    )

    with pytest.raises((EOFError, OSError)):
        line.recv_bytes()


def test_strangers_cannot_fill_the_doorway(approver: Approver, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Connections that say nothing are turned away after a while, and memory stays bounded.
    """
    monkeypatch.setattr(channel, "_HANDSHAKE_TIMEOUT_S", 0.2)
    strangers = [Client(approver.listener.address, family=channel._family()) for _ in range(40)]

    def enters() -> bool:
        try:
            connect(approver.listener.address, approver.listener.secret).close()
        except (OSError, EOFError):
            return False
        return True

    until(enters)
    for stranger in strangers:
        stranger.close()


def test_too_long_a_greeting_is_refused(approver: Approver) -> None:
    """
    Before it has proven itself, nobody makes us read more than a kilobyte.
    """
    line = Client(approver.listener.address, family=channel._family())
    line.recv_bytes()

    with pytest.raises((EOFError, OSError)):
        line.send_bytes(b"x" * 100_000)
        line.recv_bytes()


def test_the_socket_is_private_and_no_port(approver: Approver) -> None:
    """
    A folder for its user alone, on a short path; gone with the listener.
    """
    if sys.platform == "win32":
        assert approver.listener.address.startswith(r"\\.\pipe\llmentary-")
        return
    path = Path(approver.listener.address)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(path)) < 104
    assert stat.S_ISSOCK(path.stat().st_mode)

    approver.listener.close()

    assert not path.parent.exists()


def test_a_long_temporary_folder_is_no_trouble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    Where the system's own is too long for a socket, a short one is taken.
    """
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    listener = CaptureListener(lambda line: None)

    assert len(listener.address) < 104
    listener.close()


def test_the_application_outlives_its_approver(
    approver: Approver, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Later captures cost nothing and are dropped, with one word about it.
    """
    sender = approver.sender()
    sender.put(FULL)
    approver.until(lambda: len(approver.messages) == 1)

    approver.listener.close()
    until(lambda: sender.put(FULL) == 0 and sender.is_dead)

    assert sender.put(FULL) == 0
    assert sender.flush(0.1)
    assert capsys.readouterr().err.count("captures are dropped") == 1


def test_an_approver_that_never_was_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The application was started with a stale environment.
    """
    sender = Sender(str(tmp_path / "none"), "s")

    sender.put(FULL)
    until(lambda: sender.is_dead)

    assert "cannot reach the approving side" in capsys.readouterr().err


def test_the_approver_outlives_applications(approver: Approver) -> None:
    """
    One may die in the middle of a message.
    """
    line = connect(approver.listener.address, approver.listener.secret)
    line._connection._send(b"\x00\x00\xff\xff half")  # type: ignore[attr-defined]
    line.close()

    sender = approver.sender()
    sender.put(FULL)
    approver.until(lambda: len(approver.messages) == 1)
    sender.stop()
    assert approver.listener.wait_until_idle(60)


def test_a_slow_approver_slows_nobody(approver: Approver) -> None:
    """
    What does not fit is dropped and counted; putting waits for nobody.
    """
    approver.gate.clear()
    sender = approver.sender(limit=10)
    large = Capture("Q", "x" * 200_000)

    taken = sum(sender.put(large) > 0 for _ in range(200))
    approver.gate.set()
    assert sender.flush(60)
    approver.until(lambda: sum(message.kind == "dropped" for message in approver.messages) > 0)

    dropped = sum(message.number for message in approver.messages if message.kind == "dropped")
    assert taken + dropped == 200
    assert dropped > 0
    sender.stop()


def test_decisions_come_back(approver: Approver) -> None:
    """
    So that a capture that was decided elsewhere is not asked about again.
    """
    decided: list[int] = []
    sender = approver.sender(on_decided=decided.append)
    number = sender.put(FULL)
    approver.until(lambda: len(approver.messages) == 1)

    approver.lines[0].send(encode(Message("decided", number)))
    until(lambda: decided == [number])
    sender.withdraw(number)
    approver.until(lambda: approver.messages[-1].kind == "withdrawn")

    assert approver.messages[-1].number == number
    sender.stop()


def test_many_processes_send_at_once(approver: Approver) -> None:
    """
    Threads of several lines, each whole.
    """
    senders = [approver.sender() for _ in range(5)]
    threads = [
        threading.Thread(target=lambda one=one: [one.put(Capture("Q", "A" * 1000)) for _ in range(50)])
        for one in senders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    approver.until(lambda: len(approver.messages) == 250)
    for one in senders:
        one.stop()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_sends_by_itself(approver: Approver) -> None:
    """
    Pools and reloading servers fork; the child has a line of its own, and its parent's stays whole.
    """
    if not hasattr(os, "fork"):
        assert socket is not None
        return
    sender = approver.sender()
    sender.put(Capture("parent", "A"))
    approver.until(lambda: len(approver.messages) == 1)

    child = multiprocessing.get_context("fork").Process(target=sender.put, args=(Capture("child", "B"),))
    child.start()
    approver.until(lambda: len(approver.messages) == 2)
    child.join(10)
    sender.put(Capture("parent", "C"))
    approver.until(lambda: len(approver.messages) == 3)

    assert child.exitcode == 0
    assert [message.capture.question for message in approver.messages if message.capture] == [
        "parent",
        "child",
        "parent",
    ]
    sender.stop()
