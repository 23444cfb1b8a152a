"""The date arithmetic a search needs, as tables: only for the days that occur, so that one wrong date costs nothing."""

from __future__ import annotations

from datetime import date

from pipeline.dates import month_ends, shift_months
from pipeline.search.basis import Basis
from pipeline.search.engine import Engine
from pipeline.search.kinds.kind_of import kind_of
from pipeline.search.overtaken import later_certificates

LONGEST_AMOUNT = 366  # the longest length a certificate's code may state, in its own unit


def write_calendar(engine: Engine, basis: Basis) -> None:
    """`calendar`: for every day that stands for a month or a year, the last day of that month and year."""
    days = engine.fetch(
        "SELECT date FROM event WHERE date_precision IN ('month', 'year') "
        "UNION SELECT date FROM prescription WHERE date_precision IN ('month', 'year') "
        "UNION SELECT date_of_birth FROM patient WHERE birth_precision IN ('month', 'year')"
    )
    rows = [(day, *month_ends(day)) for day in sorted(day for (day,) in days if day is not None)]
    engine.fill(basis.table("calendar"), ("day INTEGER", "month_end INTEGER", "year_end INTEGER"), rows)


def write_month_shift(engine: Engine, basis: Basis, has_coded_months: bool) -> None:
    """`month_shift`: a number of months after every day of `hits` and the index date; and `whole_number`."""
    later = later_certificates(basis.rule.in_work)
    kinds = [kind_of(one) for one in (*basis.rule.criteria.values(), *((later,) if later else ()))]
    months = {n for kind in kinds for n in kind.months(has_coded_months)}
    days = {basis.index.toordinal()}
    if months:
        hits = basis.table("hits")
        found = engine.fetch(f"SELECT first_day FROM {hits} UNION SELECT last_day FROM {hits}")
        days |= {day for (day,) in found if day is not None}
    rows = [(day, n, _later(day, n)) for day in sorted(days) for n in sorted(months)]
    engine.fill(basis.table("month_shift"), ("day INTEGER", "months INTEGER", "shifted INTEGER"), rows)
    numbers = [(float(n), n) for n in range(1, LONGEST_AMOUNT + 1)]
    engine.fill(basis.table("whole_number"), ("amount DOUBLE", "n INTEGER"), numbers)


def _later(day: int, months: int) -> int:
    return shift_months(date.fromordinal(day), months).toordinal()
