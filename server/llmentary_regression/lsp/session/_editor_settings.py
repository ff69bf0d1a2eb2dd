"""
The editor's settings: those that the client sends along, and where there are several folders, those of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from llmentary_regression.lsp.positions import path_of
from llmentary_regression.lsp.server import Server

_SECTION = "llmentary"


def take_settings(ls: Server, settings: object) -> None:
    """
    Take the settings that hold wherever a folder has none of its own.
    """
    taken = dict(settings) if isinstance(settings, Mapping) else {}
    if ls.interpreter_of_client is not None:
        taken["interpreter"] = ls.interpreter_of_client
    ls.projects.set_editor_settings(taken)


async def read_settings(ls: Server, sent: Any) -> None:
    """
    Take what a client sent of its settings, or ask for it; then ask for those of each folder.
    """
    if isinstance(sent, dict) and _SECTION in sent:
        sent = sent[_SECTION]
    elif not isinstance(sent, dict) or not sent:
        (sent,) = await _ask(ls, [types.ConfigurationItem(section=_SECTION)])
    take_settings(ls, sent)
    await read_folder_settings(ls)


async def read_folder_settings(ls: Server) -> bool:
    """
    Ask for the settings of each folder, where there are several: one may have a Python of its own.

    Returns:
        Whether they are others than before.
    """
    folders = list(ls.workspace.folders.values())
    items = [types.ConfigurationItem(scope_uri=folder.uri, section=_SECTION) for folder in folders]
    answers = await _ask(ls, items) if len(items) > 1 else []
    said = {
        path: answer
        for folder, answer in zip(folders, answers, strict=False)
        if isinstance(answer, Mapping) and (path := path_of(folder.uri)) is not None
    }
    return ls.projects.set_folder_settings(said)


async def _ask(ls: Server, items: Sequence[types.ConfigurationItem]) -> list[Any]:
    """
    Return the client's answers, None for each that it does not give.
    """
    workspace = ls.client_capabilities.workspace
    answers: Sequence[Any] = []
    if workspace is not None and workspace.configuration:
        try:
            answers = await ls.workspace_configuration_async(types.ConfigurationParams(items=list(items)))
        except JsonRpcException:
            answers = []
    return [*answers, *[None] * len(items)][: len(items)]
