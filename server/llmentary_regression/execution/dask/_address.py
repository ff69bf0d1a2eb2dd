"""
The address of a cluster, as `--executor` is given it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

from llmentary_regression.core.errors import UsageError

_SCHEME = "dask"
_PORT = 8786


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """
    Where a cluster's scheduler is, and where the project is on its machines.
    """

    scheduler: str
    """As Dask writes it: `tcp://host:8786`."""
    root: str | None = None
    """None: in the same folder as here."""


def read_address(text: str) -> ClusterAddress:
    """
    Read `dask://host:port` or `dask+tls://host:port`, with an optional `?root=/folder/on/the/machines`.

    Raises:
        UsageError: it is none of these.
    """
    hint = "write dask://HOST:8786, the address of a running Dask scheduler"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"`--executor {text}`: {exc}; {hint}") from None
    options = parse_qs(parts.query)
    if parts.scheme not in (_SCHEME, f"{_SCHEME}+tls") or not host or parts.path.strip("/"):
        raise UsageError(f"`--executor {text}` is not the address of a cluster; {hint}")
    if set(options) - {"root"} or parts.username is not None:
        raise UsageError(f"`--executor {text}`: only `?root=/FOLDER` may follow the address; {hint}")
    root = options.get("root", [None])[-1]
    if root is not None and not PurePosixPath(root).is_absolute():
        raise UsageError(
            f"`--executor {text}`: `root` has to be an absolute folder of the cluster's machines"
        )
    protocol = "tls" if parts.scheme.endswith("+tls") else "tcp"
    shown = f"[{host}]" if ":" in host else host
    return ClusterAddress(f"{protocol}://{shown}:{port or _PORT}", root)
