"""
Measure the judge on labeled pairs of answers: how many it calls passed, unsure and changed, by slice.

    python benchmarks/accuracy.py --data PATH/dev.jsonl.gz [--kinds] [--edits 60]

Each line of the data is an object with `slice`, `kind`, `question`, `baseline`, `new` and `changed` (0 or 1).
Intervals are 95 % Wilson intervals.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from edit_accuracy import print_edits, read_texts
from pairs import judge_pair, read_pairs
from shares import share

SHORT = 5
"""A baseline with at most so many words is used as a whole, as the pin that a developer would set."""


def main() -> int:
    """
    Print the tables.
    """
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--data", type=Path, required=True, help="a .jsonl or .jsonl.gz file of labelled pairs"
    )
    options.add_argument("--kinds", action="store_true", help="also print one row for each kind of edit")
    options.add_argument(
        "--edits", type=int, default=0, metavar="N", help="also judge N edits of each kind of `edits/`"
    )
    arguments = options.parse_args()
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    pinned: dict[str, Counter[str]] = defaultdict(Counter)
    same: dict[str, bool] = {}
    for row in read_pairs(arguments.data):
        names = [row["slice"]]
        if arguments.kinds and row["kind"] and "=" not in row["kind"]:
            names.append(f"{row['slice']} / {row['kind']}")
        word = _judge(row)
        for name in names:
            verdicts[name][word] += 1
            same[name] = not row["changed"]
        if len(row["baseline"].split()) <= SHORT and row["slice"][0] in "bd":
            pinned[row["slice"]][_judge(row, pins=[row["baseline"].strip(" .")])] += 1
    _print_slices(verdicts, same)
    _print_pins(pinned, same)
    _print_bars({name: counts for name, counts in verdicts.items() if " / " not in name}, same)
    if arguments.edits:
        print_edits(read_texts(arguments.data), each=arguments.edits)
    return 0


def _judge(row: Mapping[str, str], pins: list[str] | None = None) -> str:
    return judge_pair(row["baseline"], row["new"], question=row["question"], pins=pins or ())[0]


def _print_slices(verdicts: Mapping[str, Counter[str]], same: Mapping[str, bool]) -> None:
    print(f"{'slice':<44}{'truth':<9}{'n':>5}  {'passed':<24}{'unsure':<24}{'changed':<24}")
    for name in sorted(verdicts):
        counts, total = verdicts[name], verdicts[name].total()
        cells = "".join(f"{share(counts[word], total):<24}" for word in ("passed", "unsure", "changed"))
        print(f"{name:<44}{'same' if same[name] else 'changed':<9}{total:>5}  {cells}")


def _print_pins(pinned: Mapping[str, Counter[str]], same: Mapping[str, bool]) -> None:
    print("\nwith a short baseline as the only pin")
    for name in sorted(pinned):
        counts = pinned[name]
        word = "passed" if same[name] else "changed"
        part = share(counts[word], counts.total())
        print(f"{name:<44}{'same' if same[name] else 'changed':<9}{counts.total():>5}  {word} {part}")


def _print_bars(verdicts: Mapping[str, Counter[str]], same: Mapping[str, bool]) -> None:
    def count(prefixes: str | tuple[str, ...], word: str | None = None) -> int:
        chosen = [counts for name, counts in verdicts.items() if name.startswith(prefixes)]
        return sum(counts[word] if word else counts.total() for counts in chosen)

    changed = tuple(name for name in verdicts if not same[name])
    caught = count(changed, "changed")
    rows = (
        ("truly changed, called passed", count(changed, "passed"), count(changed)),
        ("format noise called passed", count("a", "passed"), count("a")),
        ("right when it says changed (format)", caught, caught + count("a", "changed")),
        (
            "right when it says changed (and paraphrases)",
            caught,
            caught + count(("a", "b1", "b2"), "changed"),
        ),
        ("right when it says changed (and reruns)", caught, caught + count(("a", "b"), "changed")),
        ("fact edits called changed", count("c_", "changed"), count("c_")),
        ("dropped sentences called changed", count("c2", "changed"), count("c2")),
        ("truncated called changed", count("e1", "changed"), count("e1")),
        ("refusals called changed", count("e2", "changed"), count("e2")),
        ("empty or error called changed", count("e3", "changed"), count("e3")),
        ("answers to another question called changed", count("e4", "changed"), count("e4")),
    )
    print()
    for name, hits, total in rows:
        if total:
            print(f"{name:<48}{hits:>5} of {total:<6}{share(hits, total, digits=4)}")


if __name__ == "__main__":
    sys.exit(main())
