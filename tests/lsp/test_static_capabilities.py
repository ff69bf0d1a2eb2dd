"""
Tests of `lsp/static_capabilities.py`: `initialize` announces what the features register.
"""

import subprocess
import sys
from pathlib import Path

from pygls.capabilities import ServerCapabilitiesBuilder

from lsp_editor import MakeEditor

SERVER = Path(__file__).resolve().parents[2] / "server"


async def test_what_is_offered_is_what_is_registered(editor: MakeEditor) -> None:
    """
    Capabilities that are computed again when all features are loaded are the same.
    """
    client = editor()
    result = await client.start()
    protocol = client.server.protocol
    features = protocol.fm

    encoding = client.server.workspace.position_encoding
    assert encoding is not None
    later = ServerCapabilitiesBuilder(
        protocol.client_capabilities,
        {*features.features, *features.builtin_features},
        features.feature_options,
        list(features.commands),
        client.server._text_document_sync_kind,
        client.server._notebook_document_sync,
        encoding,
    ).build()  # type: ignore[no-untyped-call]

    assert protocol.as_json(later) == result["capabilities"]


def test_initialize_is_answered_with_next_to_nothing_loaded() -> None:
    """
    Neither suites nor storage nor services are imported before: they would cost as much as pygls does.
    """
    code = (
        f"import sys; sys.path.insert(0, {str(SERVER)!r})\n"
        "from llmentary_regression.lsp.assembly import create_server\n"
        "create_server({})\n"
        "print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    modules = set(done.stdout.split())
    loaded = {name for name in modules if name.startswith("llmentary")}
    # It brings parsers of e-mail and archives along.
    assert "importlib.metadata" not in modules
    assert "llmentary_regression.lsp.server" in loaded
    assert not [
        name
        for name in loaded
        if not name.startswith("llmentary_regression.lsp")
        and name
        not in ("llmentary_regression", "llmentary_regression._version", "llmentary_regression._own_start")
    ]
    assert len(loaded) <= 13, sorted(loaded)
