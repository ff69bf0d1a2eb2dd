"""
Whether an answer meets its `@expect` lines: run their expressions, read their schemas, ask the judge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from llmentary_regression.core.json import check_schema
from llmentary_regression.core.judging import check_expectations, why_unmet
from llmentary_regression.core.model import (
    Answer,
    CaseSettings,
    Evidence,
    ExpectKind,
    Failure,
    FailureKind,
    Regex,
)
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase


class ExpectationChecker:
    """
    The expectations of one run. A class because a schema is read once for all cases of a suite.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._schemas: dict[tuple[str, str], object] = {}

    async def unmet(
        self, suite_case: SuiteCase, settings: CaseSettings, answer: Answer
    ) -> Sequence[Evidence] | Failure:
        """
        Return the expectations that do not hold, or why they could not be checked.
        """
        matches: Mapping[Regex, bool] = {}
        regexes = [one.regex for one in settings.expect if one.regex is not None]
        if regexes:
            searched = await self._project.regexes.search(answer.text, regexes)
            if isinstance(searched, Failure):
                return searched
            matches = searched
        schemas: dict[str, object] = {}
        claims: dict[str, bool] = {}
        for one in settings.expect:
            if one.kind is ExpectKind.JSON_SCHEMA:
                schema = self._schema(suite_case, one.texts[0])
                if isinstance(schema, Failure):
                    return schema
                schemas[one.texts[0]] = schema
            elif one.kind is ExpectKind.SATISFIES:
                held = await self._holds(suite_case, settings, answer, one.texts[0])
                if isinstance(held, Failure):
                    return held
                claims[one.texts[0]] = held
        unmet = check_expectations(
            settings.expect, answer, regex_matches=matches, schemas=schemas, claims=claims
        )
        return [Evidence("expectation", str(one), why_unmet(one, answer, schemas)) for one in unmet]

    def _schema(self, suite_case: SuiteCase, name: str) -> object:
        """
        Return a JSON schema named by a suite, or a failure.
        """
        place = (suite_case.suite.name, name)
        if place not in self._schemas:
            try:
                schema = json.loads(self._project.read_inside(suite_case.suite.path, name))
                check_schema(schema)
                self._schemas[place] = schema
            except RecursionError:
                self._schemas[place] = Failure(
                    FailureKind.JUDGE,
                    f"cannot use the JSON schema `{name}`: it is nested too deeply; make it flatter",
                )
            except (OSError, ValueError) as exc:  # a SchemaError is a ValueError
                self._schemas[place] = Failure(
                    FailureKind.JUDGE, f"cannot use the JSON schema `{name}`: {exc}; fix the file"
                )
        return self._schemas[place]

    async def _holds(
        self, suite_case: SuiteCase, settings: CaseSettings, answer: Answer, claim: str
    ) -> bool | Failure:
        """
        Ask the developer's judge callable whether the answer satisfies a claim.
        """
        if settings.judge is None:
            return Failure(
                FailureKind.JUDGE,
                "`@expect satisfies` needs a judge; set `@judge module:function` to a callable that takes "
                "question, answer and claim",
            )
        said = await self._project.pool.call(
            settings.judge, [suite_case.case.question, answer.text, claim], timeout_s=settings.timeout_s
        )
        if isinstance(said, Failure):
            return replace(said, kind=FailureKind.JUDGE)
        if isinstance(said, bool):
            return said
        if isinstance(said, (int, float)) and 0 <= said <= 1:
            return said >= 0.5
        return Failure(
            FailureKind.JUDGE,
            f"`{settings.judge}` returned {type(said).__name__}; "
            "a judge returns a bool or a number from 0 to 1",
        )
