"""
A virtual environment that has our distribution, and another project's whose import name is `llmentary` as well.

Installed as pip does it, by copying files over what is there and removing them by name, without a network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server"
OUR_PACKAGES = ("llmentary", "llmentary_regression", "llmentary_regression_worker")
VERSION = "0.7.3"

_MODULE = f'"""A recording proxy."""\n\n__version__ = "{VERSION}"\n'
_METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
_THEIRS = {
    "llmentary/__init__.py": _MODULE,
    "llmentary/__main__.py": 'print("a proxy starts")\n',
    "llmentary/py.typed": "",
    "llmentary/proxy.py": "PORT = 8080\n",
    "llmentary/plugin.py": "def pytest_report_header():\n    return 'a proxy records'\n",
    f"llmentary-{VERSION}.dist-info/METADATA": _METADATA.format(name="llmentary", version=VERSION),
    f"llmentary-{VERSION}.dist-info/entry_points.txt": "[pytest11]\nllmentary = llmentary.plugin\n",
}
_OURS = {
    "llmentary_regression-0.1.0.dist-info/METADATA": _METADATA.format(
        name="llmentary-regression", version="0.1.0"
    ),
    "llmentary_regression-0.1.0.dist-info/entry_points.txt": (
        "[pytest11]\nllmentary_regression = llmentary_regression.pytest_plugin\n"
    ),
}


class Environment:
    """
    A virtual environment; what our distribution needs, it borrows from the Python that runs the tests.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = scripts / ("python.exe" if sys.platform == "win32" else "python")
        self._command = scripts / "llmentary"
        found = subprocess.run(
            [str(self.python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
            capture_output=True,
            text=True,
            check=True,
        )
        self.site = Path(found.stdout.strip())
        borrowed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
        (self.site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")

    def install_ours(self) -> None:
        """
        Copy our packages, compiled files included, over whatever is there.
        """
        for name in OUR_PACKAGES:
            shutil.copytree(SERVER / name, self.site / name, dirs_exist_ok=True)
        self._write(_OURS)
        self._write_command("import sys\nfrom llmentary_regression.cli.main import main\nsys.exit(main())\n")

    def install_theirs(self) -> None:
        self._write(_THEIRS)
        self._write_command('print("a proxy starts")\n')

    def uninstall_theirs(self) -> None:
        """
        Remove what their distribution lists, whoever wrote it last.
        """
        for name in _THEIRS:
            path = self.site / name
            path.unlink()
            shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
        self._command.unlink()
        shutil.rmtree(self.site / f"llmentary-{VERSION}.dist-info")

    def run(
        self, *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """
        Run this environment's Python, as a user would: with nothing of ours in the variables.
        """
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=cwd,
            env=self.environ(cwd, environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def environ(self, cwd: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
        hidden = ("LLMENTARY", "XDG", "GIT", "PYTEST", "PYTHON", "COV")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(hidden) and name not in ("CI", "NO_COLOR", "FORCE_COLOR", "VIRTUAL_ENV")
        }
        home = str(cwd / ".home")
        return {
            **kept,
            "HOME": home,
            "USERPROFILE": home,
            "LLMENTARY_HOME": home,
            "LLMENTARY_INTERPRETER": str(self.python),
            **(more or {}),
        }

    def _write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.site / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def _write_command(self, program: str) -> None:
        self._command.write_text(f"#!{self.python}\n{program}", encoding="utf-8")
        self._command.chmod(0o755)
