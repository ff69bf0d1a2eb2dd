"""
Settings of a project from its layers, and of a case from the project's and its own.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import (
    CaseSettings,
    Expectation,
    ExpectKind,
    Match,
    MatchMode,
    Problem,
    ProjectSettings,
    Regex,
    Severity,
    Unsure,
)
from llmentary_regression.core.settings import (
    SettingsLayer,
    environment_layer,
    read_settings,
    resolve_settings,
    unreadable_settings,
)
from llmentary_regression.core.suite.parsing import parse_suite

FILE = "/shop/pyproject.toml"


def read(values: dict[str, object], origin: str = FILE) -> ProjectSettings:
    settings, problems = read_settings([SettingsLayer(origin, values)])
    assert problems == []
    return settings


def problem_of(values: dict[str, object], origin: str = FILE) -> Problem:
    _, problems = read_settings([SettingsLayer(origin, values)])
    assert len(problems) == 1
    return problems[0]


def resolve(text: str, defaults: CaseSettings | None = None) -> CaseSettings:
    """
    Return the settings of the first case of a suite.
    """
    suite, _ = parse_suite(text)
    return resolve_settings(defaults or CaseSettings(), suite.cases[0])


# --- layers --------------------------------------------------------------------------------------


def test_nothing_set_gives_the_defaults() -> None:
    """
    Without any layer a project has the defaults of the model.
    """
    assert read_settings([]) == (ProjectSettings(), [])


@pytest.mark.parametrize(
    ("key", "value", "attribute", "expected"),
    [
        ("callable", "shop.bot:ask", "callable", "shop.bot:ask"),
        ("callable", "src/my bot.py:ask", "callable", "src/my bot.py:ask"),
        ("callable", "C:\\shop\\bot.py:Bot.ask", "callable", "C:\\shop\\bot.py:Bot.ask"),
        ("callable", "https://localhost:8000/ask", "callable", "https://localhost:8000/ask"),
        ("match", "semantic 0.9", "match", Match(MatchMode.SEMANTIC, threshold=0.9)),
        ("timeout", "2m", "timeout_s", 120.0),
        ("timeout", "500ms", "timeout_s", 0.5),
        ("timeout", 30, "timeout_s", 30.0),
        ("timeout", 1.5, "timeout_s", 1.5),
        ("pass-rate", "2/3", "pass_rate", 2 / 3),
        ("pass-rate", "75%", "pass_rate", 0.75),
        ("pass-rate", 1, "pass_rate", 1.0),
        ("rate", "60/min", "rate_per_minute", 60.0),
        ("rate", "2/s", "rate_per_minute", 120.0),
        ("rate", "120/h", "rate_per_minute", 2.0),
        ("samples", 3, "samples", 3),
        ("samples", "3", "samples", 3),
        ("retries", 0, "retries", 0),
        ("max-cost", 0.5, "max_cost", 0.5),
        ("unsure", "fail", "unsure", Unsure.FAIL),
        ("tags", "policy, #billing", "tags", ("policy", "billing")),
        ("tags", ["policy", "billing"], "tags", ("policy", "billing")),
        ("mask", "/[0-9]+/i", "mask", (Regex("[0-9]+", "i"),)),
        ("expect", "max-chars 9", "expect", (Expectation(ExpectKind.MAX_CHARS, limit=9.0),)),
        ("env", {"REGION": "eu", "EMPTY": ""}, "env", {"REGION": "eu", "EMPTY": ""}),
        ("arg", {"temperature": 0.2, "tools": ["a"]}, "arg", {"temperature": 0.2, "tools": ["a"]}),
        ("embed", "wordllama", "embed", "wordllama"),
    ],
)
def test_values_of_cases_are_typed(key: str, value: object, attribute: str, expected: object) -> None:
    """
    Each kind of value is read from what TOML and JSON can spell.
    """
    assert getattr(read({key: value}).defaults, attribute) == expected


@pytest.mark.parametrize(
    ("key", "value", "attribute", "expected"),
    [
        ("interpreter", ".venv/bin/python", "interpreter", ".venv/bin/python"),
        ("suites", "a/*.llmtest", "suites", ("a/*.llmtest",)),
        ("exclude", ["a/**", "b/**"], "exclude", ("a/**", "b/**")),
        ("strict", False, "strict", False),
        ("strict", "1", "strict", True),
        ("run", "manual", "run", "manual"),
    ],
)
def test_values_of_the_project_are_typed(key: str, value: object, attribute: str, expected: object) -> None:
    """
    What only a project sets lands in the project's settings.
    """
    assert getattr(read({key: value}), attribute) == expected


def test_later_layers_win() -> None:
    """
    A layer on top replaces what lies below, key by key.
    """
    below = SettingsLayer("editor", {"model": "gpt-4", "samples": 2})
    above = SettingsLayer(FILE, {"model": "gpt-5"})

    settings, _ = read_settings([below, above])

    assert (settings.defaults.model, settings.defaults.samples) == ("gpt-5", 2)


def test_additions_add_up_over_layers() -> None:
    """
    Tags, expectations, masks, arguments and variables of all layers hold together.
    """
    below = SettingsLayer("editor", {"tags": ["a"], "env": {"X": "1", "Y": "1"}})
    above = SettingsLayer(FILE, {"tags": ["b", "a"], "env": {"X": "2"}})

    settings, _ = read_settings([below, above])

    assert settings.defaults.tags == ("a", "b")
    assert settings.defaults.env == {"X": "2", "Y": "1"}


def test_an_explicit_choice_of_unsure_is_remembered() -> None:
    """
    Strict runs need to know whether the project chose `unsure` itself.
    """
    assert read({"unsure": "warn"}).unsure_is_explicit
    assert not read({"samples": 2}).unsure_is_explicit


def test_unset_editor_settings_say_nothing() -> None:
    """
    An editor sends null for what the user left alone.
    """
    assert read({"model": None, "colour": None}, "editor") == ProjectSettings()


# --- problems ------------------------------------------------------------------------------------


def test_unknown_key_names_file_key_and_likely_key() -> None:
    """
    A misspelt key is reported where it stands, with the key that was meant.
    """
    problem = problem_of({"timout": "30s"})

    assert (problem.code, problem.origin, problem.key) == ("LLM101", FILE, "timout")
    assert problem.message == "`timout` is no setting; did you mean `timeout`?"


def test_snake_case_is_taken_for_a_slip() -> None:
    """
    `pass_rate` is reported as `pass-rate`.
    """
    assert problem_of({"pass_rate": 1}).message == "`pass_rate` is no setting; did you mean `pass-rate`?"


def test_editor_keys_are_shown_as_the_editor_shows_them() -> None:
    """
    In an editor the keys have the prefix `llmentary.`.
    """
    problem = problem_of({"modle": "x"}, "editor")

    assert (problem.origin, problem.key) == ("editor", "llmentary.modle")
    assert problem.message == "`llmentary.modle` is no setting; did you mean `llmentary.model`?"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("match", "simlar 0.9", "did you mean `similar 0.9`?"),
        ("match", "semantic", "did you mean `semantic 0.9`?"),
        ("match", "exact 0.9", "takes nothing after `exact`"),
        ("match", "similar 92", "wants a threshold between 0 and 1 after `similar`"),
        ("match", "json ignore id", "wants a path such as `$.order.id`"),
        ("match", "json tolerance", "wants a number such as `0.01`"),
        ("match", "json loose", "knows `ignore $.path`"),
        ("match", ["exact"], "wants a text"),
        ("callable", "shop.bot.ask", "did you mean `shop.bot:ask`?"),
        ("callable", "bot.py", "wants `module:function`"),
        ("timeout", "0s", "wants a time"),
        ("timeout", "soon", "wants a time"),
        ("timeout", True, "wants a number or a text"),
        ("samples", 0, "wants a whole number, 1 or more"),
        ("samples", 2.5, "wants a whole number, 1 or more"),
        ("retries", -1, "wants a whole number, 0 or more"),
        ("pass-rate", "3/2", "wants a share"),
        ("pass-rate", "1/0", "wants a share"),
        ("rate", "60", "did you mean `60/min`?"),
        ("max-cost", "cheap", "wants an amount"),
        ("unsure", "warning", "did you mean `warn`?"),
        ("privacy", "none", "wants `full`, `facts` or `digest`"),
        ("lang", "English, please", "wants a language code"),
        ("tags", [1], "wants a text or a list of texts"),
        ("tags", "#", "needs a tag"),
        ("mask", "[0-9]+", "did you mean `/[0-9]+/`?"),
        ("mask", "/(/", "has a broken regular expression"),
        ("mask", "/a/gi", "did you mean `/a/i`?"),
        ("expect", ["contains 30 days"], 'did you mean `contains "30 days"`?'),
        ("env", "REGION=eu", "wants a JSON object"),
        ("env", {"REGION": 1}, "wants a text for `REGION`"),
        ("env", {"A B": "x"}, "wants a variable's name"),
        ("arg", {"not-a-name": 1}, "wants a parameter's name"),
        ("arg", ["temperature"], "wants a table"),
        ("strict", "maybe", "wants `true` or `false`"),
        ("run", "always", "wants `onSave` or `manual`"),
        ("model", "", "needs a value"),
    ],
)
def test_bad_value_says_what_to_write(key: str, value: object, message: str) -> None:
    """
    A value that cannot be read is reported by file and key, with what is wanted or was meant.
    """
    problem = problem_of({key: value})

    assert (problem.code, problem.origin, problem.key, problem.severity) == (
        "LLM102",
        FILE,
        key,
        Severity.ERROR,
    )
    assert problem.message.startswith(f"`{key}` ")
    assert message in problem.message


def test_bad_value_leaves_what_lies_below_in_force() -> None:
    """
    A slip in one layer does not undo another.
    """
    layers = [SettingsLayer("editor", {"samples": 2}), SettingsLayer(FILE, {"samples": "many"})]

    settings, problems = read_settings(layers)

    assert settings.defaults.samples == 2
    assert [problem.origin for problem in problems] == [FILE]


def test_what_belongs_into_a_suite_is_refused() -> None:
    """
    A whole project cannot be skipped by a setting.
    """
    assert problem_of({"skip": "later"}).code == "LLM103"


def test_unreadable_file_is_a_problem_of_that_file() -> None:
    """
    A file with broken TOML is named.
    """
    problem = unreadable_settings(FILE, "line 3 is no TOML")

    assert (problem.code, problem.origin) == ("LLM104", FILE)


# --- the environment -----------------------------------------------------------------------------


def test_environment_variables_are_settings() -> None:
    """
    `LLMENTARY_` and a setting's name in capitals set it.
    """
    layer = environment_layer({"LLMENTARY_PASS_RATE": "2/3", "LLMENTARY_MODEL": "", "PATH": "/bin"})

    assert layer == SettingsLayer("environment", {"pass-rate": "2/3"})


def test_key_and_home_are_no_settings() -> None:
    """
    The variables that hold the key and our folder never get among the settings.
    """
    environ = {
        "LLMENTARY_KEY": "c2VjcmV0",
        "LLMENTARY_HOME": "/x",
        "LLMENTARY_SOMETHING_ELSE_ALTOGETHER": "1",
    }

    assert environment_layer(environ).values == {}


def test_misspelt_environment_variable_is_reported_as_it_is_written() -> None:
    """
    A variable that resembles a setting is reported under its own name.
    """
    layer = environment_layer({"LLMENTARY_TIMOUT": "30s"})

    _, (problem,) = read_settings([layer])

    assert (problem.origin, problem.key) == ("environment", "LLMENTARY_TIMOUT")
    assert problem.message == "`LLMENTARY_TIMOUT` is no setting; did you mean `LLMENTARY_TIMEOUT`?"


def test_tables_in_the_environment_are_json() -> None:
    """
    Arguments come as a JSON object.
    """
    settings, problems = read_settings([environment_layer({"LLMENTARY_ARG": '{"temperature": 0}'})])

    assert problems == []
    assert settings.defaults.arg == {"temperature": 0}


# --- cases ---------------------------------------------------------------------------------------


def test_case_without_own_settings_has_the_defaults_themselves() -> None:
    """
    Nothing is copied for a case that says nothing.
    """
    defaults = CaseSettings(model="gpt-5")

    assert resolve("Do you ship to Norway?", defaults) is defaults


def test_block_wins_over_suite_and_suite_over_project() -> None:
    """
    What stands nearest to the case holds.
    """
    text = "@model suite\n@samples 2\n\n=== a\n@model block\n\nDo you ship?"

    settings = resolve(text, CaseSettings(model="project", samples=1, retries=3))

    assert (settings.model, settings.samples, settings.retries) == ("block", 2, 3)


def test_additions_add_up_down_to_the_block() -> None:
    """
    Tags, masks, variables and arguments come together from project, suite and block.
    """
    head = "@tags b\n@env X 2\n@mask /b/\n"
    text = head + '=== q #c\n@tags d b\n@env X 3\n@mask /c/\n@arg n {"a": 1}\n\nDo you ship?'

    settings = resolve(text, CaseSettings(tags=("a",), env={"X": "1", "Y": "1"}, mask=(Regex("a"),)))

    assert settings.tags == ("a", "b", "c", "d")
    assert settings.env == {"X": "3", "Y": "1"}
    assert settings.mask == (Regex("a"), Regex("b"), Regex("c"))
    assert settings.arg == {"n": {"a": 1}}


def test_skip_keeps_its_reason_and_only_is_on() -> None:
    """
    A reason may be empty, which is not the same as no skip.
    """
    assert resolve("=== a\n@skip\n\nq").skip == ""
    assert resolve("=== a\n@skip later\n\nq").skip == "later"
    assert resolve("=== a\n@only\n\nq").only
    assert resolve("=== a\n\nq").skip is None
