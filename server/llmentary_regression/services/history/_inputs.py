"""
What decides a case's answer and verdict on our side: its question, its settings, the callable's sources.

Recorded as short digests, so that one run can be compared with another without storing any text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.model import Case, CaseSettings
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import read_file


def digest(text: str | bytes) -> str:
    """
    Return a short digest that shows whether something changed; it guards no secret.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.blake2b(data, digest_size=6).hexdigest()


def question_digest(case: Case) -> str:
    """
    Return the digest of a case's question; empty for a case without a name, whose key is made of it already.
    """
    return "" if case.name is None else digest(case.question)


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    The digests of one case.
    """

    question: str
    """As `question_digest` makes it."""
    settings: str


class InputReader:
    """
    Makes the digests of many cases, with one digest for all that share their settings.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._settings: dict[int, tuple[CaseSettings, str]] = {}

    def read(self, case: Case) -> Inputs:
        """
        Return the digests of a case.
        """
        return Inputs(question_digest(case), self.settings_digest(self._project.settings_of(case)))

    def settings_digest(self, settings: CaseSettings) -> str:
        """
        Return the digest of what affects answer or verdict; not of how often or how fast the case is asked.
        """
        known = self._settings.get(id(settings))
        if known is not None and known[0] is settings:
            return known[1]
        parts = (
            settings.callable,
            settings.match,
            settings.unsure,
            [str(one) for one in settings.expect],  # without the place in the suite
            settings.mask,
            settings.model,
            sorted(settings.env.items()),
            settings.lang,
            settings.embed,
            settings.judge,
            sorted(settings.arg.items()),
        )
        made = digest(repr(parts))
        self._settings[id(settings)] = (settings, made)
        return made


def source_digests(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """
    Return the digests of source files by their path below the root; an empty one for a file that is gone.
    """
    found = {}
    for path in sorted(files):
        if path.is_relative_to(root):
            found[path.relative_to(root).as_posix()] = file_digest(path)
    return found


def changed_sources(root: Path, known: Mapping[str, str]) -> list[str]:
    """
    Return which of the files differ from their known digests.
    """
    return [name for name, previous in known.items() if file_digest(root / name) != previous]


def file_digest(path: Path) -> str:
    try:
        return digest(read_file(path))
    except OSError:
        return ""
