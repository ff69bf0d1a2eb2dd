"""
Ask with a debugger attached to the worker.
"""

from __future__ import annotations

from collections.abc import Callable

from llmentary_regression.services.project import Project


def open_for_debugging(project: Project, on_ready: Callable[[int], None], folder: str | None) -> Project:
    """
    Return the same project with a worker of its own, which waits for a debugger; the caller closes it.

    One case is asked at a time, and no deadline counts.

    Args:
        on_ready: told the port of this machine at which a debugger can attach.
        folder: where `debugpy` lies if the developer's environment has none.

    Raises:
        InterpreterError: no Python can run the callable.
    """
    from llmentary_regression.execution.pool import Pool
    from llmentary_regression.storage.user import allow_http_variables

    pool = Pool(
        project.interpreter.path,
        project.root,
        workers=1,
        concurrency=1,
        environ=allow_http_variables(project.environ),
        on_debug=on_ready,
        debugpy_folder=folder,
    )
    return project.asked_by(pool)
