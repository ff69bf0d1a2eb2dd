"""
Measure pins on freely worded answers: does one decisive phrase separate right answers from wrong ones?

    python benchmarks/pin_accuracy.py --data PATH/dev.jsonl.gz [--half tuned|held-back] [--failures 20]

The data has no decisive phrases, so they are in `pin_choices.json`. They were chosen as a developer chooses at
approval: from the question and the approved answer only, without the new answer or its label, and before
anything was judged. The rules were:

1. The shortest phrase of the answer that every right answer must contain and the question does not.
2. Names in full, with the surname as an alias if it is rare enough; dates as fully as the answer gives them, with
   the day or year that the question asks for as an alias; numbers with their units.
3. At most three aliases: other spellings, abbreviations and synonyms that come to mind without looking
   anything up.
4. For a list, one pin for each item; it counts as "several pins". For an answer without a short decisive phrase
   (an opinion, an explanation), none.

A hash of question and approved answer identifies a row. A hash of the question splits the rows into two halves:
failures of the tuned half were read while pins were improved, those of the other half never.

Many questions have several right answers ("Bing Crosby", "Rudy Vallee"). The data labels any two of them as the
same, but a pin of one cannot occur in the other. Rows whose new answer gives another right answer than the
approved one were marked afterwards, by reading both answers and not their verdict; figures are printed with and
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

from llmentary_regression.core.pins import absent_pins, suggest_pins
from llmentary_regression.core.text import analyze

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
    Print how often the chosen pins are right, and how often the chosen phrase is suggested first.
    """
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--half", choices=HALVES, help="judge only this half of the questions")
    options.add_argument(
        "--failures", type=int, default=0, help="print this many failures, only of the tuned half"
    )
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
        print("without new answers that give another right answer:")
        show_accuracy([row for row in chosen if row_key_of(row) not in others], choices, 0)
        show_offers(chosen, choices, arguments.failures)
    return 0


def read_choices() -> tuple[dict[str, Pins], frozenset[str]]:
    """
    Return the chosen pins by approved answer, and the rows whose new answer gives another right answer.
    """
    data = json.loads(CHOICES.read_text(encoding="utf-8"))
    return data["chosen"], frozenset(data["another_right_answer"])


def show_choices(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins]) -> None:
    """
    Print how many answers have no, one or several decisive phrases.
    """
    keys = {key_of(row) for row in rows}
    counts = [min(len(choices[key]), 2) for key in keys]
    print(
        f"{len(keys)} answers: no phrase decides {share(counts.count(0), len(keys))}, "
        f"one {share(counts.count(1), len(keys))}, several {share(counts.count(2), len(keys))}"
    )


def show_accuracy(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins], failures: int) -> None:
    """
    Print how often pins let right answers pass and catch wrong ones.
    """
    ways = {"one pin": Counts(), "with its aliases": Counts(), "several, with aliases": Counts()}
    ways["none (no pin)"], ways["the first suggestion"] = Counts(), Counts()
    for row in rows:
        pins = choices[key_of(row)]
        if not pins:
            continue
        if len(pins) == 1:
            ways["one pin"].judge(row, [pins[0][:1]])
            ways["with its aliases"].judge(row, pins)
            ways["none (no pin)"].judge(row, [])
            offers = suggest_pins(row["baseline"], row["question"])[:1]
            ways["the first suggestion"].judge(row, [[offer.phrase] for offer in offers])
        else:
            ways["several, with aliases"].judge(row, pins)
    for title, counts in ways.items():
        counts.show(title)
    for line in ways["with its aliases"].failures[:failures]:
        print(f"    {line}")


def show_offers(rows: Sequence[Mapping[str, Any]], choices: Mapping[str, Pins], failures: int) -> None:
    """
    Print how often the chosen phrase is among the first suggestions.
    """
    found = [0, 0]
    answers = {key_of(row): row for row in rows if len(choices[key_of(row)]) == 1}
    for key, row in answers.items():
        phrases = [offer.phrase for offer in suggest_pins(row["baseline"], row["question"])]
        rank = next(
            (index for index, phrase in enumerate(phrases) if is_offer(phrase, choices[key][0])), None
        )
        found[0] += rank == 0
        found[1] += rank is not None and rank < OFFERED
        if (rank is None or rank >= OFFERED) and failures and half_of(row) == HALVES[0]:
            failures -= 1
            print(f"    offered {phrases[:5]} for {choices[key][0][:1]}: {row['question'][:80]!r}")
    print(f"chosen phrase suggested first: {share(found[0], len(answers))} of {len(answers)}")
    print(f"among the first {OFFERED}: {share(found[1], len(answers))}")


def is_offer(offered: str, chosen: Sequence[str]) -> bool:
    """
    Return whether a suggested phrase has the chosen one or an alias in it, with at most two more words.
    """
    analysis = analyze(offered)
    near = [phrase for phrase in chosen if len(offered.split()) <= len(phrase.split()) + 2]
    return any(not absent_pins([phrase], analysis) for phrase in near)


@dataclass
class Counts:
    """
    Right answers that passed, and wrong answers that did not, each with their total.
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
    Return the hash that stands for an approved answer in `pin_choices.json`.
    """
    text = f"{row['question']}\0{row['baseline']}"
    return blake2b(text.encode(), digest_size=8).hexdigest()


def row_key_of(row: Mapping[str, Any]) -> str:
    """
    Return the hash that stands for a pair of answers in `pin_choices.json`.
    """
    text = "\0".join((row["question"], row["baseline"], row["new"]))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def half_of(row: Mapping[str, Any]) -> str:
    """
    Return the half that a row's question belongs to.
    """
    return HALVES[blake2b(row["question"].encode(), digest_size=1, person=b"half").digest()[0] & 1]


if __name__ == "__main__":
    sys.exit(main())
