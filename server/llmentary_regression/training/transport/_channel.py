"""
A private line between an application and the approving side, on one machine and for one user.

A Unix socket in a folder that only its user may enter, or a named pipe. Both ends prove by HMAC over fresh
challenges that they know a secret made for this one listener; the secret itself never travels on the line.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from ._wire import MAX_MESSAGE, BadMessage

_HANDSHAKE_S = 5.0
_HANDSHAKE_MAX = 1024
_MOST_STRANGERS = 16
"""Connections that have not proven themselves; more are turned away."""
_LONGEST_ADDRESS = 100
"""Of a Unix socket's path; macOS allows 104 bytes."""
_VERSION = 1


class ChannelRefused(OSError):
    """
    The other end does not know the secret, or speaks something else.
    """


class Line:
    """
    One connection whose two ends know each other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, data: bytes) -> None:
        """
        Send one message.

        Raises:
            OSError: the other end has gone.
        """
        with self._sending:
            self._connection.send_bytes(data)

    def receive(self) -> bytes:
        """
        Wait for one message.

        Raises:
            EOFError, OSError: the other end has gone, or sent too much.
        """
        return self._connection.recv_bytes(MAX_MESSAGE)

    def close(self) -> None:
        """
        Close this end; only for the thread that receives.
        """
        with suppress(OSError):
            self._connection.close()

    def hang_up(self) -> None:
        """
        Have the thread that receives find the end of the line.
        """
        if sys.platform == "win32":
            self.close()
            return
        # Closing a descriptor wakes no reader, and its number may be somebody else's a moment later.
        with suppress(OSError), socket.socket(fileno=os.dup(self._connection.fileno())) as other:
            other.shutdown(socket.SHUT_RDWR)


def connect(address: str, secret: str) -> Line:
    """
    Return a line to a listener.

    Raises:
        OSError: nobody listens there, or somebody who does not know the secret.
        EOFError: the listener went away meanwhile.
    """
    connection = Client(address, family=_family())
    try:
        greeting = _receive(connection)
        ours = secrets.token_hex(32)
        _send(connection, {"proof": _proof(secret, "app", greeting["challenge"]), "challenge": ours})
        answer = _receive(connection)
        if not hmac.compare_digest(str(answer["proof"]), _proof(secret, "approver", ours)):
            raise ChannelRefused("the approving side does not know the secret")
    except (KeyError, TypeError, ValueError) as exc:
        connection.close()
        raise ChannelRefused("the approving side speaks something else") from exc
    except BaseException:
        connection.close()
        raise
    return Line(connection)


class Door:
    """
    Listens for applications, and hands each line that has proven itself to `on_line`, in a thread of its own.

    A class because it owns a folder, a socket and threads, which go with it.
    """

    def __init__(self, on_line: Callable[[Line], None]) -> None:
        self.secret = secrets.token_hex(32)
        self.address, self._folder = _new_address()
        self._on_line = on_line
        self._is_closed = False
        self._strangers = threading.BoundedSemaphore(_MOST_STRANGERS)
        self._lines: set[Line] = set()
        self._lines_left = threading.Condition()
        self._listener = Listener(self.address, family=_family(), backlog=64)
        self._thread = threading.Thread(target=self._accept, name="llmentary-door", daemon=True)
        self._thread.start()

    def wait_for_lines(self, timeout_s: float) -> bool:
        """
        Wait until nobody is connected, for a while; tell whether it is so.
        """
        with self._lines_left:
            return self._lines_left.wait_for(lambda: not self._lines, timeout_s)

    def close(self) -> None:
        """
        End all lines and listen no more; calling it again does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        # Closing a socket does not wake the thread that waits at it, a visitor does.
        with suppress(OSError, EOFError):
            Client(self.address, family=_family()).close()
        self._thread.join(timeout=2)
        with suppress(OSError):
            self._listener.close()
        with self._lines_left:
            for line in self._lines:
                line.hang_up()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError):
                continue
            if not self._strangers.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="llmentary-line", daemon=True
            ).start()

    def _serve(self, connection: Connection) -> None:
        try:
            line = self._welcome(connection)
        finally:
            self._strangers.release()
        if line is None:
            with suppress(OSError):
                connection.close()
            return
        with self._lines_left:
            if self._is_closed:
                line.close()
                return
            self._lines.add(line)
        try:
            self._on_line(line)
        except (OSError, EOFError, TypeError, BadMessage):
            # `TypeError`: on Windows, of a connection that `hang_up` has closed.
            pass  # it went away, or speaks nonsense: either way this line is over
        finally:
            with self._lines_left:
                self._lines.discard(line)
                self._lines_left.notify_all()
            line.close()

    def _welcome(self, connection: Connection) -> Line | None:
        ours = secrets.token_hex(32)
        try:
            _send(connection, {"llmentary": _VERSION, "challenge": ours})
            answer = _receive(connection)
            if not hmac.compare_digest(str(answer["proof"]), _proof(self.secret, "app", ours)):
                return None
            _send(connection, {"proof": _proof(self.secret, "approver", str(answer["challenge"]))})
        except (OSError, EOFError, KeyError, TypeError, ValueError):
            return None
        return Line(connection)


def _proof(secret: str, side: str, challenge: str) -> str:
    # Each side's word is in it, or one end's challenge could be reflected at the other.
    return hmac.new(secret.encode(), f"llmentary {side} {challenge}".encode(), "sha256").hexdigest()


def _send(connection: Connection, document: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(document).encode("ascii"))


def _receive(connection: Connection) -> dict[str, Any]:
    if not connection.poll(_HANDSHAKE_S):
        raise ChannelRefused("the other side says nothing")
    document = json.loads(connection.recv_bytes(_HANDSHAKE_MAX))
    if not isinstance(document, dict):
        raise ChannelRefused("the other side speaks something else")
    return document


def _family() -> str:
    return "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"


def _new_address() -> tuple[str, Path | None]:
    """
    Return an address that nobody else can guess or enter, and the folder to remove with it.
    """
    if sys.platform == "win32":
        return rf"\\.\pipe\llmentary-{secrets.token_hex(16)}", None
    folder = tempfile.mkdtemp(prefix="llm-")
    if len(os.fsencode(folder)) > _LONGEST_ADDRESS - 2:
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix="llm-", dir="/tmp")
    return str(Path(folder) / "s"), Path(folder)
