"""
Other languages than English: their own lists where there are some, and no harm where there are none.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.baselines import unbound_baseline
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.fingerprint import make_fingerprint, seal_examples
from llmentary_regression.core.judging import judge_answer
from llmentary_regression.core.model import CaseSettings, Privacy, TokenKind
from llmentary_regression.core.text import analyze

ROOT = Root("r1", bytes(range(32)))


def judge(old: str, new: str, lang: str) -> str:
    baseline = unbound_baseline(root=ROOT, random=bytes)
    made = make_fingerprint(
        old,
        root=ROOT,
        baseline_id=baseline.id,
        privacy=Privacy.FULL,
        approved="",
        by="",
        lang=lang,
    )
    approved = seal_examples(baseline, [made], root=ROOT, random=bytes)
    return str(judge_answer(new, approved, root=ROOT, settings=CaseSettings(lang=lang), question="").kind)


SAME = [
    ("zh", "退款期限是30天。请保留收据。", "退款期限是３０天。\n请保留收据。"),
    ("ja", "返品は14日以内です。", "**返品は14日以内です。**"),
    ("ar", "يمكنك إرجاع المنتج خلال ٣٠ يوما.", "\u200fيمكنك إرجاع المنتج خلال 30 يوما."),
    ("he", "אפשר להחזיר את המוצר תוך 30 יום.", "> אפשר להחזיר את המוצר תוך 30 יום.\u200f"),
    ("fr", "Le café coûte 3 € à l’étage.", "Le cafe\u0301 coûte 3 € à l'étage."),
    ("pt-BR", "A devolução é grátis em 30 dias.", "A devolução é grátis em 30\u00a0dias."),
    ("de", "Die Rückgabe ist 14 Tage lang möglich.", "Gerne! Die Rückgabe ist vierzehn Tage lang möglich."),
    ("de", "Zum Beispiel kostet es 5 Euro.", "Z.B. kostet es 5 €."),
    ("de", "Es kostet 1.000,50 Euro.", "Es kostet 1000,50 €."),
    ("de", "Es sind 1,5 Liter.", "Es sind 1,5 l."),
    ("de", "Es kamen 12.000 Gäste.", "Es kamen 12 000 Gäste."),
    ("de", "Am 3.3.2021 war es so weit.", "Am 3. März 2021 war es so weit."),
    ("de", "Sie öffnen am 3. März.", "Sie öffnen am 3. März. Haben Sie noch Fragen?"),
]
CHANGED = [
    ("zh", "退款期限是30天。请保留收据，并联系客服部门。", "退款期限是14天。请保留收据，并联系客服部门。"),
    (
        "ja",
        "返品は14日以内に受け付けます。送料は無料です。",
        "返品は15日以内に受け付けます。送料は無料です。",
    ),
    (
        "ar",
        "يمكنك إرجاع المنتج خلال 30 يوما من تاريخ الشراء مع الفاتورة.",
        "يمكنك إرجاع المنتج خلال 14 يوما من تاريخ الشراء مع الفاتورة.",
    ),
    ("de", "Ja, das ist erlaubt.", "Nein, das ist nicht erlaubt."),
    (
        "de",
        "Die Rückgabe ist nach dem Kauf 14 Tage lang kostenlos möglich.",
        "Die Rückgabe ist nach dem Kauf 14 Tage lang nicht kostenlos möglich.",
    ),
    (
        "de",
        "Hier ist die Auskunft: Das Geld kommt in drei Tagen.",
        "Es tut mir leid, das kann ich nicht sagen.",
    ),
]
NOT_PASSED = [
    ("de", "Es sind 1.500 Liter.", "Es sind 1,500 Liter."),
    ("de", "Es sind 1,5 Liter.", "Es sind 15 Liter."),
    ("de", "Nimm 1,2,3 oder mehr.", "Nimm 1, 2.3 oder mehr."),
    ("zh", "可以退款。", "不可以退款。"),
    ("ar", "نعم، هذا ممكن.", "لا، هذا غير ممكن."),
    ("fr", "Il a pêché hier.", "Il a péché hier."),
    ("es", "Tengo 30 años.", "Tengo 30 anos."),
    ("de", "Das Kind ist schön.", "Das Kind ist schon."),
    ("tr", "Kapı açık.", "Kapi açık."),
]


@pytest.mark.parametrize(("lang", "old", "new"), SAME)
def test_format_noise_passes_in_any_language(lang: str, old: str, new: str) -> None:
    """
    Characters, marks and listed phrases fold, whatever the script.
    """
    assert judge(old, new, lang) == "passed"


@pytest.mark.parametrize(("lang", "old", "new"), CHANGED)
def test_a_changed_fact_is_found_in_any_language(lang: str, old: str, new: str) -> None:
    """
    Numbers need no word list; negations, yes and no come from the language's own.
    """
    assert judge(old, new, lang) == "changed"


@pytest.mark.parametrize(("lang", "old", "new"), NOT_PASSED)
def test_a_small_difference_never_passes(lang: str, old: str, new: str) -> None:
    """
    One accent or one character more is another word.
    """
    assert judge(old, new, lang) in ("changed", "unsure")


def test_english_lists_are_not_used_for_another_language() -> None:
    """
    German `die` and `am` are no English words, and English negations mean nothing in an unknown language.
    """
    german = analyze("Am Montag sterben die Blumen, not never.", "de")
    unknown = analyze("not never may 3 march", "xx")

    assert TokenKind.NEGATION not in german.tokens.kinds
    assert TokenKind.NEGATION not in unknown.tokens.kinds
    assert TokenKind.DATE not in unknown.tokens.kinds
