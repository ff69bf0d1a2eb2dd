"""
An editor in the same process: it speaks JSON-RPC with a server whose pool answers from a dict.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from llmentary_regression.core.model import Answer, Failure, FailureKind, JsonValue
from llmentary_regression.execution.requests import Ask, Asked
from llmentary_regression.lsp.server import Server

SECONDS_TO_WAIT = 90.0
"""Only a server that hangs takes this long, even on a busy machine."""


RETURN = "You can return a jacket within {} days of delivery for a full refund."


class DictPool:
    """
    Answers from a dict; while `gate` is closed, questions wait, as with a slow model.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str | Failure] = {}
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.stopped = 0
        self.closed = 0
        self.batch = 1
        self.fault: str | None = None

    async def ask(self, asks: Iterable[Ask], *, budget: object = None) -> AsyncIterator[list[Asked]]:
        ended = False
        try:
            pending: list[Asked] = []
            for ask in asks:
                question = ask.turns[-1].text
                self.asked.append(question)
                await self.gate.wait()
                found = self.answers.get(question, Failure(FailureKind.RAISED, "KeyError: no such question"))
                pending.append(Asked(ask.number, Answer(found) if isinstance(found, str) else found, 0.1, 1))
                if len(pending) >= self.batch:
                    yield pending
                    pending = []
            if pending:
                yield pending
            ended = True
        finally:
            self.stopped += not ended

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue:
        return True

    def loaded_files(self) -> frozenset[Path]:
        return frozenset()

    def import_name_fault(self) -> str | None:
        return self.fault

    def mark_outdated(self) -> None:
        """
        Do nothing: a dict has no code.
        """

    async def close(self) -> None:
        self.closed += 1


class Editor:
    """
    An LSP client that records notifications and answers requests.
    """

    def __init__(self, server: Server, root: Path, pool: DictPool) -> None:
        self.server = server
        self.root = root
        self.pool = pool
        self.messages: list[dict[str, Any]] = []
        self.diagnostics: dict[str, dict[str, Any]] = {}
        self.replies: dict[str, Any] = {}
        """The responses to the server's requests, by method; null for others."""
        self._numbers = itertools.count(1)
        self._waiting: dict[object, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Event()
        server.protocol.set_writer(cast(Any, self))

    # --- the writer that the server knows ---

    def write(self, data: bytes) -> None:
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        self.messages.append(message)
        if "method" not in message:
            waiting = self._waiting.pop(message.get("id"), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
        elif "id" in message:
            reply = {"jsonrpc": "2.0", "id": message["id"], "result": self.replies.get(message["method"])}
            asyncio.get_running_loop().call_soon(self.server.protocol.receive, json.dumps(reply).encode())
        elif message["method"] == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]
        self._news.set()

    def close(self) -> None:
        """
        Do nothing: there is no pipe.
        """

    # --- what a test does ---

    def notify(self, method: str, params: Any = None) -> None:
        self.server.protocol.receive(
            json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode()
        )

    def post(self, method: str, params: Any = None) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        """
        Send a request and return its id and the response to come.
        """
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.server.protocol.receive(json.dumps(message).encode())
        return number, waiting

    async def respond(self, method: str, params: Any = None) -> dict[str, Any]:
        _, waiting = self.post(method, params)
        return await asyncio.wait_for(waiting, SECONDS_TO_WAIT)

    async def request(self, method: str, params: Any = None) -> Any:
        response = await self.respond(method, params)
        assert "error" not in response, response
        return response["result"]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """
        Wait, message by message, until something is so.
        """

        async def wait() -> None:
            while not is_so():
                self._news.clear()
                try:
                    # Some things become so without a message; those are looked for now and then.
                    await asyncio.wait_for(self._news.wait(), 0.02)
                except asyncio.TimeoutError:
                    continue

        await asyncio.wait_for(wait(), SECONDS_TO_WAIT)

    async def start(
        self,
        *,
        options: Mapping[str, object] | None = None,
        capabilities: Mapping[str, object] | None = None,
        folders: Sequence[str] = (".",),
    ) -> dict[str, Any]:
        result = await self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": self.root.as_uri(),
                "workspaceFolders": [{"uri": self.uri(folder), "name": folder} for folder in folders],
                "capabilities": capabilities if capabilities is not None else FULL,
                "initializationOptions": {"trusted": True} if options is None else options,
            },
        )
        self.notify("initialized", {})
        return cast(dict[str, Any], result)

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def write_file(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path.as_uri()

    def open(self, name: str, text: str, version: int = 1) -> str:
        """
        Write a suite and open it, as it is on disk.
        """
        uri = self.write_file(name, text)
        document = {"uri": uri, "languageId": "llmtest", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def edit(self, uri: str, text: str, version: int) -> None:
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]},
        )

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def changed_on_disk(self, *names: str, kind: int = 2) -> None:
        changes = [{"uri": self.uri(name), "type": kind} for name in names]
        self.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    async def command(self, name: str, *arguments: object) -> Any:
        return await self.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})

    async def run(self, uri: str, *keys: str) -> list[dict[str, Any]]:
        params: dict[str, object] = {"uri": uri, **({"keys": list(keys)} if keys else {})}
        return cast(list[dict[str, Any]], (await self.request("llmentary/run", params))["cases"])

    async def approve_all(self, uri: str) -> None:
        """
        Ask all cases of a suite, and approve every answer.
        """
        await self.run(uri)
        await self.command("llmentary.approveCases", {"uri": uri})
        await self.until(lambda: self.codes(uri) == [])

    async def start_with_changed_answer(self, approved_days: str = "30", now: str = "14") -> str:
        """
        Open a suite whose one answer was approved with other days than those it gives now; return its URI.
        """
        self.pool.answers["Return?"] = RETURN.format(approved_days)
        await self.start()
        uri = self.open("a.llmtest", "Return?\n")
        await self.approve_all(uri)
        self.pool.answers["Return?"] = RETURN.format(now)
        await self.run(uri)
        return uri

    async def lenses(self, uri: str) -> list[tuple[int, str]]:
        lenses = await self.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
        return [(lens["range"]["start"]["line"], lens["command"]["title"]) for lens in lenses]

    async def state(self, uri: str, line: int = 0) -> str:
        """
        Return what the last lens of a line says: the state of its case.
        """
        return [title for at, title in await self.lenses(uri) if at == line][-1]

    async def actions(
        self, uri: str, line: int, only: Sequence[str] | None = None, diagnostics: Sequence[Any] = ()
    ) -> list[dict[str, Any]]:
        place = {"line": line, "character": 0}
        context: dict[str, object] = {"diagnostics": list(diagnostics)}
        if only is not None:
            context["only"] = list(only)
        return cast(
            list[dict[str, Any]],
            await self.request(
                "textDocument/codeAction",
                {
                    "textDocument": {"uri": uri},
                    "range": {"start": place, "end": place},
                    "context": context,
                },
            ),
        )

    async def hover(self, uri: str, line: int) -> str:
        position = {"line": line, "character": 0}
        found = await self.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
        return cast(str, found["contents"]["value"])

    def codes(self, uri: str) -> list[object]:
        return [
            diagnostic["code"] for diagnostic in self.diagnostics.get(uri, {"diagnostics": []})["diagnostics"]
        ]

    def sent(self, method: str) -> list[Any]:
        return [message.get("params") for message in self.messages if message.get("method") == method]

    def shown(self) -> list[str]:
        """
        Return the messages that the user was shown.
        """
        return [params["message"] for params in self.sent("window/showMessage")]


FULL: Mapping[str, object] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "codeLens": {},
        "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True},
    },
}
"""What a client such as VS Code can do, as far as the server asks."""


class MakeEditor(Protocol):
    """
    Makes editors over one project folder, with these files and answers.
    """

    def __call__(
        self, files: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None
    ) -> Editor: ...


async def open_approved(editor: MakeEditor, text: str, answers: Mapping[str, str]) -> tuple[Editor, str]:
    """
    Return a client and the URI of an open suite whose answers are all approved.
    """
    client = editor(answers=answers)
    await client.start()
    uri = client.open("a.llmtest", text)
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: bool(client.sent("llmentary/approved")) and client.codes(uri) == [])
    return client, uri
