"""
The projects that the client's files belong to: opened when first needed, opened anew when settings change.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from llmentary_regression.core.errors import InterpreterError, LlmentaryError
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import find_root

_log = logging.getLogger(__name__)

OpenProject: TypeAlias = "Callable[[Path, Mapping[str, object]], Project]"
"""Opens the project at a folder with the editor's settings."""

_SECONDS_TO_CLOSE = 3.0

_OTHERS = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__"})


class Entry:
    """
    One project and what the server has to remember about it.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.generation = 0
        """Counts changes of the user's code and settings; a result of an older count is out of date."""
        self.told: set[str] = set()
        """What the user was told since the last run that went well, so that it is said once."""
        self.approving = asyncio.Lock()
        self.interpreter: tuple[str | None, str] = (None, "not looked for yet")
        """The Python that runs the callable, if one was found, and why it is that one."""
        self.key_state = "none yet"
        """What there is to say of the key."""
        self.last_run: dict[str, int] | None = None
        """How many cases by verdict, of the last finished run."""

    @property
    def root(self) -> Path:
        return self.project.root

    async def look_for_interpreter(self) -> None:
        """
        Find the project's Python, off the loop: looking may start processes.
        """

        def look() -> tuple[str | None, str]:
            try:
                found = self.project.interpreter
            except InterpreterError as exc:
                return None, str(exc)
            return str(found.path), found.why

        self.interpreter = await asyncio.to_thread(look)

    async def look_for_key(self) -> None:
        """
        Find out what there is to say of the key.
        """

        def look() -> str:
            # Imported here: `initialize` is answered without ciphers.
            from llmentary_regression.storage.keys import key_status

            status = key_status(self.root, self.project.environ)
            if status.problem is not None:
                return status.problem
            return "found" if status.has_keyring else "none yet"

        self.key_state = await asyncio.to_thread(look)

    def mark_code_changed(self) -> None:
        self.generation += 1
        self.project.mark_code_changed()


class Projects:
    """
    All projects, by their root.
    """

    def __init__(self, open_project: OpenProject) -> None:
        self._open_project = open_project
        self._editor: dict[str, object] = {}
        self._editor_by_folder: dict[Path, Mapping[str, object]] = {}
        self._by_root: dict[Path, Entry] = {}
        self._roots: dict[Path, Path | None] = {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._by_root.values()))

    def set_editor_settings(self, settings: Mapping[str, object]) -> None:
        """
        Take the editor's settings; `reload` puts them in force for projects that are open.
        """
        self._editor = dict(settings)

    def set_folder_settings(self, by_folder: Mapping[Path, Mapping[str, object]]) -> bool:
        """
        Take the editor's settings for some folders, instead of the general ones.

        Returns:
            Whether they are others than before.
        """
        former = self._editor_by_folder
        self._editor_by_folder = {folder.resolve(): dict(values) for folder, values in by_folder.items()}
        return self._editor_by_folder != former

    def of(self, path: Path) -> Entry | None:
        """
        Return the project of a file or folder, or None where there is none, as for a folder that is gone.
        """
        folder = path if path.is_dir() else path.parent
        if folder not in self._roots:
            self._roots[folder] = _root_of(folder)
        root = self._roots[folder]
        if root is None:
            return None
        if root not in self._by_root:
            self._by_root[root] = Entry(self._open(root))
        return self._by_root[root]

    def reload(self) -> tuple[list[Entry], list[Project]]:
        """
        Read all settings again.

        Returns:
            The projects whose settings or problems differ now, and the former ones, for the caller to close.
        """
        self._roots.clear()
        changed: list[Entry] = []
        former: list[Project] = []
        for root, entry in list(self._by_root.items()):
            if _root_of(root) != root:  # its mark is gone, or a nearer one has come
                del self._by_root[root]
                former.append(entry.project)
                continue
            fresh = self._open(root)
            if (fresh.settings, fresh.problems) == (entry.project.settings, entry.project.problems):
                continue
            former.append(entry.project)
            entry.project = fresh
            entry.generation += 1
            entry.told.clear()
            changed.append(entry)
        return changed, former

    async def close(self) -> None:
        """
        End the workers of all projects.
        """
        await close_projects([entry.project for entry in self])

    def _open(self, root: Path) -> Project:
        folder = _folder_of(root.resolve(), self._editor_by_folder)
        return self._open_project(root, self._editor if folder is None else self._editor_by_folder[folder])


def _folder_of(root: Path, folders: Collection[Path]) -> Path | None:
    """
    Return the folder that a project lies in, the nearest; else the first that lies in the project.
    """
    around = [folder for folder in folders if root.is_relative_to(folder)]
    inside = [folder for folder in folders if folder.is_relative_to(root)]
    return max(around, key=lambda folder: len(folder.parts)) if around else next(iter(inside), None)


async def close_projects(projects: list[Project]) -> None:
    """
    End the workers of some projects, within a deadline.
    """
    for outcome in await asyncio.gather(
        *(asyncio.wait_for(project.close(), _SECONDS_TO_CLOSE) for project in projects),
        return_exceptions=True,
    ):
        if isinstance(outcome, BaseException):
            _log.warning("closing a project's workers failed: %s", type(outcome).__name__)


def is_of_others(path: Path, root: Path) -> bool:
    """
    Tell whether a file below a project lies where installed packages and hidden things do.
    """
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return True
    return any(part in _OTHERS or part.startswith(".") for part in parts)


def _root_of(folder: Path) -> Path | None:
    try:
        return find_root(folder)
    except LlmentaryError:
        return None
