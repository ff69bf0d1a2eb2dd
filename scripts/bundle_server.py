"""
Put the language server and its pure-Python dependencies into `dist/server/`, where the extension starts it.

`--lock` instead rewrites `requirements/bundled.txt` from `pyproject.toml`, with `uv`.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "bundled.txt"
OWN_PACKAGES = ("llmentary_regression", "llmentary_regression_worker")

LEFT_OUT = frozenset({"cryptography", "rich"})
"""Dependencies that the server does not need: one is compiled, the other prints the terminal report."""

COMPILED = frozenset({".so", ".pyd", ".dylib", ".pyc"})
FOR_COMPILERS = frozenset({".pyi", ".pxd", ".pyx", ".c", ".cpp", ".h", ".hpp"})
DROPPED_FOLDERS = frozenset({"__pycache__", "__pyinstaller", "bin", "test", "tests"})
KEPT_METADATA = ("METADATA", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")


def main(arguments: list[str]) -> int:
    """
    Bundle the server and report its size, or write the lock file.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("--lock", action="store_true", help="rewrite requirements/bundled.txt")
    parser.add_argument("--to", type=Path, default=ROOT / "dist" / "server", help="the folder to fill")
    options = parser.parse_args(arguments)
    if options.lock:
        lock_dependencies()
    else:
        bundle(options.to)
    return 0


def bundle(target: Path) -> None:
    """
    Fill `target` with the launcher, the server and its dependencies, replacing its previous contents.
    """
    packages = _install_dependencies()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copytree(packages, target / "lib")
    for name in OWN_PACKAGES:
        shutil.copytree(
            ROOT / "server" / name, target / "lib" / name, ignore=shutil.ignore_patterns(*DROPPED_FOLDERS)
        )
    # Diagnostics link to this page.
    (target / "lib" / "llmentary_regression" / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "problems.md", target / "lib" / "llmentary_regression" / "docs")
    metadata = target / "lib" / f"llmentary_regression-{_own_version()}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: llmentary-regression\nVersion: {_own_version()}\n"
    )
    shutil.copy(ROOT / "server" / "launch.py", target / "launch.py")
    files = [path for path in target.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"bundled server: {len(files)} files, {size / 1e6:.1f} MB in {target}")


def lock_dependencies() -> None:
    """
    Write the hash-pinned list of what is bundled, the same for every system and Python.
    """
    # Not read by `tomllib`, which Python 3.10 does not have; the block has one requirement on each line.
    block = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\ndependencies = [\n", 1)[1]
    lines = re.findall(r'^ +"(.+)",$', block.split("\n]", 1)[0], flags=re.MULTILINE)
    wanted = [line for line in lines if _package_name(line) not in LEFT_OUT]
    command = [shutil.which("uv") or str(Path(sys.executable).with_name("uv")), "pip", "compile", "-"]
    command += ["--generate-hashes", "--universal", "--no-emit-index-url", "--no-header", "--no-annotate"]
    command += ["--python-version", "3.10", "--fork-strategy", "fewest", "--quiet"]
    done = subprocess.run(
        command, input="\n".join(wanted), text=True, stdout=subprocess.PIPE, check=True, cwd=ROOT
    )
    LOCK.write_text(done.stdout, encoding="utf-8")


def _install_dependencies() -> Path:
    """
    Return a folder with the locked dependencies, installed once for each state of the lock file.
    """
    # Packages for some Pythons only (`tomli` below 3.11) are bundled for all, so the markers are removed.
    lock = re.sub(r" ; .*?(?=\s*\\?$)", "", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    stamp = f"{lock}\n{Path(__file__).read_text(encoding='utf-8')}"
    cache = ROOT / ".cache" / "bundled"
    if (cache / "stamp").is_file() and (cache / "stamp").read_text(encoding="utf-8") == stamp:
        return cache / "lib"

    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "bundled.txt"
        requirements.write_text(lock, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-compile"]
        subprocess.run([*command, "--target", str(cache / "lib"), "-r", str(requirements)], check=True)
    _strip(cache / "lib")
    (cache / "stamp").write_text(stamp, encoding="utf-8")
    return cache / "lib"


def _strip(packages: Path) -> None:
    """
    Delete what a pure-Python, read-only bundle does not need; licenses stay.
    """
    for path in sorted(packages.rglob("*"), reverse=True):
        if path.is_dir():
            if path.name in DROPPED_FOLDERS:
                shutil.rmtree(path)
            elif not any(path.iterdir()):
                path.rmdir()
        elif _is_superfluous(path.relative_to(packages)):
            path.unlink()


def _is_superfluous(file: Path) -> bool:
    if any(part.endswith(".dist-info") for part in file.parts):
        return not file.name.upper().startswith(KEPT_METADATA)
    return file.suffix in COMPILED | FOR_COMPILERS or file.name == "py.typed"


def _package_name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


def _own_version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(.+)"$', text, flags=re.MULTILINE)
    assert found, "pyproject.toml has no version"
    return found[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
