"""
The options by which commands choose cases; the same everywhere.
"""

from __future__ import annotations

import argparse

from llmentary.services.select import Selection


def add_selection_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Add `PATH...`, `-k` and `-t`.
    """
    group = parser.add_argument_group("which cases")
    group.add_argument(
        "targets",
        nargs="*",
        metavar="PATH",
        help="a suite, a folder, SUITE::NAME, SUITE::NAME[ROW] or SUITE:LINE; without any, the whole project",
    )
    group.add_argument(
        "-k",
        dest="expression",
        metavar="EXPR",
        help='cases with these words in name or question, with `and`, `or`, `not`, ():  "refund and not eu"',
    )
    group.add_argument(
        "-t",
        "--tag",
        dest="tags",
        metavar="TAG",
        action="append",
        default=[],
        help="cases with the tag, or without it: `not:TAG`; may be repeated, and all have to hold",
    )


def selection_of(arguments: argparse.Namespace) -> Selection:
    """
    Return what the options chose.
    """
    return Selection(tuple(arguments.targets), arguments.expression, tuple(arguments.tags))


def selection_words(arguments: argparse.Namespace) -> str:
    """
    Return the selection as it would be typed again, to be put behind a suggested command.
    """
    import shlex

    words = list(arguments.targets)
    if arguments.expression is not None:
        words += ["-k", arguments.expression]
    for tag in arguments.tags:
        words += ["-t", tag]
    return "".join(f" {shlex.quote(word)}" for word in words)
