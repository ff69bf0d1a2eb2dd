"""
Install the locked Node packages, and the VS Code of the tests; does nothing if they are installed already.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / "node_modules" / ".setup.stamp"
MIN_NODE = 20
MAX_ATTEMPTS = 3


def main(arguments: list[str]) -> int:
    """
    Set up the `packages`, or both these and the `vscode` of the tests.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("what", choices=["packages", "vscode"])
    what = parser.parse_args(arguments).what
    problem = check_node() or install_packages()
    if problem is None and what == "vscode" and run_npm(["run", "--silent", "setup:vscode"]) != 0:
        problem = "the VS Code of the tests could not be set up; the reason is printed above"
    if problem is not None:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    return 0


def check_node() -> str | None:
    """
    Return what is wrong with Node and npm, or None.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    required = f"the VS Code extension needs Node {MIN_NODE} or newer and npm"
    if node is None or npm is None:
        return f"`{'node' if node is None else 'npm'}` is not on PATH; {required}"
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout.strip()
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < MIN_NODE:
        return f"`{node}` is {version or 'broken'}; {required}"
    return None


def install_packages() -> str | None:
    """
    Install what `package-lock.json` lists, unless it is installed already; return what went wrong, or None.
    """
    fingerprint = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == fingerprint:
        return None
    started = time.monotonic()
    print("setup: installing the Node packages", flush=True)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        if run_npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]) == 0:
            STAMP.write_text(fingerprint, encoding="utf-8")
            print(f"setup: node_modules is ready ({time.monotonic() - started:.0f} s)")
            return None
        if attempt < MAX_ATTEMPTS:
            print(f"setup: this failed; trying again ({attempt + 1} of {MAX_ATTEMPTS})", flush=True)
            time.sleep(2 * attempt)
    return "npm could not install the packages; the reason is printed above. Run the same command again to continue."


def run_npm(arguments: list[str]) -> int:
    """
    Run npm in the project and return its exit code.
    """
    return subprocess.run([str(shutil.which("npm")), *arguments], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
