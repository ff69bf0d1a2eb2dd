"""
The projects that the client's files belong to, opened when first needed and again when their settings change.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from llmentary_regression.core.errors import InterpreterError, LlmentaryError
from llmentary_regression.core.model import Problem
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import find_root

_log = logging.getLogger(__name__)

ProjectOpener: TypeAlias = "Callable[[Path, Mapping[str, object]], Project]"
"""Opens the project at a folder with the editor's settings."""

_SECONDS_TO_CLOSE = 3.0

_THIRD_PARTY_FOLDERS = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__"})


class OpenProject:
    """
    One project, and what the server remembers about it.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.generation = 0
        """Counts changes of the user's code and settings; a result of an older count is out of date."""
        self.shown_messages: set[str] = set()
        """What the user was shown since the last successful run, so that it is not shown twice."""
        self.approving = asyncio.Lock()
        self.interpreter: tuple[str | None, str] = (None, "not looked for yet")
        """The Python that runs the callable, if one was found, and why that one."""
        self.key_state = "none yet"
        """`found`, `none yet`, or what is wrong with the key."""
        self.import_name_problem: Problem | None = None
        """`import llmentary` meant another package in the last run."""
        self.last_run: dict[str, int] | None = None
        """The number of cases by verdict, of the last finished run."""

    @property
    def root(self) -> Path:
        return self.project.root

    async def look_for_interpreter(self) -> None:
        """
        Find the project's Python, in a thread: the search may start processes.
        """

        def search() -> tuple[str | None, str]:
            try:
                found = self.project.interpreter
            except InterpreterError as exc:
                return None, str(exc)
            return str(found.path), found.why

        self.interpreter = await asyncio.to_thread(search)

    async def look_for_key(self) -> None:
        """
        Find the project's key, in a thread.
        """

        def search() -> str:
            # Imported here since ciphers would delay the start of the server.
            from llmentary_regression.storage.keys import key_status

            status = key_status(self.root, self.project.environ)
            if status.problem is not None:
                return status.problem
            return "found" if status.has_keyring else "none yet"

        self.key_state = await asyncio.to_thread(search)

    def mark_code_changed(self) -> None:
        self.generation += 1
        self.project.mark_code_changed()


class Trust:
    """
    Whether code of a folder may run: as the client says, else as the user said with `llmentary trust`.
    """

    def __init__(self, is_trusted_by_user: Callable[[Path], bool]) -> None:
        self._is_trusted_by_user = is_trusted_by_user
        self.granted: bool | None = None
        """What the client said; None if it knows no trust."""

    def allows(self, root: Path) -> bool:
        """
        Return whether the callable of the project at `root` may run.
        """
        return self._is_trusted_by_user(root) if self.granted is None else self.granted

    def refusal(self, root: Path) -> str:
        """
        Return why nothing runs in an untrusted project, and what to do.
        """
        if self.granted is None:
            return (
                f"llmentary runs nothing in `{root}` until you allow it: "
                f"run `llmentary trust` in that folder, once"
            )
        return "llmentary runs nothing in an untrusted workspace: trust the workspace to ask the questions"


class Projects:
    """
    All projects, by their root.
    """

    def __init__(self, open_project: ProjectOpener) -> None:
        self._open_project = open_project
        self._editor: dict[str, object] = {}
        self._editor_by_folder: dict[Path, Mapping[str, object]] = {}
        self._by_root: dict[Path, OpenProject] = {}
        self._roots: dict[Path, Path | None] = {}

    def __iter__(self) -> Iterator[OpenProject]:
        return iter(list(self._by_root.values()))

    def set_editor_settings(self, settings: Mapping[str, object]) -> None:
        """
        Store the editor's settings; `reload` applies them to projects that are open.
        """
        self._editor = dict(settings)

    def set_folder_settings(self, by_folder: Mapping[Path, Mapping[str, object]]) -> bool:
        """
        Store the editor's settings for some folders, which replace the general ones there.

        Returns:
            Whether they have changed.
        """
        previous = self._editor_by_folder
        self._editor_by_folder = {folder.resolve(): dict(values) for folder, values in by_folder.items()}
        return self._editor_by_folder != previous

    def of(self, path: Path) -> OpenProject | None:
        """
        Return the project of a file or folder, or None if there is none, as for a folder that no longer exists.
        """
        folder = path if path.is_dir() else path.parent
        if folder not in self._roots:
            self._roots[folder] = _root_of(folder)
        root = self._roots[folder]
        if root is None:
            return None
        if root not in self._by_root:
            self._by_root[root] = OpenProject(self._open(root))
        return self._by_root[root]

    def reload(self) -> tuple[list[OpenProject], list[Project]]:
        """
        Read all settings again.

        Returns:
            The projects whose settings or problems have changed, and the replaced ones for the caller to close.
        """
        self._roots.clear()
        changed: list[OpenProject] = []
        replaced: list[Project] = []
        for root, opened in list(self._by_root.items()):
            if _root_of(root) != root:  # the folder is not a project root any more
                del self._by_root[root]
                replaced.append(opened.project)
                continue
            fresh = self._open(root)
            if (fresh.settings, fresh.problems) == (opened.project.settings, opened.project.problems):
                continue
            replaced.append(opened.project)
            opened.project = fresh
            opened.generation += 1
            opened.shown_messages.clear()
            changed.append(opened)
        return changed, replaced

    async def close(self) -> None:
        """
        End the workers of all projects.
        """
        await close_projects([opened.project for opened in self])

    def _open(self, root: Path) -> Project:
        folder = _folder_of(root.resolve(), self._editor_by_folder)
        return self._open_project(root, self._editor if folder is None else self._editor_by_folder[folder])


def _folder_of(root: Path, folders: Collection[Path]) -> Path | None:
    """
    Return the nearest folder that contains a project, else the first folder inside the project.
    """
    around = [folder for folder in folders if root.is_relative_to(folder)]
    inside = [folder for folder in folders if folder.is_relative_to(root)]
    return max(around, key=lambda folder: len(folder.parts)) if around else next(iter(inside), None)


async def close_projects(projects: list[Project]) -> None:
    """
    End the workers of projects, within a deadline.
    """
    for outcome in await asyncio.gather(
        *(asyncio.wait_for(project.close(), _SECONDS_TO_CLOSE) for project in projects),
        return_exceptions=True,
    ):
        if isinstance(outcome, BaseException):
            _log.warning("closing a project's workers failed: %s", type(outcome).__name__)


def is_third_party(path: Path, root: Path) -> bool:
    """
    Return whether a file lies outside a project, in an installed package, or in a hidden folder.
    """
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return True
    return any(part in _THIRD_PARTY_FOLDERS or part.startswith(".") for part in parts)


def _root_of(folder: Path) -> Path | None:
    try:
        return find_root(folder)
    except LlmentaryError:
        return None
