"""
Assemble a server with all its features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.lsp.server import Server

if TYPE_CHECKING:
    from llmentary_regression.lsp.session import OpenProject
    from llmentary_regression.services.project import Project


def create_server(
    environ: Mapping[str, str],
    *,
    open_project: OpenProject | None = None,
    is_trusted_by_user: Callable[[Path], bool] | None = None,
) -> Server:
    """
    Return a server that speaks to one client.

    Args:
        environ: the environment variables to go by.
        open_project: opens a project; tests hand one in whose questions go to no worker.
        is_trusted_by_user: whether the user allowed a folder; asked where the client knows no trust.
    """

    def open_with_workers(root: Path, editor: Mapping[str, object]) -> Project:
        from llmentary_regression.services.project import open_project

        return open_project(root, environ=environ, editor=editor)

    return Server(open_project or open_with_workers, is_trusted_by_user or _asked_of_storage, _register_all)


def _register_all(server: Server) -> None:
    """
    Load all features, and put them in the place of what was offered.
    """
    from llmentary_regression.lsp.features import (
        code_actions,
        code_lens,
        completion,
        definition,
        hover,
        lifecycle,
        symbols,
    )
    from llmentary_regression.lsp.features import file_renames as moving
    from llmentary_regression.lsp.features import formatting as layout
    from llmentary_regression.lsp.features import inlay_hints as hints
    from llmentary_regression.lsp.features import rename as renaming
    from llmentary_regression.lsp.features import semantic_tokens as colours
    from llmentary_regression.lsp.features import text_sync as documents
    from llmentary_regression.lsp.features import watched_files as watching
    from llmentary_regression.lsp.requests import cancel_run, captures, cases, commands, pinning, run

    for feature in (
        lifecycle,
        documents,
        watching,
        code_lens,
        hover,
        code_actions,
        commands,
        run,
        pinning,
        cancel_run,
        cases,
        completion,
        definition,
        hints,
        layout,
        colours,
        moving,
        renaming,
        symbols,
        captures,
    ):
        feature.register(server)


def _asked_of_storage(folder: Path) -> bool:
    from llmentary_regression.storage.user import is_trusted

    return is_trusted(folder)
