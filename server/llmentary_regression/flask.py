"""
`llmentary_regression.flask.install(app)`: capture the answers of a Flask application in training.
"""

from __future__ import annotations

from typing import Any

from llmentary_regression.training.web.wsgi import TrainingMiddleware


def install(app: Any, **options: Any) -> None:
    """
    Wrap an application in the training middleware; does nothing outside training.

    Args:
        app: the Flask application.
        options: `paths`, `question`, `answer`, `model`, `suite`, `tags` and `callable`, see
            `llmentary_regression.training.web.wsgi.TrainingMiddleware`.

    Raises:
        ValueError: a JSON path is not valid.

    Example:
        llmentary_regression.flask.install(app, paths="/ask", suite="helpdesk")
    """
    app.wsgi_app = TrainingMiddleware(app.wsgi_app, **options)
