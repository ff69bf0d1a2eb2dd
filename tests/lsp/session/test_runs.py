"""
Tests of `lsp/session/_runs.py`, `lsp/requests/run.py` and `lsp/session/_progress.py`.
"""

import asyncio

from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.services.history import from_document
from llmentary_regression.storage.history import HistoryStore
from lsp_editor import MakeEditor


async def test_a_request_gives_back_every_result(editor: MakeEditor) -> None:
    """
    `llmentary/run` answers with a summary and one entry a case.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\nClosed?\n")

    result = await one.request("llmentary/run", {"uri": uri})

    assert result["summary"] == {"new": 1, "error": 1}
    assert sorted((case["label"], case["verdict"], case["reason"]) for case in result["cases"]) == [
        ("Closed?", "error", "raised"),
        ("Open?", "new", "no-baseline"),
    ]


async def test_a_request_without_a_suite_runs_all(editor: MakeEditor) -> None:
    """
    Suites that are not open are run as well.
    """
    one = editor({"x/b.llmtest": "Closed?\n"}, {"Open?": "Yes.", "Closed?": "No."})
    await one.start()
    one.open("a.llmtest", "Open?\n")

    result = await one.request("llmentary/run", {})

    assert sorted(case["uri"] for case in result["cases"]) == [one.uri("a.llmtest"), one.uri("x/b.llmtest")]
    await one.until(lambda: one.codes(one.uri("x/b.llmtest")) == ["new/no-baseline"])


async def test_cancelling_the_request_stops_the_work(editor: MakeEditor) -> None:
    """
    `$/cancelRequest` ends the questions themselves, not only the waiting for them.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    number, response = one.post("llmentary/run", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    one.notify("$/cancelRequest", {"id": number})

    assert (await response)["error"]["code"] == -32800
    await one.until(lambda: one.pool.stopped == 1)
    assert await one.state(uri) == "not run"


async def test_cancelling_the_progress_stops_the_work(editor: MakeEditor) -> None:
    """
    A run that a command has started is cancelled where the client shows its progress.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.sent("$/progress") != [] and one.pool.asked != [])

    one.notify("window/workDoneProgress/cancel", {"token": one.sent("$/progress")[0]["token"]})

    await one.until(lambda: one.pool.stopped == 1)
    await one.until(lambda: one.sent("$/progress")[-1]["value"]["kind"] == "end")


async def test_progress_begins_and_ends_once(editor: MakeEditor) -> None:
    """
    Even a run that is over at once leaves no progress standing.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")

    await one.run(uri)
    await one.until(lambda: [p["value"]["kind"] for p in one.sent("$/progress")][-1:] == ["end"])

    kinds = [params["value"]["kind"] for params in one.sent("$/progress")]
    assert (kinds.count("begin"), kinds.count("end")) == (1, 1)


async def test_a_second_run_joins_the_first(editor: MakeEditor) -> None:
    """
    A case that is being asked is not asked twice; both runs get its answer.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    _, response = one.post("llmentary/run", {"uri": uri})
    await asyncio.sleep(0)
    one.pool.gate.set()

    assert (await response)["result"]["summary"] == {"new": 1}
    assert one.pool.asked == ["Open?"]


async def test_a_run_after_new_code_takes_over(editor: MakeEditor) -> None:
    """
    When the user's code changed meanwhile, the case is asked again and the older answer dropped.
    """
    one = editor({"llmentary.toml": "callable = 'bot:ask'\nrun = 'manual'\n"}, {"Open?": "Old."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    one.write_file("bot.py", "x = 1\n")
    one.changed_on_disk("bot.py")
    one.pool.answers["Open?"] = "New."
    _, response = one.post("llmentary/run", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?", "Open?"])
    one.pool.gate.set()

    assert (await response)["result"]["summary"] == {"new": 1}
    assert "New." in await one.hover(uri, 0)
    assert one.pool.stopped == 1


async def test_only_focused_cases_are_asked(editor: MakeEditor) -> None:
    """
    `@only` narrows a run of the whole file, but not one of a case that was asked for.
    """
    one = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await one.start()
    uri = one.open("a.llmtest", "=== a\n@only\n\nOpen?\n\n=== b\n\nClosed?\n")

    cases = await one.run(uri)

    assert [case["label"] for case in cases] == ["a"]


async def test_many_results_leave_the_server_responsive(editor: MakeEditor) -> None:
    """
    While 3,000 answers are judged, another request is answered in between.
    """
    questions = [f"Question number {n}?" for n in range(3_000)]
    one = editor(answers=dict.fromkeys(questions, "Yes."))
    one.pool.batch = 50
    await one.start()
    uri = one.open("a.llmtest", "\n".join(questions) + "\n")

    def is_read() -> bool:
        state = one.server.suites.get(one.root / "a.llmtest")
        return uri in one.diagnostics or (state is not None and state.is_current)

    await one.until(is_read)

    _, run = one.post("llmentary/run", {"uri": uri})
    await one.until(lambda: len(one.pool.asked) >= 50)
    _, hover = one.post(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 2999, "character": 0}}
    )
    await hover

    assert not run.done()
    assert (await run)["result"]["summary"] == {"new": 3_000}


async def test_a_broken_baseline_file_is_told_once(editor: MakeEditor) -> None:
    """
    A damaged file becomes a clear verdict, not a crash, and stays untouched.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.approve_all(uri)
    one.write_file(".llmentary/baselines/a.llmtest/a.00000000.json", "<<<<<<< HEAD\n")

    cases = await one.run(uri)

    assert [case["verdict"] for case in cases] == ["error"]
    assert (one.root / ".llmentary/baselines/a.llmtest/a.00000000.json").read_text() == "<<<<<<< HEAD\n"


async def test_a_missing_key_is_an_error_of_the_request(editor: MakeEditor) -> None:
    """
    Without the key nothing is asked; the client and the user are told why, once.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.approve_all(uri)
    key = one.root / ".llmentary/key"
    key.write_text("no key at all")

    first = await one.respond("llmentary/run", {"uri": uri})
    second = await one.respond("llmentary/run", {"uri": uri})

    assert "key" in first["error"]["message"] and first["error"] == second["error"]
    assert len([message for message in one.shown() if "key" in message]) == 1


async def test_a_run_cancelled_before_its_first_step_leaves_nothing(editor: MakeEditor) -> None:
    """
    However early the user changes their mind, the case does not stay "running".
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.lenses(uri)
    number, response = one.post("llmentary/run", {"uri": uri})
    await asyncio.sleep(0)

    one.notify("$/cancelRequest", {"id": number})
    await response
    await one.server.runs.cancel_all()

    assert one.server.runs.cases_in_flight == 0
    assert await one.state(uri) == "not run"


async def test_a_run_is_remembered(editor: MakeEditor) -> None:
    """
    What the editor asked stands in the project's history, as what the command line asked.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    (one.root / ".llmentary").mkdir()

    (case,) = await one.run(uri)

    store = HistoryStore(one.root)
    await one.until(lambda: list(store.read()) != [])
    (run,) = map(from_document, store.read())
    assert run is not None
    record = run.cases[CaseId("a.llmtest", case["key"])]
    assert (record.verdict, record.reason) == (VerdictKind.NEW, "no-baseline")
