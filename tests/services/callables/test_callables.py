"""
The likeliest callable is found by reading, and nothing is imported for it.
"""

from __future__ import annotations

from pathlib import Path

from llmentary_regression.services.callables import find_callables


def _targets(root: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [found.target for found in find_callables(root)]


def test_name_and_parameter_point_to_it(tmp_path: Path) -> None:
    """
    Of several functions the one called `ask` with a question comes first.
    """
    files = {
        "shop/bot.py": (
            "def load(path): ...\ndef reply(message): ...\nasync def ask(question, model=None): ...\n"
        ),
        "tool.py": "def main(argv): ...\ndef summarise(text): ...\n",
    }

    assert _targets(tmp_path, files) == ["shop.bot:ask", "shop.bot:reply"]


def test_trainable_marks_it(tmp_path: Path) -> None:
    """
    A function that the developer decorated wins over a better name.
    """
    files = {
        "a.py": "def ask(question): ...\n",
        "b.py": "import llmentary_regression as llmentary\n@llmentary.trainable(suite='x')\ndef consult(what): ...\n",
    }

    assert _targets(tmp_path, files) == ["b:consult", "a:ask"]


def test_functions_that_need_more_than_a_question_are_left_out(tmp_path: Path) -> None:
    """
    What llmentary fills in may be required, anything else not.
    """
    files = {
        "a.py": (
            "def ask(question, model, *, tags): ...\n"
            "def answer(question, database): ...\n"
            "def chat(messages, *, client): ...\n"
            "def _reply(prompt): ...\n"
            "class Bot:\n    def respond(self, prompt): ...\n"
        )
    }

    assert _targets(tmp_path, files) == ["a:ask"]


def test_nothing_is_imported_and_broken_files_are_passed_over(tmp_path: Path) -> None:
    """
    Neither a syntax error, a null byte nor a file that would raise on import gets in the way.
    """
    files = {
        "broken.py": "def ask(question:\n",
        "null.py": "def ask(question): ...\0",
        "raising.py": "raise SystemExit(3)\ndef ask(question): ...\n",
    }

    assert _targets(tmp_path, files) == ["raising:ask"]


def test_environments_and_hidden_folders_are_not_read(tmp_path: Path) -> None:
    """
    Libraries hold many functions called `ask`; none is the developer's.
    """
    files = {
        "env/pyvenv.cfg": "",
        "env/lib/openai.py": "def ask(question): ...\n",
        ".cache/x.py": "def ask(question): ...\n",
        "node_modules/y.py": "def ask(question): ...\n",
    }

    assert _targets(tmp_path, files) == []


def test_tests_come_last(tmp_path: Path) -> None:
    """
    A helper in the tests is a poorer guess than anything in the program.
    """
    files = {"tests/fake.py": "def ask(question): ...\n", "app.py": "def reply(query): ...\n"}

    assert _targets(tmp_path, files) == ["app:reply", "tests.fake:ask"]


def test_files_without_a_dotted_name_are_named_by_path(tmp_path: Path) -> None:
    """
    `src/` is on nobody's path, and a dash is in no module's name.
    """
    files = {"my-bot.py": "def ask(question): ...\n", "src/shop/bot.py": "def ask(question): ...\n"}

    assert _targets(tmp_path, files) == ["my-bot.py:ask", "src/shop/bot.py:ask"]
