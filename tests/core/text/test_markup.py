"""
Markdown and HTML beyond marks around words.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("See the docs (https://x.org/a).", "See the [docs](https://x.org/a)."),
        ("See the [docs](https://x.org/a).", "See the [docs][1].\n\n[1]: https://x.org/a"),
        ("See the [docs](https://x.org/a).", 'See the [docs](https://x.org/a "The docs").'),
        ("See the [docs](https://x.org/a).", 'See the <a href="https://x.org/a">docs</a>.'),
        ("https://x.org/a", "[https://x.org/a](https://x.org/a)"),
        ("See x.org/a.", "See https://x.org/a."),
        ("un**believ**able", "unbelievable"),
        ("***bold*** and __bold__", "bold and bold"),
        ("He said &mdash; &ldquo;no&rdquo; &#8217;n&#x2019; so", "He said — “no” ’n’ so"),
        ("caf&eacute;", "café"),
        ("5 &lt; 6", "5 < 6"),
        ("x<sup>2</sup> and H<sub>2</sub>O", "x² and H₂O"),
        ("the 2<sup>nd</sup> time", "the 2nd time"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<blockquote>a</blockquote><hr>b", "a b"),
        ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "Press Ctrl+C"),
        ("<details><summary>More</summary>text</details>", "More text"),
        ('<font color="red">tea</font>', "tea"),
        ("a <!-- note --> b", "a b"),
        ("the ==big== one", "the big one"),
        ("Go to **File** > **Save**.", "Go to File → Save."),
        ("Is it so??", "Is it so?"),
        ("line one\\\nline two", "line one\nline two"),
        ("the trick\\!", "the trick!"),
        ("open `config.json` now", "open config.json now"),
        ("Lego® and Windows™", "Lego and Windows"),
    ],
)
def test_a_construct_reads_like_its_plain_twin(same: CheckTexts, one: str, other: str) -> None:
    """Links, references, raised figures, escapes, tags."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("&lt;b&gt; tag", "tag"),
        ("<del>30</del> 14", "30 14"),
        ("<s>30</s> 14", "30 14"),
        ("`a.b`", "`a,b`"),
        ("`--force`", "`force`"),
        ("`True`", "`true`"),
        ("- [ ] a", "- [x] a"),
        ("2**3**4", "234"),
        ("x**y**z", "xyz"),
        ("if x == 5 and y == 6", "if x = 5 and y = 6"),
        ("> so\n> more > less", "> so\n> moreless"),
        ("5 > 3", "5 → 3"),
        ("config.json", "config.yaml"),
        ("http://x.org/a", "https://x.org/a"),
        ("[docs](https://x.org/a)", "[docs](https://x.org/b)"),
    ],
)
def test_what_a_mark_says_stays(different: CheckTexts, one: str, other: str) -> None:
    """Code, struck words, tags that are spoken of."""
    different(one, other)
