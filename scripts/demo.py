"""
The demo: a support bot with a real local model is asked, approved, broken, and caught.

Runs in a scratch copy, and stops with an explanation if llmentary does not behave as promised.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "support-bot"
STAGE = ROOT / "build" / "demo"
PROJECT = STAGE / "support-bot"
VENV = Path(sys.prefix)
REPORT = STAGE / "report.json"

OLD_FACT, NEW_FACT = "30 days", "14 days"
EXPECTED_CHANGED = ["money-back", "refund-window"]


class DemoError(Exception):
    """
    Something did not go as the demo promises.
    """


def main() -> int:
    """
    Run the demo; the exit code is 0 if everything went as promised.
    """
    started = time.monotonic()
    try:
        play()
    except DemoError as exc:
        print(f"\nThe demo failed: {exc}", file=sys.stderr)
        return 1
    print(f"\nEverything went as promised, in {time.monotonic() - started:.0f} s. Next:")
    print("  make code    opens the same project in VS Code, with llmentary installed")
    print(f"  . .venv/bin/activate; cd {shown(PROJECT)}    continues in the terminal")
    print("  README.md    explains how to test a program of your own")
    return 0


def play() -> None:
    """
    Run the steps of the demo, one after another.
    """
    say("1. Make a scratch copy of the example: a bot that answers from a handbook with a real model")
    make_scratch()
    print(f"   {shown(EXAMPLE)} -> {shown(PROJECT)}")

    say("2. Ask the suite: nothing is approved yet, so every answer is new")
    run(["test"], expected=0)

    say("3. We read the answers above and find them right, so we approve them")
    run(["approve", "--new"], expected=0)

    say("4. Ask again: the model says the same, and every answer passes")
    run(["test"], expected=0)

    say(f"5. Someone edits the handbook: {OLD_FACT} becomes {NEW_FACT}")
    print(f"   {shown(PROJECT / 'handbook.md')}")
    for mark, line in edit_handbook():
        print(f"   {mark} {line}")

    say("6. Ask again: which answers changed? The approved text was never stored, so it is shown as blocks")
    run(["test", "--report", f"json={REPORT}"], expected=1)
    changed = sorted(
        case["name"]
        for case in json.loads(REPORT.read_text(encoding="utf-8"))["cases"]
        if case["verdict"] == "changed"
    )
    if changed != EXPECTED_CHANGED:
        raise DemoError(f"these answers should have changed: {EXPECTED_CHANGED}; these did: {changed}")
    print(f"   Exactly the answers that state the fact changed: {', '.join(changed)}.")


def make_scratch() -> None:
    """
    Replace the scratch copy by a fresh copy of the example.
    """
    shutil.rmtree(STAGE, ignore_errors=True)
    left_out = shutil.ignore_patterns("__pycache__", ".llmentary", ".vscode")
    shutil.copytree(EXAMPLE, PROJECT, ignore=left_out)


def edit_handbook() -> list[tuple[str, str]]:
    """
    Change the fact, and return the lines that differ with `-` and `+` before them.
    """
    handbook = PROJECT / "handbook.md"
    before = handbook.read_text(encoding="utf-8")
    if before.count(OLD_FACT) != 1:
        raise DemoError(f"{handbook} should say `{OLD_FACT}` once")
    after = before.replace(OLD_FACT, NEW_FACT)
    handbook.write_text(after, encoding="utf-8")
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [row for old, new in pairs if old != new for row in (("-", old), ("+", new))]


def run(arguments: list[str], *, expected: int) -> None:
    """
    Run llmentary in the scratch project, show what it prints, and check its exit code.
    """
    words = " ".join(argument.replace(f"{STAGE}{os.sep}", f"..{os.sep}") for argument in arguments)
    print(f"   $ llmentary {words}\n", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "llmentary_regression", *arguments],
        check=False,
        cwd=PROJECT,
        env=environment(),
    ).returncode
    if code != expected:
        raise DemoError(f"`llmentary {words}` ended with exit code {code} instead of {expected}")
    print(f"\n   exit code {code}, as it should be")


def environment() -> dict[str, str]:
    """
    Return the environment of a developer's terminal, with the project's `.venv` activated.

    Without keys and settings from CI, which would change the outcome; the demo's key is not stored in the user's
    home folder.
    """
    kept = {
        name: text for name, text in os.environ.items() if name != "CI" and not name.startswith("LLMENTARY_")
    }
    scripts = Path(sys.executable).parent
    return {
        **kept,
        "VIRTUAL_ENV": str(VENV),
        "PATH": f"{scripts}{os.pathsep}{kept.get('PATH', '')}",
        "LLMENTARY_HOME": str(STAGE / "home"),
    }


def say(heading: str) -> None:
    """
    Print the heading of a step.
    """
    bold, plain = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    print(f"\n{bold}{heading}{plain}", flush=True)


def shown(path: Path) -> str:
    """
    Return a path relative to the repository's folder.
    """
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    raise SystemExit(main())
