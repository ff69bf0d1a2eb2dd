"""
The entry point: read the command, import that command alone, and turn errors into exit codes.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, Protocol, cast

from llmentary_regression._version import __version__
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.safe_text import printable
from llmentary_regression.storage.core_files import disable_core_dumps

EXIT_NOTHING_RUN = 2
EXIT_INTERRUPTED = 130

_CHECKING_IMPORT_NAME = frozenset({"init", "config"})
"""
Commands that check themselves whether `import llmentary` is ours; for those that ask, the workers check, which
run in the Python that counts.
"""

_COLLECT_AFTER = (50_000, 20, 50)
"""Python's own thresholds are about (700, 10, 10)."""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("llmentary_regression.cli.commands.init", "write a first suite and the settings"),
    "test": (
        "llmentary_regression.cli.commands.test",
        "ask the suites and judge the answers against the baselines",
    ),
    "train": ("llmentary_regression.cli.commands.train", "ask, then walk through new and changed answers"),
    "approve": (
        "llmentary_regression.cli.commands.approve",
        "ask, and approve the answers without asking you",
    ),
    "examples": (
        "llmentary_regression.cli.commands.examples",
        "show the approved examples of cases, or drop some",
    ),
    "pins": (
        "llmentary_regression.cli.commands.pins",
        "show the pins of approved answers, drop some or give them aliases",
    ),
    "calibrate": (
        "llmentary_regression.cli.commands.calibrate",
        "ask each case several times, and propose its settings",
    ),
    "report": ("llmentary_regression.cli.commands.report", "join the reports of shards"),
    "list": ("llmentary_regression.cli.commands.list", "show the cases and what is approved"),
    "stats": (
        "llmentary_regression.cli.commands.stats",
        "count cases, verdicts, models, tags; show flaky cases and drift",
    ),
    "history": ("llmentary_regression.cli.commands.history", "show a case through the recorded runs"),
    "mv": (
        "llmentary_regression.cli.commands.mv",
        "let what is approved follow a suite or case that was renamed",
    ),
    "resolve": (
        "llmentary_regression.cli.commands.resolve",
        "choose where two branches approved a case differently",
    ),
    "show": ("llmentary_regression.cli.commands.show", "show a file of approved examples as text"),
    "prune": (
        "llmentary_regression.cli.commands.prune",
        "keep baselines of renamed cases, and remove what no suite asks for",
    ),
    "config": ("llmentary_regression.cli.commands.config", "show the settings, and where each comes from"),
    "key": ("llmentary_regression.cli.commands.key", "show, check or rotate the project key"),
    "trust": (
        "llmentary_regression.cli.commands.trust",
        "let editors without a trust of their own run a folder's code",
    ),
    "lsp": ("llmentary_regression.cli.commands.lsp", "start the language server on stdin and stdout"),
}
"""Command: its module, imported only when it is chosen, and its line in the help."""


class Command(Protocol):
    """
    What the module of a command offers.
    """

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command and return its exit code: 0, 1, 2 or 130 (`docs/cli.md`).
    """
    given = list(sys.argv[1:] if argv is None else argv)
    _make_streams_lenient()
    try:
        with _rare_garbage_collection():
            arguments, command = _read_arguments(given)
            disable_core_dumps()  # an application in training inherits that, and may change it
            if arguments.command in _CHECKING_IMPORT_NAME:
                _report_import_name()
            code = command.run(arguments)
        sys.stdout.flush()
    except LlmentaryError as exc:
        print(f"llmentary: {printable(str(exc))}", file=sys.stderr)
        return EXIT_NOTHING_RUN
    except KeyboardInterrupt:
        print("llmentary: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone (`| head`). Python would complain again while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NOTHING_RUN
    except Exception as exc:  # noqa: BLE001  # a fault of our own: 1 would claim that an answer changed
        _report_fault(exc, may_quote="--no-answers" not in given)
        return EXIT_NOTHING_RUN
    return code


def _report_fault(fault: Exception, *, may_quote: bool) -> None:
    """
    Show where something unforeseen went wrong; the error's own text, which may quote an answer, only where
    answers may be shown.
    """
    # Imported here: there is hardly ever a fault.
    import traceback

    if may_quote:
        traceback.print_exception(fault)
    else:
        traceback.print_tb(fault.__traceback__)
        print(type(fault).__name__, file=sys.stderr)
    if not _report_import_name():
        print("llmentary: this is a bug in llmentary; please report the lines above", file=sys.stderr)


def _report_import_name() -> bool:
    """
    Report what is wrong with `import llmentary` in this Python, and return whether anything is.
    """
    from llmentary_regression_worker.import_name import find_import_name_fault

    fault = find_import_name_fault()
    if fault is None:
        return False
    command = f"`{sys.executable} -m llmentary_regression`"
    print(f"llmentary: {fault.message}; {command} is always this command", file=sys.stderr)
    return True


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """
    Let Python look for reference cycles less often: a command needs nearly all of its objects until the end,
    and looking through the cases of a large project again and again takes a tenth of a run.
    """
    previous = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*previous)


def _read_arguments(given: list[str]) -> tuple[argparse.Namespace, Command]:
    parser = _Parser(
        prog="llmentary",
        description="Regression tests for programs that answer with an LLM.",
        epilog="`llmentary COMMAND --help` shows a command's options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_ShowVersion)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    chosen = next((word for word in given if not word.startswith("-")), None)
    if chosen is not None and chosen not in COMMANDS:
        hint = _nearest(chosen, COMMANDS) or f"; the commands are {', '.join(COMMANDS)}"
        parser.error(f"no command `{chosen}`{hint}")
    app: list[str] | None = None
    if chosen == "train" and "--" in given:
        # What follows `--` belongs to another program and is not for argparse.
        at = given.index("--")
        given, app = given[:at], given[at + 1 :]
    command: Command | None = None
    parser_of_command = parser
    for name, (module, summary) in COMMANDS.items():
        child = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == chosen:
            command = cast(Command, importlib.import_module(module))
            command.add_arguments(child)
            parser_of_command = child
    if not given:
        parser.print_help(sys.stderr)
        parser.exit(EXIT_NOTHING_RUN)
    if chosen is None and given[0] not in parser._option_string_actions:
        parser.refuse(given[0])
    arguments, unknown = parser.parse_known_args(given)
    if unknown:
        parser_of_command.refuse(unknown[0])
    arguments.app = app
    assert command is not None
    return arguments, command


def _nearest(word: str, known: Iterable[str]) -> str:
    """
    Return a "did you mean" for a known word, if one is close.
    """
    # Imported here: most words are spelled well.
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


class _Parser(argparse.ArgumentParser):
    """
    An argument parser that says in one line what is wrong and where to read more.

    Options cannot be abbreviated: a script that says `--wat` could mean something else one day.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "allow_abbrev": False})

    def refuse(self, word: str) -> NoReturn:
        """
        End the program because of a word that is neither an option nor an argument.
        """
        option = word.partition("=")[0]
        self.error(f"there is no `{option}`{_nearest(option, self._option_string_actions)}")

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_NOTHING_RUN, f"{self.prog}: {message}; see `{self.prog} --help`\n")


class _ShowVersion(argparse.Action):
    """
    Prints the version, and nothing else is read.
    """

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"llmentary {__version__}")
        parser.exit()


def _make_streams_lenient() -> None:
    """
    Show characters that a stream's code page lacks as `?`: a report must not fail because of one.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
