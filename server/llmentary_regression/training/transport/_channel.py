"""
A private connection between an application and the approving side, on one machine and for one user.

A Unix socket in a folder that only its user can open, or a named pipe. Both ends prove that they know a secret made
for this listener, with an HMAC of a fresh challenge; the secret itself is never sent.
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

_HANDSHAKE_TIMEOUT_S = 5.0
_MAX_HANDSHAKE_BYTES = 1024
_MAX_UNVERIFIED = 16
"""Connections that have not proven the secret yet; further ones are refused."""
_MAX_ADDRESS_BYTES = 100
"""For the path of a Unix socket; macOS allows 104."""
_VERSION = 1


class ChannelRefused(OSError):
    """
    The other end does not know the secret, or uses another protocol.
    """


class CaptureConnection:
    """
    A connection whose two ends have verified each other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, data: bytes) -> None:
        """
        Send one message.

        Raises:
            OSError: the other end has closed.
        """
        with self._sending:
            self._connection.send_bytes(data)

    def receive(self) -> bytes:
        """
        Wait for one message.

        Raises:
            EOFError, OSError: the other end has closed, or sent too large a message.
        """
        return self._connection.recv_bytes(MAX_MESSAGE)

    def close(self) -> None:
        """
        Close this end; only to be called by the thread that receives.
        """
        with suppress(OSError):
            self._connection.close()

    def hang_up(self) -> None:
        """
        Make the thread that receives see the end of the connection.
        """
        if sys.platform == "win32":
            self.close()
            return
        # Closing a descriptor does not wake a reader, and its number may be reused a moment later.
        with suppress(OSError), socket.socket(fileno=os.dup(self._connection.fileno())) as other:
            other.shutdown(socket.SHUT_RDWR)


def connect(address: str, secret: str) -> CaptureConnection:
    """
    Return a verified connection to a listener.

    Raises:
        OSError: nothing listens there, or it does not know the secret.
        EOFError: the listener closed during the handshake.
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
        raise ChannelRefused("the approving side uses another protocol") from exc
    except BaseException:
        connection.close()
        raise
    return CaptureConnection(connection)


class CaptureListener:
    """
    Listens for applications, and calls `on_connection` with each verified connection, in a thread of its own.

    A class because it owns a folder, a socket and threads, which are removed with it.
    """

    def __init__(self, on_connection: Callable[[CaptureConnection], None]) -> None:
        self.secret = secrets.token_hex(32)
        self.address, self._folder = _new_address()
        self._on_connection = on_connection
        self._is_closed = False
        self._unverified = threading.BoundedSemaphore(_MAX_UNVERIFIED)
        self._connections: set[CaptureConnection] = set()
        self._connections_changed = threading.Condition()
        self._listener = Listener(self.address, family=_family(), backlog=64)
        self._thread = threading.Thread(target=self._accept, name="llmentary-listener", daemon=True)
        self._thread.start()

    def wait_until_idle(self, timeout_s: float) -> bool:
        """
        Wait until no application is connected, and return whether that happened within the time.
        """
        with self._connections_changed:
            return self._connections_changed.wait_for(lambda: not self._connections, timeout_s)

    def close(self) -> None:
        """
        End all connections and stop listening; calling it again does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        # Closing a socket does not wake the thread that accepts on it, but a connection does.
        with suppress(OSError, EOFError):
            Client(self.address, family=_family()).close()
        self._thread.join(timeout=2)
        with suppress(OSError):
            self._listener.close()
        with self._connections_changed:
            for connection in self._connections:
                connection.hang_up()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError):
                continue
            if not self._unverified.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="llmentary-connection", daemon=True
            ).start()

    def _serve(self, connection: Connection) -> None:
        try:
            verified = self._verify(connection)
        finally:
            self._unverified.release()
        if verified is None:
            with suppress(OSError):
                connection.close()
            return
        with self._connections_changed:
            if self._is_closed:
                verified.close()
                return
            self._connections.add(verified)
        try:
            self._on_connection(verified)
        except (OSError, EOFError, TypeError, BadMessage):
            # `TypeError` comes on Windows from a connection that `hang_up` has closed.
            pass  # it has closed or sent nonsense; either way this connection ends
        finally:
            with self._connections_changed:
                self._connections.discard(verified)
                self._connections_changed.notify_all()
            verified.close()

    def _verify(self, connection: Connection) -> CaptureConnection | None:
        ours = secrets.token_hex(32)
        try:
            _send(connection, {"llmentary": _VERSION, "challenge": ours})
            answer = _receive(connection)
            if not hmac.compare_digest(str(answer["proof"]), _proof(self.secret, "app", ours)):
                return None
            _send(connection, {"proof": _proof(self.secret, "approver", str(answer["challenge"]))})
        except (OSError, EOFError, KeyError, TypeError, ValueError):
            return None
        return CaptureConnection(connection)


def _proof(secret: str, side: str, challenge: str) -> str:
    # The name of the side is part of it; otherwise a challenge could be reflected to its sender.
    return hmac.new(secret.encode(), f"llmentary {side} {challenge}".encode(), "sha256").hexdigest()


def _send(connection: Connection, document: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(document).encode("ascii"))


def _receive(connection: Connection) -> dict[str, Any]:
    if not connection.poll(_HANDSHAKE_TIMEOUT_S):
        raise ChannelRefused("the other side does not respond")
    document = json.loads(connection.recv_bytes(_MAX_HANDSHAKE_BYTES))
    if not isinstance(document, dict):
        raise ChannelRefused("the other side uses another protocol")
    return document


def _family() -> str:
    return "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"


def _new_address() -> tuple[str, Path | None]:
    """
    Return an address that no other user can guess or open, and the folder to remove with it.
    """
    if sys.platform == "win32":
        return rf"\\.\pipe\llmentary-{secrets.token_hex(16)}", None
    folder = tempfile.mkdtemp(prefix="llm-")
    if len(os.fsencode(folder)) > _MAX_ADDRESS_BYTES - 2:
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix="llm-", dir="/tmp")
    return str(Path(folder) / "s"), Path(folder)
