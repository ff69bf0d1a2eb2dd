"""
Another project's `llmentary` in the same environment: who says what, for each order of installing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from foreign_package import SERVER, VERSION, Environment

SAFE = "write `import llmentary_regression as llmentary`"
FOREIGN = f"`import llmentary` means another project's package here, llmentary {VERSION}; {SAFE}"
INCOMPLETE = "is incomplete, as after uninstalling another package of that name; " + SAFE
MARKED = """\
{imports}

@llmentary.trainable
def ask(question):
    return "Within 30 days."
"""
SHORT, CLASH_FREE = "import llmentary", "import llmentary_regression as llmentary"
PLAIN = 'def ask(question):\n    return "Within 30 days."\n'
SAID = {"after": FOREIGN, "uninstalled": INCOMPLETE}


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Environment]:
    """
    Return environments by what happened in them last: theirs was installed before or after ours, or removed again.
    """
    folder = tmp_path_factory.mktemp("environments")
    made = {name: Environment(folder / name) for name in ("alone", "before", "after", "uninstalled")}
    made["before"].install_theirs()
    for environment in made.values():
        environment.install_ours()
    for name in ("after", "uninstalled"):
        made[name].install_theirs()
    made["uninstalled"].uninstall_theirs()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """
    Return a project whose callable is marked through `import llmentary`.
    """
    root = tmp_path / "shop"
    root.mkdir()
    write(root, SHORT)
    return root


def write(root: Path, imports: str | None) -> None:
    """
    Write the project, its callable marked through what `imports` says, or not at all.
    """
    bot = PLAIN if imports is None else MARKED.format(imports=imports)
    (root / "bot.py").write_text(bot, encoding="utf-8")
    (root / "llmentary.toml").write_text('callable = "bot:ask"\nstrict = false\n', encoding="utf-8")
    (root / "faq.llmtest").write_text("How long?\n", encoding="utf-8")


def flat(text: str) -> str:
    """
    Return a terminal's text without the line breaks that its width brought about.
    """
    return re.sub(r"\s+", " ", text)


# --- the command line, and the worker behind it ---------------------------------------------------


@pytest.mark.parametrize("order", ["alone", "before"])
def test_nothing_is_said_where_ours_is_whole(
    environments: dict[str, Environment], project: Path, order: str
) -> None:
    """
    Ours was installed last, or alone, so `import llmentary` is ours.
    """
    done = environments[order].run("-m", "llmentary_regression", "test", cwd=project)

    assert (done.returncode, done.stderr) == (0, "")
    assert "LLM201" not in done.stdout
    assert "1 new" in done.stdout


@pytest.mark.parametrize("order", ["after", "uninstalled"])
def test_a_run_says_what_it_met_and_why_the_callable_failed(
    environments: dict[str, Environment], project: Path, order: str
) -> None:
    """
    Once as a problem of the interpreter, and with the exception that it brought about.
    """
    done = environments[order].run("-m", "llmentary_regression", "test", cwd=project)

    said = flat(done.stdout)
    assert done.returncode == 1
    assert "problem interpreter" in said
    assert "LLM201" in said
    assert said.count(SAID[order]) == 2
    assert "has no attribute 'trainable'" in said.split(SAID[order])[1]
    assert done.stderr == ""


@pytest.mark.parametrize("order", ["after", "uninstalled"])
@pytest.mark.parametrize(("imports", "is_said"), [(CLASH_FREE, False), (None, True)])
def test_a_run_that_works_is_warned_unless_the_code_uses_our_own_name(
    environments: dict[str, Environment], project: Path, order: str, imports: str | None, is_said: bool
) -> None:
    """
    The warning fails nothing, and ends with what it advises.
    """
    write(project, imports)

    done = environments[order].run("-m", "llmentary_regression", "test", cwd=project)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (SAID[order] in flat(done.stdout)) is is_said


@pytest.mark.parametrize("command", [["init"], ["config"]])
def test_commands_that_ask_nobody_say_it_themselves(
    environments: dict[str, Environment], project: Path, command: list[str]
) -> None:
    """
    On stderr, with the command that is always ours.
    """
    quiet = environments["before"].run("-m", "llmentary_regression", *command, cwd=project)
    done = environments["after"].run("-m", "llmentary_regression", *command, cwd=project)

    assert (quiet.returncode, quiet.stderr) == (0, "")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"llmentary: {FOREIGN}")
    assert f"`{environments['after'].python} -m llmentary_regression` is always this command" in done.stderr


def test_a_file_of_the_users_own_is_named(environments: dict[str, Environment], project: Path) -> None:
    """
    Another package is not to blame where the project has a `llmentary.py`.
    """
    (project / "llmentary.py").write_text("x = 1\n", encoding="utf-8")

    done = environments["alone"].run("-m", "llmentary_regression", "test", cwd=project)

    said = flat(done.stdout)
    assert (
        f"means your own {project / 'llmentary.py'} here, which hides our package; rename it, or write"
        in said
    )


def test_an_interpreter_without_ours_is_told_what_to_install(tmp_path: Path, project: Path) -> None:
    """
    The editor brings its server along; the user's own Python may have only what another project sells.
    """
    bare = Environment(tmp_path / "bare")
    bare.install_theirs()
    (bare.site / "borrowed.pth").unlink()
    write(project, None)
    environ = {"PYTHONPATH": str(SERVER), "LLMENTARY_INTERPRETER": str(bare.python)}
    host = Environment(tmp_path / "host")

    quiet = host.run("-m", "llmentary_regression", "test", cwd=project, environ=environ)
    write(project, SHORT)
    done = host.run("-m", "llmentary_regression", "test", cwd=project, environ=environ)

    assert (quiet.returncode, "LLM201" in quiet.stdout) == (0, False), quiet.stdout
    assert f"llmentary {VERSION}; install llmentary-regression for {bare.python} and write" in flat(
        done.stdout
    )


# --- training -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["alone", "before", "after", "uninstalled"])
def test_an_application_in_training_says_it_once(
    environments: dict[str, Environment], project: Path, order: str
) -> None:
    """
    Once for all its processes, beside the application's own traceback.
    """
    (project / "app.py").write_text(
        "import subprocess, sys\n"
        'subprocess.run([sys.executable, "-c", "0"], check=True)\n'
        "import bot\n"
        'print(bot.ask("How long?"))\n',
        encoding="utf-8",
    )
    environment = environments[order]
    train = ("-m", "llmentary_regression", "train", "--approve", "all", "--")

    done = environment.run(*train, str(environment.python), "app.py", cwd=project)

    if order in SAID:
        assert done.stderr.count(SAID[order]) == 1
        assert "has no attribute 'trainable'" in done.stderr
    else:
        assert "1 of 1 captured answers kept" in done.stderr
        assert SAFE not in done.stderr


def test_training_names_a_file_that_hides_ours(environments: dict[str, Environment], project: Path) -> None:
    """
    The folder of the application comes onto the path late, so this is said at its end.
    """
    (project / "llmentary.py").write_text("x = 1\n", encoding="utf-8")
    environment = environments["alone"]
    train = ("-m", "llmentary_regression", "train", "--approve", "all", "--")

    done = environment.run(*train, str(environment.python), "bot.py", cwd=project)

    assert done.stderr.count(f"means your own {project / 'llmentary.py'} here") == 1


# --- pytest ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["alone", "before", "after", "uninstalled"])
def test_pytest_says_it_in_its_summary(
    environments: dict[str, Environment], project: Path, order: str
) -> None:
    """
    Where tests import `llmentary`; their plugin and ours get along.
    """
    (project / "test_bot.py").write_text(
        f"{SHORT}\n\n\ndef test_a(request):\n    llmentary.trainable(len)\n", encoding="utf-8"
    )

    done = environments[order].run("-m", "pytest", "-q", "test_bot.py", cwd=project)

    assert done.returncode == (1 if order in SAID else 0), done.stdout + done.stderr
    assert done.stdout.count(SAFE) == (1 if order in SAID else 0)
    assert SAID.get(order, "") in done.stdout


@pytest.mark.parametrize(
    ("test", "is_said"),
    [
        ("def test_a(llmentary):\n    assert llmentary\n", True),
        (
            f"{CLASH_FREE} # noqa\n\ndef test_a():\n    assert llmentary.trainable(len)\n    assert False\n",
            False,
        ),
        ("def test_a():\n    pass\n", False),
    ],
    ids=["fixture", "clash-free", "unrelated"],
)
def test_pytest_says_it_where_it_matters(
    environments: dict[str, Environment], project: Path, test: str, is_said: bool
) -> None:
    """
    A session that has nothing to do with us is left alone, and so is one that uses our own name.
    """
    (project / "test_bot.py").write_text(test, encoding="utf-8")

    done = environments["after"].run("-m", "pytest", "-q", "test_bot.py", cwd=project)

    assert "1 passed" in done.stdout or "1 failed" in done.stdout, done.stdout + done.stderr
    assert (FOREIGN in done.stdout) is is_said


# --- the editor -----------------------------------------------------------------------------------


@pytest.fixture
async def client() -> AsyncIterator[LanguageClient]:
    """
    Return an editor whose server is ended after the test, in whatever state.
    """
    made: LanguageClient = make_test_lsp_client()
    yield made
    process = made._server
    if process is not None:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await made.stop()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("order", ["before", "after", "uninstalled"])
async def test_the_editor_shows_a_problem_at_the_suite(
    environments: dict[str, Environment], project: Path, client: LanguageClient, order: str
) -> None:
    """
    With its code, beside the verdict that says why there is no answer.
    """
    environment = environments[order]
    await client.start_io(
        str(environment.python),
        *("-m", "llmentary_regression", "lsp"),
        env=environment.environ(project),
        cwd=project,
    )
    await client.initialize_session(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),
            workspace_folders=[types.WorkspaceFolder(uri=project.as_uri(), name="shop")],
            root_uri=project.as_uri(),
            initialization_options={"trusted": True},
        )
    )
    suite = project / "faq.llmtest"
    text = suite.read_text(encoding="utf-8")
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(suite.as_uri(), "llmtest", 1, text))
    )
    await client.workspace_execute_command_async(
        types.ExecuteCommandParams("llmentary.runCases", [{"uri": suite.as_uri()}])
    )
    wanted = {"error/not-importable", "LLM201"} if order in SAID else {"new/no-baseline"}
    while {one.code for one in client.diagnostics.get(suite.as_uri(), ())} != wanted:  # noqa: ASYNC110
        await asyncio.sleep(0.02)

    shown = {one.code: one.message for one in client.diagnostics[suite.as_uri()]}
    if order in SAID:
        assert SAID[order] in shown["LLM201"]
        assert SAID[order] in shown["error/not-importable"]


def test_the_extension_takes_no_server_from_another_package(
    environments: dict[str, Environment], tmp_path: Path
) -> None:
    """
    Where it is to use an installed server, it asks for our distribution by its name.
    """
    source = (SERVER.parent / "client" / "src" / "python" / "pythonSearch.ts").read_text(encoding="utf-8")
    (program,) = re.findall(r'"(import importlib\.metadata.*)"', source)
    theirs = Environment(tmp_path / "theirs")
    theirs.install_theirs()
    # What else is installed where the tests run may be an older build of ours.
    (theirs.site / "borrowed.pth").unlink()
    (theirs.site / "pygls.py").touch()

    refused = theirs.run("-I", "-c", program, cwd=tmp_path)
    taken = environments["after"].run("-I", "-c", program, cwd=tmp_path)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "No package metadata was found for llmentary-regression" in refused.stderr
    assert taken.stdout == "0.1.0\n"


# --- our own package ------------------------------------------------------------------------------


def test_the_module_runs_the_command_line(environments: dict[str, Environment], tmp_path: Path) -> None:
    """
    `python -m llmentary` where it is ours, and `python -m llmentary_regression` everywhere.
    """
    for order in ("alone", "before"):
        done = environments[order].run("-m", "llmentary", "--version", cwd=tmp_path)
        assert re.fullmatch(r"llmentary \d+\.\d+\.\d+\n", done.stdout), done.stderr
    for environment in environments.values():
        done = environment.run("-m", "llmentary_regression", "--version", cwd=tmp_path)
        assert re.fullmatch(r"llmentary \d+\.\d+\.\d+\n", done.stdout), done.stderr
