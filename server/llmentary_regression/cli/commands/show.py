"""
`llmentary show`: one file of approved examples as text. Runs nothing and needs no key; `git diff` calls it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llmentary_regression.core.baselines import Baseline, DocumentError
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.safe_text import one_line, printable
from llmentary_regression.storage.baselines import read_case_file
from llmentary_regression.storage.files import DamagedError, read_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file below .llmentary/baselines")


def run(arguments: argparse.Namespace) -> int:
    path = Path(arguments.file)
    data = b""
    try:
        data = read_file(path)
        documents = read_case_file(data)
    except OSError as exc:
        raise UsageError(f"cannot read `{path}`: {exc.strerror or exc}") from exc
    except DamagedError as exc:
        # The whole text: git shows what it can of a conflict, and of what is no file of ours.
        sys.stdout.write(printable(data.decode("utf-8", errors="replace")))
        print(f"(line {exc.line}: {exc.reason})")
        return 0
    for line in describe_documents(documents):
        print(line)
    return 0


def describe_documents(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """
    Yield the lines that say what is approved, by whom and when; none of it comes from an answer.
    """
    for key in sorted(documents):
        try:
            baseline = Baseline.from_document(key, documents[key])
        except DocumentError as exc:
            yield one_line(f"{key}: {exc}", 200)
            continue
        yield from _describe(baseline)


def _describe(baseline: Baseline) -> Iterator[str]:
    yield f"suite     {one_line(baseline.suite, 200)}"
    if baseline.name is not None:
        yield f"case      {one_line(baseline.name, 200)}"
    if baseline.row is not None:
        values = ", ".join(f"{name}={value}" for name, value in baseline.row.items())
        yield f"row       {one_line(values, 200)}"
    for number, line in enumerate(baseline.question.split("\n")):
        yield f"{'question' if not number else '':<8}  {one_line(line, 500)}"
    if baseline.tags:
        yield f"tags      {one_line(' '.join(f'#{tag}' for tag in baseline.tags), 200)}"
    for number, example in enumerate(baseline.examples, 1):
        words = [f"approved {one_line(example.approved[:16].replace('T', ' '))}"]
        words += [f"by {one_line(example.by, 60)}"] if example.by else []
        words += [f"with {one_line(example.model, 60)}"] if example.model else []
        words += [f"via {one_line(example.via, 30)}"] if example.via else []
        # A few digits of the digest: another answer shows as another line, and nothing of it.
        yield f"example {number}  {' '.join(words)}  [{example.exact.hex()[:8]}]"
    if baseline.asked is not None and baseline.agreed is not None:
        yield f"agreed    {baseline.agreed} of {baseline.asked}"
    yield f"sealed    {0 if baseline.sealed is None else len(baseline.sealed)} bytes [{baseline.mac.hex()[:8]}]"
    yield ""
