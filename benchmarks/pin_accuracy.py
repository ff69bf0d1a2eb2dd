"""
Measure pins on answers that were worded freely: does one decisive phrase tell right from wrong?

    python benchmarks/pin_accuracy.py --data PATH/dev.jsonl.gz

The data names no decisive phrases, so they are taken from what it does say. Where a question has four
right answers or more, half of them (by a hash of their text) show what they share: the run of words that
most of them hold, that the question does not hold and no wrong answer has; of several the shortest. An
alias is found in the same way for those that lack it. The other half, and the wrong answers, are judged.
Where there are two right answers, the first phrase that is offered for the one is pinned, and the other is
judged: nobody knows better than the offer there.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from pairs import judge_pair, read_pairs
from shares import share

from llmentary.core.pin_suggestions import pinnable_facts

_WORD = re.compile(r"\w+")
_LITTLE = frozenset(
    _WORD.findall(
        "a an the of in on at to for and or is are was were it he she they that this by with as from be"
    )
)
_LONGEST = 6
ENOUGH = 4


def main() -> int:
    """
    Print how often a pin decides rightly, and how often the decisive phrase is offered first.
    """
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--failures", type=int, default=0)
    arguments = options.parse_args()
    right: dict[str, list[str]] = defaultdict(list)
    wrong: dict[str, list[str]] = defaultdict(list)
    for row in read_pairs(arguments.data):
        if row["slice"][:2] in ("b3", "b5", "d2", "d3"):
            question = row["question"]
            right[question].append(row["baseline"])
            (wrong if row["changed"] else right)[question].append(row["new"])
    shared, aliased, offer, ranked = Counts(), Counts(), Counts(), [0, 0]
    for question in sorted(right):
        answers = sorted(set(right[question]) - set(wrong[question]), key=_place)
        bad = sorted(set(wrong[question]))
        if len(answers) >= ENOUGH:
            known, others = answers[: len(answers) // 2], answers[len(answers) // 2 :]
            phrase = decisive_phrase(known, question, bad)
            if phrase is None:
                continue
            approved = next(answer for answer in known if _holds(answer, phrase))
            rest = [answer for answer in known if not _holds(answer, phrase)]
            alias = decisive_phrase(rest, question, bad) if rest else None
            shared.judge(approved, others, bad, question, [phrase], arguments.failures)
            aliased.judge(approved, others, bad, question, [[phrase, alias] if alias else phrase], 0)
            names = [one.phrase.lower() for one in pinnable_facts(approved, question)]
            ranked[0] += any(_meets(name, phrase) for name in names[:3])
            ranked[1] += 1
        elif len(answers) == 2:
            names = [one.phrase for one in pinnable_facts(answers[0], question)]
            if names:
                offer.judge(answers[0], answers[1:], bad, question, names[:1], arguments.failures)
    for title, counts in (
        ("what the right ones share", shared),
        ("the same, with an alias", aliased),
        ("the first phrase offered", offer),
    ):
        counts.show(title)
    print(f"decisive phrase among the first three offered: {share(ranked[0], ranked[1])} of {ranked[1]}")
    return 0


class Counts:
    """
    Right answers that passed, and wrong ones that did not.
    """

    def __init__(self) -> None:
        self.right = [0, 0]
        self.wrong = [0, 0]

    def judge(
        self,
        approved: str,
        others: Sequence[str],
        bad: Sequence[str],
        question: str,
        pins: Sequence[str | Sequence[str]],
        failures: int,
    ) -> None:
        """
        Judge other right answers and wrong ones against an approved one with its pin.
        """
        for answers, count, is_right in ((others, self.right, True), (bad, self.wrong, False)):
            for answer in answers:
                passed = judge_pair(approved, answer, question=question, pins=pins)[0] == "passed"
                count[0] += passed is is_right
                count[1] += 1
                if passed is not is_right and count[1] - count[0] <= failures:
                    print(f"    {pins} {answer[:120]!r}")

    def show(self, title: str) -> None:
        """
        Print one row.
        """
        if not (self.right[1] and self.wrong[1]):
            return
        middle = (self.right[0] / self.right[1] + self.wrong[0] / self.wrong[1]) / 2
        print(
            f"{title:<28}right passed {share(*self.right)} of {self.right[1]:<5}"
            f"wrong not {share(*self.wrong)} of {self.wrong[1]:<5}balanced {middle:.3f}"
        )


def decisive_phrase(answers: Sequence[str], question: str, wrong: Sequence[str]) -> str | None:
    """
    Return the run of words that most right answers share and neither question nor wrong answers hold.
    """
    told = set(_words(question)) | _LITTLE
    counts: Counter[tuple[str, ...]] = Counter()
    for answer in answers:
        words = _words(answer)
        runs = {
            tuple(words[at : at + size])
            for size in range(1, _LONGEST + 1)
            for at in range(len(words) - size + 1)
        }
        counts.update(runs)
    fitting = [
        (count, -len(run), " ".join(run))
        for run, count in counts.items()
        if not (run[0] in _LITTLE or run[-1] in _LITTLE or told.issuperset(run))
    ]
    for _, _, phrase in sorted(fitting, reverse=True):
        if not any(_holds(answer, phrase) for answer in wrong):
            return phrase
    return None


def _holds(answer: str, phrase: str) -> bool:
    return f" {phrase} " in " ".join(["", *_words(answer), ""])


def _meets(name: str, phrase: str) -> bool:
    offered, wanted = set(_words(name)) - _LITTLE, set(_words(phrase)) - _LITTLE
    return bool(offered) and (offered <= wanted or wanted <= offered)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _place(answer: str) -> bytes:
    return blake2b(answer.encode(), digest_size=8).digest()


if __name__ == "__main__":
    sys.exit(main())
