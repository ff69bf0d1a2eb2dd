"""
Which environment variables the user lets headers of `http:` targets hold. No project can say so.
"""

from __future__ import annotations

from collections.abc import Mapping

from ._folder import user_folder

VARIABLE = "LLMENTARY_HTTP_ENV"
FILE = "http-env"


def allow_http_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """
    Return the environment for workers, with the allowed names of the environment and of the user's folder.
    """
    allowed = allowed_http_variables(environ)
    return {**environ, VARIABLE: allowed} if allowed else dict(environ)


def allowed_http_variables(environ: Mapping[str, str]) -> str:
    """
    Return what the user allows, as words.

    Each is `NAME`, or `NAME@host` for one host alone; the file `http-env` has one a line.
    """
    words = environ.get(VARIABLE, "").replace(",", " ").split()
    try:
        text = (user_folder(environ) / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    words += [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    return " ".join(words)
