"""
Find a project's root, and its suites by the path patterns of the settings; name each suite.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.errors import UsageError

from ._opening import MAX_SETTINGS_BYTES, read_file

_GLOB = re.compile(r"[*?\[]")
_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """
    A compiled pattern for paths below the root, written with `/`.
    """

    base: str
    """The folder that everything it matches lies in; empty for the root itself."""
    regex: re.Pattern[str]

    def matches(self, name: str) -> bool:
        """
        Return whether the path `name` matches.
        """
        if not name.isascii():
            name = unicodedata.normalize("NFC", name)  # macOS lists decomposed names
        return self.regex.fullmatch(name) is not None


def read_pattern(text: str, *, is_folder: bool = False) -> PathPattern:
    """
    Compile a pattern; `is_folder` makes it stand for the suites anywhere below.
    """
    text = unicodedata.normalize("NFC", text.replace(os.sep, "/")).removeprefix("./").rstrip("/")
    if is_folder:
        text = "**/*.llmtest" if text in ("", ".") else f"{text}/**/*.llmtest"
    plain = []
    for part in text.split("/")[:-1]:
        if _GLOB.search(part):
            break
        plain.append(part)
    flags = re.IGNORECASE if os.name == "nt" else 0
    try:
        regex = re.compile("".join(_translate(piece) for piece in _PIECE.findall(text)), flags)
    except re.error:  # a range such as `[z-a]`: then it can only be meant literally
        regex = re.compile(re.escape(text), flags)
    return PathPattern(base="/".join(plain), regex=regex)


def _translate(piece: str) -> str:
    if piece == "**/":
        return "(?:[^/]+/)*"
    if piece == "**":
        return ".*"
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) > 1:
        inside = piece[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}/]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(piece)


VCS_MARKERS = frozenset({".git", ".hg", ".svn", ".jj", ".bzr", ".sl"})
_TOOL_TABLE = re.compile(r"^\s*\[\s*tool\s*\.\s*[\"']?llmentary[\"']?\s*[\].]", re.MULTILINE)
_INHERIT = re.compile(r"^\s*inherit\s*=\s*true\b", re.MULTILINE)
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})


def find_root(start: Path) -> Path:
    """
    Return the root of the project that `start`, a file or folder, belongs to.

    It is the nearest folder upwards with `llmentary.toml`, `[tool.llmentary]` or `.llmentary`, passing over
    an `llmentary.toml` that says `inherit = true`, which adds to the project above; without one,
    the version-control root; without that, `start` itself. The search never leaves the version-control root
    and never enters a folder of another user, who could plant settings there; Windows has no owner ids, so
    there only the version-control root ends it.

    Raises:
        UsageError: `start` does not exist.
    """
    try:
        start = start.resolve(strict=True)
    except (OSError, RuntimeError) as exc:
        raise UsageError(f"cannot open `{start}` (no such file or folder); check the path") from exc
    folder = start if start.is_dir() else start.parent
    vcs_root = None
    for candidate in _folders_upwards(folder):
        names = _names_in(candidate)
        if _is_marked(candidate, names):
            return candidate
        if not names.isdisjoint(VCS_MARKERS):
            vcs_root = candidate
            break
    return vcs_root or folder


def find_suites(root: Path, patterns: Sequence[str], exclude: Sequence[str] = ()) -> list[Path]:
    """
    Return the files below `root` that match one of `patterns` and none of `exclude`, sorted by name.

    Patterns are relative to `root`: `*` and `?` stay within a name, `**` spans folders, and a plain folder
    stands for every `.llmtest` file below it. Hidden folders, `node_modules` and virtual environments are
    not entered, nor are folders that are symbolic links.
    """
    wanted = [read_pattern(pattern, is_folder=(root / pattern).is_dir()) for pattern in patterns]
    unwanted = [read_pattern(pattern) for pattern in exclude]
    found: set[str] = set()
    for base in {pattern.base for pattern in wanted}:
        if ".." in base.split("/") or Path(base).is_absolute():
            continue  # outside the root; such suites have to be named one by one
        for name in _file_names(str(root / base), base, unwanted):
            if any(pattern.matches(name) for pattern in wanted):
                found.add(name)
    return [root / name for name in sorted(found)]


def suite_name(root: Path, path: Path) -> str:
    """
    Return the name that the suite at `path` is known by: its path below `root`, in NFC with `/`.

    A suite outside the root gets its absolute path; it can be run but not approved.
    """
    resolved = path.resolve()
    try:
        name = resolved.relative_to(root.resolve()).as_posix()
    except ValueError:
        name = resolved.as_posix()
    # macOS hands out decomposed names, git and other systems composed ones; baselines must be found by both.
    return unicodedata.normalize("NFC", name)


def _folders_upwards(folder: Path) -> Iterator[Path]:
    yield folder
    if not hasattr(os, "geteuid"):
        yield from folder.parents
        return
    # The owner of the starting folder counts as well: containers run as root on a developer's files.
    owners = {os.geteuid(), folder.stat().st_uid}
    for parent in folder.parents:
        try:
            if parent.stat().st_uid not in owners:
                return
        except OSError:
            return  # a folder that cannot be read cannot be the root
        yield parent


def _names_in(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208  # names are enough
    except OSError:
        return frozenset()


def _is_marked(folder: Path, names: frozenset[str]) -> bool:
    if ".llmentary" in names and (folder / ".llmentary").is_dir():
        return True
    if "llmentary.toml" in names and not _inherits(folder / "llmentary.toml"):
        return True
    if "pyproject.toml" not in names:
        return False
    try:
        text = _settings_text(folder / "pyproject.toml")
    except OSError:
        return False
    # By its heading, not by parsing: while the file is being edited the root must not jump elsewhere.
    return _TOOL_TABLE.search(text) is not None


def _inherits(path: Path) -> bool:
    """
    Return whether a folder's settings say that they belong to the project above.
    """
    try:
        text = _settings_text(path)
    except OSError:
        return False
    return _INHERIT.search(text.partition("\n[")[0]) is not None


def _settings_text(path: Path) -> str:
    return read_file(path, root=path.parent, limit=MAX_SETTINGS_BYTES).decode("utf-8", errors="replace")


def _file_names(folder: str, name: str, unwanted: Sequence[PathPattern]) -> Iterator[str]:
    pending = [(folder, f"{name}/" if name else "")]
    while pending:
        path, prefix = pending.pop()
        try:
            with os.scandir(path) as entries:
                listed = list(entries)
        except OSError:
            continue  # gone meanwhile, or not ours to read: there is no suite to find
        if any(entry.name == "pyvenv.cfg" for entry in listed):
            continue
        for entry in listed:
            below = prefix + entry.name
            if any(pattern.matches(below) for pattern in unwanted):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in _SKIPPED_FOLDERS:
                    pending.append((entry.path, f"{below}/"))
            else:
                yield below
