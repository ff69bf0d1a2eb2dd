"""
Assemble a server with all its features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.lsp.server import Server

if TYPE_CHECKING:
    from llmentary_regression.lsp.session import ProjectOpener
    from llmentary_regression.services.project import Project


def create_server(
    environ: Mapping[str, str],
    *,
    open_project: ProjectOpener | None = None,
    is_trusted_by_user: Callable[[Path], bool] | None = None,
) -> Server:
    """
    Return a server for one client.

    Args:
        environ: the environment variables to use.
        open_project: opens a project; tests pass one whose questions go to no worker.
        is_trusted_by_user: whether the user allowed a folder; called if the client knows no trust.
    """

    def open_with_workers(root: Path, editor: Mapping[str, object]) -> Project:
        from llmentary_regression.services.project import open_project

        return open_project(root, environ=environ, editor=editor)

    return Server(open_project or open_with_workers, is_trusted_by_user or _is_trusted_by_user, _register_all)


def _register_all(server: Server) -> None:
    """
    Load all features, and register them in place of the placeholders.
    """
    from llmentary_regression.lsp.features import (
        code_actions,
        code_lens,
        completion,
        definition,
        file_renames,
        formatting,
        hover,
        inlay_hints,
        lifecycle,
        rename,
        semantic_tokens,
        symbols,
        text_sync,
        watched_files,
    )
    from llmentary_regression.lsp.requests import answers, cases, commands, run

    for module in (
        lifecycle,
        text_sync,
        watched_files,
        code_lens,
        hover,
        code_actions,
        commands,
        run,
        cases,
        answers,
        completion,
        definition,
        inlay_hints,
        formatting,
        semantic_tokens,
        file_renames,
        rename,
        symbols,
    ):
        module.register(server)


def _is_trusted_by_user(folder: Path) -> bool:
    from llmentary_regression.storage.user import is_trusted

    return is_trusted(folder)
