"""
Choosing cases.
"""

from typing import Any

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene

FAQ = """\
# The shop's questions.
What is our refund policy?
Do you ship to Norway?

=== window  #policy #slow
How long do I have?

=== capital
@params
| country | city  |
| France  | Paris |
| Norway  | Oslo  |

What is the capital of {{country}}?
"""

SUITES = {"faq.llmtest": FAQ, "more/extra.llmtest": "Is it warm?\n"}


def labels(scene: MakeScene, *targets: str, **kwargs: Any) -> list[str]:
    made = scene(SUITES)
    selected = select_cases(made.open(), Selection(targets=targets, **kwargs), made.root)
    return [one.case.label for one in selected.cases]


def refusal(scene: MakeScene, *targets: str, **kwargs: Any) -> str:
    with pytest.raises(UsageError) as caught:
        labels(scene, *targets, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ((), 6),
        ((".",), 6),
        (("faq.llmtest",), 5),
        (("more",), 1),
        (("more", "faq.llmtest"), 6),
        (("faq.llmtest", "faq.llmtest::window"), 5),
        (("faq.llmtest::window",), 1),
        (("faq.llmtest::capital",), 2),
        (("faq.llmtest::capital[France, Paris]",), 1),
        (("faq.llmtest::Do you ship to Norway?",), 1),
        (("faq.llmtest:3",), 1),
        (("faq.llmtest:6",), 1),
        (("faq.llmtest:8",), 2),
        (("faq.llmtest:11",), 1),
        (("faq.llmtest:14",), 2),
    ],
)
def test_target_selects(scene: MakeScene, targets: tuple[str, ...], expected: int) -> None:
    """
    Each form of target gives the cases it names.
    """
    assert len(labels(scene, *targets)) == expected


def test_row_is_selected_by_its_values(scene: MakeScene) -> None:
    """
    One row of a table is one case.
    """
    assert labels(scene, "faq.llmtest::capital[Norway, Oslo]") == ["capital[Norway, Oslo]"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(("policy",), ["window"]), (("#policy",), ["window"]), (("policy", "not:slow"), None)],
)
def test_tags_select(scene: MakeScene, tags: tuple[str, ...], expected: list[str] | None) -> None:
    """
    Every wanted tag is needed, and none that is not wanted.
    """
    if expected is None:
        assert "none of 6 cases is selected by `-t policy -t not:slow`" in refusal(scene, tags=tags)
    else:
        assert labels(scene, tags=tags) == expected


def test_expression_looks_at_name_and_question(scene: MakeScene) -> None:
    """
    A word may stand in either.
    """
    assert labels(scene, expression="norway or window") == [
        "Do you ship to Norway?",
        "window",
        "capital[Norway, Oslo]",
    ]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("fag.llmtest", "did you mean `faq.llmtest`?"),
        ("nowhere", "no such file or folder: `nowhere`"),
        ("faq.llmtest::windw", "did you mean `window`?"),
        ("faq.llmtest::", "a case's name is missing"),
        ("faq.llmtest:1", "no case stands at line 1"),
        ("more::window", "is a folder"),
        ("llmentary.toml", "is not a suite"),
    ],
)
def test_unknown_target_is_refused_with_the_fix(scene: MakeScene, target: str, reason: str) -> None:
    """
    A target that does not exist selects nothing, and the message helps.
    """
    assert reason in refusal(scene, target)


def test_only_narrows_its_own_suite(scene: MakeScene) -> None:
    """
    `@only` keeps the rest of its suite from being asked, and that is counted.
    """
    made = scene({**SUITES, "focus.llmtest": "One?\n=== two\n@only\n\nTwo?\n"})

    selected = select_cases(made.open(), Selection(), made.root)

    assert [one.case.label for one in selected.cases if one.suite.name == "focus.llmtest"] == ["two"]
    assert selected.left_out_by_only == 1
    assert len(selected.cases) == 7


def test_empty_project_says_how_to_begin(scene: MakeScene) -> None:
    """
    Where there is no suite, `init` is the next step.
    """
    made = scene({})

    with pytest.raises(UsageError, match="llmentary init"):
        select_cases(made.open(), Selection(), made.root)


def test_broken_suite_without_cases_is_still_selected(scene: MakeScene) -> None:
    """
    Its problems have to reach the report.
    """
    made = scene({"bad.llmtest": "@wrongsetting x\n"})

    selected = select_cases(made.open(), Selection(), made.root)

    assert selected.cases == ()
    assert selected.suites[0].is_broken
