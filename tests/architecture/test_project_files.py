"""
Files that somebody else may have put into a folder are opened in one place, which looks at them first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from source_imports import read_modules

FILES = "llmentary_regression.storage.files"

OPENERS = frozenset(
    {
        *("open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "touch"),
        *("mkstemp", "NamedTemporaryFile", "TemporaryFile", "copyfile", "copy2", "copytree", "move"),
        *("hardlink_to", "symlink_to", "FileLock", "ZipFile", "Connection", "FileHandler", "loadtxt"),
    }
)
"""Functions and methods that open, make or copy a file by its path."""

EXPECTED = {
    "llmentary_regression.cli.main: os.open(os.devnull, os.O_WRONLY)": "the system's own",
    "llmentary_regression.lsp.main: os.open(os.devnull, os.O_RDWR)": "the system's own",
    "llmentary_regression.reports.terminal: os.open(os.devnull, os.O_WRONLY)": "the system's own",
    "llmentary_regression_worker.__main__: os.open(os.devnull, os.O_RDONLY)": "the system's own",
    "llmentary_regression_worker.regexes: open(os.devnull, 'w')": "the system's own",
    "llmentary_regression.reports.html: (_PAGE / 'page.css').read_text(encoding='utf-8')": "our package's",
    "llmentary_regression.reports.html: (_PAGE / 'page.js').read_text(encoding='utf-8')": "our package's",
    "llmentary_regression.cli.report_files: report.path.write_text(text, encoding='utf-8')": "a device, named",
    "llmentary_regression.cli.report_files: probe.touch(exist_ok=False)": "a new name",
}
"""Calls elsewhere that open no file of a project, and whose file it is."""


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """
    Yield each call below `server/` outside the room for files: module, call, name of what is called.
    """
    for module, tree in read_modules().items():
        if module == FILES or module.startswith(f"{FILES}."):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                yield module, node, name


def test_no_other_module_opens_files() -> None:
    """
    Whoever needs a file asks `read_file` or `replace_file`, which refuse links, devices and pipes.
    """
    found = {
        f"{module}: {ast.unparse(call)}"
        for module, call, name in calls()
        if name in OPENERS and not _is_our_own_method(call)
    }

    assert found == EXPECTED.keys()


def test_project_files_are_named_with_their_project() -> None:
    """
    Without `root`, a file may lie anywhere: only what belongs to the user, or was named by the user, does.
    """
    users_own = {
        *("llmentary_regression.storage.user._permissions", "llmentary_regression.storage.user._inboxes"),
        "llmentary_regression.storage.keys._keyfile",  # copies of keys lie in the user's folder
        "llmentary_regression.storage.baselines._decoding",  # a line's number, of a file read just before
        "llmentary_regression.services.history._inputs",  # digests of sources that a worker has loaded
        *("llmentary_regression.cli.report_files", "llmentary_regression.cli.commands.show"),  # named
        "llmentary_regression.lsp.views._diagnostics",  # our own pages; where a problem's settings stand
        "llmentary_regression.lsp.features.definition",  # a source that was found and read before
        "llmentary_regression.lsp.session._inbox",  # whether the open document is what is saved
    }

    without = {
        module
        for module, call, name in calls()
        if name in ("read_file", "replace_file", "file_lock")
        and "root" not in {keyword.arg for keyword in call.keywords}
        and not (module.startswith("llmentary_regression.core.suite"))  # a function of that name, of its own
    }

    assert without == users_own


def _is_our_own_method(call: ast.Call) -> bool:
    """
    Return whether this opens no file: `open` of a cipher, a keyring or an inbox, or a reader of settings.
    """
    function = call.func
    if isinstance(function, ast.Name) and function.id == "read_text":
        return True
    if not isinstance(function, ast.Attribute) or function.attr != "open":
        return False
    return ast.unparse(function.value) not in ("os", "io", "gzip", "codecs", "path", "file", "webbrowser")
