"""
The options for asking and showing; each command has only those that have an effect.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from llmentary_regression.core.settings import (
    InvalidValue,
    count_reader,
    read_amount,
    read_duration,
    read_rate,
)

ValueT = TypeVar("ValueT")


def add_running_arguments(parser: argparse.ArgumentParser, *, samples: bool = True) -> None:
    """
    Add the options that say how cases are asked.
    """
    group = parser.add_argument_group("how they are asked")
    group.add_argument(
        "-j",
        dest="workers",
        metavar="N",
        type=option_reader(count_reader(1)),
        default=1,
        help="ask from N worker processes (default: 1, which asks several questions at once)",
    )
    group.add_argument(
        "--executor",
        metavar="ADDRESS",
        help="ask on a Dask cluster, such as dask://HOST:8786 (docs/executors.md); judging stays here",
    )
    add_setting_arguments(group, samples=samples)


def add_setting_arguments(group: argparse._ActionsContainer, *, samples: bool = True) -> None:
    """
    Add the options that decide a setting, whatever files and suites say.
    """
    group.add_argument(
        "--timeout",
        metavar="TIME",
        type=option_reader(read_duration),
        help="give up on an answer after TIME, such as 30s or 2m, whatever the suites say",
    )
    group.add_argument(
        "--retries",
        metavar="N",
        type=option_reader(count_reader(0)),
        help="ask again up to N times after a failure, whatever the suites say",
    )
    if samples:
        group.add_argument(
            "--samples",
            metavar="N",
            type=option_reader(count_reader(1)),
            help="ask each case N times, whatever the suites say; `@pass-rate` of them have to pass",
        )
    group.add_argument(
        "--rate",
        metavar="RATE",
        type=option_reader(read_rate),
        help="ask at most so many questions, such as 60/min or 2/s, whatever the suites say",
    )
    group.add_argument(
        "--max-cost",
        metavar="AMOUNT",
        type=option_reader(read_amount),
        help="stop asking once the answers of the run cost more than AMOUNT, whatever the suites say",
    )
    group.add_argument(
        "--interpreter",
        metavar="PYTHON",
        help="the Python that runs your callable (default: found automatically)",
    )


def add_showing_arguments(parser: argparse.ArgumentParser, *, files: bool = False) -> None:
    """
    Add the options that say what the terminal shows, and whether `files` show answers as well.
    """
    group = parser.add_argument_group("what is shown")
    answers = group.add_mutually_exclusive_group()
    answers.add_argument(
        "--no-answers",
        dest="answers",
        action="store_const",
        const=False,
        help="show no answer, and nothing that quotes one",
    )
    if files:
        answers.add_argument(
            "--answers", action="store_const", const=True, help="put answers into report files as well"
        )
    details = group.add_mutually_exclusive_group()
    details.add_argument("-q", "--quiet", action="count", default=0, help="show only where each case is")
    details.add_argument(
        "-v", "--verbose", action="count", default=0, help="show every case, and the whole of each answer"
    )
    group.add_argument(
        "--no-color", dest="color", action="store_false", help="show no colors (as does NO_COLOR)"
    )


def option_reader(read: Callable[[str], ValueT]) -> Callable[[str], ValueT]:
    """
    Return a reader of a setting's value as argparse wants it.
    """

    def read_option(text: str) -> ValueT:
        try:
            return read(text)
        except InvalidValue as exc:
            raise argparse.ArgumentTypeError(f"{exc}, not `{text}`") from exc

    return read_option
