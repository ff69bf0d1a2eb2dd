"""
Tests of `lsp/positions/_documents.py` and `lsp/positions/_convert.py`.
"""

import random

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from llmentary_regression.core.model import Position, Span
from llmentary_regression.lsp.positions import Document, PositionConverter, split_lines
from llmentary_regression.lsp.uris import path_of, uri_of


def _converter(encoding: str = "utf-16") -> PositionConverter:
    return PositionConverter(PositionCodec(types.PositionEncodingKind(encoding)))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb\rc\n", ["a\r\n", "b\r", "c\n", ""]),
        ("a\u2028b\x85c\x0cd\n", ["a\u2028b\x85c\x0cd\n", ""]),
    ],
)
def test_lines_end_where_the_protocol_says(text: str, lines: list[str]) -> None:
    """
    Only `\\n`, `\\r\\n` and `\\r` end a line.
    """
    assert split_lines(text) == lines


def _change(
    line: int, start: int, end_line: int, end: int, text: str
) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(line, start), types.Position(end_line, end)), text=text
    )


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a\u2028b\nc\n", _change(1, 0, 1, 1, "x"), "a\u2028b\nx\n"),
        ("a\nb\nc", _change(0, 1, 2, 0, ""), "ac"),
        ("a\n", _change(1, 0, 1, 0, "b"), "a\nb"),
        ("", _change(0, 0, 0, 0, "a\nb\n"), "a\nb\n"),
        ("a\rb", _change(1, 0, 1, 0, "\n"), "a\r\nb"),
        ("a\nb", _change(0, 99, 0, 99, "!"), "a!\nb"),
        ("a\nb", _change(99, 0, 99, 0, "!"), "a\nb!"),
        ("😀x\n", _change(0, 2, 0, 3, "y"), "😀y\n"),
    ],
)
def test_an_edit_touches_what_it_names(
    before: str, change: types.TextDocumentContentChangePartial, after: str
) -> None:
    """
    Ranges use the client's encoding, and a position out of range means the nearest one.
    """
    document = Document("file:///a.llmtest", before, _converter(), version=1, language_id=None)

    document.apply_change(change)

    assert document.source == after
    assert list(document.lines) == split_lines(after)


def test_many_random_edits_keep_lines_and_text_together() -> None:
    """
    After each edit the lines are those of the whole text.
    """
    chance = random.Random(7)
    document = Document("file:///a.llmtest", "a\r\nb\n", _converter(), version=1, language_id=None)
    for _ in range(500):
        lines = document.lines
        first, last = sorted(chance.choices(range(len(lines)), k=2))
        text = "".join(chance.choices(["a", "😀", "\n", "\r", "\r\n", "\u2028", "é"], k=chance.randrange(4)))

        document.apply_change(_change(first, chance.randrange(3), last, chance.randrange(3), text))

        assert list(document.lines) == split_lines(document.source)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 16), ("utf-16", 9), ("utf-32", 8)])
def test_positions_go_both_ways(encoding: str, column: int) -> None:
    """
    Emoji, combining marks and right-to-left text count as the client counts them.
    """
    converter = _converter(encoding)
    lines = ["😀e\u0301שלום!\n"]

    there = converter.to_client(lines, Position(0, 8))

    assert there == types.Position(0, column)
    assert converter.from_client(lines, there) == Position(0, 8)


def test_a_byte_order_mark_of_the_client_counts_for_it_alone() -> None:
    """
    Our columns start after the mark, the client's before it.
    """
    there = _converter().to_client_range(["\ufeffabc\n"], Span(Position(0, 0), Position(0, 3)))

    assert there == types.Range(types.Position(0, 1), types.Position(0, 4))


def test_a_span_behind_the_text_ends_with_it() -> None:
    """
    A client never gets a position that it does not have.
    """
    assert _converter().to_client(["ab\n", ""], Position(9, 9)) == types.Position(1, 0)
    assert _converter().to_client(["ab\r\n"], Position(0, 9)) == types.Position(0, 2)


@pytest.mark.parametrize(
    "name", ["a b.llmtest", "ü/😀.llmtest", "100%.llmtest", "a#b.llmtest", "c%3Ad.llmtest"]
)
def test_uris_and_paths_go_both_ways(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """
    Spaces, Unicode and characters with a meaning in URIs survive.
    """
    path = tmp_path_factory.getbasetemp() / name

    assert path_of(uri_of(path)) == path


def test_an_unsaved_document_is_no_file() -> None:
    """
    `untitled:` has no path.
    """
    assert path_of("untitled:Untitled-1") is None
