"""
The SARIF 2.1.0 report: what needs attention, as code scanning shows it.
"""

from __future__ import annotations

import json

from llmentary_regression.core.judging import REASONS
from llmentary_regression.core.safe_text import printable
from llmentary_regression.reports.attention import (
    cases_to_see,
    label_of,
    level_of,
    path_in_repository,
    problems_to_see,
    uri_of,
)
from llmentary_regression.reports.document import Document

_BASE = "SRCROOT"


def render_sarif(document: Document) -> str:
    """
    Return the report as a SARIF log with one run; passed and skipped cases are left out.
    """
    rules: dict[str, Document] = {}
    results = [_problem_result(document, problem, rules) for problem in problems_to_see(document)]
    results += [_case_result(document, case, rules) for case in cases_to_see(document)]
    tool = document.get("tool") or {"name": "llmentary", "version": "0"}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": tool["name"],
                        "version": tool["version"],
                        "rules": list(rules.values()),
                    }
                },
                "invocations": [
                    {"executionSuccessful": not document["interrupted"], "exitCode": document["exit_code"]}
                ],
                "originalUriBaseIds": {_BASE: {"description": {"text": "The repository's root."}}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(log, indent=1) + "\n"


def _case_result(document: Document, case: Document, rules: dict[str, Document]) -> Document:
    rule = f"{case['verdict']}/{case['reason']}"
    text = f"{case['verdict']}: {label_of(case)}: {printable(case['message'])}"
    if case.get("answer") is not None:
        text += f"\nAnswer: {printable(case['answer'])}"
    result = _result(rules, rule, REASONS.get(case["reason"], case["reason"]), level_of(case), text)
    result["locations"] = [_location(path_in_repository(document, case["suite"]), case["line"])]
    # Keeps an alert the same while lines move: the key depends on name or question, not on the line.
    result["partialFingerprints"] = {"llmentaryCase/v1": f"{case['suite']}:{case['key']}"}
    properties = {"score": case["score"], "model": case["model"], "tags": case["tags"]}
    result["properties"] = {name: value for name, value in properties.items() if value not in (None, [])}
    return result


def _problem_result(document: Document, problem: Document, rules: dict[str, Document]) -> Document:
    level = "error" if problem["severity"] == "error" else "warning"
    text = printable(problem["message"])
    result = _result(
        rules, problem["code"], "A problem in a suite; docs/problems.md explains its code", level, text
    )
    result["locations"] = [_location(path_in_repository(document, problem["path"]), problem["line"])]
    return result


def _result(rules: dict[str, Document], rule: str, about: str, level: str, text: str) -> Document:
    if rule not in rules:
        sentence = f"{about[0].upper()}{about[1:]}."
        rules[rule] = {"id": rule, "shortDescription": {"text": sentence}}
    return {
        "ruleId": rule,
        "ruleIndex": list(rules).index(rule),
        "level": level,
        "message": {"text": text},
    }


def _location(path: str, line: int | None) -> Document:
    place: Document = {"artifactLocation": {"uri": uri_of(path), "uriBaseId": _BASE}}
    if line is not None:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}
