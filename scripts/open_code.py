"""
Open the demo's project in VS Code with llmentary installed: desktop `code`, else the VS Code of the tests.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from demo import PROJECT, ROOT, DemoError, make_scratch, run, shown

SUITE = PROJECT / "support.llmtest"
EXTENSION = ROOT / "llmentary.vsix"


def main() -> int:
    """
    Prepare the project, package the extension and open both; the exit code is that of the first step to fail.
    """
    if (PROJECT / ".llmentary" / "keyring.json").is_file():
        print(f"The project of the demo, as it was left: {shown(PROJECT)}")
    else:
        print(f"Making the demo's project in {shown(PROJECT)}, with its answers approved")
        make_scratch()
        run(["approve", "--new"], expected=0)
    print("In VS Code, click `Run regression` above a question; change a fact in handbook.md, and run again.")
    code = shutil.which("code")
    for command in desktop_commands(code) if code is not None else browser_commands():
        done = subprocess.run(command, check=False, cwd=ROOT)
        if done.returncode != 0:
            return done.returncode
    return 0


def desktop_commands(code: str) -> list[list[str]]:
    """
    Return what opens the project in the desktop's VS Code.
    """
    settings = PROJECT / ".vscode" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"llmentary.interpreter": sys.executable}, indent=2), encoding="utf-8")
    return [
        *package_commands("packages"),
        [code, "--install-extension", str(EXTENSION), "--force"],
        [code, "--new-window", str(PROJECT), "--goto", str(SUITE)],
    ]


def browser_commands() -> list[list[str]]:
    """
    Return what opens the project in the browser-based VS Code of the tests; it runs until Ctrl-C.
    """
    print("There is no `code` on PATH, so this is the browser-based VS Code of the tests; Ctrl-C ends it.")
    opening = ["run", "--silent", "open:vscode", "--", str(PROJECT), sys.executable]
    return [*package_commands("vscode"), [npm(), *opening]]


def package_commands(what: str) -> list[list[str]]:
    """
    Return what sets up Node's part and makes the extension from the sources as they are.
    """
    setup = [sys.executable, str(Path(__file__).with_name("setup_node.py")), what]
    return [setup, [npm(), "run", "--silent", "package"]]


def npm() -> str:
    """
    Return the program; without one, the set-up before it says what is missing.
    """
    return shutil.which("npm") or "npm"


if __name__ == "__main__":
    try:
        ended = main()
    except DemoError as exc:
        print(f"make code: {exc}", file=sys.stderr)
        ended = 1
    except KeyboardInterrupt:
        ended = 0
    raise SystemExit(ended)
