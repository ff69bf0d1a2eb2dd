"""
Whole projects written as a dict of files, and a pool that answers from a dict.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from llmentary_regression.core.model import Answer, Failure
from project_scene import MakeScene, Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[MakeScene]:
    """
    Give a maker of scenes, `scene({"file": "text"}, {"question": "answer"})`, and close what they opened.
    """
    scenes: list[Scene] = []

    def make(files: Mapping[str, str], answers: Mapping[str, str | Answer | Failure] | None = None) -> Scene:
        made = Scene(tmp_path / "project", {"LLMENTARY_HOME": str(tmp_path / "home")})
        made.write({"llmentary.toml": 'callable = "bot:ask"\n', **files})
        made.pool.answers.update(answers or {})
        scenes.append(made)
        return made

    yield make
    for made in scenes:
        for project in made.opened:
            await project.close()
