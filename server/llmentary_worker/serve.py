"""
Serve questions: the main thread imports and asks, further threads ask, one reads, one keeps the time.

The main thread takes part in asking: with `concurrency` 1 a callable runs in the thread that imported it.
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

from llmentary_worker.call import Loaded, ask_plain
from llmentary_worker.channel import Channel
from llmentary_worker.debugger import listen, wait, wanted_port
from llmentary_worker.ending import end_with_children
from llmentary_worker.load import NotImportable, load_callable
from llmentary_worker.sources import LoadedFiles, skip_racy_bytecode
from llmentary_worker.wire import AskMessage, FailureMessage, Result

if TYPE_CHECKING:
    from llmentary_worker.async_asks import AsyncAsks

TICK_S = 0.05
_TICKS_PER_SIGN_OF_LIFE = 10


def serve(receive: int, send: int, token: str, concurrency: int) -> None:
    """
    Answer messages until told to stop; the process ends at once when llmentary goes away.
    """
    output = os.dup(2)
    for stream in (sys.stdout, sys.stderr):
        # Lines at once, so that a crash loses none, and no UnicodeEncodeError where the locale is poor.
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    # So that a crash in native code says where it happened; the developer may have turned it on already.
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
        self._limit_s = 0.0
        self._threads = 0
        self._running: dict[int, _Running] = {}
        self._is_loading = False
        self._is_busy = threading.Event()
        self._files = LoadedFiles()
        self._files_lock = threading.Lock()
        self._since = time.time()
        self._async: AsyncAsks | None = None
        self._async_lock = threading.Lock()

    def run(self) -> None:
        """
        Work until told to stop.
        """
        threading.Thread(target=self._read, name="llmentary-read", daemon=True).start()
        port = wanted_port()
        if port is not None:
            message = listen(port)
            self._channel.send(message)
            if message["port"] is not None:
                wait()
        threading.Thread(target=self._keep_time, name="llmentary-time", daemon=True).start()
        self._channel.send({"is": "ready", "python": list(sys.version_info[:3])})
        self._work(is_main=True)

    # --- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            for message in self._channel.messages():
                self._obey(message)
        finally:
            end_with_children()

    def _obey(self, message: dict[str, Any]) -> None:
        action = message["do"]
        if action == "ask":
            self._limit_s = max(self._limit_s, message["limit_s"])
            self._limit_freezing()
            self._take(message["asks"])
            self._is_busy.set()
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
            # Said again for this ask, which was under way when it was said first.
            self._channel.send({"is": "loaded", "target": target, "failure": self._failed[target]})
            return
        if target not in self._waiting:
            self._waiting[target] = []
            self._loads.append(target)
        self._waiting[target].append(ask)

    def _wake_threads(self) -> None:
        wanted = min(self._concurrency - 1, len(self._plain) - 1 + len(self._running))
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
            self._tell_dropped(dropped)
        if self._async is not None:
            self._async.cancel(ids)

    # --- working ---------------------------------------------------------------------------------

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
        self._is_loading = True
        self._is_busy.set()
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
            self._is_loading = False
        self._tell_files()
        self._channel.send({"is": "loaded", "target": target, "failure": failure})
        if asynchronous:
            self._async_asks().submit(asynchronous)
        with self._wake:
            self._wake_threads()

    def _ask(self, loaded: Loaded, ask: AskMessage) -> None:
        ask_id = ask["id"]
        self._start(ask_id, 0.0, can_cancel=False)

        def pause(delay_s: float) -> None:
            self._start(ask_id, delay_s, can_cancel=False)
            time.sleep(delay_s)

        def wait_for(awaitable: Awaitable[Any]) -> Any:
            return self._async_asks().wait_for(awaitable)

        result = ask_plain(loaded, ask, pause=pause, wait_for=wait_for)
        self._finish(result, not self._plain)

    def _async_asks(self) -> AsyncAsks:
        with self._async_lock:
            if self._async is None:
                # Late: asyncio takes half of a worker's start-up time, and many callables are plain.
                from llmentary_worker.async_asks import AsyncAsks

                self._async = AsyncAsks(
                    self._concurrency,
                    on_start=self._start_async,
                    on_result=self._finish,
                    on_dropped=self._tell_dropped,
                )
            return self._async

    def _start_async(self, ask_id: int, delay_s: float) -> None:
        self._start(ask_id, delay_s, can_cancel=True)

    def _start(self, ask_id: int, delay_s: float, *, can_cancel: bool) -> None:
        self._running[ask_id] = _Running(ask_id, time.monotonic() + delay_s, can_cancel)
        if not self._is_busy.is_set():
            self._is_busy.set()

    def _finish(self, result: Result, is_last: bool) -> None:
        self._running.pop(result[0], None)
        if result[4] is not None:
            result[4]["mark"] = self._channel.mark()
        if is_last:
            self._tell_files()
        self._channel.add_result(result, is_last=is_last)

    def _tell_dropped(self, ids: list[int]) -> None:
        for ask_id in ids:
            self._running.pop(ask_id, None)
        self._channel.send({"is": "dropped", "ids": ids})

    def _tell_files(self) -> None:
        with self._files_lock:
            files = self._files.new(self._since)
        if files:
            self._channel.send({"is": "files", "files": files})

    # --- keeping the time ------------------------------------------------------------------------

    def _keep_time(self) -> None:
        """
        While anything runs: send what would otherwise wait, name what has begun, and give signs of life.
        """
        while True:
            self._is_busy.wait()
            self._is_busy.clear()
            ticks = 0
            while self._running or self._is_loading or self._plain:
                time.sleep(TICK_S)
                is_due = ticks % _TICKS_PER_SIGN_OF_LIFE == 0
                ticks += 1
                if is_due:
                    self._limit_freezing()
                self._channel.flush()
                self._tell_running(is_due=is_due)
            faulthandler.cancel_dump_traceback_later()
            self._channel.flush()

    def _limit_freezing(self) -> None:
        """
        Set the last resort for when llmentary dies while native code holds the interpreter's lock.

        The reading thread cannot end the process then; this goes off without the interpreter.
        """
        faulthandler.dump_traceback_later(self._limit_s, exit=True, file=self._channel.output)

    def _tell_running(self, *, is_due: bool) -> None:
        now = time.monotonic()
        asks: list[Any] = []
        for running in list(self._running.values()):
            if not running.is_told and (now - running.started > TICK_S / 2 or running.started > now):
                running.is_told = True
                asks.append([running.ask_id, round(now - running.started, 3), running.can_cancel])
        if asks or is_due:
            self._channel.send({"is": "running", "asks": asks})


class _Running:
    """
    An ask that has begun, or pauses before another attempt.
    """

    __slots__ = ("ask_id", "can_cancel", "is_told", "started")

    def __init__(self, ask_id: int, started: float, can_cancel: bool) -> None:
        self.ask_id = ask_id
        self.started = started
        self.can_cancel = can_cancel
        self.is_told = False
