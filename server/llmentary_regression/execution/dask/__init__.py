"""
Ask on the machines of a Dask cluster.
"""

from __future__ import annotations

from ._address import ClusterAddress, read_address
from ._executor import DaskPool

__all__ = [
    "ClusterAddress",
    "DaskPool",
    "read_address",
]
