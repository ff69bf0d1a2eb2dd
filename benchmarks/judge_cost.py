"""
Time the judge on an answer of 100 words: unchanged, changed in presentation, and compared in full.

    python benchmarks/judge_cost.py
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import process_time

from llmentary_regression.core.baselines import Baseline, unbound_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import Fingerprint, make_fingerprint, seal_examples
from llmentary_regression.core.judging import judge_answer, redacted_diff
from llmentary_regression.core.model import CaseSettings, Privacy, Verdict

ROOT = Root("r1", bytes(range(32)))
ANSWER = (
    "You can return a jacket within 30 days of delivery for a full refund of $120, provided "
    "that it is unworn "
    "and still has its tags. Please pack it well, print the label from your account, and hand "
    "the parcel to any "
    "post office in Norway or Sweden. We will check the jacket within 5 working days and send "
    "the money back to "
    "the card that you paid with. If the label does not print, write to support@example.com "
    "and Maria Jones will "
    "help you. Jackets from the winter sale can only be exchanged, not refunded, and gift "
    "cards are never paid "
    "out in cash, whatever the shop may have told you."
)


def main() -> int:
    """
    Print the times, best of several rounds, in microseconds.
    """
    baseline = unbound_baseline(root=ROOT, random=os.urandom)

    def make() -> Fingerprint:
        return make_fingerprint(
            ANSWER, root=ROOT, baseline_id=baseline.id, privacy=Privacy.FULL, approved="", by=""
        )

    def make_and_seal() -> Baseline:
        return seal_examples(baseline, [make()], root=ROOT, random=os.urandom)

    approved = make_and_seal()
    settings = CaseSettings()

    def judge(text: str) -> Verdict:
        return judge_answer(text, approved, root=ROOT, settings=settings, question="")

    changed = ANSWER.replace("30 days", "14 days")
    reworded = ANSWER.replace("Please pack it well", "Pack it with some care")
    print(f"an answer of {len(ANSWER.split())} words, sealed in {len(approved.sealed or b'')} bytes")
    for name, call, bar in (
        ("unchanged, by digest", lambda: judge(ANSWER), 20),
        ("changed in presentation", lambda: judge(ANSWER.upper()), 500),
        ("a number changed", lambda: judge(changed), 500),
        ("reworded", lambda: judge(reworded), 500),
        ("make a fingerprint", make_and_seal, 600),
        ("redacted diff", lambda: redacted_diff(changed, approved, 0, root=ROOT), 600),
    ):
        print(f"{name:<28}{_best(call):>9.1f} us   bar {bar}")
    return 0


def _best(call: Callable[[], object], rounds: int = 150, calls: int = 10) -> float:
    call()
    best = float("inf")
    for _ in range(rounds):
        start = process_time()
        for _ in range(calls):
            call()
        best = min(best, process_time() - start)
    return best / calls * 1e6


if __name__ == "__main__":
    sys.exit(main())
