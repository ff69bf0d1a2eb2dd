"""
The `.llmentary` folder of a project, and what llmentary writes there for git.
"""

from __future__ import annotations

from pathlib import Path

from llmentary_regression.core.errors import StoreError, StoreWriteError

from ._replace import read_file, replace_file

_GIT_IGNORE = ("/key", "/lock", "/lock.owner", "/history/", "*.tmp")
"""The project key above all: who has it can test guesses at approved answers."""
_GIT_ATTRIBUTES = ("*.json text eol=lf merge=union",)
"""`union` keeps the lines of both branches; the reader knows what that can leave behind."""


def project_folder(root: Path) -> Path:
    """
    Return where llmentary keeps its things in the project at `root`.
    """
    return root / ".llmentary"


def prepare_folder(root: Path) -> None:
    """
    Make the folder and see that git ignores what is secret or passing and merges the rest line by line.

    Lines that the developer added stay.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    folder = project_folder(root)
    _add_lines(folder / ".gitignore", _GIT_IGNORE)
    _add_lines(folder / ".gitattributes", _GIT_ATTRIBUTES)


def _add_lines(path: Path, lines: tuple[str, ...]) -> None:
    try:
        text = read_file(path).decode("utf-8")
    except FileNotFoundError:
        text = ""
    except NotADirectoryError as exc:
        raise StoreWriteError(path.parent, "is no folder; move it away and try again") from exc
    except OSError as exc:
        raise StoreError(path, f"cannot be read ({exc.strerror}); make it readable and try again") from exc
    except UnicodeDecodeError as exc:
        raise StoreError(path, "is not UTF-8; save it as UTF-8 and try again") from exc
    present = {line.strip() for line in text.split("\n")}
    missing = [line for line in lines if line not in present]
    if missing:
        if text and not text.endswith("\n"):
            text += "\n"
        replace_file(path, (text + "".join(f"{line}\n" for line in missing)).encode())
