"""
The server as a process of its own, driven by real clients' capabilities over its standard streams.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

pytestmark = pytest.mark.slow

SERVER = Path(__file__).parents[2] / "server"
SECONDS_TO_WAIT = 90.0
"""Only what hangs takes so long; a busy machine does not."""
ANSWER = "You can return a jacket within {} days of delivery for a full refund."

BOT = """
import os, sys, time
print("noise of an import")
open(r"{pids}", "a").write(f"{{os.getpid()}}\\n")

def ask(question):
    print("noise of a question", flush=True)
    os.write(1, b"Content-Length: 3\\r\\n\\r\\nbad")
    if question == "Hang?":
        open(r"{hanging}", "a").close()
        time.sleep(1000)
    return "{answer}"
"""

HANGING_BOT = """
import os, time
open(r"{pids}", "a").write(f"{{os.getpid()}}\\n")

def ask(question):
    time.sleep(1000)
"""

NOISY_IMPORTS = """
import sys

class Noisy:
    def find_spec(self, name, path=None, target=None):
        if "." not in name and name not in {"llmentary_regression", *sys.stdlib_module_names}:
            print("noise of", name, flush=True)

sys.meta_path.insert(0, Noisy())
"""


class Bench:
    """
    A project folder, and a server process over it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a project ü"
        self.pids = folder / "pids"
        self.hanging = folder / "hanging"
        """There as soon as `Hang?` is being answered."""
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(SERVER),
            "LLMENTARY_HOME": str(folder / "home"),
            "PYTHONWARNINGS": "error",
        }
        self.client: LanguageClient = make_test_lsp_client()
        self.pids.touch()
        self.root.mkdir()
        (self.root / "llmentary.toml").write_text("callable = 'bot:ask'\n")
        self.write_bot(ANSWER.format(30))

    def write_bot(self, answer: str) -> None:
        (self.root / "bot.py").write_text(
            BOT.format(answer=answer, pids=self.pids, hanging=self.hanging), encoding="utf-8"
        )

    async def start(self, client: str = "visual-studio-code") -> None:
        await self.client.start_io(
            sys.executable,
            "-m",
            "llmentary_regression.lsp.main",
            "--stdio",
            env=self.environ,
            cwd=self.root.parent,
        )
        await self.client.initialize_session(
            types.InitializeParams(
                capabilities=client_capabilities(client),
                workspace_folders=[types.WorkspaceFolder(uri=self.root.as_uri(), name="project")],
                root_uri=self.root.as_uri(),
                initialization_options={"trusted": True, "interpreter": sys.executable},
            )
        )

    def open(self, text: str) -> str:
        path = self.root / "a.llmtest"
        path.write_text(text, encoding="utf-8")
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                text_document=types.TextDocumentItem(
                    uri=path.as_uri(), language_id="llmtest", version=1, text=text
                )
            )
        )
        return path.as_uri()

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command=name, arguments=list(arguments))
        )

    async def until(self, is_so: Callable[[], bool]) -> None:
        async def wait() -> None:
            while not is_so():  # noqa: ASYNC110 - workers in other processes raise no event here
                await asyncio.sleep(0.02)

        await asyncio.wait_for(wait(), SECONDS_TO_WAIT)

    def codes(self, uri: str) -> list[object]:
        return [diagnostic.code for diagnostic in self.client.diagnostics.get(uri, [])]

    @property
    def process(self) -> asyncio.subprocess.Process:
        process = self.client._server
        assert process is not None
        return process

    def living_workers(self) -> list[int]:
        return [pid for pid in map(int, self.pids.read_text().split()) if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        # A child of a process that is gone may wait for an `init` that never reaps it.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return not Path("/proc").is_dir()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """
    Return a bench; its server is ended after the test, in whatever state.
    """
    made = Bench(tmp_path)
    yield made
    process = made.client._server
    if process is not None:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await made.client.stop()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("client", ["visual-studio-code", "neovim", "emacs"])
async def test_the_whole_journey(bench: Bench, client: str) -> None:
    """
    Run, approve, break the bot, see the diagnostic, approve the new answer, see it disappear, and exit.
    """
    await bench.start(client)
    uri = bench.open("How long can I return a jacket?\n")
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.codes(uri) == ["new/no-baseline"])
    await bench.command("llmentary.approveCases", {"uri": uri})
    await bench.until(lambda: bench.codes(uri) == [])

    bench.write_bot(ANSWER.format(14))
    bench.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams(
            changes=[types.FileEvent((bench.root / "bot.py").as_uri(), types.FileChangeType.Changed)]
        )
    )
    await bench.until(lambda: bench.codes(uri) == ["changed/number-differs"])
    actions = await bench.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri),
            range=types.Range(types.Position(0, 0), types.Position(0, 0)),
            context=types.CodeActionContext(diagnostics=list(bench.client.diagnostics[uri])),
        )
    )
    # lsprotocol's client side reads an action that has a command as a bare command; its title is right.
    assert actions and actions[0].title.startswith("Approve this answer")
    data = bench.client.diagnostics[uri][0].data
    assert data is not None
    key = data["key"]
    await bench.command("llmentary.approveCases", {"uri": uri, "keys": [key]})
    await bench.until(lambda: bench.codes(uri) == [])

    await bench.client.shutdown_session()
    assert await asyncio.wait_for(bench.process.wait(), SECONDS_TO_WAIT) == 0
    await bench.until(lambda: bench.living_workers() == [])


async def test_leaving_while_a_question_hangs(bench: Bench) -> None:
    """
    Shutdown is answered, exit ends the process, and the worker is gone with it.
    """
    await bench.start()
    uri = bench.open("Hang?\n")
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.living_workers() != [])

    await asyncio.wait_for(bench.client.shutdown_session(), SECONDS_TO_WAIT)

    assert await asyncio.wait_for(bench.process.wait(), SECONDS_TO_WAIT) == 0
    await bench.until(lambda: bench.living_workers() == [])


async def test_a_client_that_vanishes_takes_everything_with_it(bench: Bench) -> None:
    """
    When the stream ends without a shutdown, server and workers end too.
    """
    await bench.start()
    uri = bench.open("Hang?\n")
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.living_workers() != [])

    assert bench.process.stdin is not None
    bench.process.stdin.close()

    assert await asyncio.wait_for(bench.process.wait(), SECONDS_TO_WAIT) == 1
    await bench.until(lambda: bench.living_workers() == [])


async def test_a_killed_server_leaves_no_worker(bench: Bench) -> None:
    """
    Workers end with the server, however it ends.
    """
    await bench.start()
    uri = bench.open("Hang?\n")
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.living_workers() != [])

    bench.process.kill()

    await bench.until(lambda: bench.living_workers() == [])


async def test_cancelling_kills_a_question_that_hangs(bench: Bench) -> None:
    """
    The worker that sleeps is killed, and the request is answered with an error.
    """
    await bench.start()
    uri = bench.open("Hang?\nHow long?\n")
    request = bench.client.protocol.send_request("llmentary/run", {"uri": uri})
    # A worker that has not begun with the question has nothing to be killed for, and stays.
    await bench.until(bench.hanging.exists)
    (number,) = bench.client.protocol._request_futures
    hanging = bench.living_workers()

    bench.client.cancel_request(types.CancelParams(id=number))

    await bench.until(lambda: not set(bench.living_workers()) & set(hanging))
    await bench.until(request.done)
    assert request.exception(timeout=0) is not None


def test_stray_output_never_reaches_the_protocol() -> None:
    """
    After the streams are claimed, `print` and writes to descriptor 1 go to stderr.
    """
    program = (
        "from llmentary_regression.lsp.main import claim_streams\n"
        "import os, sys\n"
        "read, write = claim_streams()\n"
        "print('printed', flush=True)\n"
        "os.write(1, b'written')\n"
        "os.write(write, b'frame:' + os.read(read, 10))\n"
        "assert sys.stdin.read() == ''\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        input=b"in",
        capture_output=True,
        timeout=SECONDS_TO_WAIT,
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        check=True,
    )

    assert done.stdout == b"frame:in"
    assert done.stderr.replace(b"\r\n", b"\n") == b"printed\nwritten"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_crash_leaves_no_image_of_the_memory() -> None:
    """
    It would contain answers; the server writes none, whatever the shell that started the editor allows.
    """
    program = (
        "import resource, sys\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "from llmentary_regression.lsp.main import main\n"
        "main(['--stdio'])\n"
        "sys.stderr.write(f'allowed: {resource.getrlimit(resource.RLIMIT_CORE)[0]}')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS_TO_WAIT,
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        check=True,
    )

    assert done.stderr.endswith(b"allowed: 0")


@pytest.mark.parametrize(
    "command", [("llmentary_regression.lsp.main", "--stdio"), ("llmentary_regression", "lsp")]
)
def test_streams_are_claimed_before_anything_else_is_imported(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """
    Whatever a library prints while it is imported, the first byte for the client belongs to the protocol.
    """
    (tmp_path / "sitecustomize.py").write_text(NOISY_IMPORTS)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})

    done = subprocess.run(
        [sys.executable, "-m", *command],
        check=False,
        input=f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
        capture_output=True,
        timeout=SECONDS_TO_WAIT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(SERVER)]),
            "LLMENTARY_HOME": str(tmp_path / "home"),
        },
    )

    assert done.stdout.startswith(b"Content-Length: ")
    assert b"noise of pygls" in done.stderr


async def test_no_module_of_the_folder_is_imported_by_the_server(bench: Bench) -> None:
    """
    A `tinydb.py` in the folder that the editor started the server in would run before anyone has trusted it.
    """
    marker = bench.root.parent / "hostile"
    for name in ("pygls", "cattrs", "tinydb", "filelock", "platformdirs", "cryptography", "rapidfuzz"):
        (bench.root.parent / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write('{name} ')\n")

    await bench.start()
    uri = bench.open("How long can I return a jacket?\n")
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.codes(uri) == ["new/no-baseline"])
    await bench.command("llmentary.approveCases", {"uri": uri})
    await bench.until(lambda: bench.codes(uri) == [])

    assert not marker.exists(), marker.read_text()
    await bench.client.shutdown_session()


async def test_questions_that_hang_leave_the_server_responsive(bench: Bench) -> None:
    """
    Even with more of them than threads: workers are processes that the event loop watches.
    """
    await bench.start()
    names = range(50)
    uri = bench.open("".join(f"=== number-{n}\n@timeout 100s\n\nHang?\nNumber {n}.\n\n" for n in names))
    (bench.root / "bot.py").write_text(HANGING_BOT.format(pids=bench.pids))
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: bench.living_workers() != [])

    symbols = await asyncio.wait_for(
        bench.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        ),
        SECONDS_TO_WAIT,
    )

    assert symbols is not None and len(symbols) == 50
    await bench.client.shutdown_session()


def test_an_unknown_argument_is_refused() -> None:
    """
    A mistake in an editor's configuration is answered with the usage.
    """
    done = subprocess.run(
        [sys.executable, "-m", "llmentary_regression.lsp.main", "--tcp"],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
        env={**os.environ, "PYTHONPATH": str(SERVER)},
    )

    assert done.returncode == 2
    assert "unknown argument `--tcp`" in done.stderr


async def test_a_missing_interpreter_is_told_once(bench: Bench) -> None:
    """
    Without a Python for the callable the request fails with what was tried, and the server lives on; who asks
    by a command is told each time.
    """
    (bench.root / "llmentary.toml").write_text("callable = 'bot:ask'\ninterpreter = '/no/such/python'\n")
    await bench.start()
    uri = bench.open("How long?\n")

    for _ in range(2):
        with pytest.raises(JsonRpcException, match="no/such/python"):
            await bench.client.protocol.send_request_async("llmentary/run", {"uri": uri})  # type: ignore[no-untyped-call]

    def told() -> int:
        return len([shown for shown in bench.client.messages if "no/such/python" in shown.message])

    assert told() == 1
    await bench.command("llmentary.runCases", {"uri": uri})
    await bench.until(lambda: told() == 2)
    await bench.client.shutdown_session()


@pytest.mark.parametrize(
    ("bot", "reason", "words"),
    [
        ("import nowhere\n", "not-importable", "nowhere"),
        ("def ask(question):\n    raise ValueError('boom')\n", "raised", "boom"),
        ("def ask(question):\n    import os; os._exit(3)\n", "exited", "3"),
        ("def ask(question):\n    import sys; sys.exit(3)\n", "exited", ""),
        ("def ask(question):\n    return None\n", "bad-answer", "None"),
        ("def ask(question):\n    import time; time.sleep(1000)\n", "timed-out", "0.5"),
    ],
)
async def test_what_a_callable_does_wrong_becomes_a_diagnostic(
    bench: Bench, bot: str, reason: str, words: str
) -> None:
    """
    However the callable fails, its case says how, and the next request is answered.
    """
    (bench.root / "bot.py").write_text(bot)
    await bench.start()
    uri = bench.open("@timeout 0.5s\nHow long?\n" if reason == "timed-out" else "How long?\n")

    await bench.command("llmentary.runCases", {"uri": uri})

    await bench.until(lambda: bench.codes(uri) == [f"error/{reason}"])
    assert words in bench.client.diagnostics[uri][0].message
    await bench.client.shutdown_session()
