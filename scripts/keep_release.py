"""
Keep the files that this version of llmentary writes, so that later versions are tested with them.

    python scripts/keep_release.py

Approves a small project and puts its baselines, its keyring and its throwaway key into
`tests/fixtures/releases/format<N>-analysis<N>/`. Run it when the format or the version of the text analysis is
raised; a folder that is there already stays as it is, since no later version could write it again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]
_RELEASES = _REPOSITORY / "tests" / "fixtures" / "releases"
_PROJECT = _RELEASES / "project"
"""The suites, and the program that answers them; the same for every version."""
_DROPPED = ("CI", "LLMENTARY_KEY")


def main() -> int:
    """
    Write the folder of this version, unless it is there.
    """
    sys.path.insert(0, str(_REPOSITORY / "server"))
    from llmentary_regression.core.text import PIPELINE_VERSION
    from llmentary_regression.storage.baselines import FORMAT

    kept = _RELEASES / f"format{FORMAT}-analysis{PIPELINE_VERSION}"
    if kept.exists():
        print(f"{kept.name} is kept already")
        return 1
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        shutil.copytree(_PROJECT, root, ignore=shutil.ignore_patterns("__pycache__"))
        environ = {key: value for key, value in os.environ.items() if key not in _DROPPED}
        environ["LLMENTARY_HOME"] = str(Path(name) / "home")
        # Approved by this name, whoever keeps the release.
        (Path(name) / "gitconfig").write_text("[user]\n\tname = Ada\n", encoding="ascii")
        environ |= {"GIT_CONFIG_GLOBAL": str(Path(name) / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
        environ["PYTHONPATH"] = os.pathsep.join([str(_REPOSITORY / "server"), str(root)])
        for arguments in (
            ["approve", "-q", "plain.llmtest"],
            ["approve", "-q", "pinned.llmtest", "--pin", "return window := 30 days|a month"],
        ):
            subprocess.run(
                [sys.executable, "-m", "llmentary_regression", *arguments], cwd=root, env=environ, check=True
            )
        kept.mkdir(parents=True)
        stored = root / ".llmentary"
        shutil.copytree(stored / "baselines", kept / "baselines")
        shutil.copy(stored / "keyring.json", kept)
        # Opens nothing but these files.
        shutil.copy(stored / "key", kept / "throwaway-key.txt")
    print(f"kept {kept.relative_to(_REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
