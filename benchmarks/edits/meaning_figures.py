"""
Edits of meaning in figures: numbers, signs, units, money, dates, addresses and identifiers.
"""

from __future__ import annotations

import re
from random import Random

from .pair import Edit, add_sentence, first_of, replace_one, swap_words

_MONTHS = [
    "January",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _transpose(match: re.Match[str], random: Random) -> str | None:
    digits = match[0]
    places = [
        i for i in range(len(digits) - 1) if digits[i] != digits[i + 1] and not (i == 0 and digits[1] == "0")
    ]
    if not places:
        return None
    i = random.choice(places)
    return digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]


def _other_digit(match: re.Match[str], random: Random) -> str:
    digits = match[0]
    place = random.randrange(len(digits))
    return (
        digits[:place] + random.choice([d for d in "123456789" if d != digits[place]]) + digits[place + 1 :]
    )


def _other_of(names: list[str]) -> Edit:
    return replace_one(
        rf"\b(?:{'|'.join(names)})\b",
        lambda match, random: random.choice([n for n in names if n != match[0]]),
    )


def _one_character(pairs: list[str]) -> Edit:
    """
    Return an edit of one character of an identifier of the given kind, in a sentence that holds it.
    """
    frames = ("Use {} for this.", "It is listed as {} there.", "See {}, please.")

    def edit(text: str, random: Random) -> tuple[str, str] | None:
        old = random.choice(pairs)
        places = [i for i in range(1, len(old)) if old[i].isalnum()]
        place = random.choice(places)
        letters = "23456789" if old[place].isdigit() else "bcdfghkmnprst"
        new = old[:place] + random.choice([c for c in letters if c != old[place].lower()]) + old[place + 1 :]
        frame = random.choice(frames)
        return add_sentence([(frame.format(old), frame.format(new))])(text, random)

    return edit


FIGURE_EDITS: dict[str, Edit] = {
    "digit transposed": first_of(
        replace_one(r"(?<![\w.,])\d{2,}(?![\w.,]\d)", _transpose),
        add_sentence(
            [("There were 1874 of them.", "There were 1847 of them."), ("It has 52 keys.", "It has 25 keys.")]
        ),
    ),
    "digit changed": replace_one(r"(?<![\w.,])\d+(?![\w.,]\d)", _other_digit),
    "decimal moved": add_sentence(
        [
            ("It weighs 12.5 grams.", "It weighs 1.25 grams."),
            ("A dose of 0.5 mg is usual.", "A dose of 0.05 mg is usual."),
            ("The rate is 3.75%.", "The rate is 37.5%."),
            ("Pay $10.00 now.", "Pay $1000 now."),
        ]
    ),
    "grouping/decimal": add_sentence(
        [("It has 1,500 seats.", "It has 1.5 seats."), ("It is 2,250 m long.", "It is 2.25 m long.")]
    ),
    "unit": first_of(
        swap_words(
            {
                "days": "weeks",
                "hours": "minutes",
                "months": "years",
                "kg": "g",
                "km": "miles",
                "miles": "meters",
                "cups": "tablespoons",
                "teaspoon": "tablespoon",
                "minutes": "seconds",
                "pounds": "ounces",
                "°C": "°F",
                "inches": "feet",
                "day": "hour",
            }
        ),
        add_sentence(
            [
                ("Heat it to 180 °C.", "Heat it to 180 °F."),
                ("It holds 4 GB.", "It holds 4 MB."),
                ("Drive 5 km.", "Drive 5 mi."),
            ]
        ),
    ),
    "case of a unit": add_sentence(
        [("The link runs at 5 Mb/s.", "The link runs at 5 MB/s."), ("It draws 3 mW.", "It draws 3 MW.")]
    ),
    "currency": add_sentence(
        [
            ("It costs $20.", "It costs €20."),
            ("It costs £5.50 a day.", "It costs $5.50 a day."),
            ("Pay 30 USD.", "Pay 30 CAD."),
            ("The fee is 100 dollars.", "The fee is 100 euros."),
            ("It costs $15.", "It costs 15."),
        ]
    ),
    "comparison sign": add_sentence(
        [
            ("Keep x > 5.", "Keep x < 5."),
            ("This holds if n >= 3.", "This holds if n > 3."),
            ("Use it when a ≤ b.", "Use it when a ≥ b."),
            ("Here p = 1 holds.", "Here p ≠ 1 holds."),
            ("Take it if temp < 10.", "Take it if temp <= 10."),
        ]
    ),
    "plus/minus": add_sentence(
        [
            ("It was -5 °C at night.", "It was 5 °C at night."),
            ("The result is +3.", "The result is -3."),
            ("Sales moved by -2%.", "Sales moved by 2%."),
            ("The charge is 2+.", "The charge is 2-."),
            ("Accuracy: 5 ± 1.", "Accuracy: 5 + 1."),
        ]
    ),
    "percent/points": add_sentence(
        [
            ("It rose by 5 percent.", "It rose by 5 percentage points."),
            ("It fell 3%.", "It fell 3 points."),
            ("It is 5% salt.", "It is 5‰ salt."),
        ]
    ),
    "range bound": add_sentence(
        [
            ("It takes 3-5 days.", "It takes 3-6 days."),
            ("Ages 10–12 only.", "Ages 10–14 only."),
            ("Open 9 to 5.", "Open 9 to 6."),
            ("Pages 4-8 matter.", "Pages 4, 8 matter."),
        ]
    ),
    "year shifted": first_of(
        replace_one(
            r"\b(?:1[5-9]|20)\d\d\b", lambda match, random: str(int(match[0]) + random.choice([-1, 1, 10]))
        ),
        add_sentence([("It opened in 1923.", "It opened in 1924.")]),
    ),
    "month": first_of(_other_of(_MONTHS), add_sentence([("It starts on March 4.", "It starts on May 4.")])),
    "weekday": first_of(_other_of(_DAYS), add_sentence([("Closed on Monday.", "Closed on Sunday.")])),
    "day and month": add_sentence(
        [("Due on 2024-03-05.", "Due on 2024-05-03."), ("Due on 5 March 2024.", "Due on 6 March 2024.")]
    ),
    "am/pm": add_sentence(
        [("Open from 10 am.", "Open from 10 pm."), ("Call at 8:30 p.m.", "Call at 8:30 a.m.")]
    ),
    "clock": add_sentence(
        [("It starts at 19:30.", "It starts at 19:20."), ("It starts at 7:30 pm.", "It starts at 7:30.")]
    ),
    "email": _one_character(["help@example.com", "maria.jones@uni-oslo.no", "a.b+test@mail.example.org"]),
    "url": _one_character(
        [
            "https://example.com/docs/start",
            "www.example.org/faq?id=12",
            "http://api.example.com:8080/v1/users",
        ]
    ),
    "version": _one_character(["v2.13.4", "3.11.2", "1.0.0-rc1", "Python 3.12"]),
    "phone": _one_character(["+47 22 33 44 55", "(555) 123-4567", "1-800-555-0199"]),
    "identifier": _one_character(
        ["AB-12345", "order #48213", "XJ9-QQ", "INV/2024/0071", "978-3-16-148410-0"]
    ),
    "leading zero": add_sentence(
        [("Dial 0042 first.", "Dial 42 first."), ("The ZIP code is 02134.", "The ZIP code is 2134.")]
    ),
    "file path": _one_character(["/etc/hosts.allow", "C:\\Users\\Ana\\notes.txt", "src/app/main.py"]),
    "option letter": add_sentence(
        [
            ("The right option is (A).", "The right option is (C)."),
            ("Choose B.", "Choose D."),
            ("Blood type: A+", "Blood type: A-"),
        ]
    ),
    "exponent": add_sentence(
        [
            ("The area is x^2.", "The area is x^3."),
            ("It is 10⁶ times larger.", "It is 10⁵ times larger."),
            ("That is 6e23.", "That is 6e-23."),
            ("The formula is H2O.", "The formula is H2O2."),
            ("The formula is CO₂.", "The formula is CO."),
        ]
    ),
    "formula order": add_sentence(
        [
            ("Compute a - b.", "Compute b - a."),
            ("Compute x / y.", "Compute y / x."),
            ("It is (a + b) * c.", "It is a + (b * c)."),
            ("It is 2 * 3 + 4.", "It is 2 * (3 + 4)."),
        ]
    ),
    "score": add_sentence([("They won 3-1.", "They won 1-3."), ("The ratio is 4:3.", "The ratio is 3:4.")]),
}
