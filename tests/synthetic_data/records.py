"""A record that qualifies, to spoil in one way at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from synthetic_data.population.catalogue import find_codes
from synthetic_data.population.medicines import find_medicines
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import NO_DAY, UNKNOWN, Rows, join_rows, make_rows

INDEX = date(2026, 11, 20)
PAIN = int(find_codes("chronic-pain", "")[0][0])
NOT_FIT = int(find_codes("fit-notes", "not_fit")[0][0])
OPIOID = int(find_medicines("opioids")[0][0])
Dated = tuple[int, str]  # a code and a day, "" for unknown


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() if text else NO_DAY


def rows(dated: list[Dated]) -> Rows:
    """Rows of the first registration; a row without a day has an unknown date and was entered in May 2026."""
    days = np.array([day(text) for _, text in dated], np.int64)
    made = make_rows(np.zeros(len(dated), np.int64), np.array([code for code, _ in dated], np.int64), days)
    unknown = days == NO_DAY
    precision = np.where(unknown, UNKNOWN, made.precision)
    return replace(made, precision=precision, entered=np.where(unknown, day("2026-05-01"), days))


def registered(count: int = 1) -> Registrations:
    """Registrations of one person of 41, regular since 2020; the caller spoils them."""
    nobody, no = np.zeros(count, np.int64), np.zeros(count, bool)
    return Registrations(
        person=nobody,
        practice=np.arange(count),
        birth=np.full(count, day("1985-05-05")),
        death=nobody,
        start=np.full(count, day("2020-01-01")),
        end=nobody,
        kind=nobody,
        dummy_flag=no,
        deleted=no,
        sensitive=no,
        confidential=no,
        care_home=no,
        nhs_number=np.full(count, 9990000018),
        nhs_valid=~no,
        moved_in=nobody,
        is_second=no,
        has_history=no,
        shares_guid=no,
    )


@dataclass(frozen=True)
class Case:
    """A record that qualifies: fibromyalgia, four monthly issues, two notes 21 days apart (49 days in one spell)."""

    pain: tuple[Dated, ...] = ((PAIN, "2024-03-01"),)
    notes: tuple[Dated, ...] = ((NOT_FIT, "2026-08-03"), (NOT_FIT, "2026-08-24"))
    other: tuple[Dated, ...] = ()
    issues: tuple[Dated, ...] = tuple((OPIOID, f"2026-0{month}-10") for month in (6, 7, 8, 9))

    def events(self) -> Rows:
        return rows([*self.pain, *self.notes, *self.other])


def in_both(part: Rows) -> Rows:
    """The rows in the first registration and again in the second."""
    return join_rows([part, replace(part, who=part.who + 1)])
