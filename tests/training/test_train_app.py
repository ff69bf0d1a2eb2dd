"""
`llmentary train -- COMMAND` as a developer runs it: an application and an approver on one terminal.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from llmentary_regression.storage.user import announce
from llmentary_regression.training.transport import CaptureListener, Message, decode, encode

pytestmark = pytest.mark.slow

SERVER = Path(__file__).resolve().parents[2] / "server"
PROMPT = "[?]: "
APP = """\
import sys
import llmentary_regression as llmentary

ANSWERS = {"How long?": "You have 30 days.", "To Norway?": "Yes, to Norway."}


@llmentary.trainable(suite="faq")
def ask(question: str) -> str:
    return ANSWERS[question]


if __name__ == "__main__":
"""


class Shop:
    """
    A folder with an application, and the command line run in it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "shop"
        self.root.mkdir()
        (folder / "tmp").mkdir()
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LLMENTARY", "XDG", "CI"))
        } | {
            "HOME": str(folder),
            "LLMENTARY_HOME": str(folder / "home"),
            "LLMENTARY_INTERPRETER": sys.executable,
            "PYTHONPATH": str(SERVER),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TERM": "dumb",
        }

    def app(self, body: str, head: str = APP) -> None:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (self.root / "app.py").write_text(head + lines, encoding="utf-8")

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "llmentary_regression", *arguments],
            cwd=self.root,
            env=self.environ,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def suite(self, name: str = "faq") -> str:
        path = self.root / "llmtests" / f"{name}.llmtest"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


if sys.platform != "win32":
    from pseudo_terminal import Terminal

    class AppTerminal(Terminal):
        """
        An application in training, run in the shop.
        """

        def __init__(self, shop: Shop, *command: str, environ: Mapping[str, str] | None = None) -> None:
            train = (sys.executable, "-m", "llmentary_regression", "train", "--", sys.executable, "app.py")
            super().__init__(command or train, shop.root, {**shop.environ, **(environ or {})})

        def answer(self, *replies: str) -> None:
            """
            Reply to one prompt after another.
            """
            for reply in replies:
                self.wait_for(PROMPT)
                self.type(f"{reply}\n")

    class OpenTerminal(Protocol):
        """
        Opens a terminal in the shop, in which a command runs.
        """

        def __call__(self, *command: str) -> AppTerminal: ...

    @pytest.fixture
    def terminal(shop: Shop) -> Iterator[OpenTerminal]:
        """
        Return an opener of terminals in the shop.
        """
        made: list[AppTerminal] = []

        def make(*command: str) -> AppTerminal:
            made.append(AppTerminal(shop, *command))
            return made[-1]

        yield make
        for one in made:
            one.close()

    def test_an_application_keeps_its_keyboard_and_exit_code(shop: Shop, terminal: OpenTerminal) -> None:
        """
        It reads lines, is asked about in between, reads again, and its exit code is handed on.
        """
        shop.app(
            'first = input("first> ")\n'
            'print("got", first, "and", ask("How long?"))\n'
            'second = input("second> ")\n'
            'print("got", second)\n'
            "sys.exit(7)\n"
        )
        window = terminal()

        window.wait_for("first> ")
        window.type("one\n")
        window.answer("y")
        window.wait_for("saved as `how-long`")
        window.type("two\n")

        assert window.finish() == 7
        assert "got one and You have 30 days." in window.text
        assert "got two" in window.text
        assert "1 of 1 captured answers kept" in window.text
        assert shop.suite() == "=== how-long\n@callable app.py:ask\n\nHow long?\n"

    def test_a_line_editor_gets_its_terminal_back(shop: Shop, terminal: OpenTerminal) -> None:
        """
        Applications that read keys set modes of their own; the prompt is typed in ordinary ones.
        """
        shop.app('import readline\nask("How long?")\nprint("got", input("edit> "))\n')
        window = terminal()

        window.answer("n")
        window.type("ab\x7fc\n")

        assert window.finish() == 0
        assert "got ac" in window.text

    def test_ctrl_c_is_the_applications(shop: Shop, terminal: OpenTerminal) -> None:
        """
        It ends the application, and what waits is still asked about.
        """
        shop.app(
            "import signal\n"
            'ask("To Norway?")\n'
            'print("serving", flush=True)\n'
            "try:\n"
            "    signal.pause()\n"
            "except KeyboardInterrupt:\n"
            '    ask("How long?")\n'
            "    sys.exit(5)\n"
        )
        window = terminal()

        window.answer("y")
        window.wait_for("saved as `to-norway`")
        window.type("\x03")
        window.answer("y")

        assert window.finish() == 5
        assert "2 of 2 captured answers kept" in window.text

    def test_ctrl_c_at_the_prompt_ends_both(shop: Shop, terminal: OpenTerminal) -> None:
        """
        Nothing undecided is kept; the application hears of it as well.
        """
        shop.app(
            "import signal\n"
            'ask("How long?")\n'
            "try:\n"
            "    signal.pause()\n"
            "except KeyboardInterrupt:\n"
            "    sys.exit(6)\n"
        )
        window = terminal()

        window.wait_for(PROMPT)
        window.type("\x03")

        assert window.finish() == 6
        assert "1 not decided" in window.text
        assert shop.suite() == ""

    def test_ctrl_z_stops_and_goes_on(shop: Shop, terminal: OpenTerminal) -> None:
        """
        Both stop, as one job of the shell's, and go on together.
        """
        shop.app('print("got", input("name> "))\nask("How long?")\n')
        window = terminal()

        window.wait_for("name> ")
        window.type("\x1a")
        pid, status = os.waitpid(window.process.pid, os.WUNTRACED)
        assert (pid, os.WIFSTOPPED(status)) == (window.process.pid, True)
        os.kill(window.process.pid, signal.SIGCONT)
        window.type("Bob\n")
        window.answer("y")

        assert window.finish() == 0
        assert "got Bob" in window.text

    def test_the_approver_may_be_killed(shop: Shop, terminal: OpenTerminal) -> None:
        """
        The application goes on to its end.
        """
        shop.app(
            "import os, time\n"
            'ask("How long?")\n'
            "parent = os.getppid()\n"
            "while os.getppid() == parent:\n"
            "    time.sleep(0.01)\n"
            'ask("To Norway?")\n'
            'open("done", "w").write(ask("How long?"))\n'
        )
        window = terminal()

        window.wait_for(PROMPT)
        window.process.kill()
        window.process.wait()
        deadline = time.monotonic() + 90
        while not (shop.root / "done").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)

        assert shop.suite() == ""

    def test_what_an_application_said_before_it_was_killed_is_asked(
        shop: Shop, terminal: OpenTerminal
    ) -> None:
        """
        Its death takes nothing away that has arrived; the exit code is a shell's.
        """
        shop.app(
            'import os, time\nopen("pid", "w").write(str(os.getpid()))\nask("How long?")\ntime.sleep(60)\n'
        )
        window = terminal()

        window.wait_for("Save this Q&A?")
        os.kill(int((shop.root / "pid").read_text()), signal.SIGKILL)
        window.type("y\n")

        assert window.finish() == 137
        assert "=== how-long" in shop.suite()

    def test_from_an_empty_folder_to_the_first_regression(
        shop: Shop, terminal: OpenTerminal, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        Three lines in an application, one run of it, and from then on a changed answer is caught.
        """
        bot = (
            "import llmentary_regression as llmentary\n\n\n"
            "@llmentary.trainable\n"
            "def ask(question):\n"
            '    return "You may return it within {} days of delivery."\n\n\n'
            'if __name__ == "__main__":\n'
            '    print(ask(input("You: ")))\n'
        )
        began = os.times()
        (shop.root / "bot.py").write_text(bot.replace("{}", "30"))
        window = terminal(
            sys.executable, "-m", "llmentary_regression", "train", "--", sys.executable, "bot.py"
        )
        window.wait_for("You: ")
        window.type("How long may I return a jacket?\n")
        window.answer("y")
        assert window.finish() == 0
        passed = shop.run("test")
        (shop.root / "bot.py").write_text(bot.replace("{}", "14"))
        changed = shop.run("test")
        ended = os.times()
        # What the processors did, not how busy they were with something else.
        worked_s = ended.children_user + ended.children_system - began.children_user - began.children_system

        assert passed.returncode == 0, passed.stdout
        assert passed.stdout.startswith("1 passed")
        assert changed.returncode == 1
        assert "a number differs" in changed.stdout
        assert 0 < worked_s < 30
        with capsys.disabled():
            print(f"\nfrom an empty folder to the first regression caught: {worked_s:.1f} s of work")


def test_pipes_go_through(shop: Shop) -> None:
    """
    Without a terminal, `--approve all` keeps what the application answers; its output stays its own.
    """
    shop.app("for line in sys.stdin:\n    print(ask(line.strip()))\nsys.exit(3)\n")

    done = shop.run(
        *("train", "--approve", "all", "--", sys.executable, "app.py"), stdin="How long?\nTo Norway?\n"
    )

    assert done.returncode == 3
    assert done.stdout == "You have 30 days.\nYes, to Norway.\n"
    assert "2 of 2 captured answers kept" in done.stderr
    assert shop.run("test").stdout.startswith("2 passed")


def test_nobody_to_ask_is_said_before_anything_runs(shop: Shop) -> None:
    """
    No application is started whose answers would be lost.
    """
    shop.app('open("ran", "w").close()\n')

    done = shop.run("train", "--", sys.executable, "app.py")

    assert done.returncode == 2
    assert "--approve all" in done.stderr
    assert not (shop.root / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--approve", "all", "--"], "a command is missing"),
        (["--approve", "all", "--", "no-such-command-at-all"], "cannot start `no-such-command-at-all`"),
        (["faq.llmtest", "--approve", "all", "--", "true"], "not both"),
        (["--approve", "all"], "`--approve all` is for"),
    ],
)
def test_commands_that_make_no_sense_are_refused(shop: Shop, arguments: list[str], said: str) -> None:
    """
    With what to write instead.
    """
    done = shop.run("train", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_an_interpreter_without_llmentary_says_so(shop: Shop) -> None:
    """
    Once, with what to do, and the application runs as ever.
    """
    shop.app(
        "",
        head='import subprocess, sys\nsubprocess.run([sys.executable, "-c", "0"])\nprint("ran")\n',
    )
    bare = shop.root / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    python = next(path for path in (bare / "bin/python", bare / "Scripts/python.exe") if path.exists())
    launcher = (
        f"import sys; sys.path.insert(0, {str(SERVER)!r}); "
        "from llmentary_regression.cli.main import main; sys.exit(main())"
    )
    environ = {name: value for name, value in shop.environ.items() if name != "PYTHONPATH"}

    done = subprocess.run(
        [sys.executable, "-c", launcher, "train", "--approve", "all", "--", str(python), "app.py"],
        cwd=shop.root,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout == "ran\n"
    assert done.stderr.count("has no llmentary that it can import") == 1
    assert "nothing was captured" in done.stderr


def test_grandchildren_train_and_own_startup_files_run(shop: Shop) -> None:
    """
    Reloading servers and pools answer in processes of their own; a sitecustomize of the user's is not lost.
    """
    (shop.root / "site").mkdir()
    (shop.root / "site" / "sitecustomize.py").write_text('import os\nos.environ["OWN"] = "1"\n')
    shop.app(
        "import os, subprocess\n"
        'if "again" in sys.argv:\n'
        '    ask("To Norway?")\n'
        "else:\n"
        '    ask("How long?")\n'
        '    print("own", os.environ["OWN"])\n'
        '    subprocess.run([sys.executable, "app.py", "again"], check=True)\n'
    )
    shop.environ["PYTHONPATH"] += os.pathsep + str(shop.root / "site")

    done = shop.run("train", "--approve", "all", "--", sys.executable, "app.py")

    assert "own 1" in done.stdout
    assert shop.suite().count("===") == 2


def test_the_editor_decides_where_there_is_no_terminal(shop: Shop) -> None:
    """
    A running language server gets the captures, and the command says that it left them to it.
    """
    arrived: list[Message] = []

    def serve(line: Any) -> None:
        while True:
            message = decode(line.receive())
            arrived.append(message)
            if message.kind == "capture":
                line.send(encode(Message("decided", message.number)))

    listener = CaptureListener(serve)
    try:
        announce(shop.root, listener.address, listener.secret, shop.environ)
        shop.app('print(ask("How long?"))\n')

        done = shop.run("train", "--", sys.executable, "app.py")
        alone = subprocess.run(
            [
                sys.executable,
                "-c",
                "import app, llmentary\nwith llmentary.training_mode(): app.ask('To Norway?')",
            ],
            cwd=shop.root,
            env=shop.environ,
            input="",
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    finally:
        listener.close()

    assert done.returncode == 0, done.stderr
    assert alone.returncode == 0, alone.stderr
    questions = [message.capture.question for message in arrived if message.capture is not None]
    assert questions == ["How long?", "To Norway?"]
    assert shop.suite() == ""


def test_no_answer_reaches_the_disk(shop: Shop) -> None:
    """
    Only questions do, wherever llmentary writes.
    """
    shop.app('ask("How long?")\n', head=APP.replace("30 days", "xylophone"))

    shop.run("train", "--approve", "all", "--", sys.executable, "app.py")

    folder = shop.root.parent
    found = [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and b"xylophone" in path.read_bytes() and path.name != "app.py"
    ]
    assert "How long?" in shop.suite()
    assert found == []
    assert json.loads((next((shop.root / ".llmentary").rglob("baselines/**/*.json"))).read_text())
