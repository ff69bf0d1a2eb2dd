"""
The `llmentary` fixture: judge an answer that an ordinary test got from its program.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import pytest

from llmentary_regression.core.errors import LlmentaryError, UsageError
from llmentary_regression.core.model import (
    Answer,
    Case,
    CaseResult,
    JsonValue,
    Position,
    Role,
    SettingEntry,
    Span,
    Suite,
    Turn,
    Verdict,
)
from llmentary_regression.core.settings import SETTINGS, InvalidValue
from llmentary_regression.core.suite.parsing import case_key
from llmentary_regression.pytest_plugin.failures import AnswerFailed, approved_label, describe_failure
from llmentary_regression.pytest_plugin.session import PluginSession
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.services.run import Judging, diff_of
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.files import suite_name

_NOWHERE = Span(Position(0, 0), Position(0, 0))


class AnswerChecks:
    """
    Judges the answers of one test.

    A class because several checks of one test are distinguished by their order.
    """

    def __init__(self, test: pytest.Item, session: PluginSession) -> None:
        self._test = test
        self._session = session
        self._seen: dict[str, int] = {}
        self._pending: list[CaseResult] = []
        self._project: Project | None = None

    def check(
        self,
        question: str,
        answer: JsonValue,
        name: str | None = None,
        *,
        match: str | None = None,
        expect: str | Sequence[str] = (),
        model: str | None = None,
    ) -> Verdict:
        """
        Judge an answer against what was approved for this test.

        Args:
            question: what was asked. A baseline holds only for its question: with another one the verdict is
                `new`.
            answer: a string, or for `match="json"` any JSON value (dict, list, string, number, bool or None).
            name: distinguishes several checks of one test, each with its own; without names their order does.
            match: as after `@match` in a suite: `exact`, `normalized`, `similar`, `similar 0.9` or `json`;
                by default the project's setting.
            expect: as after `@expect` in a suite, such as `contains "30 days"`; one string, or several.
            model: the model that answered, shown in reports.

        Returns:
            The verdict, if it does not fail the test: `.kind` is `passed`, `unsure`, `new` or another kind.

        Raises:
            AssertionError: the answer does not hold: it changed or failed; with `--llm-strict` also if it is
                new or unsure.
            UsageError: `match` or `expect` cannot be read, `name` was used before in this test, or `answer` is
                neither a string nor a JSON value.
            ProjectError: a setting of the project has a value that cannot be used.

        Example:
            def test_returns(llmentary):
                question = "How long can I return a jacket?"
                llmentary.check(question, bot.ask(question), expect='contains "30 days"')
        """
        __tracebackhide__ = True
        project = self._project = self._session.project_of(self._test.path)
        path = self._test.path
        parsed = ParsedSuite(path, suite_name(project.root, path), Suite(()), ())
        case = self._case(question, name, _entries(match, expect))
        result = self._session.wait_for(_judge(project, SuiteCase(parsed, case), _answer(answer, model)))
        verdict = result.verdict
        properties = self._test.user_properties
        if self._session.approves(result):
            self._pending.append(result)
            properties.append(("llmentary", approved_label(verdict.kind)))
            return verdict
        properties.append(("llmentary", str(verdict.kind)))
        if self._session.fails(project, result):
            raise AnswerFailed(
                describe_failure(
                    result,
                    location=(str(path), 0),
                    title=case.label,
                    diff_of=partial(diff_of, project),
                    answers=self._session.answers_shown,
                    approve_command=f"pytest --llm-approve {self._test.nodeid!r}",
                )
            )
        return verdict

    def approve(self) -> None:
        """
        Approve the answers of this test that the session approves.
        """
        if not self._pending or self._project is None:
            return
        try:
            self._session.approve(self._project, self._pending)
        except LlmentaryError as exc:
            pytest.fail(f"nothing was approved: {exc}", pytrace=False)

    def _case(self, question: str, name: str | None, overrides: tuple[SettingEntry, ...]) -> Case:
        _, _, test = self._test.nodeid.partition("::")
        identity = test if name is None else f"{test}::{name}"
        count = self._seen[identity] = self._seen.get(identity, 0) + 1
        if count > 1:
            if name is not None:
                raise UsageError(f"`{name}` was checked before in this test; give each check its own name")
            identity += f"#{count}"
        turns = (Turn(Role.USER, question),)
        key = case_key(identity, turns, None)
        return Case(key, identity, None, turns, overrides, (), _NOWHERE, _NOWHERE)


async def _judge(project: Project, suite_case: SuiteCase, answer: Answer) -> CaseResult:
    return await Judging(project).judge(suite_case, answer, 0.0)


def _answer(value: JsonValue, model: str | None) -> Answer:
    if isinstance(value, str):
        return Answer(value, model=model)
    try:
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    except (TypeError, ValueError) as exc:
        raise UsageError(
            f"an answer is a text or a JSON value, not {type(value).__name__}; take the text out of it"
        ) from exc
    return Answer(text, data=value, has_data=True, model=model)


def _entries(match: str | None, expect: str | Sequence[str]) -> tuple[SettingEntry, ...]:
    written = [("match", match)] if match is not None else []
    expectations = [expect] if isinstance(expect, str) else expect
    written += [("expect", expectation) for expectation in expectations]
    entries = []
    for name, text in written:
        try:
            entries.append(SettingEntry(name, SETTINGS[name].read(text), _NOWHERE))
        except InvalidValue as exc:
            raise UsageError(f"`{name}={text!r}`: {exc}") from exc
    return tuple(entries)
