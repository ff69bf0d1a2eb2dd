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
    `llmentary/run` returns a summary and one entry for each case.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\nClosed?\n")

    result = await client.request("llmentary/run", {"uri": uri})

    assert result["summary"] == {"new": 1, "error": 1}
    assert sorted((case["label"], case["verdict"], case["reason"]) for case in result["cases"]) == [
        ("Closed?", "error", "raised"),
        ("Open?", "new", "no-baseline"),
    ]


async def test_a_request_without_a_suite_runs_all(editor: MakeEditor) -> None:
    """
    Suites that are not open are run as well.
    """
    client = editor({"x/b.llmtest": "Closed?\n"}, {"Open?": "Yes.", "Closed?": "No."})
    await client.start()
    client.open("a.llmtest", "Open?\n")

    result = await client.request("llmentary/run", {})

    assert sorted(case["uri"] for case in result["cases"]) == [
        client.uri("a.llmtest"),
        client.uri("x/b.llmtest"),
    ]
    await client.until(lambda: client.codes(client.uri("x/b.llmtest")) == ["new/no-baseline"])


async def test_cancelling_the_request_stops_the_work(editor: MakeEditor) -> None:
    """
    `$/cancelRequest` stops the questions, and not only the wait for them.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    number, response = client.post("llmentary/run", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    client.notify("$/cancelRequest", {"id": number})

    assert (await response)["error"]["code"] == -32800
    await client.until(lambda: client.pool.stopped == 1)
    assert await client.state(uri) == "not run"


async def test_cancelling_the_progress_stops_the_work(editor: MakeEditor) -> None:
    """
    A run that a command has started is cancelled by its progress in the client.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.sent("$/progress") != [] and client.pool.asked != [])

    client.notify("window/workDoneProgress/cancel", {"token": client.sent("$/progress")[0]["token"]})

    await client.until(lambda: client.pool.stopped == 1)
    await client.until(lambda: client.sent("$/progress")[-1]["value"]["kind"] == "end")


async def test_progress_begins_and_ends_once(editor: MakeEditor) -> None:
    """
    Even a run that is over at once leaves no progress open.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")

    await client.run(uri)
    await client.until(lambda: [p["value"]["kind"] for p in client.sent("$/progress")][-1:] == ["end"])

    kinds = [params["value"]["kind"] for params in client.sent("$/progress")]
    assert (kinds.count("begin"), kinds.count("end")) == (1, 1)


async def test_a_second_run_joins_the_first(editor: MakeEditor) -> None:
    """
    A case that is being asked is not asked twice; both runs get its answer.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    _, response = client.post("llmentary/run", {"uri": uri})
    await asyncio.sleep(0)
    client.pool.gate.set()

    assert (await response)["result"]["summary"] == {"new": 1}
    assert client.pool.asked == ["Open?"]


async def test_a_run_after_new_code_takes_over(editor: MakeEditor) -> None:
    """
    When the user's code has changed in the meantime, the case is asked again and the older answer dropped.
    """
    client = editor({"llmentary.toml": "callable = 'bot:ask'\nrun = 'manual'\n"}, {"Open?": "Old."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    client.write_file("bot.py", "x = 1\n")
    client.changed_on_disk("bot.py")
    client.pool.answers["Open?"] = "New."
    _, response = client.post("llmentary/run", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?", "Open?"])
    client.pool.gate.set()

    assert (await response)["result"]["summary"] == {"new": 1}
    assert "New." in await client.hover(uri, 0)
    assert client.pool.stopped == 1


async def test_only_focused_cases_are_asked(editor: MakeEditor) -> None:
    """
    `@only` limits a run of the whole file, but not a run of named cases.
    """
    client = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await client.start()
    uri = client.open("a.llmtest", "=== a\n@only\n\nOpen?\n\n=== b\n\nClosed?\n")

    cases = await client.run(uri)

    assert [case["label"] for case in cases] == ["a"]


async def test_many_results_leave_the_server_responsive(editor: MakeEditor) -> None:
    """
    While 3,000 answers are judged, another request is answered in between.
    """
    questions = [f"Question number {n}?" for n in range(3_000)]
    client = editor(answers=dict.fromkeys(questions, "Yes."))
    client.pool.batch = 50
    await client.start()
    uri = client.open("a.llmtest", "\n".join(questions) + "\n")

    def is_read() -> bool:
        state = client.server.suites.get(client.root / "a.llmtest")
        return uri in client.diagnostics or (state is not None and state.is_current)

    await client.until(is_read)

    _, run = client.post("llmentary/run", {"uri": uri})
    await client.until(lambda: len(client.pool.asked) >= 50)
    _, hover = client.post(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 2999, "character": 0}}
    )
    await hover

    assert not run.done()
    assert (await run)["result"]["summary"] == {"new": 3_000}


async def test_a_broken_baseline_file_is_told_once(editor: MakeEditor) -> None:
    """
    A damaged file becomes a clear verdict, not a crash, and stays untouched.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.approve_all(uri)
    (path,) = (client.root / ".llmentary/baselines/a.llmtest").iterdir()
    path.write_text("<<<<<<< HEAD\n")

    cases = await client.run(uri)

    assert [case["verdict"] for case in cases] == ["error"]
    assert path.read_text() == "<<<<<<< HEAD\n"


async def test_a_missing_key_is_an_error_of_the_request(editor: MakeEditor) -> None:
    """
    Without the key nothing is asked; the client and the user are told why, once.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.approve_all(uri)
    key = client.root / ".llmentary/key"
    key.write_text("no key at all")

    first = await client.respond("llmentary/run", {"uri": uri})
    second = await client.respond("llmentary/run", {"uri": uri})

    assert "key" in first["error"]["message"] and first["error"] == second["error"]
    assert len([message for message in client.shown() if "key" in message]) == 1


async def test_a_run_cancelled_before_its_first_step_leaves_nothing(editor: MakeEditor) -> None:
    """
    However early the user changes their mind, the case does not stay "running".
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.lenses(uri)
    number, response = client.post("llmentary/run", {"uri": uri})
    await asyncio.sleep(0)

    client.notify("$/cancelRequest", {"id": number})
    await response
    await client.server.runs.cancel_all()

    assert client.server.runs.cases_in_flight == 0
    assert await client.state(uri) == "not run"


async def test_a_run_is_remembered(editor: MakeEditor) -> None:
    """
    Runs of the editor are in the project's history, as those of the command line.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    (client.root / ".llmentary").mkdir()

    (case,) = await client.run(uri)

    store = HistoryStore(client.root)
    await client.until(lambda: list(store.read()) != [])
    (run,) = map(from_document, store.read())
    assert run is not None
    record = run.cases[CaseId("a.llmtest", case["key"])]
    assert (record.verdict, record.reason) == (VerdictKind.NEW, "no-baseline")
