"""
The options by which commands choose cases; the same everywhere.
"""

from __future__ import annotations

import argparse

from llmentary_regression.core.errors import UsageError
from llmentary_regression.services.select import Selected, Selection, SuiteCase

_WITH_VALUE = (
    ("--since", "since", "WHEN", "cases approved since then: 7d, 12h, 2w ago, or a date such as 2026-11-22"),
    ("--before", "before", "WHEN", "cases last approved before then"),
    ("--edited-since", "edited_since", "REV", "cases that were edited since a revision of git"),
    ("--shard", "shard", "N/TOTAL", "one part of them, such as 2/5; all parts together are all, each once"),
    (
        "--durations",
        "durations",
        "FILE",
        "balance the shards by this JSON report (default: .llmentary/durations.json, else the last run)",
    ),
)
_SWITCHES = (
    ("--failed", "failed", "cases that the last run called failed or error"),
    (
        "--changed",
        "last_changed",
        "cases that the last run called changed or unsure; --failed adds those",
    ),
    ("--edited", "edited", "cases whose question, settings or code were edited since the last run"),
)


def add_selection_arguments(
    parser: argparse.ArgumentParser, *, changed: bool = True, durations: bool = True
) -> None:
    """
    Add the options that choose cases.

    Args:
        parser: of one command.
        changed: whether `--changed` is one of them; `approve` means answers by it, not cases.
        durations: whether `--durations` is; `stats` writes such a file.
    """
    group = parser.add_argument_group("which cases (everything given has to hold)")
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
    group.add_argument(
        "--model",
        dest="models",
        metavar="MODEL",
        action="append",
        default=[],
        help="cases approved with the model, or set to it; `*` for any letters; may be repeated, for either",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="also use the settings under [profile.NAME] (default: what LLMENTARY_PROFILE says)",
    )
    for option, name, metavar, text in _WITH_VALUE:
        if durations or option != "--durations":
            group.add_argument(option, dest=name, metavar=metavar, help=text)
    for option, name, text in _SWITCHES:
        if changed or option != "--changed":
            group.add_argument(option, dest=name, action="store_true", help=text)


def selection_of(arguments: argparse.Namespace) -> Selection:
    """
    Return what the options chose.
    """
    return Selection(
        tuple(arguments.targets),
        arguments.expression,
        tuple(arguments.tags),
        tuple(arguments.models),
        failed=arguments.failed,
        changed=getattr(arguments, "last_changed", False),
        edited=arguments.edited,
        **{name: getattr(arguments, name, None) for _, name, _, _ in _WITH_VALUE},
    )


def only_case(selected: Selected, option: str) -> SuiteCase:
    """
    Return the one case that was chosen, where an option changes what is kept of it.

    Raises:
        UsageError: none was, or several.
    """
    if len(selected.cases) != 1:
        raise UsageError(
            f"{option} needs exactly one case, and {len(selected.cases)} are selected; name it as SUITE::NAME, "
            "SUITE::NAME[ROW] or SUITE:LINE"
        )
    return selected.cases[0]


def selection_words(arguments: argparse.Namespace) -> str:
    """
    Return the selection as it would be typed again, to follow a suggested command.

    Without options about the last run or the present time: later they would choose other cases.
    """
    import shlex

    words = list(arguments.targets)
    if arguments.expression is not None:
        words += ["-k", arguments.expression]
    for tag in arguments.tags:
        words += ["-t", tag]
    for model in arguments.models:
        words += ["--model", model]
    for name in ("since", "before"):
        if getattr(arguments, name) is not None:
            words += [f"--{name}", getattr(arguments, name)]
    return "".join(f" {shlex.quote(word)}" for word in words)
