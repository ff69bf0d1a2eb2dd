"""
Edits of format by characters and spelling: Unicode forms, case, white space, forms of numbers and
dates, abbreviations.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from .pair import Edit, Pair, add_sentence, first_of, replace_all, replace_one, sentences_of, swap_words

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_EMOJI = ["✅", "🎉", "😊", "👍", "🚀", "✨", "🌟", "📌", "💡", "👉"]


def _emoji(text: str, random: Random) -> Pair | None:
    sign = random.choice(_EMOJI)
    parts = sentences_of(text)
    shape = random.randrange(3)
    if shape == 0:
        return text, f"{sign} {text}"
    if shape == 1:
        return text, f"{text} {sign}"
    return " ".join(parts), " ".join(f"{part} {sign}" for part in parts)


def _decomposed(text: str, random: Random) -> Pair | None:
    return add_sentence(
        [
            (word, unicodedata.normalize("NFD", word))
            for word in ("Visit the café in Málaga.", "Ask Zoë or Jürgen.", "Pão é bom.")
        ]
    )(text, random)


CHARACTER_EDITS: dict[str, Edit] = {
    "no-break space": replace_all(r"(?<=\w) (?=\w{1,3} )", lambda match: "\u00a0"),
    "thin space": replace_one(r" ", lambda match, random: random.choice("\u2009\u202f\u2003\u3000")),
    "zero width": replace_all(r" (?=[a-z])", lambda match: " \u200b"),
    "byte order mark": lambda text, random: (text, "\ufeff" + text),
    "soft hyphen": replace_one(r"(?<=[a-z]{4})(?=[a-z]{4})", lambda match, _: "\u00ad"),
    "direction mark": replace_one(
        r"(?<=[a-z]) (?=[a-z])", lambda match, r: r.choice([" \u200e", "\u2060 ", " \u200f"])
    ),
    "full width": replace_all(r"[A-Za-z0-9]+", lambda match: match[0].translate(_FULL_WIDTH)),
    "ligatures": replace_all(
        r"ffi|ff|fi|fl", lambda match: {"ffi": "ﬃ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}[match[0]]
    ),
    "decomposed": _decomposed,
    "upper case": lambda text, random: (
        (text, text.upper()) if not re.search(r"[`{}=]|https?:|\b\d+ ?[a-zA-Z]{1,2}\b", text) else None
    ),
    "first letter": lambda text, random: (text, text[0].lower() + text[1:]) if text[1:2].islower() else None,
    "title case heading": add_sentence(
        [("How to bake bread:", "How To Bake Bread:"), ("Main points:", "MAIN POINTS:")]
    ),
    "line ends": first_of(
        replace_all(r"\n", lambda match: "\r\n"), lambda text, random: (text, text + "\r\n\r\n")
    ),
    "double spaces": replace_all(r"\. ", lambda match: ".  "),
    "tabs": replace_one(r" ", lambda match, _: "\t"),
    "emoji": _emoji,
    "abbreviation": first_of(
        swap_words(
            {
                "for example": "e.g.",
                "that is": "i.e.",
                "approximately": "approx.",
                "and so on": "etc.",
                "versus": "vs.",
            },
            both_ways=False,
        ),
        add_sentence(
            [
                ("Use a soft fruit, for example a plum.", "Use a soft fruit, e.g. a plum."),
                ("It takes approximately 3 days.", "It takes approx. 3 days."),
                ("It is England versus France.", "It is England vs. France."),
                ("Bring tools, pens etc. with you.", "Bring tools, pens etc with you."),
                ("That is, it rains.", "I.e., it rains."),
                ("Use bread, e.g., rye.", "Use bread, eg rye."),
            ]
        ),
    ),
    "title": add_sentence(
        [
            ("Ask Dr. Hansen about it.", "Ask Dr Hansen about it."),
            ("Ask Doctor Hansen about it.", "Ask Dr. Hansen about it."),
            ("Mr. Lee wrote it.", "Mr Lee wrote it."),
            ("Mister Lee wrote it.", "Mr. Lee wrote it."),
            ("Prof. Ito came.", "Professor Ito came."),
            ("It is on Main St. now.", "It is on Main Street now."),
            ("St. Olav came.", "Saint Olav came."),
        ]
    ),
    "dotted letters": add_sentence(
        [
            ("It was made in the U.S. then.", "It was made in the US then."),
            ("The U.K. left.", "The UK left."),
            ("She has a Ph.D. now.", "She has a PhD now."),
            ("It was in 300 B.C. then.", "It was in 300 BC then."),
            ("Ask the U.N. now.", "Ask the UN now."),
        ]
    ),
    "contraction": first_of(
        swap_words(
            {
                "is not": "isn't",
                "do not": "don't",
                "does not": "doesn't",
                "cannot": "can't",
                "it is": "it's",
                "you are": "you're",
                "are not": "aren't",
                "will not": "won't",
                "they are": "they're",
                "I am": "I'm",
                "you will": "you'll",
                "that is": "that's",
            },
            both_ways=False,
        ),
        add_sentence(
            [
                ("You should not eat it.", "You shouldn't eat it."),
                ("I have seen it.", "I've seen it."),
                ("Let us go.", "Let's go."),
            ]
        ),
    ),
    "thousands": first_of(
        replace_one(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,]\d)", lambda match, _: match[0].replace(",", "")),
        add_sentence(
            [
                ("It has 12000 seats.", "It has 12,000 seats."),
                ("It has 1,250,000 parts.", "It has 1 250 000 parts."),
                ("It has 1,250,000 parts.", "It has 1\u202f250\u202f000 parts."),
            ]
        ),
    ),
    "percent space": add_sentence(
        [
            ("It grew by 5%.", "It grew by 5 %."),
            ("It grew by 5%.", "It grew by 5 percent."),
            ("It grew 5 per cent.", "It grew 5 percent."),
        ]
    ),
    "time form": add_sentence(
        [
            ("We open at 10am.", "We open at 10 a.m."),
            ("We open at 10 am.", "We open at 10 AM."),
            ("We open at 10 a.m. daily.", "We open at 10:00 a.m. daily."),
            ("Call at 8:30pm.", "Call at 8:30 PM."),
            ("Call at 9:05.", "Call at 09:05."),
        ]
    ),
    "date form": add_sentence(
        [
            ("It opened on March 5, 2020.", "It opened on 5 March 2020."),
            ("It opened on March 5, 2020.", "It opened on Mar 5, 2020."),
            ("It opened on March 5th, 2020.", "It opened on March 5, 2020."),
            ("It opened on 2020-03-05.", "It opened on March 5, 2020."),
            ("It opened on March 5 2020.", "It opened on March 5, 2020."),
        ]
    ),
    "number word": add_sentence(
        [
            ("There are 3 sorts.", "There are three sorts."),
            ("Wait twelve days.", "Wait 12 days."),
            ("It has twenty-one rooms.", "It has 21 rooms."),
            ("It is the 2nd try.", "It is the second try."),
            ("About 3 million came.", "About three million came."),
        ]
    ),
    "unit space": add_sentence(
        [
            ("It weighs 5kg now.", "It weighs 5 kg now."),
            ("It weighs 5 kilograms now.", "It weighs 5 kg now."),
            ("Heat it to 180°C.", "Heat it to 180 °C."),
            ("Drive 10 kilometers.", "Drive 10 km."),
            ("Wait 20 mins.", "Wait 20 minutes."),
        ]
    ),
    "currency space": add_sentence(
        [
            ("It costs $ 5 now.", "It costs $5 now."),
            ("It costs 5€ now.", "It costs 5 € now."),
            ("It costs €5 now.", "It costs 5 € now."),
            ("It costs $5.00 now.", "It costs $5 now."),
            ("It costs 20 dollars.", "It costs $20."),
        ]
    ),
    "british spelling": add_sentence(
        [
            ("The color of the center is gray.", "The colour of the centre is grey."),
            ("We organize it.", "We organise it."),
            ("They traveled far.", "They travelled far."),
        ]
    ),
    "joined word": add_sentence(
        [
            ("Send an e-mail now.", "Send an email now."),
            ("A long-term plan.", "A long term plan."),
            ("Open the web site.", "Open the website."),
        ]
    ),
    "ampersand": add_sentence(
        [("Salt and pepper help.", "Salt & pepper help."), ("Ask Smith and Jones.", "Ask Smith & Jones.")]
    ),
    "okay": add_sentence(
        [("It is OK to wait.", "It is okay to wait."), ("It is OK to wait.", "It is ok to wait.")]
    ),
    "superscript form": add_sentence(
        [
            ("It is 5 m² large.", "It is 5 m^2 large."),
            ("It is x² here.", "It is x^2 here."),
            ("It is CO2 here.", "It is CO₂ here."),
        ]
    ),
    "multiplication sign": add_sentence(
        [
            ("It is 3 x 4 cm.", "It is 3 × 4 cm."),
            ("So 3 * 4 = 12.", "So 3 × 4 = 12."),
            ("So 5 - 3 = 2.", "So 5 − 3 = 2."),
        ]
    ),
    "comparison form": add_sentence(
        [("Keep x <= 5.", "Keep x ≤ 5."), ("Keep x >= 5.", "Keep x ≥ 5."), ("Here x != 5.", "Here x ≠ 5.")]
    ),
    "arrow": add_sentence(
        [("Go to File -> Save.", "Go to File → Save."), ("Go to File > Save.", "Go to File → Save.")]
    ),
    "possessive": add_sentence(
        [
            ("This is James' book.", "This is James's book."),
            ("Use the users’ names.", "Use the users' names."),
        ]
    ),
    "number sign": add_sentence(
        [("See No. 5 first.", "See no. 5 first."), ("See #5 first.", "See No. 5 first.")]
    ),
}
