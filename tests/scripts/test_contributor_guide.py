"""
The recipes of CONTRIBUTING.md name files that exist.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Recipes\n")[1].split("\n## ")[0]


def test_there_are_four_recipes_with_a_model_each() -> None:
    """
    Whoever adds something has one to read beside it.
    """
    recipes = re.split(r"^### ", RECIPES, flags=re.MULTILINE)[1:]

    assert [recipe.split("\n")[0] for recipe in recipes] == [
        "Add an LSP feature",
        "Add a kind of report",
        "Add a setting",
        "Add an expectation",
    ]
    assert all("\nModel: " in recipe and "\nWhat holds it: " in recipe for recipe in recipes)


def test_files_that_the_recipes_name_are_there() -> None:
    """
    Below the server's package, or from the root of the repository.
    """
    named = set(re.findall(r"`([\w./-]+(?:\.py|\.ts|\.md|\.json|/))`", RECIPES))
    bases = (ROOT, ROOT / "server" / "llmentary_regression")

    assert len(named) > 20
    assert sorted(name for name in named if not any((base / name).exists() for base in bases)) == []


def test_names_that_the_recipes_mention_stand_in_their_files() -> None:
    """
    A table or function that was renamed is noticed here.
    """
    for path, names in {
        "lsp/features/completion.py": ["_VALUES"],
        "core/settings/_expectation_table.py": ["ExpectationSpec", "may_be_negated"],
        "core/judging/_expectations.py": ["_holds"],
        "core/model/_settings.py": ["CaseSettings", "ProjectSettings"],
        "core/model/_expectations.py": ["ExpectKind", "MAX_CHARS"],
        "reports/kinds.py": ["_KINDS"],
    }.items():
        text = (ROOT / "server" / "llmentary_regression" / path).read_text(encoding="utf-8")
        assert [name for name in names if name not in text] == [], path
        assert all(name in RECIPES for name in names), path
