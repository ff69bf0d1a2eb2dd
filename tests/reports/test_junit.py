"""
The JUnit report is what Jenkins' xunit plugin and GitLab take.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from llmentary_regression.reports.junit import render_junit
from report_makers import MakeDocument

# The rules of the plugin's `junit-10.xsd`, by element: attributes (with ! where needed) and children.
ELEMENTS: dict[str, tuple[str, str]] = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": (
        "name! tests! failures! errors! group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "testcase": ("name! time classname group", "skipped error failure system-out system-err"),
    "failure": ("type message", ""),
    "error": ("type message", ""),
    "skipped": ("type message", ""),
    "system-out": ("", ""),
    "system-err": ("", ""),
}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def check(element: ElementTree.Element) -> None:
    """
    Hold an element and all within against the schema's rules.
    """
    attributes, children = ELEMENTS[element.tag]
    known = {name.rstrip("!") for name in attributes.split()}
    needed = {name[:-1] for name in attributes.split() if name.endswith("!")}
    assert needed <= set(element.attrib) <= known, element.attrib
    if element.tag.startswith("testsuite") and element.get("time") is not None:
        assert TIME.fullmatch(element.attrib["time"])
    for child in element:
        assert child.tag in children.split()
        check(child)


def test_it_keeps_to_the_schema(full_document: MakeDocument) -> None:
    """
    Every element and attribute is one that readers know, whatever the suite's texts are.
    """
    root = ElementTree.fromstring(render_junit(full_document(answers=True)))

    assert root.tag == "testsuites"
    check(root)


def test_counts_say_what_is_inside(full_document: MakeDocument) -> None:
    """
    Problems of a suite are errors of their own; `new` that does not fail is skipped, not passed.
    """
    root = ElementTree.fromstring(render_junit(full_document()))
    (suite,) = root

    assert dict(suite.attrib) | {"time": ""} == {
        "name": "faq/shop.llmtest",
        "file": "faq/shop.llmtest",
        "tests": "8",
        "failures": "2",
        "errors": "2",
        "skipped": "2",
        "time": "",
    }
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "2", "2")
    assert [len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")] == [2, 2, 2]


def test_a_failure_says_where_and_why(full_document: MakeDocument) -> None:
    """
    The build server's page is enough to know which case changed, where it stands, and what differs.
    """
    root = ElementTree.fromstring(render_junit(full_document()))
    failure = root.find("testsuite/testcase/failure")

    assert failure is not None
    assert failure.get("type") == "changed/number-differs"
    assert failure.get("message") == "changed: a number differs"
    assert "faq/shop.llmtest:3" in (failure.text or "")
    assert "model: m-2 (approved with m-1)" in (failure.text or "")


def test_a_unsure_answer_passes_and_says_so(full_document: MakeDocument) -> None:
    """
    Outside strict it is no failure, but it can be seen.
    """
    root = ElementTree.fromstring(render_junit(full_document()))

    (said,) = [one.text for one in root.iter("system-out")]
    assert said is not None
    assert said.startswith("unsure: ")
