"""
`llmentary_regression.fastapi.install(app)`: capture the answers of a FastAPI or Starlette application in training.
"""

from __future__ import annotations

from typing import Any

from llmentary_regression.training.web.asgi import TrainingMiddleware


def install(app: Any, **options: Any) -> None:
    """
    Add the training middleware to an application that has not started yet; does nothing outside training.

    Args:
        app: the FastAPI or Starlette application.
        options: `paths`, `question`, `answer`, `model`, `suite`, `tags` and `callable`, see
            `llmentary_regression.training.web.asgi.TrainingMiddleware`.

    Raises:
        ValueError: a JSON path is not valid.

    Example:
        llmentary_regression.fastapi.install(app, paths="/ask", suite="helpdesk")
    """
    TrainingMiddleware(app, **options)  # so that a mistake is reported here, not at the first request
    app.add_middleware(TrainingMiddleware, **options)
