"""
The store of baselines.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
import tinydb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baseline_makers import MakeBaseline, MakeVariant
from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, StoreWriteError
from llmentary_regression.storage.baselines import BaselineStore
from llmentary_regression.storage.baselines import _store as module
from llmentary_regression.storage.baselines._store import Change, SuiteStorage
from llmentary_regression.storage.files import replace_file

ReadOnly = Callable[[Path], AbstractContextManager[None]]
SUITE = "support/refunds.llmtest"


def put(*baselines: Baseline) -> Change:
    return lambda known: {**known, **{one.key: one for one in baselines}}


def drop(*keys: str) -> Change:
    return lambda known: {key: one for key, one in known.items() if key not in keys}


def file_of(root: Path, suite: str = SUITE) -> Path:
    return root / ".llmentary" / "baselines" / f"{suite}.json"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """
    Note every baseline file that is written.
    """
    paths: list[Path] = []

    def noting(path: Path, data: bytes) -> None:
        paths.append(path)
        replace_file(path, data)

    monkeypatch.setattr(module, "replace_file", noting)
    return paths


def test_what_is_put_is_read_by_another_store(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """A second process sees exactly what was approved."""
    one = replace(make_baseline(1), row={"country": "Norway", "n": 2}, name=None, mask="ab", tags=())
    two = replace(make_baseline(2), variants=(replace(make_baseline(2).variants[0], body=None, model=None),))

    BaselineStore(tmp_path).update({SUITE: put(one, two)})

    assert dict(BaselineStore(tmp_path).read(SUITE)) == {one.key: one, two.key: two}


def test_file_has_the_promised_layout(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """One document a line in id order, between a head and a sentinel, with LF."""
    BaselineStore(tmp_path).update({SUITE: put(make_baseline(2), make_baseline(1))})

    lines = file_of(tmp_path).read_bytes().decode().split("\n")
    assert lines[0] == '{"meta": {"0": {"format": 1, "suite": "support/refunds.llmtest"}}, "baselines": {'
    assert lines[1].startswith('"0000000000000001": {"id": "')
    assert lines[2].startswith('"0000000000000002": {"id": "')
    assert lines[1].endswith('"by": "ada"}]},')
    assert lines[3:] == ['"~": {}}}', ""]


def test_file_is_a_tinydb_database(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """TinyDB's own storage opens it, as anybody's script may."""
    baseline = make_baseline(7)
    BaselineStore(tmp_path).update({SUITE: put(baseline)})

    with tinydb.TinyDB(file_of(tmp_path), access_mode="r") as database:
        table = database.table("baselines")
        table.document_id_class = str

        assert table.get(doc_id=baseline.key)["question"] == baseline.question
        assert database.table("meta").all() == [{"format": 1, "suite": SUITE}]


def test_our_storage_has_all_that_tinydb_asks_for() -> None:
    """It does not inherit from TinyDB's class, so that reading need not import TinyDB."""
    assert tinydb.Storage.__abstractmethods__ <= set(dir(SuiteStorage))


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
        BaselineStore(tmp_path).update({SUITE: put(make_baseline()), suite: put(make_baseline())})

    assert not file_of(tmp_path).exists()


def test_thousand_approvals_are_one_write(
    tmp_path: Path, make_baseline: MakeBaseline, written: list[Path]
) -> None:
    """A batch is read once and written once, whatever its size."""
    store = BaselineStore(tmp_path)

    store.update({SUITE: put(*(make_baseline(number) for number in range(1000)))})

    assert written == [file_of(tmp_path)]
    assert len(store.read(SUITE)) == 1000


def test_each_changed_suite_is_written_once(
    tmp_path: Path, make_baseline: MakeBaseline, written: list[Path]
) -> None:
    """Suites whose baselines stay as they are keep their files untouched."""
    store = BaselineStore(tmp_path)
    store.update({"a": put(make_baseline(1)), "b": put(make_baseline(2))})
    written.clear()

    store.update({"a": put(make_baseline(1)), "b": put(make_baseline(3)), "c": lambda known: known})

    assert written == [file_of(tmp_path, "b")]


def test_suite_without_baselines_loses_its_file(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """An empty file would only be noise in git; its empty folders go as well."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1)), "top": put(make_baseline(1))})

    store.update({SUITE: drop(make_baseline(1).key)})

    assert store.suites() == ["top"]
    assert not file_of(tmp_path).parent.exists()
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
    store.update({SUITE: put(make_baseline(1))})
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"by": "ada"}]}', b'"by": "ada"}], "added": [1]}'))

    store.update({SUITE: put(make_baseline(2))})

    assert path.read_bytes().count(b'"added": [1]') == 1


@pytest.mark.parametrize(
    ("damage", "reason", "line"),
    [
        (lambda data: b"", "is empty", 1),
        (lambda data: data[: len(data) // 2], "is cut off here", 2),
        (lambda data: data.replace(b'"name"', b"name"), "is broken here", 2),
        (lambda data: data.replace(b"\n", b"\n<<<<<<< HEAD\n", 1), "merge conflict markers", 2),
        (lambda data: data.replace(b'"format": 1', b'"format": 9'), "format 9.*upgrade", 1),
        (lambda data: b"not ours\n", "is broken here", 1),
    ],
)
def test_damaged_file_is_reported_with_its_line_and_left_untouched(
    tmp_path: Path,
    make_baseline: MakeBaseline,
    damage: Callable[[bytes], bytes],
    reason: str,
    line: int,
) -> None:
    """Neither reading nor an approval touches a file that cannot be understood."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2)), "sound": put(make_baseline(3))})
    path = file_of(tmp_path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    sound = file_of(tmp_path, "sound").read_bytes()

    for use in (
        lambda: store.read(SUITE),
        lambda: store.notes(SUITE),
        lambda: store.rename(SUITE, "other"),
        lambda: store.update({"sound": drop(make_baseline(3).key), SUITE: put(make_baseline(4))}),
    ):
        with pytest.raises(BaselineFileError, match=reason) as caught:
            use()
        assert caught.value.path == path
        assert caught.value.line == line

    assert path.read_bytes() == damaged
    assert file_of(tmp_path, "sound").read_bytes() == sound


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"mac": "', b'"mac": "!', "not base64"),
        (b'"root": ', b'"boot": ', "`root` is missing"),
        (b'"question": "', b'"question": 5, "x": "', "wrong kind"),
        (b'"v": 1', b'"v": "1"', "wrong kind"),
    ],
)
def test_damaged_document_is_reported_when_it_is_looked_up(
    tmp_path: Path, make_baseline: MakeBaseline, old: bytes, new: bytes, reason: str
) -> None:
    """A field spoiled by hand costs its own case; the others are read, and no update drops it."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1), make_baseline(2))})
    path = file_of(tmp_path)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(old, new)
    damaged = b"\n".join(lines)
    path.write_bytes(damaged)

    read = store.read(SUITE)

    assert read[make_baseline(1).key] == make_baseline(1)
    with pytest.raises(BaselineFileError, match=reason) as caught:
        read.get(make_baseline(2).key)
    assert caught.value.line == 3
    with pytest.raises(BaselineFileError, match=reason):
        store.update({SUITE: put(make_baseline(3))})
    assert path.read_bytes() == damaged


def test_folder_in_the_place_of_a_file_is_said_so(tmp_path: Path) -> None:
    """Anything may stand where a file is expected."""
    file_of(tmp_path).mkdir(parents=True)

    with pytest.raises(BaselineFileError, match="is not a file"):
        BaselineStore(tmp_path).read(SUITE)


def test_change_that_fails_changes_nothing(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """All changes are made before the first file is written, and the lock is free again."""
    store = BaselineStore(tmp_path)
    store.update({"a": put(make_baseline(1))})

    def fail(known: dict[str, Baseline]) -> dict[str, Baseline]:
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError):
        store.update({"a": put(make_baseline(2)), "b": fail})

    assert list(store.read("a")) == [make_baseline(1).key]
    store.update({"a": put(make_baseline(2))})


def test_refused_write_leaves_the_old_baselines(
    tmp_path: Path, make_baseline: MakeBaseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only folder is an error with the path; the old content is still there."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1))})
    before = file_of(tmp_path).read_bytes()

    def refuse(source: Path, target: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(StoreWriteError, match="Read-only file system"):
        store.update({SUITE: put(make_baseline(2))})

    assert file_of(tmp_path).read_bytes() == before
    assert list(file_of(tmp_path).parent.iterdir()) == [file_of(tmp_path)]


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
    store.update({"Support/a.llmtest": put(make_baseline(1))})

    for suite in ("support/a.llmtest", "support/b.llmtest", "Support/A.llmtest"):
        with pytest.raises(StoreWriteError, match=r"upper and lower case only.*rename one"):
            store.update({suite: put(make_baseline(2))})
    with pytest.raises(StoreWriteError, match="upper and lower case only"):
        store.update({"new": put(make_baseline(2)), "New": put(make_baseline(2))})

    assert store.suites() == ["Support/a.llmtest"]


def test_overlong_names_are_hashed_and_still_listed(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """No file system limit keeps a suite from being approved."""
    suite = "/".join(["deep" * 20] * 4) + "/ü.llmtest"
    store = BaselineStore(tmp_path)

    store.update({suite: put(make_baseline(1)), "short": put(make_baseline(2))})

    assert store.suites() == sorted([suite, "short"])
    assert list(store.read(suite)) == [make_baseline(1).key]
    assert all(len(path.name) < 60 for path in file_of(tmp_path, "x").parent.iterdir())


def test_composed_and_decomposed_names_are_one_suite(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """macOS may hand out either form."""
    store = BaselineStore(tmp_path)

    store.update({"cafe\u0301.llmtest": put(make_baseline(1))})

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

    with pytest.raises(StoreWriteError, match="leads outside"):
        BaselineStore(tmp_path / "project").update({"a": put(make_baseline(1))})

    assert list(outside.iterdir()) == []


def test_renamed_suite_keeps_its_baselines(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """The file moves with the suite and says its new name."""
    store = BaselineStore(tmp_path)
    store.update({SUITE: put(make_baseline(1))})

    store.rename(SUITE, "moved/a.llmtest")

    assert store.suites() == ["moved/a.llmtest"]
    assert dict(store.read("moved/a.llmtest")) == {make_baseline(1).key: make_baseline(1)}
    assert b'"suite": "moved/a.llmtest"' in file_of(tmp_path, "moved/a.llmtest").read_bytes()
    assert not file_of(tmp_path).parent.exists()


def test_rename_in_case_only_is_allowed(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """That is how a collision is mended."""
    store = BaselineStore(tmp_path)
    store.update({"Support/a.llmtest": put(make_baseline(1))})

    store.rename("Support/a.llmtest", "support/a.llmtest")

    assert store.suites() == ["support/a.llmtest"]


def test_rename_never_overwrites(tmp_path: Path, make_baseline: MakeBaseline) -> None:
    """Two suites' approvals are not thrown together."""
    store = BaselineStore(tmp_path)
    store.update({"a": put(make_baseline(1)), "b": put(make_baseline(2))})

    with pytest.raises(StoreWriteError, match="already"):
        store.rename("a", "b")

    assert list(store.read("a")) == [make_baseline(1).key]
    assert list(store.read("b")) == [make_baseline(2).key]


def test_rename_of_a_suite_without_baselines_is_fine(tmp_path: Path) -> None:
    """Most suites that are renamed in an editor were never approved."""
    BaselineStore(tmp_path).rename("a", "b")

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
    make_variant: MakeVariant,
    history: list[dict[str, list[tuple[bool, int, int]]]],
) -> None:
    """Putting and dropping in any order gives what dictionaries give, and bytes that depend on it alone."""
    root = tmp_path_factory.mktemp("history")
    store = BaselineStore(root)
    expected: dict[str, dict[str, Baseline]] = {"a.llmtest": {}, "b/ü x.llmtest": {}}

    def apply(steps: list[tuple[bool, int, int]]) -> Change:
        def change(known: dict[str, Baseline]) -> dict[str, Baseline]:
            for is_put, number, seed in steps:
                baseline = make_baseline(number, variants=(make_variant(seed),))
                if is_put:
                    known[baseline.key] = baseline
                else:
                    known.pop(baseline.key, None)
            return known

        return change

    for step in history:
        store.update({suite: apply(steps) for suite, steps in step.items()})
        for suite, steps in step.items():
            apply(steps)(expected[suite])

    for suite, baselines in expected.items():
        assert dict(BaselineStore(root).read(suite)) == baselines
        assert file_of(root, suite).exists() == bool(baselines)
    assert store.suites() == sorted(suite for suite, baselines in expected.items() if baselines)
    fresh = tmp_path_factory.mktemp("fresh")
    BaselineStore(fresh).update(
        {suite: put(*reversed(list(one.values()))) for suite, one in expected.items() if one}
    )
    for suite in store.suites():
        assert file_of(root, suite).read_bytes() == file_of(fresh, suite).read_bytes()
