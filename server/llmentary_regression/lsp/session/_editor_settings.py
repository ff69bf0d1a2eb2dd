"""
The editor's settings: those that the client sends, and those of each folder if there are several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.uris import path_of

_SECTION = "llmentary"


def apply_settings(ls: Server, settings: object) -> None:
    """
    Apply the settings for folders that have none of their own.
    """
    applied = dict(settings) if isinstance(settings, Mapping) else {}
    if ls.interpreter_of_client is not None:
        applied["interpreter"] = ls.interpreter_of_client
    ls.projects.set_editor_settings(applied)


async def read_settings(ls: Server, sent: Any) -> None:
    """
    Apply the settings that a client sent, or ask for them; then ask for those of each folder.
    """
    if isinstance(sent, dict) and _SECTION in sent:
        sent = sent[_SECTION]
    elif not isinstance(sent, dict) or not sent:
        (sent,) = await _ask(ls, [types.ConfigurationItem(section=_SECTION)])
    apply_settings(ls, sent)
    await read_folder_settings(ls)


async def read_folder_settings(ls: Server) -> bool:
    """
    Ask for the settings of each folder if there are several: each may have its own Python.

    Returns:
        Whether they have changed.
    """
    folders = list(ls.workspace.folders.values())
    items = [types.ConfigurationItem(scope_uri=folder.uri, section=_SECTION) for folder in folders]
    answers = await _ask(ls, items) if len(items) > 1 else []
    by_folder = {
        path: answer
        for folder, answer in zip(folders, answers, strict=False)
        if isinstance(answer, Mapping) and (path := path_of(folder.uri)) is not None
    }
    return ls.projects.set_folder_settings(by_folder)


async def _ask(ls: Server, items: Sequence[types.ConfigurationItem]) -> list[Any]:
    """
    Return the client's settings for each item, None for those that it does not give.
    """
    workspace = ls.client_capabilities.workspace
    answers: Sequence[Any] = []
    if workspace is not None and workspace.configuration:
        try:
            answers = await ls.workspace_configuration_async(types.ConfigurationParams(items=list(items)))
        except JsonRpcException:
            answers = []
    return [*answers, *[None] * len(items)][: len(items)]
