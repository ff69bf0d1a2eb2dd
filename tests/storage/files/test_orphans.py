"""
What a crash leaves behind is cleared away; what may be somebody's is not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from llmentary_regression.storage.files import project_lock, replace_file
from llmentary_regression.storage.files._orphans import temporary_beside

CRASH = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from llmentary_regression.storage.files import _replace, project_lock, replace_files

    _replace._replace = lambda source, target: os._exit(9)
    with project_lock(Path(sys.argv[1])):
        root = Path(sys.argv[1])
        replace_files({root / ".llmentary" / "baselines" / "a.llmtest" / "one.json": b"{}"}, root=root)
    """
)


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(folder: Path, name: str, *, age_s: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"secret")
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def test_a_file_of_a_crashed_writer_goes_when_it_is_old(tmp_path: Path) -> None:
    """A real one; one of them may hold a key."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], env=environ, check=False)
    assert crashed.returncode == 9
    (orphan,) = (tmp_path / ".llmentary").rglob("*.tmp")

    with project_lock(tmp_path):
        assert orphan.exists()  # it may still be in use, for all that is known
    os.utime(orphan, (0, 0))
    with project_lock(tmp_path):
        assert not orphan.exists()


@pytest.mark.parametrize(
    ("name", "age_s", "stays"),
    [
        (".llmentary-{dead}-0123456789abcdef.tmp", 7200, False),
        (".llmentary-0123456789abcdef.tmp", 7200, False),
        ("baselines/a b/.llmentary-{dead}-0123456789abcdef.tmp", 7200, False),
        (".llmentary-{dead}-0123456789abcdef.tmp", 60, True),
        (".llmentary-{alive}-0123456789abcdef.tmp", 7200, True),
        (".llmentary-{dead}-0123456789abcdeg.tmp", 7200, True),
        (".llmentary-notes.tmp", 7200, True),
        ("mine.tmp", 7200, True),
        ("x.llmentary-{dead}-0123456789abcdef.tmp", 7200, True),
        ("../.llmentary-{dead}-0123456789abcdef.tmp", 7200, True),
    ],
)
def test_only_our_own_old_files_of_dead_processes_go(
    tmp_path: Path, name: str, age_s: float, stays: bool
) -> None:
    """Whatever else ends in `.tmp` is the developer's."""
    path = left(tmp_path / ".llmentary", name.format(dead=dead_pid(), alive=os.getpid()), age_s=age_s)

    with project_lock(tmp_path):
        pass

    assert path.exists() is stays


def test_what_is_written_now_is_named_so_that_it_would_be_found(tmp_path: Path) -> None:
    """The name that is looked for is the name that is used."""
    named = temporary_beside(tmp_path / ".llmentary" / "one.json").name.replace(
        str(os.getpid()), str(dead_pid())
    )
    path = left(tmp_path / ".llmentary", named, age_s=7200)

    with project_lock(tmp_path):
        pass

    assert not path.exists()


def test_an_orphan_that_cannot_be_removed_hinders_nobody(tmp_path: Path) -> None:
    """A folder of that name is not ours either."""
    folder = tmp_path / ".llmentary" / f".llmentary-{dead_pid()}-0123456789abcdef.tmp"
    folder.mkdir(parents=True)
    os.utime(folder, (0, 0))

    with project_lock(tmp_path):
        replace_file(tmp_path / ".llmentary" / "one.json", b"{}")

    assert folder.is_dir()
