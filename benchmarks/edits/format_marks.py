"""
Edits of format by marks: Markdown, HTML, lists, tables, quotes, dashes and the like.
"""

from __future__ import annotations

from random import Random
from textwrap import fill, indent

from .pair import Edit, Pair, add_block, add_sentence, first_of, replace_all, replace_one, sentences_of

_PLAIN_WORD = r"(?<=[a-z] )[a-z]{4,}(?= [a-z])"


def _whole(before: str, after: str) -> Edit:
    return lambda text, random: (text, f"{before}{text}{after}")


def _each_sentence(mark: str, joined: str = "\n") -> Edit:
    def edit(text: str, random: Random) -> Pair | None:
        parts = sentences_of(text)
        if "\n" in text or len(parts) < 2:
            return None
        return text, joined.join(f"{mark}{part}" for part in parts)

    return edit


def _list_of(style: str, other: str) -> Edit:
    def edit(text: str, random: Random) -> Pair | None:
        items = sentences_of(text.replace("\n", " "))[:4]
        if len(items) < 2:
            return None

        def written(mark: str) -> str:
            return "\n".join(f"{mark.replace('1', str(i))} {item}" for i, item in enumerate(items, 1))

        return written(style), written(other)

    return edit


def _table(text: str, random: Random) -> Pair | None:
    parts = sentences_of(text)
    if "\n" in text or "|" in text or len(parts) < 2:
        return None
    return "\n".join(parts), "| " + parts[0] + " |\n|---|\n" + "\n".join(f"| {part} |" for part in parts[1:])


def _heading(text: str, random: Random) -> Pair | None:
    title = random.choice(["Overview", "How it works", "Main points", "Steps to take"])
    marks = random.choice(["# {}", "### {}", "**{}**", "{}\n===", "## {} ##", "<h2>{}</h2>"])
    return f"{title}\n\n{text}", f"{marks.format(title)}\n\n{text}"


def _wrapped(text: str, random: Random) -> Pair | None:
    if "\n" in text:
        return None
    new = fill(text, random.choice([50, 72]), break_long_words=False, break_on_hyphens=False)
    return (text, new) if new != text else None


MARK_EDITS: dict[str, Edit] = {
    "heading": _heading,
    "bullets": _each_sentence("- "),
    "bullet style": first_of(_list_of("-", "*"), _list_of("-", "•")),
    "bullet to en dash": _list_of("*", "–"),
    "numbering 1)": _list_of("1.", "1)"),
    "numbering (1)": _list_of("1.", "(1)"),
    "numbering bold": _list_of("1.", "**1.**"),
    "bold": replace_one(_PLAIN_WORD, lambda match, _: f"**{match[0]}**"),
    "italics": replace_one(_PLAIN_WORD, lambda match, r: r.choice(["*{}*", "_{}_"]).format(match[0])),
    "bold label": add_block(
        [("Note: it may rain.", "**Note:** it may rain."), ("Price: 20 euros", "**Price**: 20 euros")]
    ),
    "underlined or coloured": replace_one(
        _PLAIN_WORD,
        lambda match, r: r.choice(["<u>{}</u>", "<b>{}</b>", "<em>{}</em>", "__{}__"]).format(match[0]),
    ),
    "code word": replace_one(_PLAIN_WORD, lambda match, _: f"`{match[0]}`"),
    "table of one column": _table,
    "fence around prose": first_of(_whole("```\n", "\n```")),
    "fence with a language": lambda text, random: (
        text,
        f"```{random.choice(['text', 'markdown', 'plaintext'])}\n{text}\n```",
    ),
    "block quote": lambda text, random: (text, indent(text, "> ", lambda line: True)),
    "tag around": lambda text, random: (
        text,
        random.choice(["<answer>{}</answer>", "<p>{}</p>", "<div>\n{}\n</div>"]).format(text),
    ),
    "line break tags": _each_sentence("", "<br>\n"),
    "html list": lambda text, random: (
        None
        if "\n" in text
        else (text, "<ul>" + "".join(f"<li>{part}</li>" for part in sentences_of(text)) + "</ul>")
    ),
    "html entities": first_of(
        replace_all(r"[&'\"]", lambda match: {"&": "&amp;", "'": "&#39;", '"': "&quot;"}[match[0]]),
        replace_one(r" ", lambda match, _: "&nbsp;"),
    ),
    "rule between": _each_sentence("", "\n\n---\n\n"),
    "paragraphs": _each_sentence("", "\n\n"),
    "line wraps": _wrapped,
    "indented": lambda text, random: (text, indent(text, "  ")),
    "quotes curly": first_of(
        replace_all(r"(?<!\S)\"(\S[^\"]*)\"", lambda match: f"“{match[1]}”"),
        replace_all(r"(?<=\w)'(?=\w)", lambda match: "’"),
        add_sentence([('They call it "the loop" here.', "They call it “the loop” here.")]),
    ),
    "quotes single": add_sentence(
        [
            ('They call it "the loop" here.', "They call it 'the loop' here."),
            ('Press "Enter".', "Press «Enter»."),
            ('Press "Enter".', "Press „Enter“."),
        ]
    ),
    "answer in quotes": lambda text, random: (
        None if '"' in text else (text, random.choice(['"{}"', "“{}”"]).format(text))
    ),
    "dashes": add_sentence(
        [
            ("The wall - built later - fell.", "The wall — built later — fell."),
            ("The wall - built later - fell.", "The wall – built later – fell."),
            ("It takes 3-5 days.", "It takes 3–5 days."),
            ("The wall—built later—fell.", "The wall -- built later -- fell."),
        ]
    ),
    "hyphen sort": first_of(
        replace_all(r"(?<=\w)-(?=\w)", lambda match: "‑"),
        add_sentence([("A long-term plan.", "A long‑term plan.")]),
    ),
    "ellipsis": add_sentence([("And so on...", "And so on…")]),
    "exclamation": replace_one(r"(?<=[a-z]{2})\.(?=\s|$)", lambda match, _: "!"),
    "exclamation at the end": lambda text, random: (text, text[:-1] + "!") if text.endswith(".") else None,
    "no full stop": lambda text, random: (text, text[:-1]) if text.endswith(".") else None,
    "semicolon": replace_one(r"(?<=[a-z]{3}), (?=which|but|so|and )", lambda match, _: "; "),
    "oxford comma": first_of(
        replace_one(r"(?<=\w), and (?=\w)", lambda match, _: " and "),
        add_sentence([("Bring milk, flour and eggs.", "Bring milk, flour, and eggs.")]),
    ),
    "label dash": add_block(
        [
            ("- Oslo: the capital\n- Bergen: a port", "- Oslo - the capital\n- Bergen - a port"),
            ("Colour: red", "Colour – red"),
        ]
    ),
    "escaped marks": add_block(
        [
            ("1. First\n2. Second", "1\\. First\n2\\. Second"),
            ("Use snake_case * here", "Use snake\\_case \\* here"),
        ]
    ),
    "linked address": add_sentence(
        [
            ("See https://example.com/help.", "See [https://example.com/help](https://example.com/help)."),
            ("See https://example.com/help.", "See <https://example.com/help>."),
            ("Write to a@example.com.", "Write to [a@example.com](mailto:a@example.com)."),
        ]
    ),
    "math marks": add_sentence(
        [("Here $a^2$ is meant.", "Here \\(a^2\\) is meant."), ("So x = 4.", "So $x = 4$.")]
    ),
    "json spacing": add_block(
        [
            ('{"days": 30, "paid": true}', '{"days":30,"paid":true}'),
            ('{"a": [1, 2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}'),
        ]
    ),
    "brackets": add_sentence(
        [
            ("It is long (very long).", "It is long [very long]."),
            ("It is long (very long).", "It is long, very long."),
        ]
    ),
}
