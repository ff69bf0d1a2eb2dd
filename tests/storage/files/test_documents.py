"""
The layout that git merges line by line.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmentary_regression.storage.files import DamagedError, format_documents, read_documents

HEAD = b'{"meta": {"0": {"format": 1, "suite": "a"}}, "t": {\n'
END = b'"~": {}}}\n'

ids = st.text("0123456789abcdef", min_size=1, max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(ids, st.dictionaries(st.text(), values, max_size=4), max_size=6)


def check_damage(data: bytes, reason: str, line: int) -> None:
    with pytest.raises(DamagedError, match=reason) as caught:
        read_documents(data, "t")
    assert caught.value.line == line


def test_one_document_a_line_in_id_order_with_the_sentinel_last() -> None:
    """The layout is the promise to git: branches that add different documents do not collide."""
    data = format_documents({"suite": "a"}, "t", {"bb": {"n": 2}, "aa": {"n": "ü\n\u2028"}})

    assert data == HEAD + '"aa": {"n": "ü\\n\u2028"},\n"bb": {"n": 2},\n'.encode() + END


@given(documents, st.randoms(use_true_random=False))
def test_same_content_gives_the_same_bytes_in_any_order(
    content: dict[str, dict[str, str]], random: Random
) -> None:
    """A file changes only where its content does."""
    shuffled = list(content.items())
    random.shuffle(shuffled)

    assert format_documents({}, "t", dict(shuffled)) == format_documents({}, "t", content)


@given(documents)
def test_what_is_written_is_read_again(content: dict[str, dict[str, str]]) -> None:
    """Whatever text a document holds, half surrogate pairs included."""
    content["surrogate"] = {"text": "\ud83d"}

    read = read_documents(format_documents({"suite": "x"}, "t", content), "t")

    assert read.documents == content
    assert read.repeated == {}
    assert read.meta == {"format": 1, "suite": "x"}


@given(documents, documents)
def test_every_line_of_a_union_is_read(
    ours: dict[str, dict[str, str]], theirs: dict[str, dict[str, str]]
) -> None:
    """Merging lines of both sides loses no document, whichever order they end up in."""
    lines = [format_documents({}, "t", side).decode().split("\n")[1:-2] for side in (ours, theirs)]
    merged = "\n".join(['{"meta": {"0": {"format": 1}}, "t": {', *lines[0], *lines[1], '"~": {}}}', ""])

    read = read_documents(merged.encode(), "t")

    assert read.documents == {**ours, **theirs}
    assert read.repeated == {key: [ours[key], theirs[key]] for key in ours.keys() & theirs.keys()}


@given(documents)
def test_formatted_and_converted_files_are_read_too(content: dict[str, dict[str, str]]) -> None:
    """An editor that lays JSON out again, adds a byte order mark or CRLF costs nothing."""
    data = format_documents({}, "t", content)
    pretty = json.dumps(json.loads(data), indent=4).encode()

    for other in (pretty, b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n"), data.strip()):
        assert read_documents(other, "t").documents == content


def test_repeated_ids_are_read_from_a_formatted_file_too() -> None:
    """No document is dropped silently, however the file is laid out."""
    data = b'{"meta": {"0": {"format": 1}},\n"t": {"a": {"n": 1}, "a": {"n": 2},\n\n"~": {}}}'

    assert read_documents(data, "t").repeated == {"a": [{"n": 1}, {"n": 2}]}


def test_two_heads_left_by_a_merge_are_read() -> None:
    """Branches that wrote different heads leave both lines."""
    other = HEAD.replace(b'"a"', b'"b"')

    read = read_documents(HEAD + other + b'"x": {"n": 1},\n' + END, "t")

    assert read.documents == {"x": {"n": 1}}


@pytest.mark.parametrize("data", [b"", b" \r\n\n"])
def test_empty_file_is_said_so(data: bytes) -> None:
    """An empty file is no file without baselines: something went wrong."""
    check_damage(data, "is empty; restore it", 1)


def test_file_cut_at_any_byte_is_damaged() -> None:
    """No cut reads as a shorter file."""
    data = HEAD + b'"a": {"n": 1},\n"b": {"n": 2},\n' + END

    for length in range(len(data) - 1):
        with pytest.raises(DamagedError):
            read_documents(data[:length], "t")


def test_cut_names_the_last_line() -> None:
    """The developer sees where the file ends."""
    check_damage(HEAD + b'"a": {"n": 1},\n"b": {"n', "is cut off here", 3)


def test_cut_between_lines_is_seen() -> None:
    """A file whose lines are all whole may still lack some."""
    check_damage(HEAD + b'"a": {"n": 1},\n', "is cut off", 2)


def test_broken_line_is_named() -> None:
    """Editing by hand goes wrong in one line."""
    check_damage(HEAD + b'"a": {"n": 1},\n"b": {n: 2},\n"c": {},\n' + END, "is broken here", 3)


def test_broken_json_of_another_layout_names_its_line() -> None:
    """A formatted file has no line per document; the JSON error knows the place."""
    check_damage(b'{\n  "meta": {\n    "0" {}}}', "is broken here", 3)


@pytest.mark.parametrize("style", [b"", b"||||||| base\n"])
def test_conflict_markers_are_named_with_their_line(style: bytes) -> None:
    """The fix is to keep both sides, which is what the union driver would have done."""
    data = (
        HEAD
        + b'"a": {"n": 1},\n<<<<<<< HEAD\n"b": {},\n'
        + style
        + b'=======\n"c": {},\n>>>>>>> other\n'
        + END
    )

    check_damage(data, "merge conflict markers; delete the marker lines", 3)


def test_file_with_markers_deleted_is_read() -> None:
    """What the message advises does fix the file."""
    assert set(read_documents(HEAD + b'"b": {},\n"c": {},\n' + END, "t").documents) == {"b", "c"}


@pytest.mark.parametrize("layout", [b'"t": {"x": {}, "~": {}}', b'"u": 7'])
def test_newer_format_is_said_so_whatever_else_is_in_it(layout: bytes) -> None:
    """What a newer version writes is not guessed at."""
    check_damage(b'{"meta": {"0": {"format": 2}}, ' + layout + b"}\n", "format 2, .* upgrade", 1)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b'"text"',
        b"{}",
        b'{"_default": {"1": {}}}',
        b'{"meta": {"0": {"format": "1"}}, "t": {"~": {}}}',
        b'{"meta": {"0": {"format": true}}, "t": {"~": {}}}',
        b'{"meta": {"0": {"format": 1}}, "t": []}',
        b'{"meta": {"0": {"format": 1}}, "t": {"a": 1, "~": {}}}',
        b'{"meta": {"0": {"format": 1}}, "t": {}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_other_content_is_damage(data: bytes) -> None:
    """Any file may stand there; none makes a traceback."""
    with pytest.raises(DamagedError):
        read_documents(data, "t")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_damage_and_nothing_worse(data: bytes) -> None:
    """A reader has no other way to fail."""
    with pytest.raises(DamagedError):
        read_documents(data, "t")
