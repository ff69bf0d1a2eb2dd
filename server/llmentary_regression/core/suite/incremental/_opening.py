"""
Everything before a suite's first block, as it was read: its settings and its plain questions.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary_regression.core.model import Problem, Role, SettingEntry, Turn
from llmentary_regression.core.settings import Scope
from llmentary_regression.core.suite.parsing import (
    Lines,
    Preamble,
    ProblemList,
    SettingLine,
    case_key,
    known_settings,
    read_entry,
    read_preamble,
    tags_of,
)


@dataclass(frozen=True, slots=True)
class Question:
    """
    A plain question, wherever it stands.
    """

    key: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """
    Everything before the first block.
    """

    preamble: Preamble
    settings: tuple[SettingLine, ...]
    entries: tuple[SettingEntry, ...]
    tags: tuple[str, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]

    def says_the_same(self, other: Opening) -> bool:
        """
        Tell whether the suite's settings are the same, wherever they stand.
        """
        return [(setting.name, setting.value) for setting in self.settings] == [
            (one.name, one.value) for one in other.settings
        ]


EMPTY_OPENING = Opening(Preamble((), (), 0), (), (), (), (), ())


def read_opening(lines: Lines, previous: Opening | None) -> Opening:
    """
    Read everything before the first block, sharing with a previous reading what has stayed the same.
    """
    problems = ProblemList()
    preamble = read_preamble(lines, problems)
    settings = known_settings(preamble.settings, Scope.SUITE, lines, problems)
    read = [read_entry(setting, problems) for setting in settings]
    entries = tuple(entry for entry in read if entry is not None)
    known: dict[str, Question] = {}
    if previous is not None:
        if previous.entries == entries:
            entries = previous.entries  # the same object: what was made with it need not be made again
        known = {question.turns[0].text: question for question in previous.questions}
    return Opening(
        preamble,
        tuple(settings),
        entries,
        tuple(dict.fromkeys(tags_of(entries))),
        tuple([known.get(lines[at]) or _question(lines[at]) for at in preamble.questions]),
        problems.in_order_found(),
    )


def _question(text: str) -> Question:
    turns = (Turn(Role.USER, text),)
    return Question(case_key(None, turns, None), turns)
