"""
Serve questions: the main thread imports and asks, further threads ask, one reads, one watches the time.

The main thread asks too: with `concurrency` 1 a callable runs in the thread that imported it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from llmentary_regression_worker.call import Loaded, ask_plain
from llmentary_regression_worker.channel import Channel
from llmentary_regression_worker.clock import Clock
from llmentary_regression_worker.debugger import listen, wait, wanted_port
from llmentary_regression_worker.ending import end_with_children
from llmentary_regression_worker.import_name import SAFE_NAME, find_import_name_fault
from llmentary_regression_worker.load import NotImportable, load_callable
from llmentary_regression_worker.sources import LoadedFiles, skip_racy_bytecode
from llmentary_regression_worker.wire import AskMessage, FailureMessage, Result

if TYPE_CHECKING:
    from llmentary_regression_worker.async_asks import AsyncAsks


def serve(receive: int, send: int, token: str, concurrency: int) -> None:
    """
    Answer messages until a stop message; the process ends at once when llmentary goes away.
    """
    output = os.dup(2)
    for stream in (sys.stdout, sys.stderr):
        # Lines at once, so that a crash loses none, and no UnicodeEncodeError where the locale is poor.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    # So that a crash in native code shows where it happened; the developer may have enabled it already.
    with contextlib.suppress(ValueError, OSError, RuntimeError):
        faulthandler.enable(output)
    skip_racy_bytecode()
    channel = Channel(receive, send, output, token)
    Server(channel, os.getcwd(), concurrency).run()


class Server:
    """
    One worker process at work.
    """

    def __init__(self, channel: Channel, root: str, concurrency: int) -> None:
        self._channel = channel
        self._root = root
        self._concurrency = concurrency
        self._wake = threading.Condition()
        self._plain: deque[tuple[Loaded, AskMessage]] = deque()
        self._loads: deque[str] = deque()
        self._waiting: dict[str, list[AskMessage]] = {}
        """Asks by target while it is imported."""
        self._loaded: dict[str, Loaded] = {}
        self._failed: dict[str, FailureMessage] = {}
        self._is_stopping = False
        self._threads = 0
        self._clock = Clock(channel, lambda: bool(self._plain))
        self._files = LoadedFiles()
        self._files_lock = threading.Lock()
        self._since = time.time()
        self._import_name_fault: str | None = None
        self._async: AsyncAsks | None = None
        self._async_lock = threading.Lock()

    def run(self) -> None:
        """
        Work until a stop message.
        """
        threading.Thread(target=self._read, name="llmentary-read", daemon=True).start()
        port = wanted_port()
        if port is not None:
            message = listen(port)
            self._channel.send(message)
            if message["port"] is not None:
                wait()
        threading.Thread(target=self._clock.run, name="llmentary-time", daemon=True).start()
        self._channel.send({"is": "ready", "python": list(sys.version_info[:3])})
        self._work(is_main=True)

    def _read(self) -> None:
        try:
            for message in self._channel.messages():
                self._handle(message)
        finally:
            end_with_children()

    def _handle(self, message: dict[str, Any]) -> None:
        action = message["do"]
        if action == "ask":
            self._clock.limit_freezing(message["limit_s"])
            self._take(message["asks"])
            self._clock.wake()
        elif action == "cancel":
            self._cancel(set(message["ids"]))
        elif action == "stop":
            with self._wake:
                self._is_stopping = True
                self._wake.notify_all()

    def _take(self, asks: list[AskMessage]) -> None:
        asynchronous = []
        with self._wake:
            for ask in asks:
                target = ask["target"]
                loaded = self._loaded.get(target)
                if loaded is None:
                    self._wait_for_load(target, ask)
                elif loaded.is_async:
                    asynchronous.append((loaded, ask))
                else:
                    self._plain.append((loaded, ask))
            self._wake_threads()
        if asynchronous:
            self._async_asks().submit(asynchronous)

    def _wait_for_load(self, target: str, ask: AskMessage) -> None:
        if target in self._failed:
            # Sent again for this ask, which was on its way when it was sent first.
            self._channel.send({"is": "loaded", "target": target, "failure": self._failed[target]})
            return
        if target not in self._waiting:
            self._waiting[target] = []
            self._loads.append(target)
        self._waiting[target].append(ask)

    def _wake_threads(self) -> None:
        wanted = min(self._concurrency - 1, len(self._plain) - 1 + self._clock.running)
        while self._threads < wanted:
            self._threads += 1
            name = f"llmentary-ask-{self._threads}"
            threading.Thread(target=self._work, args=(False,), name=name, daemon=True).start()
        self._wake.notify_all()

    def _cancel(self, ids: set[int]) -> None:
        with self._wake:
            dropped = []
            # In place, from a copy: threads take from this deque without the lock.
            for item in list(self._plain):
                if item[1]["id"] in ids:
                    # Unless a thread was quicker; then its result will come.
                    with contextlib.suppress(ValueError):
                        self._plain.remove(item)
                        dropped.append(item[1]["id"])
            for target, asks in self._waiting.items():
                dropped += [ask["id"] for ask in asks if ask["id"] in ids]
                self._waiting[target] = [ask for ask in asks if ask["id"] not in ids]
        if dropped:
            self._send_dropped(dropped)
        if self._async is not None:
            self._async.cancel(ids)

    def _work(self, is_main: bool) -> None:
        while True:
            if is_main and self._loads:
                self._load(self._loads.popleft())
                continue
            try:
                loaded, ask = self._plain.popleft()
            except IndexError:
                with self._wake:
                    while not self._plain and not (is_main and (self._loads or self._is_stopping)):
                        self._wake.wait()
                    if is_main and self._is_stopping:
                        return
                continue
            self._ask(loaded, ask)

    def _load(self, target: str) -> None:
        self._clock.is_loading = True
        self._clock.wake()
        self._channel.send({"is": "loading", "target": target})
        failure = None
        try:
            loaded = Loaded(target, load_callable(target, self._root))
        except NotImportable as exc:
            failure = exc.failure
            failure["mark"] = self._channel.mark()
        asynchronous = []
        with self._wake:
            waiting = self._waiting.pop(target, [])
            if failure is not None:
                self._failed[target] = failure
            else:
                self._loaded[target] = loaded
                if loaded.is_async:
                    asynchronous = [(loaded, ask) for ask in waiting]
                else:
                    self._plain.extend((loaded, ask) for ask in waiting)
            self._clock.is_loading = False
        self._send_files()
        self._send_import_name(failure is not None)
        self._channel.send({"is": "loaded", "target": target, "failure": failure})
        if asynchronous:
            self._async_asks().submit(asynchronous)
        with self._wake:
            self._wake_threads()

    def _ask(self, loaded: Loaded, ask: AskMessage) -> None:
        ask_id = ask["id"]
        self._clock.start(ask_id, 0.0, can_cancel=False)

        def pause(delay_s: float) -> None:
            self._clock.start(ask_id, delay_s, can_cancel=False)
            time.sleep(delay_s)

        def wait_for(awaitable: Awaitable[Any]) -> Any:
            return self._async_asks().wait_for(awaitable)

        result = ask_plain(loaded, ask, pause=pause, wait_for=wait_for)
        self._finish(result, not self._plain)

    def _async_asks(self) -> AsyncAsks:
        with self._async_lock:
            if self._async is None:
                # Imported here: asyncio takes half of a worker's start-up time, and many callables are plain.
                from llmentary_regression_worker.async_asks import AsyncAsks

                self._async = AsyncAsks(
                    self._concurrency,
                    on_start=self._start_async,
                    on_result=self._finish,
                    on_dropped=self._send_dropped,
                )
            return self._async

    def _start_async(self, ask_id: int, delay_s: float) -> None:
        self._clock.start(ask_id, delay_s, can_cancel=True)

    def _finish(self, result: Result, is_last: bool) -> None:
        self._channel.end_forked()
        self._clock.finish(result[0])
        if result[4] is not None:
            result[4]["mark"] = self._channel.mark()
        if is_last:
            self._send_files()
        self._channel.add_result(result, is_last=is_last)

    def _send_dropped(self, ids: list[int]) -> None:
        for ask_id in ids:
            self._clock.finish(ask_id)
        self._channel.send({"is": "dropped", "ids": ids})

    def _send_import_name(self, has_failed: bool) -> None:
        """
        Report what is wrong with `import llmentary`, unless the developer's code works without it.
        """
        fault = find_import_name_fault()
        if fault is not None and (not fault.is_beside_ours or (SAFE_NAME in sys.modules and not has_failed)):
            fault = None
        message = None if fault is None else fault.message
        if message != self._import_name_fault:
            self._import_name_fault = message
            self._channel.send({"is": "import-name", "fault": message})

    def _send_files(self) -> None:
        with self._files_lock:
            files = self._files.new(self._since)
        if files:
            self._channel.send({"is": "files", "files": files})
