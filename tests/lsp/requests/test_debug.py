"""
Tests of debugging through `llmentary/run`: a real worker, and a stand-in for `debugpy`.
"""

import json
import os
import sys
import venv
from pathlib import Path

from lsp_editor import MakeEditor

STAND_IN = "def configure(**o): ...\ndef listen(a): return ('127.0.0.1', 4711)\ndef wait_for_client(): ...\n"


async def test_a_case_is_debugged_in_a_worker_of_its_own(editor: MakeEditor) -> None:
    """
    The client learns where to attach, with its own name for the run; the usual workers are not used.
    """
    client = editor(
        {
            "llmentary.toml": f"callable = 'bot:ask'\ninterpreter = {json.dumps(sys.executable)}\n",
            "bot.py": "def ask(question): return 'Yes.'\n",
            "debugpy.py": STAND_IN,
        }
    )
    await client.start()
    uri = client.open("a.llmtest", "A?\n")

    found = await client.request("llmentary/run", {"uri": uri, "token": "mine", "debug": True})

    assert [case["verdict"] for case in found["cases"]] == ["new"]
    assert client.sent("llmentary/debugReady") == [
        {"token": "mine", "host": "127.0.0.1", "port": 4711, "root": str(client.root)}
    ]
    assert client.pool.asked == []


async def test_without_a_debugger_one_message_says_what_to_do(editor: MakeEditor, tmp_path: Path) -> None:
    """
    The cases keep their states: none of them has failed.
    """
    venv.create(tmp_path / "venv", symlinks=os.name != "nt")
    python = str(tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    client = editor({"llmentary.toml": f"callable = 'bot:ask'\ninterpreter = {json.dumps(python)}\n"})
    client.pool.answers = {"A?": "Yes.", "B?": "Yes."}
    await client.start()
    uri = client.open("a.llmtest", "A?\nB?\n")
    await client.run(uri)

    response = await client.respond("llmentary/run", {"uri": uri, "debug": True})

    assert f"run `{python} -m pip install debugpy`" in response["error"]["message"]
    assert len([message for message in client.shown() if "debugpy" in message]) == 1
    assert [await client.state(uri, line) for line in (0, 1)] == ["new", "new"]
