"""
What holds for every kind of report: it is whole, holds no answer unless asked, and never a key.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from llmentary_regression.core.model import JsonValue
from llmentary_regression.reports.kinds import KINDS, render_report
from report_makers import MakeDocument, MakeRun

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"
POINT: dict[str, JsonValue] = {"at": "2026-11-22T10:00:00Z", "judged": 3, "unsure": 1, "changed": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_an_answer_is_in_a_file(kind: str, full_document: MakeDocument) -> None:
    """
    Neither an answer nor what quotes one is written without `--answers`.
    """
    text = render_report(kind, full_document())

    assert "zebra" not in text
    assert "14 days" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_in_a_file_when_asked_for(kind: str, full_document: MakeDocument) -> None:
    """
    With `--answers` the new answer can be read.
    """
    assert "zebra" in render_report(kind, full_document(answers=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answers", [False, True])
def test_what_looks_like_a_key_is_masked(kind: str, answers: bool, full_document: MakeDocument) -> None:
    """
    Not even `--answers` writes a key.
    """
    text = render_report(kind, full_document(answers=answers))

    assert "proj-a1B2" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts_end_no_report(kind: str, full_document: MakeDocument) -> None:
    """
    A lone surrogate, control characters and direction marks are written as something that can be read.
    """
    text = render_report(kind, full_document(answers=True))

    assert text.encode()
    assert text.endswith("\n")
    if kind != "json":  # JSON escapes what it has to by itself
        assert not {"\x1b", "\x00", "\u202e"} & set(text)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_run_is_a_report_too(kind: str, make_run: MakeRun) -> None:
    """
    A shard may have nothing to ask.
    """
    from llmentary_regression.reports.document import report_document

    assert render_report(kind, report_document(make_run()))


@pytest.mark.parametrize("answers", [False, True])
def test_the_json_report_keeps_to_its_schema(answers: bool, full_document: MakeDocument) -> None:
    """
    What is published in `docs/` is what is written.
    """
    document = full_document(
        answers=answers,
        folder="shop",
        trend_of=lambda _result: [
            {"at": "2026-11-22T10:00:00Z", "verdict": "passed", "score": 1.0, "elapsed_s": 0.5}
        ],
        runs=[{"at": "2026-11-22T10:00:00Z", "passed": 3}],
        drift={"all": [POINT], "tags": {"policy": [POINT]}, "models": {}},
    )
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(render_report("json", document)), schema)


def test_the_schema_names_every_field(full_document: MakeDocument) -> None:
    """
    A field that is added is published as well.
    """
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    document = full_document(answers=True, trend_of=lambda _: [], runs=[{"at": ""}], drift={})

    assert document.keys() <= schema["properties"].keys()
    for case in document["cases"]:
        assert case.keys() <= schema["$defs"]["case"]["properties"].keys()
    for problem in document["problems"]:
        assert problem.keys() == schema["$defs"]["problem"]["properties"].keys()


def test_a_diff_without_answers_tells_its_shape_alone(full_document: MakeDocument) -> None:
    """
    What was approved is blocks in any case; of the new answer words are counted.
    """
    changed = full_document()["cases"][1]

    assert [(one["kind"], one["words"], one.get("text")) for one in changed["diff"]] == [
        ("equal", 1, None),
        ("removed", 1, "▇number▇ "),
        ("added", 7, None),
    ]


@pytest.mark.parametrize("page", ["reports.md", "cli.md"])
def test_every_kind_is_documented(page: str) -> None:
    """
    On the page of reports and with the option that chooses one.
    """
    text = (SCHEMA.parent / page).read_text(encoding="utf-8")

    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
