"""
The store of baselines.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
import tinydb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baseline_makers import MakeBaseline, MakeExample
from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, StoreWriteError
from llmentary_regression.storage.baselines import BaselineStore
from llmentary_regression.storage.baselines import _store as module
from llmentary_regression.storage.baselines._folder_storage import FolderStorage
from llmentary_regression.storage.baselines._store import Change
from llmentary_regression.storage.files import _replace as files
from llmentary_regression.storage.files import replace_files

ReadOnly = Callable[[Path], AbstractContextManager[None]]
SUITE = "support/refunds.llmtest"


def put(*baselines: Baseline, suite: str = SUITE) -> Change:
    return lambda known: {**known, **{one.key: replace(one, suite=suite) for one in baselines}}


def drop(*keys: str) -> Change:
    return lambda known: {key: one for key, one in known.items() if key not in keys}


def rebound(suite: str) -> Callable[[Baseline], Baseline]:
    return lambda baseline: replace(baseline, suite=suite)


def folder_of(root: Path, suite: str = SUITE) -> Path:
    return root / ".llmentary" / "baselines" / suite


def file_of(root: Path, number: int, suite: str = SUITE) -> Path:
    (path,) = folder_of(root, suite).glob(f"case-{number}.*.json")
    return path


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """
    Note every file of a case that is written.
    """
    paths: list[Path] = []

    def noting(writes: Mapping[Path, bytes], removed: Iterable[Path] = (), *, root: Path) -> None:
        paths.extend(writes)
        replace_files(writes, removed, root=root)

    monkeypatch.setattr(module, "replace_files", noting)
    return paths


def test_what_is_put_is_read_by_another_store(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A second process sees exactly what was approved."""
    one = replace(make_baseline(1), row={"country": "Norway", "n": 2}, name=None, mask="ab", tags=())
    bare = replace(make_baseline(2).examples[0], model=None, via=None)
    two = replace(make_baseline(2), sealed=None, examples=(bare,), asked=3, agreed=2)

    BaselineStore(tmp_path).update({SUITE: put(one, two)})

    assert dict(BaselineStore(tmp_path).read(SUITE)) == {one.key: one, two.key: two}


def test_file_has_the_promised_layout(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A block for each row: a field a line, an example a line, and the MAC last; a sentinel ends the file."""
    BaselineStore(tmp_path).update({SUITE: put(make_baseline(1))})

    path = file_of(tmp_path, 1)
    lines = path.read_bytes().decode().split("\n")
    assert re.fullmatch(r"case-1\.[0-9a-f]{8}\.json", path.name)
    assert lines[0] == '{"format": 2, "baselines": {'
    assert lines[1] == '"0000000000000001": {'
    assert lines[2] == ' "suite": "support/refunds.llmtest",'
    assert [line.split('"')[1] for line in lines[2:10]] == [
        "suite", "name", "row", "question", "tags", "mask", "root", "id",
    ]  # fmt: skip
    assert lines[10] == ' "examples": ['
    assert lines[11].startswith('  {"analysis": 1, "exact": "')
    assert lines[12].startswith(' ], "sealed": "')
    assert lines[13].startswith(' "mac": "')
    assert lines[14:] == ['"~": {}}}', ""]


def test_rows_of_a_named_case_share_its_file(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A table of a thousand rows is one file; without a name each row has a question of its own."""
    rows = [replace(make_baseline(n), name="table", row={"n": n}) for n in range(3)]
    plain = [replace(make_baseline(n), name=None, row={"n": n}) for n in range(10, 13)]

    BaselineStore(tmp_path).update({SUITE: put(*rows, *plain)})

    names = sorted(path.name for path in folder_of(tmp_path).iterdir())
    assert len(names) == 4
    assert [name.partition(".")[0] for name in names] == [
        "table", "what-is-10-times-two", "what-is-11-times-two", "what-is-12-times-two",
    ]  # fmt: skip
    assert len(BaselineStore(tmp_path).read(SUITE)) == 6


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Refund Window!", "refund-window."),
        ("../../etc/passwd", "etc-passwd."),
        ("CON", "con-."),
        ("???", "case."),
        ("Rückgabe 30 Tage", "rückgabe-30-tage."),
        ("x" * 300, f"{'x' * 40}."),
        ("a:b|c*d", "a-b-c-d."),
    ],
)
def test_file_names_are_safe_on_every_system(
    tmp_path: Path, make_baseline: MakeBaseline, name: str, start: str
) -> None:
    """No separator, no reserved name, no capital letter, and of a length that every system takes."""
    BaselineStore(tmp_path).update({SUITE: put(replace(make_baseline(1), name=name))})

    (path,) = folder_of(tmp_path).iterdir()
    assert path.name.startswith(start)
    assert len(path.name) <= 60


def test_names_that_differ_in_case_have_files_of_their_own(
    tmp_path: Path, make_baseline: MakeBaseline
) -> None:
    """A disk that ignores case keeps them apart by the digest in the name."""
    store = BaselineStore(tmp_path)

    store.update({SUITE: put(replace(make_baseline(1), name="Faq"), replace(make_baseline(2), name="faq"))})

    assert len({path.name.casefold() for path in folder_of(tmp_path).iterdir()}) == 2
    assert len(store.read(SUITE)) == 2


def test_our_storage_has_all_that_tinydb_asks_for() -> None:
    """It does not inherit from TinyDB's class, so that reading need not import TinyDB."""
    assert tinydb.Storage.__abstractmethods__ <= set(dir(FolderStorage))


def test_reading_imports_neither_tinydb_nor_a_lock(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A run that approves nothing does not pay for writing."""
    BaselineStore(tmp_path).update({SUITE: put(make_baseline())})
    script = (
        "import sys; from pathlib import Path; from llmentary_regression.storage.baselines._store import BaselineStore;"
        f"assert len(BaselineStore(Path(sys.argv[1])).read({SUITE!r})) == 1;"
        "print([name for name in ('tinydb', 'filelock', 'platformdirs') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {script}", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == "[]"


def test_unknown_and_outside_suites_have_no_baselines(tmp_path: Path) -> None:
    """A suite outside the root can be run; it just has nothing approved."""
    store = BaselineStore(tmp_path)

    assert dict(store.read("nowhere.llmtest")) == {}
    assert dict(store.read("/elsewhere/a.llmtest")) == {}
    assert dict(store.read("../a.llmtest")) == {}
    assert store.suites() == []
    assert not (tmp_path / ".llmentary").exists()


@pytest.mark.parametrize("suite", ["/elsewhere/a.llmtest", "../a.llmtest", "C:/a.llmtest", "a/../../b", ""])
def test_suites_outside_cannot_be_approved(tmp_path: Path, make_baseline: MakeBaseline, suite: str) -> None:
    """The error says why and what to do, and nothing is written anywhere."""
    with pytest.raises(StoreWriteError, match="lies outside the project"):
        BaselineStore(tmp_path).update(
            {SUITE: put(make_baseline()), suite: put(make_baseline(), suite=suite)}
        )

    assert not folder_of(tmp_path).exists()


def test_only_changed_cases_are_written(
    tmp_path: Path, make_baseline: MakeBaseline, written: list[Path]
) -> None:
    """Neighbours and other suites keep their files untouched."""
    store = BaselineStore(tmp_path)
    store.update(
        {
            "a": put(make_baseline(1), make_baseline(2), suite="a"),
            "b": put(make_baseline(1), suite="b"),
        }
    )
    written.clear()

    changed = make_baseline(2, id=9)
    store.update({"a": put(make_baseline(1), changed, suite="a"), "b": lambda known: known})

    assert written == [file_of(tmp_path, 2, "a")]


def test_suite_without_baselines_loses_its_folder(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """An empty folder would only be noise."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1)), "top": put(make_baseline(1), suite="top")})

    store.update({SUITE: drop(make_baseline(1).key)})

    assert store.suites() == ["top"]
    assert not folder_of(tmp_path).parent.exists()
    assert dict(store.read(SUITE)) == {}


def test_change_by_another_process_is_seen(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """What was read is remembered only while the file stays the same."""
    store, other = BaselineStore(tmp_path), BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1))})
    first = store.read(SUITE)

    other.update({SUITE: put(make_baseline(2))})

    assert store.read(SUITE).keys() == {make_baseline(1).key, make_baseline(2).key}
    assert first.keys() == {make_baseline(1).key}
    assert store.read(SUITE) is store.read(SUITE)


def test_update_starts_from_the_file_not_from_memory(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """Two stores that approve in turn lose nothing of each other's."""
    store, other = BaselineStore(tmp_path), BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1))})
    other.update({SUITE: put(make_baseline(2))})

    store.update({SUITE: put(make_baseline(3))})

    assert len(other.read(SUITE)) == 3


def test_fields_of_a_newer_version_survive_other_changes(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """Fields are only ever added; an older llmentary must not strip them."""
    store = BaselineStore(tmp_path)
    rows = [replace(make_baseline(n), name="table", row={"n": n}) for n in (1, 2)]
    store.update({SUITE: put(rows[0])})
    (path,) = folder_of(tmp_path).iterdir()
    path.write_bytes(path.read_bytes().replace(b' "mask": null,', b' "mask": null,\n "added": [1],'))

    store.update({SUITE: put(rows[1])})

    assert path.read_bytes().count(b'"added": [1]') == 1
    assert store.read(SUITE)[rows[0].key].other == {"added": [1]}


@pytest.mark.parametrize(
    ("damage", "reason", "line"),
    [
        (lambda data: b"", "is empty", 1),
        (lambda data: data[: len(data) // 2], "is broken here", 13),
        (lambda data: data.replace(b'"name"', b"name"), "is broken here", 4),
        (lambda data: data.replace(b"\n", b"\n<<<<<<< HEAD\n", 1), "conflict markers", 2),
        (lambda data: data.replace(b'"format": 2', b'"format": 9'), "format 9.*upgrade", 1),
        (
            lambda data: data.replace(b'"format": 2', b'"format": 1'),
            "format 1.*delete it and approve again",
            1,
        ),
        (lambda data: data.replace(b'"~": {}', b'"0000000000000001": {}'), "twice", 1),
        (lambda data: b"not ours\n", "is broken here", 1),
    ],
)
def test_damaged_file_costs_its_own_case_and_is_left_untouched(
    tmp_path: Path,
    make_baseline: MakeBaseline,
    damage: Callable[[bytes], bytes],
    reason: str,
    line: int,
) -> None:
    """Looking its case up reports file and line; other cases are read, approved and written all the same."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})
    path = file_of(tmp_path, 1)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    for use in (
        lambda: store.read(SUITE).get(make_baseline(1).key),
        lambda: store.rename(SUITE, "other", rebound("other")),
        lambda: store.update({SUITE: put(make_baseline(1, id=5))}),
    ):
        with pytest.raises(BaselineFileError, match=reason) as caught:
            use()
        assert (caught.value.path, caught.value.line) == (path, line)
    assert store.read(SUITE)[make_baseline(2).key] == make_baseline(2)
    store.update({SUITE: put(make_baseline(2, id=7))})

    assert path.read_bytes() == damaged
    assert store.read(SUITE)[make_baseline(2).key] == make_baseline(2, id=7)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"mac": "', b'"mac": "!', "not base64"),
        (b'"root": ', b'"boot": ', "`root` is missing"),
        (b'"question": "', b'"question": 5, "x": "', "wrong kind"),
        (b'"analysis": 1', b'"analysis": "1"', "wrong kind"),
        (
            b"support/refunds",
            b"support/returns",
            "belongs to the suite `support/returns.llmtest`.*llmentary mv",
        ),
    ],
)
def test_damaged_document_is_reported_when_it_is_looked_up(
    tmp_path: Path, make_baseline: MakeBaseline, old: bytes, new: bytes, reason: str
) -> None:
    """A field spoiled by hand costs its own case; the others are read, and no update drops it."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})
    path = file_of(tmp_path, 2)
    damaged = path.read_bytes().replace(old, new)
    path.write_bytes(damaged)

    read = store.read(SUITE)

    assert read[make_baseline(1).key] == make_baseline(1)
    with pytest.raises(BaselineFileError, match=reason) as caught:
        read.get(make_baseline(2).key)
    assert (caught.value.path, caught.value.line) == (path, 2)
    assert path.read_bytes() == damaged


def test_both_sides_of_a_conflict_are_named_and_can_be_chosen(
    tmp_path: Path, make_baseline: MakeBaseline, make_example: MakeExample
) -> None:
    """Who approved when, on which side; choosing writes that side and nothing else."""
    store = BaselineStore(tmp_path)
    sides = []
    for seed, by, approved in ((1, "ann", "2026-11-29T10:00:00Z"), (2, "bob", "2026-11-30T10:00:00Z")):
        baseline = make_baseline(1, id=seed, examples=(make_example(seed, approved, by),))
        store.update({SUITE: put(baseline)})
        sides.append((baseline, file_of(tmp_path, 1).read_bytes()))
    path = file_of(tmp_path, 1)
    path.write_bytes(b"<<<<<<< HEAD\n" + sides[0][1] + b"=======\n" + sides[1][1] + b">>>>>>> branch\n")

    with pytest.raises(BaselineFileError, match=r"here by ann on 2026-11-29.* by bob on 2026-11-30"):
        store.read(SUITE).get(make_baseline(1).key)
    (conflict,) = store.conflicts(SUITE, lambda _: None)
    assert (dict(conflict.ours), dict(conflict.theirs)) == tuple({one.key: one} for one, _ in sides)
    store.resolve(SUITE, path, conflict.theirs)

    assert path.read_bytes() == sides[1][1]
    assert store.conflicts(SUITE, lambda _: None) == []


def test_folder_in_the_place_of_a_file_is_reported(tmp_path: Path) -> None:
    """Anything may be where a file is expected."""
    (folder_of(tmp_path) / "case-1.00000000.json").mkdir(parents=True)

    with pytest.raises(BaselineFileError, match="is not a file"):
        BaselineStore(tmp_path).read(SUITE)


def test_change_that_fails_changes_nothing(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """All changes are made before the first file is written, and the lock is free again."""
    store = BaselineStore(tmp_path)
    store.update({"a": put(make_baseline(1), suite="a")})

    def fail(known: dict[str, Baseline]) -> dict[str, Baseline]:
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError):
        store.update({"a": put(make_baseline(2), suite="a"), "b": fail})

    assert list(store.read("a")) == [make_baseline(1).key]
    store.update({"a": put(make_baseline(2), suite="a")})


def test_refused_write_changes_no_file(
    tmp_path: Path, make_baseline: MakeBaseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is met before the first file is replaced; nothing is left behind."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})
    before = {path: path.read_bytes() for path in folder_of(tmp_path).iterdir()}
    calls = 0

    def refuse(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_sync", refuse)

    with pytest.raises(StoreWriteError, match=r"No space left on device.*nothing was changed"):
        store.update({SUITE: put(make_baseline(1, id=5), make_baseline(2, id=6))})

    assert {path: path.read_bytes() for path in folder_of(tmp_path).iterdir()} == before


def test_failing_rename_says_what_was_written(
    tmp_path: Path, make_baseline: MakeBaseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one step that cannot be taken back is reported exactly."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})
    real = files._replace

    def refuse(source: Path, target: Path) -> None:
        if target.name.startswith("case-2"):
            raise OSError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(files, "_replace", refuse)

    with pytest.raises(
        StoreWriteError, match=re.escape(f"changed before: 1 of 2 of `{SUITE}` (`case-1`); the other 1 of 2")
    ):
        store.update({SUITE: put(make_baseline(1, id=5), make_baseline(2, id=6))})

    assert store.read(SUITE)[make_baseline(1).key] == make_baseline(1, id=5)
    assert store.read(SUITE)[make_baseline(2).key] == make_baseline(2)
    assert [path for path in folder_of(tmp_path).iterdir() if path.suffix == ".tmp"] == []


def test_failing_rename_says_which_suites_were_written_whole(
    tmp_path: Path, make_baseline: MakeBaseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch over several suites is reported suite by suite."""
    store = BaselineStore(tmp_path)
    other = "other.llmtest"
    store.update({SUITE: put(make_baseline(1)), other: put(make_baseline(3), suite=other)})
    real = files._replace

    def refuse(source: Path, target: Path) -> None:
        if target.name.startswith("case-5"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(files, "_replace", refuse)

    with pytest.raises(StoreWriteError) as caught:
        store.update(
            {
                SUITE: put(make_baseline(1, id=9), make_baseline(2)),
                other: put(make_baseline(4), make_baseline(5), suite=other),
            }
        )

    message = str(caught.value)
    assert "No space left on device" in message
    assert f"all 2 of `{SUITE}`" in message
    assert store.read(SUITE)[make_baseline(1).key] == make_baseline(1, id=9)
    assert len(store.read(SUITE)) == 2
    assert f"1 of 2 of `{other}` (`case-4`)" in message
    assert set(store.read(other)) == {make_baseline(3).key, make_baseline(4).key}


def test_read_only_project_can_be_read_but_not_changed(
    open_folder: Path, make_baseline: MakeBaseline, read_only: ReadOnly
) -> None:
    """Testing needs no writing; approving is refused before anything changed."""
    BaselineStore(open_folder).update({SUITE: put(make_baseline(1))})
    before = {path: path.read_bytes() for path in open_folder.rglob("*") if path.is_file()}

    with read_only(open_folder):
        store = BaselineStore(open_folder)
        assert list(store.read(SUITE)) == [make_baseline(1).key]
        with pytest.raises(StoreWriteError, match="make the folder writable"):
            store.update({SUITE: put(make_baseline(2))})

    assert before == {path: path.read_bytes() for path in open_folder.rglob("*") if path.is_file()}


def test_suites_that_differ_in_case_only_are_refused(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """Windows and macOS could check out only one of them."""
    store = BaselineStore(tmp_path)
    store.update({"Support/a.llmtest": put(make_baseline(1), suite="Support/a.llmtest")})

    for suite in ("support/a.llmtest", "support/b.llmtest", "Support/A.llmtest"):
        with pytest.raises(StoreWriteError, match=r"upper and lower case only.*rename one"):
            store.update({suite: put(make_baseline(2), suite=suite)})
    with pytest.raises(StoreWriteError, match="upper and lower case only"):
        store.update({"new": put(make_baseline(2), suite="new"), "New": put(make_baseline(2), suite="New")})

    assert store.suites() == ["Support/a.llmtest"]


def test_overlong_names_are_hashed_and_still_listed(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """No file system limit keeps a suite from being approved."""
    suite = "/".join(["deep" * 20] * 4) + "/ü.llmtest"
    store = BaselineStore(tmp_path)

    store.update({suite: put(make_baseline(1), suite=suite), "short": put(make_baseline(2), suite="short")})

    assert store.suites() == sorted([suite, "short"])
    assert list(store.read(suite)) == [make_baseline(1).key]
    assert all(len(path.name) < 60 for path in folder_of(tmp_path, "x").parent.iterdir())


def test_composed_and_decomposed_names_are_one_suite(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """macOS may hand out either form."""
    store = BaselineStore(tmp_path)

    store.update({"cafe\u0301.llmtest": put(make_baseline(1), suite="caf\u00e9.llmtest")})

    assert list(store.read("caf\u00e9.llmtest")) == [make_baseline(1).key]
    assert store.suites() == ["caf\u00e9.llmtest"]


def test_linked_folder_that_leads_outside_is_refused(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A link that somebody committed cannot make an approval write elsewhere."""
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "project" / ".llmentary"
    folder.mkdir(parents=True)
    try:
        (folder / "baselines").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")

    with pytest.raises(StoreWriteError, match=r"`\.llmentary/baselines` is a link"):
        BaselineStore(tmp_path / "project").update({"a": put(make_baseline(1), suite="a")})

    assert list(outside.iterdir()) == []


def test_renamed_suite_keeps_its_baselines(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """The folder moves with the suite, and each baseline says its new name."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})

    assert store.rename(SUITE, "moved/a.llmtest", rebound("moved/a.llmtest")) == 2

    assert store.suites() == ["moved/a.llmtest"]
    assert store.read("moved/a.llmtest")[make_baseline(1).key] == make_baseline(1, suite="moved/a.llmtest")
    assert not folder_of(tmp_path).parent.exists()


def test_rename_in_case_only_is_allowed(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """That is how a collision is fixed."""
    store = BaselineStore(tmp_path)
    store.update({"Support/a.llmtest": put(make_baseline(1), suite="Support/a.llmtest")})

    store.rename("Support/a.llmtest", "support/a.llmtest", rebound("support/a.llmtest"))

    assert store.suites() == ["support/a.llmtest"]


def test_rename_never_overwrites(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """Two suites' approvals are not thrown together."""
    store = BaselineStore(tmp_path)
    store.update({"a": put(make_baseline(1), suite="a"), "b": put(make_baseline(2), suite="b")})

    with pytest.raises(StoreWriteError, match="already"):
        store.rename("a", "b", rebound("b"))

    assert list(store.read("a")) == [make_baseline(1).key]
    assert list(store.read("b")) == [make_baseline(2).key]


def test_rename_of_a_suite_without_baselines_is_fine(tmp_path: Path) -> None:
    """Most suites that are renamed in an editor were never approved."""
    BaselineStore(tmp_path).rename("a", "b", rebound("b"))

    assert BaselineStore(tmp_path).suites() == []


histories = st.lists(
    st.dictionaries(
        st.sampled_from(["a.llmtest", "b/ü x.llmtest"]),
        st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), max_size=4),
        max_size=2,
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
def test_any_history_ends_as_in_plain_dictionaries(
    tmp_path_factory: pytest.TempPathFactory,
    make_baseline: MakeBaseline,
    make_example: MakeExample,
    history: list[dict[str, list[tuple[bool, int, int]]]],
) -> None:
    """Putting and dropping in any order gives what dictionaries give, and bytes that depend on it alone."""
    root = tmp_path_factory.mktemp("history")
    store = BaselineStore(root)
    expected: dict[str, dict[str, Baseline]] = {"a.llmtest": {}, "b/ü x.llmtest": {}}

    def apply(suite: str, steps: list[tuple[bool, int, int]]) -> Change:
        def change(known: dict[str, Baseline]) -> dict[str, Baseline]:
            for is_put, number, seed in steps:
                baseline = make_baseline(number, examples=(make_example(seed),), suite=suite)
                if is_put:
                    known[baseline.key] = baseline
                else:
                    known.pop(baseline.key, None)
            return known

        return change

    for step in history:
        store.update({suite: apply(suite, steps) for suite, steps in step.items()})
        for suite, steps in step.items():
            apply(suite, steps)(expected[suite])

    for suite, baselines in expected.items():
        assert dict(BaselineStore(root).read(suite)) == baselines
        assert folder_of(root, suite).exists() == bool(baselines)
    assert store.suites() == sorted(suite for suite, baselines in expected.items() if baselines)
    fresh = tmp_path_factory.mktemp("fresh")
    BaselineStore(fresh).update(
        {suite: put(*reversed(list(one.values())), suite=suite) for suite, one in expected.items() if one}
    )
    for suite in store.suites():
        assert _contents(folder_of(root, suite)) == _contents(folder_of(fresh, suite))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
