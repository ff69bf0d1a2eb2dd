"""
Callables that cannot be had: each case says why, in the developer's own lines.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmentary_regression.core.model import FailureKind, Frame
from llmentary_regression.execution.pool import Pool
from pool_fixtures import AskForAnswer, AskForFailure, AskPool, MakePool, WriteSources, answered, failed


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nobot:ask", "there is no module `nobot` in"),
        ("bot.sub:ask", "there is no module `bot.sub` in"),
        ("missing.py:ask", "there is no file"),
        ("bot:aks", "`bot` has no `aks`; did you mean `ask`?"),
        ("bot:helper.asks", "`bot.helper` has no `asks`; did you mean `ask`?"),
        ("bot:name", "`bot:name` is not callable; it is a `str`"),
        ("bot:Bot", "is a class; make an instance"),
        ("bot:Bot.ask", "is a method of the class `Bot`"),
        ("bot", "`bot` names no callable; write it as `module:function`"),
        ("bot:", "names no callable"),
        ("needs:ask", f"it needs the module `not_installed`, which {sys.executable} does not have"),
        ("broken:ask", "SyntaxError in broken.py, line 2"),
        ("raises:ask", "cannot import `raises:ask`: RuntimeError: no key"),
        ("leaves:ask", "the module called sys.exit(3) when imported"),
        ("raises.py:ask", "cannot import `raises.py:ask`: RuntimeError: no key"),
        ("needs.py:ask", "it needs the module `not_installed`"),
    ],
)
async def test_reason_is_said(target: str, words: str, write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    Every question of such a callable fails with the reason and the next step.
    """
    write(
        bot="""
        name = "bot"

        def ask(question): return question

        class Bot:
            def ask(self, question): return question

        helper = Bot()
        """,
        needs="import not_installed",
        broken="x = 1\ndef ask(question:\n    pass",
        raises="raise RuntimeError('no key')",
        leaves="import sys; sys.exit(3)",
    )

    outcomes = await ask(pool, target, ["a", "b", "c"])

    failures = [failed(asked) for asked in outcomes.values()]
    assert {failure.kind for failure in failures} == {FailureKind.NOT_IMPORTABLE}
    assert words in failures[0].message


async def test_syntax_error_shows_its_line(
    write: WriteSources, pool: Pool, failure_of: AskForFailure, root: Path
) -> None:
    """
    The frame of a syntax error is the broken line, also in a module that the callable's module imports.
    """
    write(bot="import broken", broken="ok = 1\nx = = 2")

    failure = await failure_of(pool, "bot:ask")

    assert failure.frames == (
        Frame(str(root / "bot.py"), 1, "<module>", "import broken"),
        Frame(str(root / "broken.py"), 2, "<module>", "x = = 2"),
    )


async def test_output_of_a_failing_import_is_kept(
    write: WriteSources, pool: Pool, failure_of: AskForFailure
) -> None:
    """
    What the module printed before it failed comes with the failure.
    """
    write(bot="print('connecting')\nraise OSError('no network')")

    assert (await failure_of(pool, "bot:ask")).output == "connecting"


async def test_import_that_ends_the_process_is_told(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    os._exit while importing fails that callable's cases and no others.
    """
    write(bot="import os\nos._exit(5)", fine="def ask(question): return question")

    outcomes = await ask(pool, "bot:ask", ["a", "b"])
    fine = await ask(pool, "fine:ask")

    assert failed(outcomes[1]).kind is FailureKind.EXITED
    assert "importing `bot:ask` ended the process (exit code 5)" in failed(outcomes[1]).message
    assert answered(fine[0]).text == "hi"


async def test_import_that_hangs_is_given_up(write: WriteSources, make_pool: MakePool, ask: AskPool) -> None:
    """
    Importing has its own limit, and the process that hangs in it is ended.
    """
    write(bot="print('waiting')\nimport threading\nthreading.Event().wait()")
    pool = make_pool(load_timeout_s=0.3)

    outcomes = await ask(pool, "bot:ask", ["a", "b"])

    assert failed(outcomes[0]).kind is FailureKind.TIMED_OUT
    assert "importing `bot:ask` took longer than 0.3 s" in failed(outcomes[0]).message
    assert failed(outcomes[0]).output == "waiting"


async def test_slow_import_is_not_held_against_the_answer(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    The time limit of a case begins when it is asked, not when its module is imported.
    """
    write(bot="import time\ntime.sleep(2.5)\ndef ask(question): return question")

    assert (await answer_of(pool, "bot:ask", timeout_s=2.0)).text == "hi"


async def test_one_bad_callable_leaves_the_others_alone(write: WriteSources, pool: Pool) -> None:
    """
    In one run, the cases of a good callable are answered next to those of a bad one.
    """
    from llmentary_regression.core.model import Answer, Role, Turn
    from llmentary_regression.execution.requests import Ask

    write(bad="raise ValueError('x')", good="def ask(question): return question")
    asks = [Ask(n, ["bad:ask", "good:ask"][n % 2], (Turn(Role.USER, "hi"),)) for n in range(40)]

    outcomes = {asked.number: asked.outcome async for batch in pool.ask(asks) for asked in batch}

    assert {n for n, outcome in outcomes.items() if isinstance(outcome, Answer)} == set(range(1, 40, 2))


async def test_fixed_module_is_imported_again(write: WriteSources, pool: Pool, ask: AskPool) -> None:
    """
    After a failed import the next run tries again in a fresh process.
    """
    write(bot="def ask(question) return 1")
    broken = await ask(pool, "bot:ask")
    write(bot="def ask(question): return 'fixed'")

    fixed = await ask(pool, "bot:ask")

    assert failed(broken[0]).kind is FailureKind.NOT_IMPORTABLE
    assert answered(fixed[0]).text == "fixed"


async def test_file_inside_a_package_may_import_its_neighbours(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    A path into a package is imported as a part of it, with relative imports working.
    """
    package = {"src/shop/__init__": "", "src/shop/prices": "euro = 5"}
    package["src/shop/bot"] = (
        "from .prices import euro\ndef ask(question): return f'{euro} euro from {__name__}'"
    )
    write(**package)

    answer = await answer_of(pool, "src/shop/bot.py:ask")

    assert answer.text == "5 euro from shop.bot"


async def test_file_named_like_a_standard_module_is_the_developers(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    A path names that very file, even where a module of its name is loaded already.
    """
    write(**{"bots/json": "def ask(question): return 'my json'"})

    assert (await answer_of(pool, "bots/json.py:ask")).text == "my json"


async def test_neighbour_of_a_file_is_importable(
    write: WriteSources, pool: Pool, answer_of: AskForAnswer
) -> None:
    """
    The folder of a file outside of any package is on sys.path, as when it is run as a script.
    """
    write(**{"bots/one": "import two\ndef ask(question): return two.text", "bots/two": "text = 'from two'"})

    assert (await answer_of(pool, "bots/one.py:ask")).text == "from two"
