"""
The standard LSP features that the server announces, known before the features themselves are loaded.

`initialize` is answered from this table; if everything were loaded first, every editor would have to wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lsprotocol import types

_RENAME_FILTERS = types.FileOperationRegistrationOptions(
    filters=[
        types.FileOperationFilter(
            pattern=types.FileOperationPattern(glob=glob, matches=kind),
            scheme="file",
        )
        for glob, kind in (
            ("**/*.llmtest", types.FileOperationPatternKind.File),
            ("**", types.FileOperationPatternKind.Folder),
        )
    ]
)

_TOKEN_LEGEND = types.SemanticTokensLegend(
    token_types=["parameter", "header", "setting", "comment"], token_modifiers=["declaration"]
)
"""In the order of `TokenType` in `features/semantic_tokens.py`."""

STATIC_CAPABILITIES: Mapping[str, Any] = MappingProxyType(
    {
        types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix], resolve_provider=False
        ),
        types.TEXT_DOCUMENT_CODE_LENS: types.CodeLensOptions(resolve_provider=True),
        types.CODE_LENS_RESOLVE: None,
        types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(
            trigger_characters=["@", "#", "{", "-", " ", '"']
        ),
        types.TEXT_DOCUMENT_DEFINITION: None,
        types.TEXT_DOCUMENT_DID_CHANGE: None,
        types.TEXT_DOCUMENT_DID_CLOSE: None,
        types.TEXT_DOCUMENT_DID_OPEN: None,
        types.TEXT_DOCUMENT_DID_SAVE: types.SaveOptions(include_text=False),
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: None,
        types.TEXT_DOCUMENT_FOLDING_RANGE: None,
        types.TEXT_DOCUMENT_FORMATTING: None,
        types.TEXT_DOCUMENT_HOVER: None,
        types.TEXT_DOCUMENT_INLAY_HINT: None,
        types.TEXT_DOCUMENT_PREPARE_RENAME: None,
        types.TEXT_DOCUMENT_RENAME: types.RenameOptions(prepare_provider=True),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: _TOKEN_LEGEND,
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: _TOKEN_LEGEND,
        types.WORKSPACE_DID_RENAME_FILES: _RENAME_FILTERS,
        types.WORKSPACE_SYMBOL: None,
        types.WORKSPACE_WILL_RENAME_FILES: _RENAME_FILTERS,
    }
)
"""The options that each method is registered with."""
