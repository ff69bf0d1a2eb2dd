"""
Units, currencies, and how measures are shortened.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 sq ft", "5 square feet"),
        ("5 ft²", "5 sq. ft. "),
        ("5 m³", "5 cubic meters"),
        ("60 km/h", "60 kilometers per hour"),
        ("60 mph", "60 miles per hour"),
        ("5 m/s", "5 meters per second"),
        ("5 mg/day", "5 mg per day"),
        ("$5/month", "$5 per month"),
        ("$5/user", "$5 per user"),
        ("5 MB", "5 megabytes"),
        ("Use 5 MB", "Use 5 megabytes"),
        ("5 MHz", "5 megahertz"),
        ("5 µm", "5 micrometers"),
        ("a 12V unit", "a 12 volt unit"),
        ("25 degrees Celsius", "25°C"),
        ("25℃", "25 °C"),
        ('an 8" pan', "an 8-inch pan"),
        ("He is 5′10″ tall.", "He is 5'10\" tall."),
        ("USD 5", "5 USD"),
        ("US$5", "5 US dollars"),
        ("EUR 5", "€5"),
        ("Rs. 500", "₹500"),
        ("50¢", "50 cents"),
        ("$5M", "$5 million"),
        ("$5bn", "$5 billion"),
        ("5k people", "5,000 people"),
        ("2x faster", "2 times faster"),
        ("2× faster", "2x faster"),
        ("5 pct", "5%"),
    ],
)
def test_a_measure_reads_alike_in_short_and_in_full(same: CheckTexts, one: str, other: str) -> None:
    """One form for each."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 MB here", "5 Mb here"),
        ("5 mW", "5 MW"),
        ("$5M", "$5B"),
        ("$5M", "€5M"),
        ("5m away", "5 million away"),
        ("US$5", "C$5"),
        ("5 sq ft", "5 ft"),
        ("5 m²", "5 m³"),
        ("60 km/h", "60 km"),
        ("5 mg/day", "5 mg/week"),
        ('an 8" pan', "an 8' pan"),
        ('an 8" pan', "an 8 pan"),
        ("$5.50", "$55.0"),
        ("5 kg", "5 k"),
        ("2x + 3", "2 times + 3"),
    ],
)
def test_measures_stay_apart(different: CheckTexts, one: str, other: str) -> None:
    """By case, power, time, scale and currency."""
    different(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('He wrote "in 1999" there.', "He wrote in 1999 there."),
        ("He wrote 'in 1999' there.", "He wrote in 1999 there."),
    ],
)
def test_quotation_marks_after_a_number_may_close_a_quotation(same: CheckTexts, one: str, other: str) -> None:
    """They are no inches there."""
    same(one, other)
