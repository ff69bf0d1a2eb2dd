"""
Edits of meaning in the build of an answer: sentences, list items and steps, roles, code and data.
"""

from __future__ import annotations

import re
from random import Random

from .pair import Edit, Pair, add_block, add_sentence, first_of, sentences_of

_ITEM = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+(.+)$", re.MULTILINE)
_STEPS = [
    "Open the lid",
    "Press the green button",
    "Wait for the tone",
    "Take out the tray",
    "Write down the code",
]


def _sentence_dropped(text: str, random: Random) -> Pair | None:
    parts = sentences_of(text)
    choices = [i for i, part in enumerate(parts) if len(part.split()) >= 4]
    if len(parts) < 2 or not choices:
        return None
    gone = random.choice(choices)
    return text, " ".join(part for i, part in enumerate(parts) if i != gone)


def _sentences_swapped(text: str, random: Random) -> Pair | None:
    parts = sentences_of(text)
    if len(parts) < 3:
        return None
    place = random.randrange(len(parts) - 1)
    parts[place], parts[place + 1] = parts[place + 1], parts[place]
    return text, " ".join(parts)


def _item_dropped(text: str, random: Random) -> Pair | None:
    items = list(_ITEM.finditer(text))
    if len(items) < 2:
        return None
    gone = random.choice(items)
    return text, (text[: gone.start()].rstrip("\n") + text[gone.end() :]).strip()


def _seeded_list(change: str) -> Edit:
    def edit(text: str, random: Random) -> Pair | None:
        steps = random.sample(_STEPS, 4)
        changed = list(steps)
        if change == "drop":
            del changed[random.randrange(4)]
        else:
            changed[1], changed[2] = changed[2], changed[1]
        mark = random.choice(["1", "-"]) if change == "drop" else "1"

        def written(lines: list[str]) -> str:
            return "\n".join(
                f"{i}. {line}" if mark == "1" else f"- {line}" for i, line in enumerate(lines, 1)
            )

        return f"{text}\n\n{written(steps)}", f"{text}\n\n{written(changed)}"

    return edit


def _comma_item_dropped(text: str, random: Random) -> Pair | None:
    matches = list(re.finditer(r"(?<=, )[a-z]{3,}, (?=(?:and |or )?[a-z]+)", text))
    if not matches:
        return None
    gone = random.choice(matches)
    return text, text[: gone.start()] + text[gone.end() :]


def _roles_swapped(text: str, random: Random) -> Pair | None:
    names = [
        m
        for m in re.finditer(r"(?<![\w'-])[A-Z][a-z]{2,}(?![\w'-])", text)
        if m.start() and text[m.start() - 2] not in ".!?:\n"
    ]
    distinct = {name[0]: name for name in reversed(names)}
    if len(distinct) < 2:
        return None
    first, second = sorted(
        random.sample(sorted(distinct.values(), key=lambda m: m.start()), 2), key=lambda m: m.start()
    )
    return text, text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[
        second.end() :
    ]


STRUCTURE_EDITS: dict[str, Edit] = {
    "sentence dropped": _sentence_dropped,
    "list item dropped": first_of(_item_dropped, _seeded_list("drop")),
    "word of a list dropped": _comma_item_dropped,
    "steps swapped": _seeded_list("swap"),
    "roles swapped": first_of(
        _roles_swapped,
        add_sentence(
            [
                ("Anna owes Peter money.", "Peter owes Anna money."),
                ("Germany beat Brazil.", "Brazil beat Germany."),
            ]
        ),
    ),
    "common nouns swapped": add_sentence(
        [
            ("The cat chased the dog.", "The dog chased the cat."),
            ("Mix the oil into the water.", "Mix the water into the oil."),
        ]
    ),
    "code operator": add_block(
        [
            ("```python\nif a == b:\n    stop()\n```", "```python\nif a != b:\n    stop()\n```"),
            ("```js\nreturn x && y;\n```", "```js\nreturn x || y;\n```"),
            ("```c\nfor (i = 0; i < n; i++)\n```", "```c\nfor (i = 0; i <= n; i++)\n```"),
            ("```\ntotal += price\n```", "```\ntotal -= price\n```"),
            ("Use `a & b` here.", "Use `a | b` here."),
            ("Use `x = !done` here.", "Use `x = done` here."),
        ]
    ),
    "code literal": add_block(
        [
            ('```python\nopen("in.txt", "r")\n```', '```python\nopen("in.txt", "w")\n```'),
            ("```python\nitems[0]\n```", "```python\nitems[1]\n```"),
            ("```python\nitems[1:]\n```", "```python\nitems[:1]\n```"),
        ]
    ),
    "code case": add_block(
        [
            ("Call `getUser()` first.", "Call `getuser()` first."),
            ("```sh\ngrep -v x\n```", "```sh\ngrep -V x\n```"),
            ("```py\nfrom A import b\n```", "```py\nfrom a import B\n```"),
            ("Set `PATH_TO` first.", "Set `path_to` first."),
        ]
    ),
    "code indentation": add_block(
        [("```python\nfor x in y:\n    a()\n    b()\n```", "```python\nfor x in y:\n    a()\nb()\n```")]
    ),
    "command flag": add_block(
        [
            ("```sh\nrm -i old\n```", "```sh\nrm -f old\n```"),
            ("Run `git push --force`.", "Run `git push --no-force`."),
            ("Run `tar -x a.tar`.", "Run `tar x a.tar`."),
        ]
    ),
    "code punctuation": add_block(
        [
            ("Use `f(a, b)`.", "Use `f(a), b`."),
            ("Match `a.*b` here.", "Match `a*b` here."),
            ("Write `['x']` there.", "Write `('x',)` there."),
            ("Type `it's` or `its`.", "Type `its` or `it's`."),
        ]
    ),
    "json value": add_block(
        [
            ('```json\n{"open": true}\n```', '```json\n{"open": false}\n```'),
            ('{"days": 30, "paid": null}', '{"days": 30, "paid": 0}'),
            ('{"id": "7"}', '{"id": 7}'),
            ('{"name": "Ann", "n": [1, 2]}', '{"name": "Ann", "n": [2, 1]}'),
        ]
    ),
    "json key": add_block(
        [('{"total": 30}', '{"net": 30}'), ('{"from": 1, "to": 2}', '{"to": 1, "from": 2}')]
    ),
    "quoted string": add_sentence(
        [
            ('Click "Save as", then close it.', 'Click "Save", then close it.'),
            ("Say 'stop' twice.", "Say 'go' twice."),
        ]
    ),
    "checkbox": add_block(
        [
            ("- [x] Paid\n- [ ] Sent", "- [ ] Paid\n- [x] Sent"),
            ("Paid: ✓", "Paid: ✗"),
            ("Paid: ✅", "Paid: ❌"),
        ]
    ),
    "struck through": add_sentence(
        [
            ("The price is 20 now.", "The price is ~~20~~ now."),
            ("It is free of charge.", "It is ~~free~~ of charge."),
        ]
    ),
    "short answer": lambda text, random: random.choice(
        [
            ("Yes.", "No."),
            ("4", "5"),
            ("True", "False"),
            ("(B)", "(D)"),
            ("Paris", "Lyon"),
            ("-1", "1"),
            ("up", "down"),
            ("$5", "€5"),
            ("3 kg", "3 lb"),
            ("May", "June"),
            ("A", "B"),
            ("1.5", "15"),
            ("x > 2", "x < 2"),
            ("10%", "10"),
        ]
    ),
}
