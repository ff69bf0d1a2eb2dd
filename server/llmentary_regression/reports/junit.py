"""
The JUnit report, as Jenkins' and GitLab's readers accept it.

A case that fails is a failure, one without an answer an error; `new` and `skipped` ones are skipped.
"""

from __future__ import annotations

from xml.etree import ElementTree

from llmentary_regression.core.safe_text import printable
from llmentary_regression.reports.attention import label_of
from llmentary_regression.reports.document import Document


def render_junit(document: Document) -> str:
    """
    Return the report as JUnit XML: a `testsuite` for each suite, a `testcase` for each case.
    """
    groups: dict[str, list[Document]] = {}
    for case in document["cases"]:
        groups.setdefault(case["suite"], []).append(case)
    broken: dict[str, list[Document]] = {}
    for problem in document["problems"]:
        if problem["severity"] == "error":
            broken.setdefault(problem["path"], []).append(problem)
            groups.setdefault(problem["path"], [])
    root = ElementTree.Element("testsuites", name="llmentary")
    totals = [0, 0, 0]
    for suite, cases in groups.items():
        element = _suite(root, suite, cases, broken.get(suite, []))
        for place, count in enumerate(("tests", "failures", "errors")):
            totals[place] += int(element.get(count, "0"))
    for count, total in zip(("tests", "failures", "errors"), totals, strict=True):
        root.set(count, str(total))
    root.set("time", _seconds(document["elapsed_s"]))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(
    root: ElementTree.Element, suite: str, cases: list[Document], problems: list[Document]
) -> ElementTree.Element:
    element = ElementTree.SubElement(root, "testsuite", name=_text(suite), file=_text(suite))
    for problem in problems:
        place = f"line {problem['line']}" if problem["line"] is not None else "the settings"
        child = _test(element, suite, f"{problem['code']}, {place}", 0.0)
        _outcome(child, "error", problem["code"], problem["message"], problem["message"])
    for case in cases:
        child = _test(element, suite, label_of(case), case["elapsed_s"])
        said = f"{case['verdict']}: {case['message']}"
        if case["verdict"] == "error":
            _outcome(child, "error", case["reason"], case["message"], _details(case))
        elif case["fails"]:
            _outcome(child, "failure", f"{case['verdict']}/{case['reason']}", said, _details(case))
        elif case["verdict"] in ("skipped", "new"):
            _outcome(child, "skipped", case["verdict"], case["message"], "")
        elif case["verdict"] != "passed":
            ElementTree.SubElement(child, "system-out").text = _text(said)
    element.set("tests", str(len(cases) + len(problems)))
    element.set("failures", str(len(element.findall("testcase/failure"))))
    element.set("errors", str(len(element.findall("testcase/error"))))
    element.set("skipped", str(len(element.findall("testcase/skipped"))))
    element.set("time", _seconds(sum(case["elapsed_s"] for case in cases)))
    return element


def _test(parent: ElementTree.Element, suite: str, name: str, elapsed_s: float) -> ElementTree.Element:
    return ElementTree.SubElement(
        parent, "testcase", classname=_text(suite), name=_text(name), time=_seconds(elapsed_s)
    )


def _outcome(parent: ElementTree.Element, tag: str, kind: str, message: str, text: str) -> None:
    child = ElementTree.SubElement(parent, tag, type=_text(kind), message=_text(message))
    if text:
        child.text = _text(text)


def _details(case: Document) -> str:
    """
    Return what readers of a build server want to know about a case that fails.
    """
    lines = [f"{case['suite']}:{case['line']}", case["message"], "", f"question: {case['question']}"]
    if case["score"] is not None:
        lines.append(f"score: {case['score']}")
    if case["facts"]:
        lines.append(f"differs: {', '.join(case['facts'])}")
    model, approved = case["model"], case["approved_model"]
    if model:
        before = f" (approved with {approved})" if approved and approved != model else ""
        lines.append(f"model: {model}{before}")
    failure = case.get("failure") or {}
    lines += [f"{one['path']}:{one['line']} in {one['function']}" for one in failure.get("frames", ())]
    if failure.get("message"):
        lines.append(failure["message"])
    if case.get("answer") is not None:
        lines += ["", f"answer: {case['answer']}"]
    return "\n".join(lines)


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _text(value: object) -> str:
    """
    Return a text that XML can contain: control characters are not allowed there, not even escaped.
    """
    return printable(str(value)).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
