"""
Turn raw tokens into canonical ones: one form for each way to write a number, date, time, unit or contraction.

Two answers whose canonical forms are equal say the same in another dress; so nothing may be folded here
that could ever tell two meanings apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from llmentary.core.text.kinds import Kind
from llmentary.core.text.lexicon import Lexicon
from llmentary.core.text.scan import Raw, scan
from llmentary.core.text.unify import fold_case, is_known

_BRITISH = re.compile("[iy]s|our")
_HOST = re.compile(r"(?:\w+://)?[^/?#]*")
_OPENING = re.compile(r"[.!?:;\n]")
_SIGN_FORMS = {"&": "and", "%": "percent", "==": "=", "&&": "&&"}
_CURRENCY_SIGNS = frozenset("$€£¥₹₩₽₿¢")
_CASED_UNITS = {"mw", "mv", "ma", "mb", "gb", "kb", "tb", "pb", "mhz", "mpa", "mj", "mm", "mg", "ms", "b"}
"""Units in which the case of a letter tells a thousandth from a million, or a bit from a byte."""
_DRESSING = " \n-*_`\"'"
"""Marks that may stand between a number and its unit."""
_ORDINAL_ENDINGS = {"st", "nd", "rd", "th"}


@dataclass(slots=True)
class Tokens:
    """
    The canonical tokens of an answer, as parallel lists, with their places in the unified text.
    """

    forms: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    openings: list[bool] = field(default_factory=list)
    """Whether a token opens a sentence or line."""

    def add(self, form: str, kind: Kind, start: int, end: int, opens: bool = False) -> None:
        """
        Append one token.
        """
        self.forms.append(form)
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.openings.append(opens)

    def __len__(self) -> int:
        return len(self.forms)


def tokenise(text: str, lexicon: Lexicon) -> Tokens:
    """
    Return the canonical tokens of unified text.
    """
    return _Reader(text, scan(text), lexicon).read()


class _Reader:
    """
    One pass over the raw tokens of one text.

    A class because each rule needs the place, the raw tokens ahead and the tokens made so far.
    """

    def __init__(self, text: str, raws: list[Raw], lexicon: Lexicon) -> None:
        self.text = text
        self.raws = raws
        self.lexicon = lexicon
        self.tokens = Tokens()
        self.at = 0
        self.has_lower = text != text.upper()

    def read(self) -> Tokens:
        raws, text, count = self.raws, self.text, len(self.raws)
        special, add = self.lexicon.special, self.tokens.add
        last_end = 0
        after_dot = True
        while self.at < count:
            raw = raws[self.at]
            kind, found, start, end = raw
            gap = text[last_end:start]
            opens = after_dot or (gap != " " and _OPENING.search(gap) is not None)
            after_dot = False
            if kind == "word":
                folded = found.lower() if found.isascii() else fold_case(found)
                # Nine words in ten are ordinary ones and must be quick.
                if folded in special or "'" in folded:
                    self._word(raw, found, opens)
                else:
                    form = self.lexicon.american(folded) if _BRITISH.search(folded) else folded
                    add(form, self._kind_of(form, found, opens), start, end, opens)
            elif kind == "dotted":
                after_dot = self._dotted(raw, opens)
            else:
                _RULES[kind](self, raw, opens)
            self.at += 1
            last_end = raws[self.at - 1].end
        return self.tokens

    # Each rule adds the tokens of the raw token at `self.at`; one that reads on moves `self.at` to its last.

    def _add(self, raw: Raw, form: str, kind: Kind, opens: bool = False, end: int | None = None) -> None:
        self.tokens.add(form, kind, raw.start, raw.end if end is None else end, opens=opens)

    def _peek(self, ahead: int = 1) -> Raw | None:
        place = self.at + ahead
        return self.raws[place] if place < len(self.raws) else None

    def _peek_word(self, ahead: int = 1) -> str:
        raw = self._peek(ahead)
        if raw is None or raw.kind not in ("word", "dotted"):
            return ""
        return fold_case(raw.text.rstrip("."))

    def _dotted(self, raw: Raw, opens: bool) -> bool:
        folded = fold_case(raw.text)
        phrase = self.lexicon.abbreviations.get(folded)
        if phrase is not None and (
            folded.count(".") > 1 or folded not in ("min.", "max.", "temp.", "est.", "inc.", "info.")
        ):
            for word in phrase:
                self._add(raw, word, self._kind_of(word, raw.text, opens), opens)
            return raw.end == len(self.text)
        if len(raw.text) == 2 and raw.text[0].isupper() and self._initials(raw, opens):
            return False
        self._word(raw, raw.text.rstrip(".") if folded.count(".") == 1 else raw.text.replace(".", ""), opens)
        return True

    def _initials(self, raw: Raw, opens: bool) -> bool:
        """
        Read `J. R. R.` like `J.R.R.`.
        """
        letters = raw.text[0]
        following = self._peek()
        while (
            following is not None
            and following.kind == "dotted"
            and len(following.text) == 2
            and following.text[0].isupper()
            and self.text[self.raws[self.at].end : following.start].strip(" ") == ""
        ):
            letters += following.text[0]
            self._read_on(1)
            following = self._peek()
        if len(letters) == 1:
            return False
        self._add(raw, fold_case(letters), Kind.NAME, opens, self.raws[self.at].end)
        return True

    def _word(self, raw: Raw, text: str, opens: bool) -> None:
        lexicon = self.lexicon
        folded = fold_case(text)
        if "'" in folded:
            self._contraction(raw, text, folded, opens)
            return
        if folded not in lexicon.special:
            form = lexicon.american(folded)
            self.tokens.add(form, self._kind_of(form, text, opens), raw.start, raw.end, opens)
            return
        phrase = lexicon.contractions.get(folded) or lexicon.abbreviations.get(folded)
        if phrase is not None:
            for word in phrase:
                self._add(raw, word, self._kind_of(word, word, opens), opens)
            return
        names = lexicon.phrases.get(folded)
        if names is not None and self._long_name(raw, names, opens):
            return
        if folded in lexicon.numbers or (folded in lexicon.scales):
            self._number_in_words(raw, folded, opens)
            return
        if folded in lexicon.months and self._date_from_month(raw, folded, opens):
            return
        if folded in lexicon.ordinals:
            self._add(raw, f"{lexicon.ordinals[folded]}#", Kind.ORDINAL, opens)
            return
        if folded == "per" and self._peek_word() == "cent":
            self._read_on(1)
            self._add(raw, "percent", Kind.UNIT, opens, self.raws[self.at].end)
            return
        form = lexicon.american(folded)
        self._add(raw, form, self._kind_of(form, text, opens), opens)

    def _long_name(self, raw: Raw, names: Sequence[tuple[tuple[str, ...], str]], opens: bool) -> bool:
        """
        Read a name of several words under its short form: `United States` as `usa`.
        """
        for rest, short in names:
            if all(self._peek_word(ahead) == word for ahead, word in enumerate(rest, 1)):
                self._read_on(len(rest))
                self._add(raw, short, Kind.NAME, opens, self.raws[self.at].end)
                return True
        return False

    def _kind_of(self, form: str, text: str, opens: bool) -> Kind:
        kind = self.lexicon.kinds.get(form)
        if kind is not None:
            return kind
        if self.has_lower and text[:1].isupper() and (not opens or (len(text) > 1 and text.isupper())):
            return Kind.NAME
        return Kind.WORD

    def _contraction(self, raw: Raw, text: str, folded: str, opens: bool) -> None:
        lexicon = self.lexicon
        phrase = lexicon.contractions.get(folded)
        if phrase is not None:
            for word in phrase:
                self._add(raw, word, self._kind_of(word, word, True), opens)
            return
        if folded.endswith("n't") and "not" in lexicon.negations:
            self._add(raw, folded[:-3], self._kind_of(folded[:-3], text, opens), opens)
            self._add(raw, "not", Kind.NEGATION)
            return
        stem, _, ending = folded.rpartition("'")
        if ending == "s" and stem in lexicon.is_contractions:
            self._add(raw, stem, self._kind_of(stem, text, opens), opens)
            self._add(raw, "is", Kind.FUNCTION)
            return
        full = lexicon.suffix_contractions.get("'" + ending)
        if full is not None and stem:
            self._add(raw, stem, self._kind_of(stem, text, opens), opens)
            self._add(raw, full, self._kind_of(full, full, True))
            return
        if ending == "s" and stem:
            self._add(raw, stem, self._kind_of(stem, text, opens), opens)
            self._add(raw, "'s", Kind.FUNCTION)
            return
        form = lexicon.american(folded)
        self._add(raw, form, self._kind_of(form, text, opens), opens)

    def _date(self, raw: Raw, opens: bool) -> None:
        self._add(raw, raw.text, Kind.DATE, opens)

    def _address(self, raw: Raw, opens: bool) -> None:
        text = raw.text.rstrip("/")
        if raw.kind == "email":
            self._add(raw, fold_case(text), Kind.URL, opens)
            return
        # Of an address the host alone may be written in any case.
        host = _HOST.match(text)
        end = host.end() if host is not None else 0
        self._add(raw, fold_case(text[:end]) + text[end:], Kind.URL, opens)

    def _code(self, raw: Raw, opens: bool) -> None:
        self._add(raw, raw.text if raw.kind == "code" else " ".join(raw.text.split()), Kind.CODE, opens)

    def _char(self, raw: Raw, opens: bool) -> None:
        self._add(raw, raw.text, Kind.WORD, opens)

    def _sign(self, raw: Raw, opens: bool) -> None:
        sign = raw.text
        if sign in _CURRENCY_SIGNS:
            following = self._peek()
            if following is not None and following.kind == "number" and following.start - raw.end <= 1:
                self._read_on(1)
                self._number(following, opens, currency=sign, start=raw.start)
                return
            self._add(raw, sign, Kind.MONEY, opens)
            return
        if sign == "-":
            following = self._peek()
            if following is not None and following.kind == "number" and following.start == raw.end:
                previous = self.text[raw.start - 1 : raw.start]
                if not (previous.isalnum() or previous in (")", "]", "%")):
                    self._read_on(1)
                    self._number(following, opens, minus=True, start=raw.start)
                    return
        if sign == "&":
            self._add(raw, "and", Kind.FUNCTION, opens)
        elif sign == "%":
            self._add(raw, "percent", Kind.UNIT, opens)
        elif sign == "°":
            self._degrees(raw, opens)
        else:
            self._add(raw, _SIGN_FORMS.get(sign, sign), Kind.SIGN if is_known(sign[0]) else Kind.WORD, opens)

    def _degrees(self, raw: Raw, opens: bool) -> None:
        scale = {"c": "celsius", "f": "fahrenheit", "celsius": "celsius", "fahrenheit": "fahrenheit"}.get(
            self._peek_word()
        )
        if scale is not None:
            self._read_on(1)
        self._add(raw, scale or "degree", Kind.UNIT, opens, self.raws[self.at].end)

    def _read_on(self, steps: int) -> None:
        self.at += steps

    # Numbers: digits or words, scale words, ordinals, then what is counted.

    def _number(
        self, raw: Raw, opens: bool, *, currency: str = "", minus: bool = False, start: int | None = None
    ) -> None:
        start = raw.start if start is None else start
        digits = raw.text.replace(",", "")
        if digits.startswith("."):
            digits = "0" + digits
        if minus:
            digits = "-" + digits
        following = self._peek()
        if following is not None and following.kind in ("word", "dotted") and following.start == raw.end:
            ending = fold_case(following.text.rstrip("."))
            if ending in _ORDINAL_ENDINGS:
                self._read_on(1)
                if not self._date_from_day(digits, start, opens):
                    self.tokens.add(f"{digits}#", Kind.ORDINAL, start, self.raws[self.at].end, opens=opens)
                return
        if not currency and not minus and self._date_from_day(digits, start, opens):
            return
        scale = self.lexicon.scales.get(self._peek_word())
        if scale is not None:
            self._read_on(1)
            digits = _multiply(digits, scale)
        if self._clock(digits, raw, start, opens):
            return
        self.tokens.add(digits, Kind.NUMBER, start, self.raws[self.at].end, opens=opens)
        if currency:
            self.tokens.add(currency, Kind.MONEY, start, start + 1)
        else:
            self._unit()

    def _number_in_words(self, raw: Raw, folded: str, opens: bool) -> None:
        lexicon = self.lexicon
        total, part, last = 0, 0, self.at
        if folded in lexicon.scales:
            # A scale without a number: "hundred", "millions of".
            self._add(raw, folded, Kind.WORD if not self.tokens.kinds else Kind.UNIT, opens)
            return
        words: list[str] = []
        place = self.at
        while place < len(self.raws) and self.raws[place].kind in ("word", "dotted"):
            word = fold_case(self.raws[place].text.rstrip("."))
            if word == "and" and words and words[-1] in lexicon.scales:
                following = self.raws[place + 1] if place + 1 < len(self.raws) else None
                if following is None or fold_case(following.text.rstrip(".")) not in lexicon.numbers:
                    break
                place += 1
                continue
            value = lexicon.numbers.get(word)
            if value is not None:
                if words and not (
                    words[-1] in lexicon.scales or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10)
                ):
                    break
                part += value
            elif word in lexicon.scales and words:
                scale = lexicon.scales[word]
                if scale == 100:
                    part *= 100
                else:
                    total, part = total + part * scale, 0
            else:
                break
            words.append(word)
            last = place
            gap_end = self.raws[place].end
            place += 1
            if place < len(self.raws) and self.text[gap_end : self.raws[place].start].strip(_DRESSING):
                break
        self.at = last
        digits = str(total + part)
        if self._clock(digits, raw, raw.start, opens):
            return
        self.tokens.add(digits, Kind.NUMBER, raw.start, self.raws[last].end, opens=opens)
        self._unit()

    def _unit(self) -> None:
        """
        Read the unit or currency right after a number, in its short or long form.
        """
        following = self._peek()
        if following is None or following.kind not in ("word", "dotted"):
            return
        gap = self.text[self.raws[self.at].end : following.start]
        if gap.strip(_DRESSING):
            return
        word = following.text.rstrip(".")
        folded = fold_case(word)
        if folded in _CASED_UNITS and self.has_lower and not word.islower():
            self._read_on(1)
            self._add(following, f"{word}", Kind.UNIT)
            return
        unit = self.lexicon.units.get(folded)
        if unit is not None and not (len(folded) == 1 and gap == " " and folded not in "mglhs"):
            self._read_on(1)
            self._add(following, unit, Kind.UNIT)
            return
        currency = self.lexicon.currencies.get(folded)
        if currency is not None:
            self._read_on(1)
            self._add(following, currency, Kind.MONEY)

    # Times and dates.

    def _time(self, raw: Raw, opens: bool) -> None:
        if not self._clock(raw.text, raw, raw.start, opens):
            self._add(raw, raw.text, Kind.TIME, opens)

    def _clock(self, digits: str, raw: Raw, start: int, opens: bool) -> bool:
        half = {"am": 0, "pm": 12}.get(self._half_day())
        hours, _, minutes = digits.partition(":")
        if half is None or not hours.isdigit() or not 1 <= int(hours) <= 12:
            return False
        self._read_on(1)
        clock = f"{int(hours) % 12 + half}:{minutes or '00'}"
        self.tokens.add(clock, Kind.TIME, start, self.raws[self.at].end, opens=opens)
        return True

    def _half_day(self) -> str:
        following = self._peek()
        if following is None or following.kind not in ("word", "dotted"):
            return ""
        return fold_case(following.text).replace(".", "")

    def _date_from_month(self, raw: Raw, folded: str, opens: bool) -> bool:
        """
        Read `March 3, 2021` or `March 3rd` at a month.
        """
        day_raw = self._peek()
        if day_raw is None or day_raw.kind != "number" or not _is_day(day_raw.text):
            return False
        steps = 1
        after = self._peek(2)
        if after is not None and after.start == day_raw.end and fold_case(after.text) in _ORDINAL_ENDINGS:
            steps = 2
        elif after is not None and after.start == day_raw.end:
            return False
        year = self._year(steps + 1)
        if year:
            steps += 1
        self._read_on(steps)
        self._add_date(year, self.lexicon.months[folded], day_raw.text, raw.start, opens)
        return True

    def _date_from_day(self, digits: str, start: int, opens: bool) -> bool:
        """
        Read `3 March 2021` or `3rd of March` at a day.
        """
        if not _is_day(digits):
            return False
        steps = 2 if self._peek_word() == "of" else 1
        month = self.lexicon.months.get(self._peek_word(steps))
        if month is None:
            return False
        month_raw = self._peek(steps)
        if month_raw is None or (fold_case(month_raw.text) == "may" and not month_raw.text[0].isupper()):
            return False
        year = self._year(steps + 1)
        self._read_on(steps + bool(year))
        self._add_date(year, month, digits, start, opens)
        return True

    def _year(self, ahead: int) -> str:
        raw, previous = self._peek(ahead), self._peek(ahead - 1)
        if (
            raw is None
            or previous is None
            or raw.kind != "number"
            or len(raw.text) != 4
            or not raw.text.isdigit()
        ):
            return ""
        gap = self.text[previous.end : raw.start]
        return raw.text if gap and not gap.strip(" \n,.") else ""

    def _add_date(self, year: str, month: int, day: str, start: int, opens: bool) -> None:
        form = f"{year or '-'}-{month:02}-{int(day):02}"
        self.tokens.add(form, Kind.DATE, start, self.raws[self.at].end, opens=opens)


_RULES: Mapping[str, Callable[[_Reader, Raw, bool], None]] = {
    "number": _Reader._number,
    "sign": _Reader._sign,
    "time": _Reader._time,
    "date": _Reader._date,
    "url": _Reader._address,
    "email": _Reader._address,
    "tag": _Reader._code,
    "code": _Reader._code,
    "char": _Reader._char,
}


def _is_day(text: str) -> bool:
    return text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31


def _multiply(digits: str, scale: int) -> str:
    """
    Return `1.5` times a million as `1500000`, without a detour over binary fractions.
    """
    sign, body = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, fraction = body.partition(".")
    if "." in fraction or not (whole + fraction).isdigit():
        return f"{digits}*{scale}"
    product = int(whole + fraction) * scale
    power = 10 ** len(fraction)
    quotient, rest = divmod(product, power)
    if not rest:
        return f"{sign}{quotient}"
    return f"{sign}{quotient}.{str(rest).zfill(len(fraction)).rstrip('0')}"
