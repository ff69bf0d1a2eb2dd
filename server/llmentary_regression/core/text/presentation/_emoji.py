"""
Distinguish emoji that decorate a text from those that mean something.

An emoji beside words decorates them: at the start or end of a line, before a full stop. One in place of a word or a
value ("Monday: ☀", "I ❤ it") means something, and so does, anywhere, one that judges, warns or marks.
"""

from __future__ import annotations

import re

_EMOJI = (
    "\u2600-\u26ff\u2700-\u27bf\u2b50\u2b55\U0001f300-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f900-\U0001f9ff\U0001fa70-\U0001faff\U0001f004\U0001f0cf\U0001f3fb-\U0001f3ff"
)
_MEANINGFUL = (
    # Right and wrong, yes and no, good and bad.
    "\u2705\u2611\u2713\u2714\u2612\u2715\u2716\u2717\u2718\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797"
    "\U0001f44d\U0001f44e\U0001f44c\U0001f645\U0001f646\U0001f64b\U0001f937\U0001f926"
    # Warnings and what is forbidden.
    "\u26a0\u26d4\u2622\u2623\U0001f6a8\U0001f6ab\U0001f6d1\U0001f4f5\U0001f6ad-\U0001f6b1\U0001f6b3\U0001f6b7\U0001f51e\u270b"
    # Faces and hearts of displeasure.
    "\u2639\U0001f494\U0001f610-\U0001f616\U0001f61e-\U0001f631\U0001f633-\U0001f635\U0001f637\U0001f641\U0001f644"
    "\U0001f912-\U0001f915\U0001f922\U0001f92c\U0001f92e\U0001f97a\U0001f480\u2620"
    # Colors of a state, marks of sex, stars of a zodiac, pieces of a game, the way that something points.
    "\u26aa\u26ab\U0001f534\U0001f535\U0001f7e0-\U0001f7eb\u2640\u2642\u2648-\u2653\u2654-\u265f\u2660-\u2667"
    "\u2680-\u2685\u2798-\u27af\U0001f4c8\U0001f4c9\U0001f53c\U0001f53d\U0001f500-\U0001f50b\U0001f512\U0001f513"
    # Weather, the moon, the hour, and stars by which something is rated.
    "\u2600-\u2604\u2614\u26c4\u26c5\u26c8\u2744\U0001f324-\U0001f32c\U0001f311-\U0001f318\U0001f550-\U0001f567"
    "\U0001f519-\U0001f51f"
)
_DECORATIVE = f"(?:(?![{_MEANINGFUL}])[{_EMOJI}])"
_MODIFIER = re.compile("[\U0001f3fb-\U0001f3ff]")
_RUN = f"{_DECORATIVE}(?:[ ]?{_DECORATIVE})*"
_DECORATED = re.compile(
    rf"(?m)(?P<head>^[ #*_>|-]*){_RUN}[ ]*(?=\S)"
    rf"|(?<=[^\W_])[*_)]*[ ]*{_RUN}(?=[ ]*(?:[.!?,;:*_]|$))"
    rf"|(?<=[.!?)\"'])[*_]*[ ]*{_RUN}"
)
_TICKS = "\u2705\u2611\u2713\u2714"
_BULLET = re.compile(rf"(?m)^([ *_]*)([{_TICKS}]|{_DECORATIVE})[ ]+(?=\S)")
"""A tick before each item means no more than a bullet; a cross does."""
_RATING = re.compile("(?:[\u2b50\u2605\u2606\U0001f31f][ ]?){2,}")
_FIGURES = "\u2460-\u2473\u2776-\u277f\u2780-\u2789\u278a-\u2793"
_FIGURE_BULLET = re.compile(rf"(?m)^([ *_]*)([{_FIGURES}])[ ]*(?=\S)")
_FIGURE = re.compile(f"[{_FIGURES}]")
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_ONES = (0x2460, 0x2776, 0x2780, 0x278A)
_SHAPES = (
    "\u25b8\u25ba\u25b9\u25bb\u25b6\u25c6\u25c7\u25c8\u2756\u27a2-\u27a4\u2794\u279c-\u279e\u27a1"
    "\u2605\u2606\u2726\u2727\u2731-\u273d\u25fc\u25fe\u00b7"
)
_SHAPE_BULLET = re.compile(rf"(?m)^([ *_]*)[{_SHAPES}](?=[ ])")


def drop_decorations(text: str) -> str:
    """
    Return the text without decorative emoji, and with numbers in circles and boxes as list numbers.
    """
    text = _KEYCAP.sub(r"\1.", text) if "\u20e3" in text else text
    text = _FIGURE_BULLET.sub(lambda match: f"{match[1]}{_figure(match[2])}. ", text)
    text = _FIGURE.sub(lambda match: _figure(match[0]), text)
    text = _SHAPE_BULLET.sub(r"\1*", text)
    text = _drop_like_bullets(_MODIFIER.sub("", text))
    return _DECORATED.sub(_without_decoration, text)


def _without_decoration(match: re.Match[str]) -> str:
    """
    Return what is left of a decorated place; several stars are a rating, and stay.
    """
    return match[0] if _RATING.search(match[0]) else match["head"] or ""


def _drop_like_bullets(text: str) -> str:
    """
    Replace the same emoji before all lines of a list by bullets: if they are all equal, they mean no more.
    """
    bullets = [match[2] for match in _BULLET.finditer(text)]
    if len(bullets) < 2 or len(set(bullets)) > 1:
        return text
    return _BULLET.sub(r"\1* ", text)


def _figure(circled: str) -> str:
    first = max(first for first in _ONES if first <= ord(circled))
    return str(ord(circled) - first + 1)
