"""
Open the demo's project in VS Code with llmentary installed: in desktop VS Code, or in the one of the tests.
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
    Prepare the project, package the extension and open both; the exit code is that of the first step that fails.
    """
    if (PROJECT / ".llmentary" / "keyring.json").is_file():
        print(f"Using the demo's project as you left it: {shown(PROJECT)}")
    else:
        print(f"Creating the demo's project in {shown(PROJECT)}, with its answers approved")
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
    Return the commands that open the project in desktop VS Code.
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
    Return the commands that open the project in the tests' VS Code, in a browser; it runs until Ctrl-C.
    """
    print("There is no `code` on PATH, so this is the browser-based VS Code of the tests; Ctrl-C stops it.")
    opening = ["run", "--silent", "open:vscode", "--", str(PROJECT), sys.executable]
    return [*package_commands("vscode"), [npm(), *opening]]


def package_commands(what: str) -> list[list[str]]:
    """
    Return the commands that install the Node packages and build the extension from the current sources.
    """
    setup = [sys.executable, str(Path(__file__).with_name("setup_node.py")), what]
    return [setup, [npm(), "run", "--silent", "package"]]


def npm() -> str:
    """
    Return the path of npm; where there is none, the set-up that runs before reports it.
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
