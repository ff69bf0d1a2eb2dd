"""
An editor in the same process: it speaks JSON-RPC with a server whose questions are answered from a dict.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from llmentary_regression.execution.pool import Pool
from llmentary_regression.lsp.assembly import create_server
from llmentary_regression.services.project import Project, open_project
from lsp_editor import DictPool, Editor, MakeEditor


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[MakeEditor]:
    """
    Return a maker of editors over one project folder; their servers are closed after the test.
    """
    made: list[Editor] = []

    def make(files: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None) -> Editor:
        root = tmp_path / "project"
        pool = DictPool()
        pool.answers.update(answers or {})
        environ = {"LLMENTARY_HOME": str(tmp_path / "home")}

        def open_with_dict(folder: Path, settings: Mapping[str, object]) -> Project:
            return open_project(folder, environ=environ, editor=settings, pool=cast(Pool, pool))

        trusted: set[Path] = set()
        server = create_server(
            environ, open_project=open_with_dict, is_trusted_by_user=lambda folder: folder in trusted
        )
        new = Editor(server, root, pool)
        made.append(new)
        for name, text in {"llmentary.toml": 'callable = "bot:ask"\n', **(files or {})}.items():
            new.write_file(name, text)
        return new

    yield make
    for made_editor in made:
        await made_editor.server.close()
