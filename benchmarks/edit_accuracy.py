"""
Measure the judge on edits of real answers: kinds that change the meaning, and kinds that change only the format.

    python benchmarks/edit_accuracy.py --data PATH/dev.jsonl.gz [--each 60] [--held-back | --open | --second]

The edits are those of `edits/`; a quarter of the kinds was held back while the judge was improved.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

from edits.kinds import FORMAT, MEANING, SECOND_FORMAT, SECOND_MEANING, is_held_back
from edits.neutral_words import swap_neutral_word
from edits.pair import Edit, Pair
from pairs import judge_pair, read_pairs
from shares import share

LONG_ENOUGH = 15
_MARKED_UP = re.compile(r"[`<>{}=|\\]")
"""Texts with such characters get no format edits: bullets between the lines of a program are more than format."""


def main() -> int:
    """
    Print a table of meaning edits and one of format edits, with totals for open and held-back kinds.
    """
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True, help="the pairs whose answers are edited")
    options.add_argument("--each", type=int, default=60, help="edits of each kind")
    options.add_argument("--failures", type=int, default=0, help="print this many failures of each kind")
    chosen = options.add_mutually_exclusive_group()
    chosen.add_argument("--held-back", action="store_true", help="only the held-back kinds")
    chosen.add_argument(
        "--open", action="store_true", help="only the kinds that were open to the judge's authors"
    )
    chosen.add_argument("--second", action="store_true", help="the second set, written by a later author")
    arguments = options.parse_args()

    def wanted(kind: str) -> bool:
        return not (arguments.open and is_held_back(kind)) and (is_held_back(kind) or not arguments.held_back)

    meaning, form = (SECOND_MEANING, SECOND_FORMAT) if arguments.second else (MEANING, FORMAT)
    print_edits(
        read_texts(arguments.data),
        each=arguments.each,
        meaning=meaning,
        form=form,
        failures=arguments.failures,
        wanted=wanted,
    )
    return 0


def print_edits(
    texts: Sequence[str],
    *,
    each: int,
    meaning: Mapping[str, Edit] = MEANING,
    form: Mapping[str, Edit] = FORMAT,
    failures: int = 0,
    wanted: Callable[[str], bool] = lambda kind: True,
) -> None:
    """
    Judge `each` edits of each kind and print the tables.
    """
    for title, table, bad in (
        ("edits of meaning", meaning, "passed"),
        ("edits of format", form, "changed"),
    ):
        verdicts: dict[str, Counter[str]] = {}
        for kind, edit in table.items():
            if wanted(kind):
                pairs = make_pairs(kind, edit, texts, each, prose=table is form)
                verdicts[kind] = count_verdicts(pairs, bad, failures)
        print_kinds(title, verdicts)
    pairs = make_pairs("neutral word", swap_neutral_word, texts, 4 * each, prose=False)
    print_kinds("rewordings", {"one similar word": count_verdicts(pairs, "", 0)})


def read_texts(path: Path) -> list[str]:
    """
    Return the distinct approved answers that are long enough to be edited.
    """
    rows = (row for row in read_pairs(path) if row["slice"][0] in "ace")
    return sorted({row["baseline"].strip() for row in rows if len(row["baseline"].split()) >= LONG_ENOUGH})


def make_pairs(kind: str, edit: Edit, texts: Sequence[str], each: int, *, prose: bool) -> list[Pair]:
    """
    Apply an edit to `each` texts; its name is the random seed, so that every run takes the same ones.
    """
    random = Random(kind)
    pairs: list[Pair] = []
    for text in random.sample(list(texts), len(texts)):
        if len(pairs) == each:
            break
        if (prose and _MARKED_UP.search(text)) or (pair := edit(text, random)) is None:
            continue
        pairs.append(pair)
    return pairs


def count_verdicts(pairs: Sequence[Pair], bad: str, failures: int) -> Counter[str]:
    """
    Judge each pair and count the verdicts.

    Args:
        bad: the kind of edit fails if it gets this verdict; for `changed`, if it gets any other than `passed`.
        failures: print at most so many failures.
    """
    counts: Counter[str] = Counter()
    for old, new in pairs:
        verdict, reason = judge_pair(old, new)
        counts[verdict] += 1
        failed = verdict == "passed" if bad == "passed" else verdict != "passed"
        if failed and failures > 0:
            failures -= 1
            print(f"    {verdict} {reason}: {_differing(old, new)}")
    return counts


def print_kinds(title: str, verdicts: Mapping[str, Counter[str]]) -> None:
    """
    Print one row for each kind, and the totals.
    """
    print(f"\n{title:<28}{'n':>6}  {'passed':<24}{'unsure':<24}{'changed':<24}")

    def row(name: str, counts: Counter[str]) -> None:
        total = counts.total()
        cells = "".join(f"{share(counts[word], total):<24}" for word in ("passed", "unsure", "changed"))
        print(f"{name:<28}{total:>6}  {cells}")

    for kind, counts in verdicts.items():
        row(f"{kind}{' *' if is_held_back(kind) else ''}", counts)
    groups: list[tuple[str, Callable[[str], bool]]] = [
        ("all", lambda kind: True),
        ("all open", lambda kind: not is_held_back(kind)),
        ("all held back *", is_held_back),
    ]
    for name, belongs in groups:
        total = sum((counts for kind, counts in verdicts.items() if belongs(kind)), Counter[str]())
        if total:
            row(name, total)


def _differing(old: str, new: str) -> str:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before = max(0, start - 20)
    return f"{old[before : len(old) - end + 12][:100]!r} | {new[before : len(new) - end + 12][:100]!r}"


if __name__ == "__main__":
    sys.exit(main())
