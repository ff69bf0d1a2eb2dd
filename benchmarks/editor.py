"""
Measure the language server against a bare pygls server, alternating in one run.

    python benchmarks/editor.py [--questions 10000] [--rounds 15]

Three figures: the time from the start of the process to the response to `initialize`; the time from an edit to
its diagnostics in a suite with many questions; and the memory of both servers at the end. For edits, the other
server is a naive one that parses the whole suite again and publishes everything.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BARE = """
from pygls.lsp.server import LanguageServer
LanguageServer("bare", "1").start_io()
"""
NAIVE = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from llmentary_regression.core.suite import parse_suite

server = LanguageServer("naive", "1")

def publish(ls, uri):
    document = ls.workspace.get_text_document(uri)
    suite, problems = parse_suite(document.source)
    shown = [(problem.span, problem.message) for problem in problems]
    diagnostics = [
        types.Diagnostic(
            range=types.Range(
                types.Position(span.start.line, span.start.column),
                types.Position(span.end.line, span.end.column),
            ),
            message=message,
        )
        for span, message in shown
    ]
    ls.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics, version=document.version)
    )

@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(ls, params):
    publish(ls, params.text_document.uri)

@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def changed(ls, params):
    publish(ls, params.text_document.uri)

server.start_io()
"""
OURS = "import sys; from llmentary_regression.lsp.main import main; sys.exit(main([]))"


class Client:
    """
    A minimal editor: starts a server and waits for its messages.
    """

    def __init__(self, code: str, folder: Path) -> None:
        self.started = time.perf_counter()
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'server')!r})\n{code}"]
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._folder = folder

    def send(self, method: str, params: object, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if number is None else {**message, "id": number}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def wait(self, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline().strip()) or not length:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                elif not line and self._process.poll() is not None:
                    raise SystemExit("the server ended")
            message: dict[str, Any] = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                self._answer(message["id"])
            if is_wanted(message):
                return message

    def _answer(self, number: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": number, "result": None}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def initialize(self) -> float:
        """
        Return the seconds from the start of the process to its response.
        """
        uri = self._folder.as_uri()
        params = {
            "processId": None,
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "project"}],
            "capabilities": {"general": {"positionEncodings": ["utf-16"]}},
        }
        self.send("initialize", params, 1)
        self.wait(lambda message: message.get("id") == 1)
        return time.perf_counter() - self.started

    def request(self, method: str, params: object) -> float:
        started = time.perf_counter()
        self.send(method, params, 7)
        self.wait(lambda message: message.get("id") == 7 and "method" not in message)
        return time.perf_counter() - started

    def memory_mb(self) -> float:
        """
        Return the server's resident memory in MB; 0 on systems without `/proc`.
        """
        status = Path(f"/proc/{self._process.pid}/statm")
        pages = int(status.read_text().split()[1]) if status.exists() else 0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


def measure_start(rounds: int) -> tuple[float, float]:
    """
    Return the median seconds to `initialize` of the bare server and of ours, measured in turns.
    """
    times: dict[str, list[float]] = {BARE: [], OURS: []}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            for code in times:
                client = Client(code, Path(name))
                times[code].append(client.initialize())
                client.end()
    return statistics.median(times[BARE]), statistics.median(times[OURS])


def measure_edits(text: str, rounds: int) -> dict[str, tuple[float, float]]:
    """
    Return, by kind of edit, the median seconds of the naive server and of ours, measured in turns.
    """
    lines = text.count("\n")
    middle = next(
        index
        for index, line in enumerate(text.split("\n"))
        if index >= lines // 2 and line.startswith("What")
    )
    kinds = {
        "a letter": (middle, 4, "x"),
        "a new line": (middle, 0, "@mach exact\n"),
        "a line at the top": (0, 0, "@mach exact\n"),
    }
    found: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clients = [Client(NAIVE, folder), Client(OURS, folder)]
        uri = (folder / "a.llmtest").as_uri()
        for client in clients:
            client.initialize()
            client.send("initialized", {})
            item = {"uri": uri, "languageId": "llmtest", "version": 0, "text": text}
            client.send("textDocument/didOpen", {"textDocument": item})
            client.wait(_publishes(uri, 0))
        version = 0
        for kind, (line, column, new) in kinds.items():
            times: list[list[float]] = [[], []]
            for _ in range(rounds):
                for client, seconds in zip(clients, times, strict=True):
                    seconds.append(_edit(client, uri, version + 1, (line, column, line, column), new))
                end = (line + 1, 0) if new.endswith("\n") else (line, column + len(new))
                for client in clients:
                    _edit(client, uri, version + 2, (line, column, *end), "")
                version += 2
            found[kind] = (statistics.median(times[0]), statistics.median(times[1]))
        for method, extra in (("codeLens", {}), ("hover", {"position": {"line": middle, "character": 1}})):
            params = {"textDocument": {"uri": uri}, **extra}
            took = [clients[1].request(f"textDocument/{method}", params) for _ in range(rounds)]
            print(f"  {method}: {statistics.median(took) * 1000:.1f} ms (only ours)")
        naive_mb, ours_mb = (client.memory_mb() for client in clients)
        print(f"  memory at the end: {ours_mb:.0f} MB (naive {naive_mb:.0f} MB)")
        for client in clients:
            client.end()
    return found


def _edit(client: Client, uri: str, version: int, span: tuple[int, int, int, int], text: str) -> float:
    edited = {
        "start": {"line": span[0], "character": span[1]},
        "end": {"line": span[2], "character": span[3]},
    }
    started = time.perf_counter()
    client.send(
        "textDocument/didChange",
        {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": edited, "text": text}],
        },
    )
    client.wait(_publishes(uri, version))
    return time.perf_counter() - started


def _publishes(uri: str, version: int) -> Callable[[dict[str, Any]], bool]:
    def is_wanted(message: dict[str, Any]) -> bool:
        if message.get("method") != "textDocument/publishDiagnostics":
            return False
        params = message["params"]
        return bool(params["uri"] == uri and params.get("version") == version)

    return is_wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    bare, ours = measure_start(options.rounds)
    print(f"initialize: bare pygls {bare * 1000:.0f} ms, ours {ours * 1000:.0f} ms, ratio {ours / bare:.2f}")
    numbers = range(options.questions)
    suites = {
        "plain questions": "@callable a:b\n" + "".join(f"What is number {n}?\n" for n in numbers),
        "blocks": "@callable a:b\n" + "".join(f"=== q{n} #t\n\nWhat is number {n}?\n\n" for n in numbers),
    }
    for name, text in suites.items():
        print(f"{options.questions} {name}, from edit to diagnostics:")
        for kind, (naive, own) in measure_edits(text, options.rounds).items():
            print(
                f"  {kind}: naive {naive * 1000:.1f} ms, ours {own * 1000:.1f} ms, "
                f"{naive / own:.1f} times faster"
            )


if __name__ == "__main__":
    main()
