"""
The SARIF report has what the format asks for, and what code scanning needs to keep alerts apart.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest

from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.sarif import render_sarif
from report_makers import MakeDocument, MakeResult, MakeRun

SCHEMAS = Path(__file__).resolve().parents[2] / "node_modules/@microsoft/jest-sarif/lib/schemas"


@pytest.mark.parametrize("answers", [False, True])
@pytest.mark.parametrize("folder", ["", "my shop"])
def test_the_published_schema_is_kept_to(
    answers: bool, folder: str, full_document: MakeDocument, make_run: MakeRun
) -> None:
    """
    That of SARIF 2.1.0, as a package of Node's ships it; an empty run keeps to it as well.
    """
    path = next(SCHEMAS.glob("sarif-2.1.0*.json"), None)
    assert path is not None, "the schema comes with Node's packages; `make setup` installs them"
    schema = json.loads(path.read_text(encoding="utf-8"))

    for document in (full_document(answers=answers, folder=folder), report_document(make_run())):
        log = json.loads(render_sarif(document))
        assert [error.message for error in jsonschema.Draft4Validator(schema).iter_errors(log)] == []
        log["runs"][0]["tool"]["driver"].pop("name")
        assert not jsonschema.Draft4Validator(schema).is_valid(log)


def test_results_are_whole(full_document: MakeDocument) -> None:
    """
    Each result names a declared rule, a level, a text and a place with a valid relative URI.
    """
    log = json.loads(render_sarif(full_document(answers=True, folder="my shop")))

    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == 6
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri == "my%20shop/faq/shop.llmtest"
        assert not urlsplit(uri).scheme
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] >= 1


def test_passed_and_skipped_cases_raise_no_alert(full_document: MakeDocument) -> None:
    """
    Code scanning shows every result as an alert.
    """
    log = json.loads(render_sarif(full_document()))

    levels = [one["level"] for one in log["runs"][0]["results"]]
    assert levels == ["error", "error", "error", "error", "warning", "note"]


def test_an_alert_stays_the_same_while_lines_move(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    The fingerprint follows the case, not its line.
    """

    def fingerprint(line: int) -> object:
        document = report_document(make_run(make_result(line=line)))
        document["cases"][0]["key"] = "5b1f0c2e9a774d10"
        return json.loads(render_sarif(document))["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint(3) == fingerprint(30)
