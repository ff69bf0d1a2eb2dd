"""
`llmentary lsp`: start the language server.
"""

from __future__ import annotations

import argparse

from llmentary_regression.lsp.main import main


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="talk on stdin and stdout (the default)")
    # Editors on vscode-languageclient add it; the server goes when its streams end, whoever the client is.
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)


def run(_arguments: argparse.Namespace) -> int:
    return main([])
