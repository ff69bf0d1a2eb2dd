"""
Measure pins on answers that were worded freely: does one decisive phrase tell right from wrong?

    python benchmarks/pin_accuracy.py --data PATH/dev.jsonl.gz [--half tuned|held-back] [--failures 20]

The data names no decisive phrases, so `pin_choices.json` does. It was written as a developer chooses at
approval: by question and approved answer alone, never by the new answer nor by whether it is right, and
before any of it was judged. The rules of choosing were:

1. The shortest phrase of the answer that every right answer has to say, and that the question does not.
2. Names in full, the surname as an alias where it is rare enough; dates as fully as the answer has them, with
   the day or year that the question asks for as an alias; numbers with their units.
3. At most three aliases: other spellings, abbreviations and synonyms that come to mind without looking
   anything up.
4. A list takes a pin for each of its items, and counts as "several pins". An answer of which no short phrase
   decides (an opinion, an explanation) takes none.

Rows are known by a hash of question and approved answer. A hash of the question splits them in two halves:
failures of the tuned half were read while pins were made better, those of the other never.

Many questions have several right answers ("Bing Crosby", "Rudy Vallee"), of which the data calls any two the
same; no pin of the one can stand in the other. Rows whose new answer names another one than the approved
were marked afterwards, by reading both answers and not what was judged of them; figures are given with and
without them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pairs import judge_pair, read_pairs
from shares import share

from llmentary_regression.core.pins import absent_pins, pinnable_facts
from llmentary_regression.core.text import analyse

CHOICES = Path(__file__).with_name("pin_choices.json")
GROUPS = {
    "answers of two models": ("b3_", "d2_"),
    "reruns of one model": ("b5_", "d3_"),
}
HALVES = ("tuned", "held-back")
OFFERED = 3

Pins = Sequence[Sequence[str]]


def main() -> int:
    """
    Print how often chosen pins decide rightly, and how often the chosen phrase is offered first.
    """
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--half", choices=HALVES, help="judge this half of the questions alone")
    options.add_argument("--failures", type=int, default=0, help="show so many, of the tuned half alone")
    arguments = options.parse_args()
    choices, others = read_choices()
    rows = [
        row
        for row in read_pairs(arguments.data)
        if key_of(row) in choices and arguments.half in (None, half_of(row))
    ]
    for title, slices in GROUPS.items():
        chosen = [row for row in rows if row["slice"].startswith(slices)]
        print(f"## {title}")
        show_choices(chosen, choices)
        show_accuracy(chosen, choices, arguments.failures)
        print("without new answers that name another right one:")
        show_accuracy([row for row in chosen if row_key_of(row) not in others], choices, 0)
        show_offers(chosen, choices, arguments.failures)
    return 0


def read_choices() -> tuple[dict[str, Pins], frozenset[str]]:
    """
    Return the chosen pins by approved answer, and the rows whose new answer names another right one.
    """
    data = json.loads(CHOICES.read_text(encoding="utf-8"))
    return data["chosen"], frozenset(data["another_right_answer"])


def show_choices(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins]) -> None:
    """
    Print of how many answers no phrase, one, or several decide.
    """
    keys = {key_of(row) for row in rows}
    counts = [min(len(choices[key]), 2) for key in keys]
    print(
        f"{len(keys)} answers: no phrase decides {share(counts.count(0), len(keys))}, "
        f"one {share(counts.count(1), len(keys))}, several {share(counts.count(2), len(keys))}"
    )


def show_accuracy(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins], failures: int) -> None:
    """
    Print how often pins let right answers pass and stop wrong ones.
    """
    ways = {"one pin": Counts(), "with its aliases": Counts(), "several, with aliases": Counts()}
    ways["none (no pin)"], ways["the first offered"] = Counts(), Counts()
    for row in rows:
        pins = choices[key_of(row)]
        if not pins:
            continue
        if len(pins) == 1:
            ways["one pin"].judge(row, [pins[0][:1]])
            ways["with its aliases"].judge(row, pins)
            ways["none (no pin)"].judge(row, [])
            offers = pinnable_facts(row["baseline"], row["question"])[:1]
            ways["the first offered"].judge(row, [[offer.phrase] for offer in offers])
        else:
            ways["several, with aliases"].judge(row, pins)
    for title, counts in ways.items():
        counts.show(title)
    for line in ways["with its aliases"].failures[:failures]:
        print(f"    {line}")


def show_offers(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins], failures: int) -> None:
    """
    Print how often the chosen phrase is among the first that are offered.
    """
    found = [0, 0]
    answers = {key_of(row): row for row in rows if len(choices[key_of(row)]) == 1}
    for key, row in answers.items():
        phrases = [offer.phrase for offer in pinnable_facts(row["baseline"], row["question"])]
        rank = next((place for place, one in enumerate(phrases) if is_offer(one, choices[key][0])), None)
        found[0] += rank == 0
        found[1] += rank is not None and rank < OFFERED
        if (rank is None or rank >= OFFERED) and failures and half_of(row) == HALVES[0]:
            failures -= 1
            print(f"    offered {phrases[:5]} for {choices[key][0][:1]}: {row['question'][:80]!r}")
    print(f"chosen phrase offered first: {share(found[0], len(answers))} of {len(answers)}")
    print(f"among the first {OFFERED}: {share(found[1], len(answers))}")


def is_offer(offered: str, chosen: Sequence[str]) -> bool:
    """
    Tell whether an offered phrase holds the chosen one, or an alias, with two words around it at most.
    """
    analysis = analyse(offered)
    near = [phrase for phrase in chosen if len(offered.split()) <= len(phrase.split()) + 2]
    return any(not absent_pins([phrase], analysis) for phrase in near)


@dataclass
class Counts:
    """
    Right answers that passed, and wrong ones that did not.
    """

    right: list[int] = field(default_factory=lambda: [0, 0])
    wrong: list[int] = field(default_factory=lambda: [0, 0])
    failures: list[str] = field(default_factory=list)

    def judge(self, row: Mapping[str, Any], pins: Pins) -> None:
        """
        Judge a row's new answer against its approved one with these pins.
        """
        verdict = judge_pair(row["baseline"], row["new"], question=row["question"], pins=pins)[0]
        count = self.wrong if row["changed"] else self.right
        is_fine = (verdict == "passed") is not bool(row["changed"])
        count[0] += is_fine
        count[1] += 1
        if not is_fine and half_of(row) == HALVES[0]:
            truth = "wrong" if row["changed"] else "right"
            self.failures.append(f"{truth} but {verdict}: {list(pins)} {row['new'][:150]!r}")

    def show(self, title: str) -> None:
        """
        Print one row.
        """
        if not (self.right[1] and self.wrong[1]):
            return
        middle = (self.right[0] / self.right[1] + self.wrong[0] / self.wrong[1]) / 2
        print(
            f"{title:<24}right passed {share(*self.right)} of {self.right[1]:<5}"
            f"wrong not {share(*self.wrong)} of {self.wrong[1]:<5}balanced {middle:.3f}"
        )


def key_of(row: Mapping[str, Any]) -> str:
    """
    Return the hash by which `pin_choices.json` knows an approved answer.
    """
    text = f"{row['question']}\0{row['baseline']}"
    return blake2b(text.encode(), digest_size=8).hexdigest()


def row_key_of(row: Mapping[str, Any]) -> str:
    """
    Return the hash by which `pin_choices.json` knows a pair of answers.
    """
    text = "\0".join((row["question"], row["baseline"], row["new"]))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def half_of(row: Mapping[str, Any]) -> str:
    """
    Return which half a row's question belongs to.
    """
    return HALVES[blake2b(row["question"].encode(), digest_size=1, person=b"half").digest()[0] & 1]


if __name__ == "__main__":
    sys.exit(main())
