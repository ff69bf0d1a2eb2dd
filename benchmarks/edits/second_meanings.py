"""
A second set of edits of meaning; many look like noise: preambles and last sentences that carry content.
"""

from __future__ import annotations

from random import Random

from .pair import Edit, Pair, add_block, add_sentence, after, before, replace_one, sentences_of, swap_words


def _without(edit: Edit) -> Edit:
    """
    Reverse an edit: what it adds was approved and is now missing.
    """

    def turned(text: str, random: Random) -> Pair | None:
        pair = edit(text, random)
        return (pair[1], pair[0]) if pair else None

    return turned


def _asked(text: str, random: Random) -> Pair | None:
    return (text, text[:-1] + "?") if text.endswith(".") else None


def _items_swapped(text: str, random: Random) -> Pair | None:
    parts = sentences_of(text)
    if len(parts) < 3:
        return None
    left = "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))
    parts[0], parts[1] = parts[1], parts[0]
    return left, "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))


def _cut(text: str, random: Random) -> Pair | None:
    words = text.split(" ")
    return text, " ".join(words[: max(6, int(len(words) * random.uniform(0.4, 0.9)))]).rstrip(".,:;!?")


def _parenthesis(note: str) -> Edit:
    return replace_one(r"(?<=[a-z])(?=[.,] )", lambda match, random: f" ({note})")


_LIMITING_SENTENCES: tuple[str, ...] = (
    " This offer has ended.",
    " This only works for members!",
    " Ask your doctor first.",
    " Shipping costs extra.",
    " You may need a receipt.",
    " Please call us to confirm.",
    " Prices are subject to change.",
    " Results vary.",
    " Terms apply.",
    " Keep it away from children.",
    " You need an account.",
)

SECOND_MEANING_EDITS: dict[str, Edit] = {
    "last sentence limits": after(*_LIMITING_SENTENCES),
    "last sentence limiting is gone": _without(after(*_LIMITING_SENTENCES)),
    "sign-off with a turn": after(
        " I hope this helps, but I may be wrong.",
        " Feel free to ignore the deadline.",
        " Happy to help, though the offer has ended.",
        " Let me know within a week if you have questions.",
        " Don't hesitate to take a double dose.",
        " Feel free to share your password with us.",
        "\n\nHope this helps! Members pay nothing.",
        " Please ask a lawyer if you have questions.",
        " If you have any questions, call 911.",
        " Thanks for asking, but please don't ask again.",
    ),
    "opener turns": before(
        "Unfortunately, that is over. ",
        "Not really. ",
        "It is a myth that ",
        "The following is false:\n\n",
        "Below is an outdated answer:\n\n",
        "Here is what you should avoid:\n\n",
        "Here's an example of a bad answer:\n\n",
        "Here is a joke:\n\n",
        "Until last year: ",
        "Nobody says this any more: ",
    ),
    "opener limits": before(
        "In most cases: ",
        "If you are a member: ",
        "For customers in Canada: ",
        "On weekdays, ",
        "In theory, ",
        "Here is the answer for premium users:\n\n",
        "Here are the rules for children:\n\n",
        "Good news: this is now free! ",
        "Sure, but only for members: ",
    ),
    "doubt before": before(
        "I am not sure, but ", "I guess: ", "Maybe. ", "I could be mistaken: ", "Some people believe this: "
    ),
    "becomes a question": _asked,
    "parenthesis denies": _parenthesis("not recommended"),
    "parenthesis limits": _parenthesis("members only"),
    "with and without": swap_words({"with": "without"}),
    "unless": swap_words({"if": "unless", "when": "until"}, both_ways=False),
    "direction": swap_words(
        {
            "increase": "decrease",
            "increases": "decreases",
            "left": "right",
            "up": "down",
            "inside": "outside",
            "open": "closed",
            "first": "last",
            "higher": "lower",
            "above": "below",
            "buy": "sell",
            "allowed": "forbidden",
        }
    ),
    "frequency": swap_words(
        {"always": "sometimes", "often": "rarely", "every": "no", "usually": "occasionally", "all": "some"}
    ),
    "both or either": add_sentence(
        [("Both of them work.", "Either of them works."), ("Both keys are needed.", "Neither key is needed.")]
    ),
    "kind of day": add_sentence(
        [("You have 30 days to return it.", "You have 30 business days to return it.")]
    ),
    "within or after": add_sentence([("Send it within 30 days.", "Send it after 30 days.")]),
    "how often": add_sentence(
        [
            ("Take it twice a day.", "Take it once a day."),
            ("It is half the price.", "It is double the price."),
        ]
    ),
    "era": add_sentence(
        [
            ("It was built in 300 BC.", "It was built in 300 AD."),
            ("It was built in 300 BCE.", "It was built in 300 CE."),
        ]
    ),
    "roman numeral": add_sentence(
        [
            ("Henry VIII ruled then.", "Henry VII ruled then."),
            ("See chapter IV for it.", "See chapter VI for it."),
        ]
    ),
    "midnight": add_sentence([("It closes at noon.", "It closes at midnight.")]),
    "temperature": add_sentence(
        [("Bake it at 180 °C.", "Bake it at 180 °F."), ("It was -5 degrees.", "It was 5 degrees.")]
    ),
    "data unit": add_sentence(
        [("It needs 8 GB of space.", "It needs 8 MB of space."), ("It draws 5 kW.", "It draws 5 kWh.")]
    ),
    "power": add_sentence(
        [("The area is x² here.", "The area is x³ here."), ("It holds H₂O.", "It holds H₂O₂.")]
    ),
    "domain": add_sentence(
        [("See https://example.com/help for it.", "See https://example.org/help for it.")]
    ),
    "pre-release": add_sentence([("Use version 2.0 of it.", "Use version 2.0-beta of it.")]),
    "acronym": add_sentence(
        [("The WHO says so.", "The FDA says so."), ("The EU pays for it.", "The US pays for it.")]
    ),
    "first name": add_sentence([("John Miller wrote it.", "James Miller wrote it.")]),
    "approximate": add_sentence(
        [("It takes 20 minutes.", "It takes about 20 minutes."), ("It costs $9.", "It costs from $9.")]
    ),
    "items swapped": _items_swapped,
    "cut off": _cut,
    "code comparison": add_block(
        [("```python\nif a > b:\n    run()\n```", "```python\nif a >= b:\n    run()\n```")]
    ),
    "code value": add_block([("```python\ndebug = True\n```", "```python\ndebug = False\n```")]),
    "table cells swapped": add_block(
        [
            (
                "| plan | price |\n|---|---|\n| A | 5 |\n| B | 9 |",
                "| plan | price |\n|---|---|\n| A | 9 |\n| B | 5 |",
            )
        ]
    ),
    "shell flag": add_block([("```sh\nrm -i old.txt\n```", "```sh\nrm -f old.txt\n```")]),
    "case of a name": add_block([("```sh\necho $Path\n```", "```sh\necho $PATH\n```")]),
}
