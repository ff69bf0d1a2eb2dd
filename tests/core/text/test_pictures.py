"""
Pictures that adorn a text, and pictures that say something.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("great news 🎂", "great news"),
        ("Pack it well 📦.", "Pack it well."),
        ("🍕 Pizza is nice", "Pizza is nice"),
        ("hello world 👨\u200d💻", "hello world"),
        ("- a thing\n- b thing", "🍎 a thing\n🍌 b thing"),
        ("- a thing\n- b thing", "✅ a thing\n✅ b thing"),
        ("- a thing\n- b thing", "▸ a thing\n▸ b thing"),
        ("- a thing\n- b thing", "➤ a thing\n➤ b thing"),
        ("well 👍🏽 done", "well 👍 done"),
    ],
)
def test_an_ornament_is_dropped(same: CheckTexts, one: str, other: str) -> None:
    """Beside words, whatever it shows."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("✅ a\n❌ b", "- a\n- b"),
        ("✅ a\n❌ b", "❌ a\n✅ b"),
        ("Monday: ☀️", "Monday: 🌧️"),
        ("I ❤️ NY", "I NY"),
        ("❌ a\n❌ b", "✅ a\n✅ b"),
        ("❌ a\n❌ b", "- a\n- b"),
        ("Rated ⭐⭐⭐", "Rated ⭐⭐⭐⭐"),
        ("Oslo ☀️", "Oslo 🌧️"),
        ("At lunch 🕐", "At lunch 🕑"),
        ("Done 👍", "Done 👎"),
        ("🎉", "🎂"),
        ("Press the 🔍 key", "Press the 🔑 key"),
        ("Great 😡", "Great"),
    ],
)
def test_a_picture_that_speaks_stays(different: CheckTexts, one: str, other: str) -> None:
    """As a value, a word, a judgement."""
    different(one, other)
