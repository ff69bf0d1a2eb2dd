"""
Measure the processor time and peak memory of approving, and of testing unchanged, 50 answers of a megabyte each.

For comparison: a program that makes the same answers and keeps a digest of each.

    python benchmarks/long_answers.py [ANSWERS]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from run_cost import SERVER, run_measured

_BOT = """
import random

WORDS = "the refund window is open for customers who return items within days of purchase Berlin Anna".split()

def ask(question):
    chance = random.Random(question)
    sentences, size = [], 0
    while size < 990_000:
        words = chance.choices(WORDS, k=12)
        words[chance.randrange(12)] = str(chance.randrange(400))
        sentences.append(" ".join(words).capitalize() + (".\\n\\n" if chance.random() < 0.15 else ". "))
        size += len(sentences[-1])
    return "".join(sentences)[:990_000]
"""
_PLAIN = """
import hashlib
from bot import ask
answers = [ask(f"Question {number}?") for number in range(ANSWERS)]
print(len({hashlib.sha256(answer.encode()).digest() for answer in answers}))
"""


def main() -> None:
    """
    Print a line for each program.
    """
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bot.py").write_text(_BOT)
        (folder / "llmentary.toml").write_text('callable = "bot:ask"\n')
        (folder / "all.llmtest").write_text("".join(f"Question {number}?\n" for number in range(answers)))
        environ = {
            **{key: value for key, value in os.environ.items() if key not in ("CI", "LLMENTARY_KEY")},
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
            "PYTHONPATH": os.pathsep.join([str(SERVER), str(folder)]),
            "LLMENTARY_HOME": str(folder / "home"),
        }
        llmentary = [sys.executable, "-m", "llmentary_regression"]
        run_measured([*llmentary, "--version"], folder, environ)
        for label, command in (
            ("made, with a digest", [sys.executable, "-c", _PLAIN.replace("ANSWERS", str(answers))]),
            ("llmentary approve", [*llmentary, "approve", "-q"]),
            ("llmentary test", [*llmentary, "test", "-q"]),
        ):
            cpu_s, peak_mb, _ = run_measured(command, folder, environ)
            print(f"{label:<26} {cpu_s:7.2f} s CPU {peak_mb:7.1f} MB", flush=True)
        kept = sum(path.stat().st_size for path in (folder / ".llmentary" / "baselines").rglob("*.json"))
        print(f"{'kept':<26} {kept / 1e6:24.1f} MB")


if __name__ == "__main__":
    main()
