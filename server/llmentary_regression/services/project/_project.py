"""
Assemble one project: its root, settings, suites, baselines, key and workers.

The one place where storage and execution meet; everything above is handed a `Project`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.model import (
    Case,
    CaseSettings,
    Problem,
    ProblemCode,
    ProjectSettings,
    SettingEntry,
)
from llmentary_regression.core.settings import environment_layer, read_settings
from llmentary_regression.core.suite.incremental import Reading, read_again
from llmentary_regression.core.suite.parsing import parse_suite
from llmentary_regression.storage.files import find_root, find_suites, project_folder, read_file, suite_name

from ._parsed_suite import ParsedSuite, with_folder_settings
from ._settings import CaseSettingsResolver, read_layers

if TYPE_CHECKING:
    from llmentary_regression.execution.dask import ClusterAddress
    from llmentary_regression.execution.interpreter import FoundInterpreter
    from llmentary_regression.execution.regexes import RegexRunner
    from llmentary_regression.execution.requests import Executor
    from llmentary_regression.storage.baselines import BaselineStore
    from llmentary_regression.storage.keys import Keyring


class Project:
    """
    One project, assembled from its folder.

    A class because it owns what is opened late and closed once: the workers. None of the user's code runs,
    and neither TinyDB nor a cipher is imported, until a use case needs it.
    """

    def __init__(
        self,
        root: Path,
        settings: ProjectSettings,
        problems: tuple[Problem, ...],
        *,
        environ: Mapping[str, str],
        decided: frozenset[str] = frozenset(),
        workers: int = 1,
        pool: Executor | None = None,
        executor: ClusterAddress | None = None,
        on_output: Callable[[str], None] | None = None,
    ) -> None:
        self.root = root
        self.settings = settings
        self.problems = problems
        self.environ = environ
        self._workers = workers
        self._on_output = on_output
        self._pool = pool
        self._executor = executor
        self._regexes: RegexRunner | None = None
        self._case_settings = CaseSettingsResolver(root, settings.defaults, environ, decided)

    @property
    def is_strict(self) -> bool:
        """
        Return whether `new` and `unsure` fail: as set, else whether this is CI.
        """
        if self.settings.strict is not None:
            return self.settings.strict
        return self.is_ci

    @property
    def is_ci(self) -> bool:
        """
        Return whether the variable `CI` says that this is a CI job.
        """
        return self.environ.get("CI", "").lower() not in ("", "0", "false")

    def find_suites(self) -> list[Path]:
        """
        Return the project's suites, sorted.
        """
        return find_suites(self.root, self.settings.suites, self.settings.exclude)

    def read_suite(self, path: Path, text: str | None = None) -> ParsedSuite:
        """
        Read a suite from its file, or from `text` where an editor holds newer text.

        Raises:
            OSError: the file cannot be read.
        """
        if text is None:
            # A stray byte must not hide the rest of the suite: it is read as U+FFFD, which is reported.
            text = read_file(path, root=self.root).decode("utf-8", errors="replace")
        suite, problems = parse_suite(text, read_params=lambda name: self.read_inside(path, name))
        entries, more = self.folder_settings(path.parent)
        if entries:
            suite = with_folder_settings(suite, entries)
        return ParsedSuite(path, suite_name(self.root, path), suite, (*problems, *more))

    def reread_suite(self, path: Path, lines: Sequence[str], previous: Reading | None) -> Reading:
        """
        Read a suite as an editor holds it, at the cost of what was edited since the previous reading.

        Args:
            path: the suite's file.
            lines: each with its end but the last, which has none.
            previous: any earlier reading of the suite.
        """
        return read_again(lines, previous, read_params=lambda name: self.read_inside(path, name))

    def folder_settings(self, folder: Path) -> tuple[tuple[SettingEntry, ...], tuple[Problem, ...]]:
        """
        Return what the settings of a folder below the root set for its suites, and what is wrong with them.
        """
        return self._case_settings.of_folder(folder)

    def settings_of(self, case: Case) -> CaseSettings:
        """
        Return what holds for `case`, its own settings over the project's.
        """
        return self._case_settings.of_case(case)

    def read_inside(self, suite: Path, name: str) -> str:
        """
        Return the text of a file that a suite names, such as a params file or a JSON schema.

        Raises:
            OSError: it cannot be read.
            ValueError: it lies outside the project, or is not UTF-8.
        """
        path = (suite.parent / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"`{name}` lies outside the project `{self.root}`; move it inside")
        if path.is_relative_to(project_folder(self.root.resolve())):
            raise ValueError(f"`{name}` lies in llmentary's own folder; move it elsewhere")
        data = read_file(path, root=self.root.resolve())
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def store(self) -> BaselineStore:
        """
        Return the project's baselines.
        """
        # Imported here, as below: many commands and editors open a project and need none of these.
        from llmentary_regression.storage.baselines import BaselineStore

        return BaselineStore(self.root)

    def keyring(self) -> Keyring | None:
        """
        Return the opened keyring, or None where nothing was ever approved.

        Raises:
            KeyringError: the key is missing, unreadable or the wrong one.
        """
        from llmentary_regression.storage.keys import load_keyring

        return load_keyring(self.root, self.environ)

    def check_approving(self) -> None:
        """
        Check that the project's key, if it has one, can be approved with.

        Raises:
            KeyringError: the key is missing, unreadable, the wrong one, or perhaps a stranger's.
        """
        from llmentary_regression.storage.keys import check_approving

        check_approving(self.root, self.environ)

    @cached_property
    def interpreter(self) -> FoundInterpreter:
        """
        Return the Python that runs the callable.

        Raises:
            InterpreterError: none was found; it lists what was tried.
        """
        from llmentary_regression.execution.interpreter import find_interpreter

        return find_interpreter(self.settings.interpreter, self.root, self.environ)

    @property
    def pool(self) -> Executor:
        """
        Return the workers, which start with their first question.
        """
        if self._pool is None and self._executor is not None:
            from llmentary_regression.execution.dask import DaskPool
            from llmentary_regression.storage.user import allowed_http_variables

            self._pool = DaskPool(
                self._executor,
                self.root,
                workers=self._workers,
                concurrency=self.settings.defaults.concurrency,
                http_variables=allowed_http_variables(self.environ),
            )
        if self._pool is None:
            from llmentary_regression.execution.pool import Pool
            from llmentary_regression.storage.user import allow_http_variables

            self._pool = Pool(
                self.interpreter.path,
                self.root,
                workers=self._workers,
                concurrency=self.settings.defaults.concurrency,
                environ=allow_http_variables(self.environ),
                on_output=self._on_output,
            )
        return self._pool

    @property
    def regexes(self) -> RegexRunner:
        """
        Return the process that runs suite expressions, started with the first of them.
        """
        if self._regexes is None:
            from llmentary_regression.execution.regexes import RegexRunner

            self._regexes = RegexRunner()
        return self._regexes

    def loaded_files(self) -> frozenset[Path]:
        """
        Return the developer's own source files that the workers have loaded; none before they were asked.
        """
        return frozenset() if self._pool is None else self._pool.loaded_files()

    def import_name_problem(self) -> Problem | None:
        """
        Return the problem that `import llmentary` means another package in the developer's Python, if workers
        met it; none before they were asked.
        """
        fault = None if self._pool is None else self._pool.import_name_fault()
        if fault is None:
            return None
        code = ProblemCode.FOREIGN_IMPORT_NAME
        return Problem(str(code), code.severity, fault, origin="interpreter")

    def mark_code_changed(self) -> None:
        """
        Let fresh workers ask the next question.
        """
        if self._pool is not None:
            self._pool.mark_outdated()

    def with_pool(self, pool: Executor) -> Project:
        """
        Return the same project with other workers, which are closed with it; settings are read once for both.
        """
        other = copy(self)
        other._pool, other._regexes = pool, None
        return other

    async def close(self) -> None:
        """
        End the workers. The project can be used again afterwards.
        """
        pool, self._pool = self._pool, None
        regexes, self._regexes = self._regexes, None
        if pool is not None:
            await pool.close()
        if regexes is not None:
            await regexes.close()


def open_project(
    start: Path,
    *,
    environ: Mapping[str, str],
    editor: Mapping[str, object] | None = None,
    overrides: Mapping[str, object] | None = None,
    workers: int = 1,
    pool: Executor | None = None,
    executor: str | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Project:
    """
    Assemble the project that `start` belongs to.

    Args:
        start: a file or folder inside the project.
        environ: the environment variables to go by.
        editor: the editor's settings, the weakest layer.
        overrides: the command line's settings, the strongest layer.
        workers: how many processes ask at once.
        pool: what asks instead of the project's own workers.
        executor: the address of a cluster that asks instead, such as `dask://host:8786`.
        on_output: called with what the callable prints.

    Raises:
        UsageError: `start` does not exist, or `executor` is not an address.
    """
    root = find_root(start)
    cluster: ClusterAddress | None = None
    if executor is not None:
        from llmentary_regression.execution.dask import read_address

        cluster = read_address(executor)
    layers, problems = read_layers(root, environ=environ, editor=editor, overrides=overrides)
    settings, more = read_settings(layers)
    return Project(
        root,
        settings,
        (*problems, *more),
        environ=environ,
        decided=frozenset({*environment_layer(environ).values, *(overrides or ())}),
        workers=workers,
        pool=pool,
        executor=cluster,
        on_output=on_output,
    )


def open_for_debugging(project: Project, on_ready: Callable[[int], None], folder: str | None) -> Project:
    """
    Return the same project with a worker of its own, which waits for a debugger; the caller closes it.

    One case is asked at a time, and no deadline counts.

    Args:
        project: as it is open already.
        on_ready: called with the port of this machine at which a debugger can attach.
        folder: where `debugpy` lies if the developer's environment has none.

    Raises:
        InterpreterError: no Python can run the callable.
    """
    from llmentary_regression.execution.pool import Pool
    from llmentary_regression.storage.user import allow_http_variables

    pool = Pool(
        project.interpreter.path,
        project.root,
        workers=1,
        concurrency=1,
        environ=allow_http_variables(project.environ),
        on_debug=on_ready,
        debugpy_folder=folder,
    )
    return project.with_pool(pool)
