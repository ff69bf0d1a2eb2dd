"""
The plain Python example does what its README says.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plain-python"


def test_readme_of_plain_python_works_as_typed(tmp_path: Path) -> None:
    """
    Train, test, change, test: what is said of each step is so.
    """
    folder = tmp_path / "plain-python"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "llmtests", ".llmentary"))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    train, test = re.findall(r"```sh\n(.*?)\n```", readme)
    environment = {
        name: text for name, text in os.environ.items() if name != "CI" and "LLMENTARY" not in name
    }
    environment |= {
        "LLMENTARY_HOME": str(tmp_path / "home"),
        "LLMENTARY_INTERPRETER": sys.executable,
        "PYTHONPATH": str(ROOT / "server"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(line: str) -> subprocess.CompletedProcess[str]:
        command, _, source = line.partition(" < ")
        words = command.replace("python ", f"{sys.executable} ").split()
        assert words[0] == "llmentary"
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=folder,
            env=environment,
            input=(folder / source).read_text(encoding="utf-8") if source else "",
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    trained = run(train)
    passed = run(test)
    bot = (folder / "bot.py").read_text(encoding="utf-8")
    assert "30 days" in readme and "30 days" in bot
    (folder / "bot.py").write_text(bot.replace("30 days", "14 days"), encoding="utf-8")
    changed = run(test)

    assert trained.returncode == 0, trained.stderr
    assert "2 of 2 captured answers kept" in trained.stderr
    assert "How long may I return a jacket?" in (folder / "llmtests/helpdesk.llmtest").read_text()
    assert passed.stdout.startswith("2 passed"), passed.stdout + passed.stderr
    assert changed.returncode == 1
    assert "1 changed" in changed.stdout
