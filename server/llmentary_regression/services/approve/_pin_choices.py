"""
Pins as the developer handles them: what is suggested, what was typed, what an earlier approval left.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from llmentary_regression.core.baselines import NO_PINS, Baseline, PinSet, is_authentic
from llmentary_regression.core.crypto import Root, SealError
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseResult, Privacy
from llmentary_regression.core.pins import (
    NamedPin,
    PinSuggestion,
    WantedPin,
    WantedPins,
    absent_pins,
    denied_pins,
    holding_pins,
    list_pins,
    name_of,
    phrases_of,
    suggest_pins,
)
from llmentary_regression.core.text import analyze

_log = logging.getLogger(__name__)


def suggested_pins(result: CaseResult) -> list[PinSuggestion]:
    """
    Return the phrases of a result's answer that are worth pinning, the most likely first.
    """
    try:
        return suggest_pins(result.judged_text, result.case.question, result.settings.lang)
    except Exception as exc:  # noqa: BLE001 - a mistake of ours must not cost what was decided so far
        # By its name alone: its text may quote the answer.
        _log.warning("no pins are suggested for `%s`: %s", result.case.label, type(exc).__name__)
        return []


def read_pin(text: str) -> WantedPin:
    """
    Return a phrase and its aliases from `30 days`, `30 days|a month` or `30 days = a month`.

    `return window := 30 days` gives it a name.

    Raises:
        UsageError: a phrase is empty.
    """
    name, is_named, phrases = text.partition(":=")
    if not is_named:
        return _read_phrases(text, text)
    if not name.strip():
        raise UsageError(f"`{text}` has no name before `:=`; write `NAME := PHRASE`")
    return NamedPin(name.strip(), _read_phrases(phrases, text))


def _read_phrases(phrases: str, text: str) -> tuple[str, ...]:
    separator = "|" if "|" in phrases else " = "
    read = tuple(phrase.strip() for phrase in phrases.split(separator))
    if not all(read):
        raise UsageError(f"`{text}` pins nothing; write a phrase of the answer, aliases behind `|`")
    return read


def check_pins(result: CaseResult, pins: WantedPins) -> None:
    """
    Check that each phrase, or one of its aliases, occurs in the answer for which it is pinned.

    Raises:
        UsageError: one does not, its name would keep it, or the answer's fingerprint is to keep no pins.
    """
    if not pins:
        return
    if result.settings.privacy is Privacy.DIGEST:
        raise UsageError(
            f"`{result.case.label}` has `privacy digest`, which stores no pins; use `facts` or `full` to pin"
        )
    wanted = list_pins(pins)
    for pin in wanted:
        check_name(pin, result.settings.lang)
    analysis = analyze(result.judged_text, result.settings.lang)
    absent = absent_pins(wanted, analysis)
    if not absent:
        return
    phrase = phrases_of(absent[0])[0]
    if denied_pins(absent[:1], analysis):
        raise UsageError(
            f"the answer of `{result.case.label}` says `{phrase}` only after a negation; pin both together, "
            f"such as `not {phrase}`"
        )
    raise UsageError(
        f"the answer of `{result.case.label}` does not contain `{phrase}`; pin a phrase that occurs in it"
    )


def check_name(pin: WantedPin, lang: str) -> None:
    """
    Check that a pin's name does not contain what is pinned: names are stored, sealed, and answers never are.

    Raises:
        UsageError: the name holds the phrase or an alias.
    """
    name = name_of(pin)
    if not name:
        return
    phrases = phrases_of(pin)
    if len(absent_pins(phrases, analyze(name, lang))) < len(phrases):
        raise UsageError(
            f"`{name}` says what it pins, and names are stored while answers never are; choose another name"
        )


def pins_that_hold(
    result: CaseResult, previous: Baseline, roots: Mapping[str, Root], wanted: WantedPins = ()
) -> tuple[PinSet, list[str]]:
    """
    Return the pins of what was approved that occur in the new answer, and the names of those that do not.

    A pin without a name has an empty one. One to which a pin that is wanted now adds an alias occurs as well.
    Of several examples the one that the answer was held against speaks, or else the newest with pins.
    """
    from llmentary_regression.core.fingerprint import open_examples
    from llmentary_regression.core.text import analyze

    root = roots.get(previous.root)
    if root is None or not is_authentic(previous, root):
        return NO_PINS, []
    try:
        fingerprints = open_examples(previous, root=root)
    except SealError:
        return NO_PINS, []  # what cannot be opened has nothing to pass on
    nearest = result.verdict.example
    count = len(fingerprints)
    order = [*([nearest] if nearest is not None and nearest < count else []), *range(count)[::-1]]
    for index in order:
        body = fingerprints[index].body
        if body is None or not len(body.pins):
            continue
        analysis = analyze(result.judged_text, result.settings.lang)
        kept = holding_pins(body.pins, analysis, list_pins(wanted))
        return kept, [pin.name for pin in body.pins.pins if pin not in kept.pins]
    return NO_PINS, []
