"""
The server as the extension brings it: pure Python, locked, and started by a Python with nothing installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "bundled.txt"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def find_pythons() -> list[str]:
    """
    Return one Python of each version that is installed here, the running one always among them.
    """
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        installed = sorted(pyenv.glob(f"{version}.*/bin/python"))
        path = str(installed[-1]) if installed else shutil.which(f"python{version}")
        if path is not None:
            found.setdefault(version, path)
    return [found[version] for version in sorted(found)]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return a freshly made bundle.
    """
    target = tmp_path_factory.mktemp("büндle here") / "server"
    script = ROOT / "scripts" / "bundle_server.py"
    subprocess.run([sys.executable, str(script), "--to", str(target)], check=True, timeout=300)
    return target


def talk(process: subprocess.Popen[bytes], message: dict[str, Any]) -> dict[str, Any]:
    """
    Send a request and return its response.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    process.stdin.flush()
    while "id" in message:
        length = 0
        while (line := process.stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the server closed the stream"
        response: dict[str, Any] = json.loads(process.stdout.read(length))
        if response.get("id") == message["id"] and "method" not in response:
            return response
    return {}


@pytest.mark.parametrize("python", find_pythons())
def test_bare_python_answers_initialize(bundle: Path, python: str, tmp_path: Path) -> None:
    """
    A Python without any package starts the bundle in isolation, from a folder full of traps.
    """
    venv = tmp_path / "bare"
    subprocess.run([python, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=60)
    bare = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for name in ("tinydb", "attr", "pygls", "llmentary_regression"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the trap was run')")
    process = subprocess.Popen(
        [str(bare), "-I", "-B", str(bundle / "launch.py"), "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    try:
        parameters: dict[str, object] = {"processId": None, "rootUri": None, "capabilities": {}}
        result = talk(process, {"id": 1, "method": "initialize", "params": parameters})["result"]
        talk(process, {"method": "initialized", "params": {}})
        talk(process, {"id": 2, "method": "shutdown"})
        talk(process, {"method": "exit"})
        process.wait(20)
    finally:
        process.kill()
        process.communicate(timeout=20)

    assert result["serverInfo"]["name"] == "llmentary"
    assert process.returncode == 0


def test_bundle_holds_nothing_compiled(bundle: Path) -> None:
    """
    One bundle serves every system: no machine code, no byte code, no tests.
    """
    suffixes = {path.suffix for path in bundle.rglob("*") if path.is_file()}
    folders = {path.name for path in bundle.rglob("*") if path.is_dir()}

    assert not suffixes & {".so", ".pyd", ".dylib", ".dll", ".pyc"}
    assert not folders & {"__pycache__", "tests"}


def test_bundle_keeps_every_licence(bundle: Path) -> None:
    """
    Each bundled package comes with its license.
    """
    own = {"llmentary", "llmentary_regression"}
    without = [
        metadata.name
        for metadata in (bundle / "lib").glob("*.dist-info")
        if metadata.name.split("-")[0] not in own
        and not [path for path in metadata.rglob("*") if re.search("licen[cs]e|copying", path.name, re.I)]
    ]

    assert without == []


def test_lock_names_every_dependency_with_hashes_and_no_address() -> None:
    """
    What is bundled is pinned, is what the project depends on, and says nothing of a registry.
    """
    text = LOCK.read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==[^ ]+", text, flags=re.MULTILINE))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("]", 1)[0]
    wanted = set(re.findall(r'^ +"([a-z0-9-]+)', block, flags=re.MULTILINE)) - {"cryptography", "rich"}

    assert wanted <= locked
    assert text.count("==") <= text.count("--hash=sha256:")
    assert "://" not in text


def test_extension_and_package_have_one_version() -> None:
    """
    The client takes an installed server only if its version is its own.
    """
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'\nversion = "{manifest["version"]}"\n' in project


def test_node_lock_names_no_registry() -> None:
    """
    The lock file of the Node packages says nothing of a registry either.
    """
    assert "resolved" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
