"""
Asking on a Dask cluster: a real scheduler and real workers on loopback, each a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

import dask.config
import pytest

from llmentary_regression.core.errors import ProjectError, UsageError
from llmentary_regression.core.model import Answer, Failure, FailureKind, Role, Turn
from llmentary_regression.execution.dask import ClusterAddress, DaskPool, read_address
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask, Asked

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="ends workers by a signal"),
]

SCHEDULER = """
import asyncio, sys
from distributed import Scheduler

async def main():
    protocol = sys.argv[1]
    async with Scheduler(host="127.0.0.1", port=0, protocol=protocol, dashboard=False) as scheduler:
        print(scheduler.address, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""
WORKER = """
import asyncio, sys
from distributed import Worker

async def main():
    async with Worker(sys.argv[1], nthreads=1, host="127.0.0.1", dashboard=False) as worker:
        print(worker.address, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""
BOT = """
import os, socket, threading, time

def ask(question):
    return "Answer to " + question

def moody(question):
    if question.startswith("boom"):
        raise ValueError("boom " + question)
    if question.startswith("exit"):
        os._exit(3)
    return question.upper()

def hold(question):
    # Says which Dask worker it runs under, and answers as it is told; never told, it hangs.
    with socket.create_connection(("127.0.0.1", int(question))) as line:
        line.sendall(b"%d %d\\n" % (os.getppid(), os.getpid()))
        return line.makefile().readline()

def secrets(question):
    return {"answer": str(sorted(name for name in os.environ if name.startswith(("LLMENTARY", "SHOP_"))))}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return the project's folder, which here and the cluster share.
    """
    folder = tmp_path_factory.mktemp("bôt shop")
    (folder / "bot.py").write_text(BOT)
    return folder


class Cluster:
    """
    A scheduler and its workers.
    """

    def __init__(
        self, workers: int, *, protocol: str = "tcp", environ: Mapping[str, str] | None = None
    ) -> None:
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self._protocol = protocol
        self._environ = environ or {}
        self.scheduler = self._start(SCHEDULER, protocol)
        starting = [self._spawn(WORKER, self.scheduler) for _ in range(workers)]
        self.workers = [self._read(process) for process in starting]

    @property
    def address(self) -> ClusterAddress:
        return ClusterAddress(self.scheduler)

    def add_worker(self) -> None:
        self.workers.append(self._start(WORKER, self.scheduler))

    def kill(self, pid: int) -> None:
        """
        End one worker's process without a word.
        """
        assert pid in {process.pid for process in self.processes.values()}
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(20)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.stdout.close()

    def _start(self, source: str, *arguments: str) -> str:
        return self._read(self._spawn(source, *arguments))

    def _spawn(self, source: str, *arguments: str) -> subprocess.Popen[str]:
        own = {"LLMENTARY_KEY": "the cluster's own", "SHOP_TOKEN": "cluster"}
        return subprocess.Popen(
            [sys.executable, "-c", source, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **own, **self._environ},
            text=True,
        )

    def _read(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith(f"{self._protocol}://")
        self.processes[address] = process
        return address


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """
    Return a cluster of two workers that no test harms.
    """
    started = Cluster(2)
    yield started
    started.close()


@pytest.fixture
def doomed() -> Iterator[Cluster]:
    """
    Return a cluster of three workers of the test's own.
    """
    started = Cluster(3)
    yield started
    started.close()


@pytest.fixture(autouse=True)
def _lenient() -> Iterator[None]:
    # Dask's own, such as of sockets that a killed worker leaves.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class MakeDaskPool(Protocol):
    """
    Makes a pool on a cluster; it is closed after the test.
    """

    def __call__(
        self,
        cluster: Cluster,
        *,
        workers: int = ...,
        concurrency: int = ...,
        load_timeout_s: float = ...,
        http_variables: str = ...,
    ) -> DaskPool: ...


@pytest.fixture
async def make_pool(folder: Path) -> AsyncIterator[MakeDaskPool]:
    """
    Return what makes pools on a cluster; all are closed in the end.
    """
    pools: list[DaskPool] = []

    def make(cluster: Cluster, **options: Any) -> DaskPool:
        pools.append(DaskPool(cluster.address, folder, **options))
        return pools[-1]

    yield make
    for pool in pools:
        await asyncio.wait_for(pool.close(), 20)


def asks(target: str, questions: list[str], **options: Any) -> list[Ask]:
    return [
        Ask(number, f"bot:{target}", (Turn(Role.USER, question),), **{"timeout_s": 20.0, **options})
        for number, question in enumerate(questions)
    ]


async def collect(pool: DaskPool | Pool, wanted: list[Ask]) -> dict[int, Asked]:
    async def all_of_them() -> dict[int, Asked]:
        found: dict[int, Asked] = {}
        async with aclosing(pool.ask(wanted)) as batches:
            async for batch in batches:
                for asked in batch:
                    assert asked.number not in found
                    found[asked.number] = asked
        return found

    return await asyncio.wait_for(all_of_them(), 40)


def told(asked: Asked) -> tuple[object, ...]:
    outcome = asked.outcome
    if isinstance(outcome, Answer):
        return outcome.text, outcome.data, outcome.model
    return outcome.kind, outcome.message, outcome.frames


class Holder:
    """
    What `bot:hold` talks to: tells of each call, and answers when told.
    """

    async def __aenter__(self) -> Holder:
        self.calls: asyncio.Queue[tuple[int, int, asyncio.StreamWriter]] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = str(self._server.sockets[0].getsockname()[1])
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        dask_worker, own = map(int, (await reader.readline()).split())
        self.calls.put_nowait((dask_worker, own, writer))

    async def next(self) -> tuple[int, int, asyncio.StreamWriter]:
        return await asyncio.wait_for(self.calls.get(), 30)

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
            # Whoever called may be killed by now, which counts as closed.
            with suppress(OSError):
                await writer.wait_closed()


@pytest.mark.parametrize(
    "text", ["dask://", "tcp://host:1", "dask://host:port", "dask://h/p", "dask://h?a=1"]
)
def test_bad_address_is_refused_with_the_fix(text: str) -> None:
    """One line that shows how an address looks."""
    with pytest.raises(UsageError, match=r"dask://HOST:8786"):
        read_address(text)


def test_address_may_name_port_folder_and_tls() -> None:
    """What is left out is the port that Dask uses and the folder here."""
    assert read_address("dask://host") == ClusterAddress("tcp://host:8786")
    assert read_address("dask+tls://[::1]:9?root=/srv/shop") == ClusterAddress("tls://[::1]:9", "/srv/shop")


async def test_nobody_at_the_address_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked."""
    monkeypatch.setattr("llmentary_regression.execution.dask._executor._CONNECT_S", 0.5)
    pool = DaskPool(ClusterAddress("tcp://127.0.0.1:1"), folder)

    with pytest.raises(ProjectError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        await collect(pool, asks("ask", ["q"]))

    await pool.close()


async def test_outcomes_equal_the_local_pools(
    cluster: Cluster, make_pool: MakeDaskPool, folder: Path
) -> None:
    """Answers, exceptions with their frames, and what ended its process."""
    questions = [f"q{number}" for number in range(40)] + ["boom1", "exit", "boom2"]
    local = Pool(sys.executable, folder)

    there = await collect(make_pool(cluster), asks("moody", questions))
    here = await collect(local, asks("moody", questions))
    await local.close()

    assert {number: told(one) for number, one in there.items()} == {
        number: told(one) for number, one in here.items()
    }


async def test_many_quick_asks_are_all_answered(cluster: Cluster, make_pool: MakeDaskPool) -> None:
    """Batches grow; no outcome is lost or doubled."""
    found = await collect(make_pool(cluster), asks("ask", [str(number) for number in range(3000)]))

    assert [found[number].outcome.text for number in range(3000)] == [  # type: ignore[union-attr]
        f"Answer to {number}" for number in range(3000)
    ]


async def test_project_key_stays_here(
    cluster: Cluster, make_pool: MakeDaskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The callable sees the environment of the cluster's machine and `@env`, and no key, ours or theirs."""
    monkeypatch.setenv("LLMENTARY_KEY", "ours")
    monkeypatch.setenv("SHOP_LOCAL", "here")

    found = await collect(make_pool(cluster), asks("secrets", ["q"], env={"SHOP_REGION": "no"}))

    assert told(found[0])[0] == "['SHOP_REGION', 'SHOP_TOKEN']"


async def test_header_variables_are_allowed_by_name(cluster: Cluster, make_pool: MakeDaskPool) -> None:
    """What the user allows here holds on the machines, for values that they have; a suite allows nothing."""
    target = "http://127.0.0.1:1/ask"
    wanted = [
        Ask(
            0,
            target,
            (Turn(Role.USER, "q"),),
            args={"headers": {"Authorization": "Bearer ${SHOP_TOKEN}"}},
            env={"LLMENTARY_HTTP_ENV": "SHOP_TOKEN"},
            timeout_s=20.0,
        )
    ]

    refused = await collect(make_pool(cluster), wanted)
    allowed = await collect(make_pool(cluster, http_variables="SHOP_TOKEN@127.0.0.1"), wanted)

    assert "`SHOP_TOKEN` may not go to" in str(told(refused[0])[1])
    assert "nothing listens at 127.0.0.1:1" in str(told(allowed[0])[1])


async def test_each_dask_worker_asks_from_so_many_processes(
    cluster: Cluster, make_pool: MakeDaskPool
) -> None:
    """`-j 2` over two Dask workers has four questions asked at once; no machine takes the other's share."""
    async with Holder() as holder:
        pool = make_pool(cluster, workers=2, concurrency=1)
        work = asyncio.create_task(collect(pool, asks("hold", [holder.port] * 4)))
        calls = [await holder.next() for _ in range(4)]
        for _, _, line in calls:
            line.write(b"done\n")
        found = await work

    assert len({own for _, own, _ in calls}) == 4
    assert len({dask_worker for dask_worker, _, _ in calls}) == 2
    assert {told(one)[0] for one in found.values()} == {"done\n"}


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """
    Return where Dask finds a certificate for this machine, made for the test.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    found = {"ca-file": str(tmp_path / "cert.pem")}
    for role in ("scheduler", "worker", "client"):
        found |= {f"{role}.cert": str(tmp_path / "cert.pem"), f"{role}.key": str(tmp_path / "key.pem")}
    return found


async def test_a_cluster_with_tls_is_asked(certificate: dict[str, str], make_pool: MakeDaskPool) -> None:
    """With the certificates of Dask's own configuration; without any, the message says where they belong."""
    environ = {
        f"DASK_DISTRIBUTED__COMM__TLS__{name.upper().replace('.', '__').replace('-', '_')}": path
        for name, path in certificate.items()
    }
    cluster = Cluster(1, protocol="tls", environ=environ)
    pool = make_pool(cluster)
    try:
        with pytest.raises(ProjectError, match=r"no certificates for tls://.*distributed\.comm\.tls"):
            await collect(pool, asks("ask", ["q"]))
        with dask.config.set({f"distributed.comm.tls.{name}": path for name, path in certificate.items()}):
            found = await collect(pool, asks("ask", ["q"]))
        await pool.close()
    finally:
        cluster.close()

    assert told(found[0])[0] == "Answer to q"


async def test_cases_of_a_lost_worker_are_asked_again(doomed: Cluster, make_pool: MakeDaskPool) -> None:
    """One of three is killed while it asks; each case has one outcome, as if nothing had happened."""
    async with Holder() as holder:
        wanted = asks("hold", [holder.port]) + [
            Ask(number, "bot:ask", (Turn(Role.USER, str(number)),)) for number in range(1, 200)
        ]
        work = asyncio.create_task(collect(make_pool(doomed), wanted))
        first, _, _ = await holder.next()
        doomed.kill(first)
        second, _, line = await holder.next()
        line.write(b"at last\n")
        found = await work

    assert first != second
    assert told(found[0])[0] == "at last\n"
    assert {number: told(found[number])[0] for number in range(1, 200)} == {
        number: f"Answer to {number}" for number in range(1, 200)
    }


class LosingPool(DaskPool):
    """
    A pool whose workers are all lost as soon as they are asked.
    """

    async def _connect(self) -> None:
        self.sent: list[str] = []

    async def workers(self) -> list[str]:
        return [f"tcp://127.0.0.1:{port}" for port in range(5) if f"tcp://127.0.0.1:{port}" not in self.sent]

    async def send(self, worker: str, asks: Sequence[Ask]) -> list[Asked]:
        self.sent.append(worker)
        raise ConnectionError


async def test_case_that_loses_every_worker_is_given_up(folder: Path) -> None:
    """Three workers are lost with it; it may be why, so a fourth is not tried."""
    pool = LosingPool(ClusterAddress("tcp://127.0.0.1:1"), folder)

    found = await collect(pool, asks("ask", ["q"]))

    outcome = found[0].outcome
    assert isinstance(outcome, Failure)
    assert outcome.kind is FailureKind.EXITED
    assert "3 workers of the cluster were lost" in outcome.message
    assert len(pool.sent) == 3


class EmptyPool(LosingPool):
    """
    A pool of a cluster whose workers have all gone.
    """

    async def workers(self) -> list[str]:
        return []


async def test_cluster_without_workers_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while in which some may come back."""
    monkeypatch.setattr("llmentary_regression.execution.dask._run._NO_WORKERS_S", 0.01)
    monkeypatch.setattr("llmentary_regression.execution.dask._run._LOOK_AGAIN_S", 0.01)

    found = await collect(EmptyPool(ClusterAddress("tcp://127.0.0.1:1"), folder), asks("ask", ["q", "r"]))

    assert [told(one)[0] for one in found.values()] == [FailureKind.INTERPRETER] * 2


async def test_closing_the_iterator_ends_the_processes_on_the_cluster(
    cluster: Cluster, make_pool: MakeDaskPool
) -> None:
    """What hangs there is killed, which its end of the line shows, and the pool can be asked again."""
    pool = make_pool(cluster)
    async with Holder() as holder:
        work = asyncio.create_task(collect(pool, asks("hold", [holder.port])))
        _, own, _ = await holder.next()
        work.cancel()
        await asyncio.wait([work], timeout=20)

    with pytest.raises(ProcessLookupError):
        os.kill(own, 0)
    assert told((await collect(pool, asks("ask", ["q"])))[0])[0] == "Answer to q"


async def test_call_returns_what_a_judge_returned(cluster: Cluster, make_pool: MakeDaskPool) -> None:
    """Judge and embed callables run where the developer's code is."""
    said = await asyncio.wait_for(make_pool(cluster).call("bot:ask", ["this"], timeout_s=20), 30)

    assert said == "Answer to this"


async def test_missing_folder_on_the_machines_is_said(cluster: Cluster, tmp_path: Path) -> None:
    """With the way to name another."""
    pool = DaskPool(ClusterAddress(cluster.scheduler, str(tmp_path / "nowhere")), tmp_path)

    with pytest.raises(ProjectError, match=r"has no folder .*\?root="):
        await collect(pool, asks("ask", ["q"]))

    await pool.close()
