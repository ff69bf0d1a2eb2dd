"""
`llmentary_regression.flask.install(app)`: capture in training what a Flask application answers.
"""

from __future__ import annotations

from typing import Any

from llmentary_regression.training.web.wsgi import TrainingMiddleware


def install(app: Any, **options: Any) -> None:
    """
    Put the middleware around an application.

    Args:
        options: `paths`, `question`, `answer`, `model`, `suite`, `tags` and `callable`, as
            `llmentary_regression.training.web.wsgi.TrainingMiddleware` takes them.

    Raises:
        ValueError: a JSON path cannot be read.
    """
    app.wsgi_app = TrainingMiddleware(app.wsgi_app, **options)
