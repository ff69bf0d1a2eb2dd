"""
Create a project to try things out in `build/sample`: a bot that needs no model, suites, and no approvals yet.

F5 in VS Code opens it. Existing files are left as they are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "tests" / "e2e" / "fixtures" / "shop"
SAMPLE = ROOT / "build" / "sample"


def main(arguments: list[str]) -> int:
    """
    Create what is missing of the project.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    parser.add_argument("--to", type=Path, default=SAMPLE, help="the folder of the project")
    folder = parser.parse_args(arguments).to
    shutil.copytree(
        EXAMPLE,
        folder,
        dirs_exist_ok=True,
        copy_function=_copy_where_missing,
        ignore=shutil.ignore_patterns("__pycache__", "slow.llmtest"),
    )
    settings = folder / ".vscode" / "settings.json"
    if not settings.exists():
        settings.parent.mkdir(exist_ok=True)
        # The extension then starts the server installed in this Python, which is that of the checkout.
        text = json.dumps({"llmentary.interpreter": sys.executable}, indent=2)
        settings.write_text(f"{text}\n", encoding="utf-8")
    print(f"sample project: {folder}")
    return 0


def _copy_where_missing(source: str, target: str) -> str:
    if not Path(target).exists():
        shutil.copyfile(source, target)
    return target


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
