"""
`llmentary config --explain` names the place of every value.
"""

from __future__ import annotations

import pytest

from cli_shell import Shell

HEADERS = 'arg = { headers = { Authorization = "Bearer plain words", X-Shop = "main" }, city = "Oslo" }'
FILES = {
    "pyproject.toml": '[tool.llmentary]\nlang = "de"\nretries = 1\n\n'
    "[tool.llmentary.profile.ci]\nretries = 2\nstrict = true\n",
    "llmentary.toml": 'callable = "bot:ask"\ntags = ["all"]\nmodel = "m1"\n\n'
    '[profile.ci]\nmodel = "m2"\nenv = { TOKEN = "hidden" }\n',
    "support/llmentary.toml": 'inherit = true\ntags = ["support"]\nsamples = 3\n\n'
    "[profile.ci]\nconcurrency = 2\n",
    "support/a.llmtest": "@timeout 5s\n=== a #own\n@tags mine\nA?\n",
}
ENVIRON = {"LLMENTARY_MATCH": "exact"}
SUITE = ["support/a.llmtest"]


@pytest.mark.parametrize(
    ("arguments", "setting", "said"),
    [
        ([], "callable", "bot:ask    (llmentary.toml)"),
        ([], "lang", "de    (pyproject.toml [tool.llmentary])"),
        ([], "model", "m1    (llmentary.toml)"),
        ([], "strict", "none    (default)"),
        ([], "match", "exact    (environment, LLMENTARY_MATCH)"),
        (["--profile", "ci"], "model", "m2    (llmentary.toml [profile.ci])"),
        (["--profile", "ci"], "retries", "2    (pyproject.toml [tool.llmentary.profile.ci])"),
        (["--profile", "ci"], "env", "TOKEN    (llmentary.toml [profile.ci])"),
        (["--profile", "ci", "--retries", "7"], "retries", "7    (command line, --retries)"),
        (["--profile", "ci", *SUITE], "concurrency", "2    (support/llmentary.toml [profile.ci])"),
        (SUITE, "samples", "3    (support/llmentary.toml)"),
        (SUITE, "timeout", "5.0    (support/a.llmtest:1)"),
        (["--timeout", "9s", *SUITE], "timeout", "9.0    (command line, --timeout)"),
        (SUITE, "tags", "(llmentary.toml, support/llmentary.toml, support/a.llmtest:3)"),
    ],
)
def test_each_place_is_named(arguments: list[str], setting: str, said: str, shell: Shell) -> None:
    """
    File and table, folder, variable, option, or the suite's line; of what adds up, all of them.
    """
    shell.write(FILES)

    done = shell.run("config", "--explain", *arguments, environ=ENVIRON)

    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.split(" ")[0] == setting)
    assert line.endswith(said)
    assert "hidden" not in done.stdout


def test_the_chosen_profile_is_named(shell: Shell) -> None:
    """
    Whoever wonders about a value sees first that a variable has chosen one.
    """
    shell.write(FILES)

    done = shell.run("config", environ={"LLMENTARY_PROFILE": "ci"})

    assert done.stdout.splitlines()[1] == "profile ci"


def test_an_unknown_profile_is_2(shell: Shell) -> None:
    """
    One line, with those that there are.
    """
    shell.write(FILES)

    done = shell.run("config", "--profile", "cj")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no settings file has a profile `cj`" in done.stderr
    assert "`ci`" in done.stderr


def test_a_slip_in_a_folders_settings_is_told_once_and_with_its_file(shell: Shell) -> None:
    """
    All suites of the folder share the slip, and none of them holds it.
    """
    shell.write(
        {
            "support/llmentary.toml": "inherit = true\nstrict = true\n",
            "support/a.llmtest": "A?\n",
            "support/b.llmtest": "B?\n",
        }
    )

    tested = shell.run("test", "support")
    listed = shell.run("list", "support")

    assert tested.stdout.count("holds for the whole project") == 1
    assert "problem  support/llmentary.toml  `strict` holds" in tested.stdout
    assert "problem: support/llmentary.toml: `strict` holds" in listed.stdout


def test_headers_are_named_and_not_shown(shell: Shell) -> None:
    """
    A token that has no known shape is a secret all the same; other arguments are shown.
    """
    shell.write({"llmentary.toml": f'callable = "http://localhost/ask"\n{HEADERS}\n'})

    done = shell.run("config")

    assert "Authorization" in done.stdout
    assert "Oslo" in done.stdout
    assert "plain words" not in done.stdout
