"""
Ctrl-C, however a run is going on: what ran is reported, the processes that ask are gone, and the code is 130.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_shell import Shell

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends a signal to a process group")

BOT = """\
import os, pathlib, time

def ask(question):
    if "Norway" in question:
        pathlib.Path("hanging").write_text(str(os.getpid()))
        time.sleep(600)
    return "fine"
"""
CLUSTER = """\
import asyncio, sys
from distributed import Scheduler, Worker

async def main():
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        async with Worker(scheduler.address, nthreads=1, host="127.0.0.1", dashboard=False):
            print(scheduler.address, flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def cluster(shell: Shell) -> Iterator[str]:
    """
    Return the address of a Dask cluster with one worker.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=shell.environ,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    yield process.stdout.readline().strip().replace("tcp://", "dask://")
    process.kill()
    process.wait(90)
    process.stdin.close()
    process.stdout.close()


def interrupt(shell: Shell, *arguments: str) -> tuple[int, str, str]:
    """
    Press Ctrl-C while a question hangs and another is answered; return code, stdout and stderr.
    """
    shell.write({"bot.py": BOT})
    process = subprocess.Popen(
        shell.command("test", *arguments),
        cwd=shell.root,
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    hanging = shell.root / "hanging"
    wait(lambda: hanging.exists() and hanging.read_text() != "")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=90)
    wait(lambda: not is_alive(int(hanging.read_text())))
    return process.returncode, out, err


def wait(condition: Any) -> None:
    """
    Wait for something another process does; there is no event to wait for across processes.
    """
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("arguments", [[], ["-j", "2"], ["--watch"]])
def test_ctrl_c_ends_a_run(arguments: list[str], shell: Shell) -> None:
    """
    With one process or several, once or watching.
    """
    code, out, err = interrupt(shell, *arguments)

    assert code == 130, err
    assert "interrupted, " in out
    assert "Traceback" not in out + err


def test_a_report_of_an_interrupted_run_is_written(shell: Shell) -> None:
    """
    It says that it was interrupted, and how many cases were to be asked.
    """
    code, _, _ = interrupt(shell, "--report", "json=r.json")

    document = json.loads((shell.root / "r.json").read_text(encoding="utf-8"))
    assert code == document["exit_code"] == 130
    assert (document["interrupted"], document["selected"]) == (True, 2)


def test_ctrl_c_reaches_the_machines_of_a_cluster(cluster: str, shell: Shell) -> None:
    """
    The process that hangs beside a Dask worker is ended as well.
    """
    code, out, err = interrupt(shell, "--executor", cluster)

    assert code == 130, err
    assert "interrupted, " in out
    assert "Traceback" not in out + err
