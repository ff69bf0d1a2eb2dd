"""
`llmentary_regression.fastapi.install(app)`: capture in training what a FastAPI or Starlette application answers.
"""

from __future__ import annotations

from typing import Any

from llmentary_regression.training.web.asgi import TrainingMiddleware


def install(app: Any, **options: Any) -> None:
    """
    Add the middleware to an application that has not started yet.

    Args:
        options: `paths`, `question`, `answer`, `model`, `suite`, `tags` and `callable`, as
            `llmentary_regression.training.web.asgi.TrainingMiddleware` takes them.

    Raises:
        ValueError: a JSON path cannot be read.
    """
    TrainingMiddleware(app, **options)  # a slip shows here, and not at the first request
    app.add_middleware(TrainingMiddleware, **options)
