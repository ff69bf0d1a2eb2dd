"""
Text from outside cannot command the terminal.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.safe_text import fit_encoding, one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢字 😀", "plain é 漢字 😀"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("dos\r\nlines", "dos\nlines"),
        ("over\rwritten", "over␍written"),
        ("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇"),
        ("\x9b31m", "\\u009b31m"),
        ("del\x7f", "del␡"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ("lone \ud83d", "lone \\ud83d"),
    ],
)
def test_control_characters_are_shown_not_obeyed(text: str, shown: str) -> None:
    """
    Whatever a terminal would act on becomes visible; the rest stays.
    """
    assert printable(text) == shown


def test_one_line_joins_and_cuts() -> None:
    """
    A text of several lines becomes one of bounded length.
    """
    assert one_line("  a\n\n b\tc ") == "a b c"
    assert one_line("abcdefgh", 5) == "abcd…"
    assert one_line("abcde", 5) == "abcde"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_every_code_page_gets_something_it_can_show(encoding: str) -> None:
    """
    Nothing is left that the code page cannot encode, and the length stays, so that styles stay in place.
    """
    text = "▇number▇ é … ␛ 漢 😀"

    fitted = fit_encoding(text, encoding)

    assert fitted.encode(encoding)
    assert len(fitted) == len(text)


def test_redacted_blocks_stay_recognisable_on_old_code_pages() -> None:
    """
    A block that cannot be shown becomes a number sign, not a question mark.
    """
    assert fit_encoding("▇number▇", "cp1252") == "#number#"


def test_what_looks_like_a_key_is_not_shown() -> None:
    """
    Terminals are logged: an exception that quotes a key must not publish it.
    """
    assert printable("bad key sk-" + "proj-a1B2c3D4e5F6g7H8") == "bad key [masked]"
