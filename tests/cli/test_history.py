"""
`llmentary stats` and `llmentary history`, as a user sees them after some runs.
"""

from __future__ import annotations

import gzip
import json
import os
from typing import Any

import pytest

from cli_shell import Shell
from llmentary_regression.cli.main import main
from llmentary_regression.reports.text_columns import sparkline


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([0, 0], "▁▁"),
        ([0, 1, 2, None, 4], "▁▃▅ █"),
        ([0.5], "█"),
        ([float(number) for number in range(50)], None),
    ],
)
def test_sparkline_draws_a_sign_a_value(values: list[float | None], drawn: str | None) -> None:
    """
    Missing values are gaps, and only the last forty are shown.
    """
    found = sparkline(values)

    assert found == drawn if drawn is not None else len(found) == 40


def test_runs_are_remembered_and_shown(shell: Shell, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    After an approval, a pass and a change: counts, trend, drift, and no word of an answer on disk.
    """
    for name in [name for name in os.environ if name.startswith(("LLMENTARY", "CI"))]:
        monkeypatch.delenv(name)
    for name, value in shell.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(shell.root)
    assert main(["approve", "-q"]) == 0
    assert main(["test"]) == 0
    shell.answers(
        {
            "How long may I return it?": "You may return it within 14 days of delivery.",
            "Do you ship to Norway?": "Yes, we ship to Norway within a week.",
        }
    )
    assert main(["test", "-q"]) == 1
    capsys.readouterr()

    assert main(["stats"]) == 0
    stats = capsys.readouterr().out
    assert main(["stats", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert main(["history", "faq.llmtest:1"]) == 0
    trend = capsys.readouterr().out
    assert main(["test", "--changed", "-q"]) == 1
    again = capsys.readouterr().out

    assert "2 cases in 1 suite, 2 with a baseline" in stats
    assert "last verdicts: 1 changed, 1 passed" in stats
    assert document["drift"][-1]["share"] == 0.5
    assert document["flaky"] == [
        {"suite": "faq.llmtest", "key": document["flaky"][0]["key"], "flips": 1, "runs": 2}
    ]
    assert "verdict  .C" in trend
    assert "number-differs" in trend
    assert "1 changed in" in again
    for path in (shell.root / ".llmentary" / "history").iterdir():
        content = path.read_bytes() if path.suffix != ".gz" else gzip.decompress(path.read_bytes())
        assert b"Norway" not in content and b"days" not in content


def test_unknown_name_is_refused(shell: Shell) -> None:
    """
    One line, and nothing was run.
    """
    done = shell.run("history", "nowhere")

    assert done.returncode == 2
    assert "no case `nowhere`" in done.stderr
