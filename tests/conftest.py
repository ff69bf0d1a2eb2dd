"""
What every test begins with.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SLOW_FOLDERS = {"examples", "pytest_plugin"}
"""Each test in them starts whole programs; single modules elsewhere say so themselves."""
LONG_FOLDERS = {"examples": 900}
"""A test's seconds, where it asks a real model or installs what a README names: long on a busy machine."""

# Seconds depend on what else the machine does, so no example is too slow; `timeout` is there for what hangs.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


def pytest_configure() -> None:
    """
    Let Ctrl-C mean what it means in a terminal, also where the tests run in the background of a script.

    Such a script has its children ignore it, and theirs; the tests of Ctrl-C would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Mark what is slow by its folder.
    """
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        if folder in SLOW_FOLDERS:
            item.add_marker(pytest.mark.slow)
        if folder in LONG_FOLDERS and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONG_FOLDERS[folder]))
