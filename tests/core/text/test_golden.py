"""
What the text analysis finds in a list of texts: an example that was approved is compared with it for years.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from llmentary_regression.core.text import COMPARABLE_SINCE, PIPELINE_VERSION
from llmentary_regression.core.text._long_answers import MAX_READ

_REPOSITORY = Path(__file__).resolve().parents[3]
_GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
_WHAT_TO_DO = (
    "The text analysis finds something else than the version {version} that is kept. If that is meant: raise "
    "PIPELINE_VERSION in core/text/_analysis.py (and COMPARABLE_SINCE, if a version took two meanings for one), "
    "run scripts/keep_golden.py and scripts/keep_release.py, and say so in changelog.d/. Examples of older versions "
    "stay comparable as docs/baselines.md says."
)


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("keep_golden", _REPOSITORY / "scripts" / "keep_golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_analysis_finds_what_its_version_found() -> None:
    """A change of the output without a new version would make approved answers read as changed, or worse."""
    found_in = _script().found_in

    differing = [entry["text"] for entry in _GOLDEN["texts"] if found_in(entry) != entry]

    assert not differing, _WHAT_TO_DO.format(version=_GOLDEN["version"])


def test_the_golden_file_is_of_the_present_version() -> None:
    """Who raises the version keeps what it finds."""
    assert _GOLDEN["version"] == PIPELINE_VERSION, _WHAT_TO_DO.format(version=_GOLDEN["version"])
    assert COMPARABLE_SINCE <= PIPELINE_VERSION


def test_the_golden_texts_reach_every_kind_of_token_and_both_sides_of_the_bound() -> None:
    """A construct that no text shows is not guarded."""
    from llmentary_regression.core.model import TokenKind

    kinds = {word for entry in _GOLDEN["texts"] for word in entry.get("kinds", "").split()}
    facts = {fact.split()[0] for entry in _GOLDEN["texts"] for fact in entry.get("facts", ())}
    lengths = [len(entry["text"]) * entry.get("times", 1) for entry in _GOLDEN["texts"]]

    # Passages stand in the long texts alone, of which a digest is kept.
    assert {kind.word for kind in TokenKind} - {"measure", "passage"} == kinds
    assert "measure" in facts
    assert min(lengths) < 10
    assert max(lengths) > MAX_READ
    assert {"en", "de", "fr", "ja"} <= {entry["lang"] for entry in _GOLDEN["texts"]}


def test_a_changed_output_is_not_written_over_without_a_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script that writes the file is no way round the guard."""
    script = _script()
    spoiled = tmp_path / "golden.json"
    entry = dict(_GOLDEN["texts"][0], forms=["other"])
    spoiled.write_text(script.format_golden(PIPELINE_VERSION, [entry]), encoding="utf-8")
    monkeypatch.setattr(script, "GOLDEN", spoiled)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = spoiled.read_bytes()

    assert script.main() == 1
    assert "raise it first" in capsys.readouterr().out
    assert spoiled.read_bytes() == before

    spoiled.write_text(script.format_golden(PIPELINE_VERSION - 1, [entry]), encoding="utf-8")
    assert script.main() == 0
    assert json.loads(spoiled.read_text(encoding="utf-8"))["texts"] == [_GOLDEN["texts"][0]]
