"""
What looks like a secret is masked, and prose is left alone.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.safe_text import mask_secrets
from llmentary_regression.core.safe_text._redaction import MASK

# In pieces, so that no scanner takes these made-up keys for real ones.
KEYS = [
    "sk-" + "abcdEFGH1234abcdEFGH1234",
    "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0_k-L",
    "sk-ant-" + "api03-a1B2c3D4e5F6g7H8i9J0-abcdEFGH_1234AA",
    "sk_live_" + "abcdEFGH1234abcdEFGH1234",
    "AKIA" + "ABCDEFGH12345678",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "github_pat_" + "11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789",
    "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "xoxb-" + "123456789012-123456789012-abcdefGHIJKL",
    "hf_" + "abcdEFGHijklMNOPqrstUVWXyz012345",
    "gsk_" + "abcdEFGHijklMNOPqrstUVWXyz012345",
    "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "pplx-" + "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4",
    "SG." + "a1B2c3D4e5F6g7H8i9J0aa.a1B2c3D4e5F6g7H8i9J0k1L2m3N4",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "MDEyMzQ1Njc4OTAxMjM0NTY3" + "ODkwMTIzNDU2Nzg5MDE=",
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:6])
@pytest.mark.parametrize("frame", ["{}", "invalid key {}.", "key='{}', sorry", "({})", "a\n{}\nb"])
def test_known_shapes_are_masked_wherever_they_stand(key: str, frame: str) -> None:
    """
    Nothing but the words around a key is left of it.
    """
    assert mask_secrets(frame.format(key)) == frame.format(MASK)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("OPENAI_API_KEY=8f14e45fceea167a", f"OPENAI_API_KEY={MASK}"),
        ('{"api_key": "8f14e45fceea167a"}', f'{{"api_key": "{MASK}"}}'),
        ("password: hunter2hunter2", f"password: {MASK}"),
        ("Authorization: Bearer abcdef0123456789abcdef", f"Authorization: Bearer {MASK}"),
        ("postgres://shop:s3cret@db/shop", f"postgres://shop:{MASK}@db/shop"),
        ("https://user:token@github.com/x.git", f"https://user:{MASK}@github.com/x.git"),
        (
            "x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y",
            f"x {MASK} y",
        ),
        ("-----BEGIN PRIVATE KEY-----\nabc", MASK),
    ],
)
def test_a_name_before_a_secret_stays(text: str, masked: str) -> None:
    """
    The reader learns which key it was, and no more.
    """
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You may return it within 30 days of delivery.",
        "The token limit is 4096, and the API key lies in the settings.",
        "Set your password: it needs 12 characters.",
        "Basic knowledge of Python is enough for this course.",
        "See https://shop.example/returns?id=20261122 or write to help@shop.example.",
        "task-oriented-dialogue-systems-are-old",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "5b1f0c2e9a774d10",
        "The class is called ConversationalRetrievalQuestionAnsweringChain.",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    """
    A report stays readable.
    """
    assert mask_secrets(text) == text


def test_nothing_is_nothing() -> None:
    """
    A missing text stays missing.
    """
    assert mask_secrets(None) is None


@pytest.mark.parametrize("piece", ["a", "eyJ", "eyJ.", "token=", "secret_", "sk-", "a://", "-----BEGIN "])
def test_long_texts_are_masked_to_the_end(piece: str) -> None:
    """
    A pattern that tried every split of a text would run into the time limit of a test.
    """
    assert mask_secrets(piece * (300_000 // len(piece)) + "!")
