"""
Every hostile text is shown and not obeyed, and every text that needs joiners stays as it is.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_texts import COMMANDS, HIDDEN, HOSTILE, KEPT, hidden_characters, obeyed_lines
from llmentary_regression.core.safe_text import one_line, printable, show_hidden


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_shown_and_not_obeyed(text: str) -> None:
    """
    Also behind an indent, and on one line.
    """
    for shown in (printable(text), printable(f"sorry\n{text}"), one_line(text)):
        indented = "\n".join(f"    {line}" for line in shown.split("\n"))
        assert obeyed_lines(indented) == []
        assert hidden_characters(indented) == []


@pytest.mark.parametrize("text", KEPT)
def test_writing_that_needs_a_joiner_keeps_it(text: str) -> None:
    """
    Emoji, Persian and Hindi are spelled with characters that show nothing by themselves.
    """
    assert printable(f"so {text} it is") == f"so {text} it is"


@pytest.mark.parametrize("text", [*COMMANDS, *HIDDEN])
def test_the_corpus_is_hostile(text: str) -> None:
    """
    The checks see what they are there for.
    """
    assert obeyed_lines(text) or hidden_characters(text) or "\ufe00" in text


@pytest.mark.parametrize(
    "text",
    ["std::vector<int>", "a.llmtest::case", "llmtests/a.llmtest::error", "1 :: 2", "# heading", "C## minor"],
)
def test_colons_and_signs_that_no_server_obeys_stay(text: str) -> None:
    """
    Locations of cases and code read as they are written.
    """
    assert printable(text) == text


def test_a_command_is_broken_wherever_a_line_may_be_cut() -> None:
    """
    A terminal or CI log that cuts long lines could put it at a line's start.
    """
    assert "::add-mask::" not in printable(f"{'x' * 78} ::add-mask::secret")


@given(
    st.text(
        alphabet=st.sampled_from(
            "a:# []\n\r\t\u200b\u200d\u200c\ufe0f\u3000\x1b\u202e👩⚕\U000e0067🏴vsoerror"
        )
    )
)
def test_no_mixture_is_obeyed_or_hides_a_direction(text: str) -> None:
    """
    What one rule writes must not become what another lets through.
    """
    shown = printable(text)

    assert obeyed_lines(shown) == []
    assert not set("\x1b\u202e\u200b\r") & set(shown)


@pytest.mark.parametrize(
    "unit", ["\U000e0041", "\u200d", "::error ", "::", "#", "\U0001f3f4", "\ufe0f", " ", "##["]
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    """
    An answer of a megabyte is shown in seconds, whatever it is made of.
    """
    began = time.process_time()

    show_hidden(printable(unit * (200_000 // len(unit))))

    assert time.process_time() - began < 10
