"""How strong what the record says about work is, and how old: by kind of code, and in bands of age."""

from __future__ import annotations

from datetime import date

from pipeline.dates import shift_months
from pipeline.vocabulary import EMPLOYERS_NOTES, FITNESS_NOTES, OTHER_CERTIFICATES, WorkAge, WorkStrength

STRENGTHS: tuple[WorkStrength, ...] = (
    "employment_code",
    "employers_note",
    "may_be_fit_certificate",
    "other_certificate",
)
AGES: tuple[tuple[int, WorkAge], ...] = (
    (3, "under_3_months"),
    (6, "3_to_6_months"),
    (12, "6_to_12_months"),
    (24, "12_to_24_months"),
)  # months, and the band of what is not as old; 24 months to the day are not over 24


_WORDS: dict[str, str] = {
    "employment_code": "an employment code",
    "employers_note": "an employer's note",
    "may_be_fit_certificate": "a may-be-fit certificate",
    "other_certificate": "another certificate",
}


def say_strength_and_age(strength: str, age: str) -> str:
    """`an employment code, 3 to 6 months`, or `no entry`."""
    return f"{_WORDS[strength]}, {age.replace('_', ' ')}" if strength in _WORDS else "no entry"


def strength_of(role: str) -> WorkStrength:
    """What kind of row has this role. One that we do not know is a site's own code for employment."""
    if role in FITNESS_NOTES:
        return "may_be_fit_certificate"
    if role in OTHER_CERTIFICATES:
        return "other_certificate"
    return "employers_note" if role in EMPLOYERS_NOTES else "employment_code"


def age_bands(index: date) -> list[tuple[int, WorkAge]]:
    """Each band of age with its first day, the newest band first. Days before all of them are `over_24_months`."""
    oldest = AGES[-1][0]
    begins = ((shift_months(index, -months).toordinal() + (months != oldest), band) for months, band in AGES)
    return list(begins)


def age_of(day: date | None, index: date) -> WorkAge:
    """The band of a row of this day; None is a day that is not known."""
    if day is None:
        return "undated"
    return next((band for first, band in age_bands(index) if day.toordinal() >= first), "over_24_months")
