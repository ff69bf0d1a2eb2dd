"""
A project that is asked under a debugger is the same project.
"""

from __future__ import annotations

from llmentary_regression.execution.pool import Pool
from llmentary_regression.services.project import open_for_debugging, open_project
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene

FILES = {
    "llmentary.toml": 'callable = "bot:ask"\n',
    "bot.py": "def ask(question): return question\n",
    "a/llmentary.toml": 'inherit = true\nmodel = "inner"\n',
    "a/deep.llmtest": "Deep?\n",
}


async def test_what_holds_for_a_case_holds_under_a_debugger_too(scene: MakeScene) -> None:
    """
    Above all that the environment wins over a folder's settings.
    """
    made = scene(FILES)
    project = open_project(made.root, environ={**made.environ, "LLMENTARY_MODEL": "env"})
    (one,) = select_cases(project, Selection(), made.root).cases

    debugged = open_for_debugging(project, lambda port: None, None)

    assert debugged.settings_of(one.case).model == "env"
    assert isinstance(debugged.pool, Pool)
    assert project.pool is not debugged.pool
    await debugged.close()
    await project.close()
