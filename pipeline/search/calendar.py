"""The date arithmetic a search needs, as tables: only for the days that occur, so that one wrong date costs nothing."""

from __future__ import annotations

from datetime import date

from pipeline.dates import month_ends, shift_months
from pipeline.rules.criteria import Counted
from pipeline.rules.model import Rule
from pipeline.search.engine import Database, fill

LONGEST_AMOUNT = 366  # the longest length a certificate's code may state, in its own unit
CODED_MONTHS = range(1, 13)  # the longest coded length in months is 12


def write_calendar(con: Database) -> None:
    """`calendar`: for every day that stands for a month or a year, the last day of that month and year."""
    days = con.execute(
        "SELECT date FROM event WHERE date_precision IN ('month', 'year') "
        "UNION SELECT date FROM prescription WHERE date_precision IN ('month', 'year') "
        "UNION SELECT date_of_birth FROM patient WHERE birth_precision IN ('month', 'year')"
    ).fetchall()
    rows = [(day, *month_ends(day)) for day in sorted(day for (day,) in days if day is not None)]
    fill(con, "calendar", ("day INTEGER", "month_end INTEGER", "year_end INTEGER"), rows)


def write_month_shift(con: Database, rule: Rule, index: date, coded_months: bool) -> None:
    """`month_shift`: so many months on from every day of `hits` and the index date; and `whole_number`."""
    months = _months_needed(rule) | (set(CODED_MONTHS) if coded_months else set())
    days = {index.toordinal()}
    if months:
        found = con.execute("SELECT first_day FROM hits UNION SELECT last_day FROM hits").fetchall()
        days |= {day for (day,) in found if day is not None}
    rows = [(day, n, _later(day, n)) for day in sorted(days) for n in sorted(months)]
    fill(con, "month_shift", ("day INTEGER", "months INTEGER", "shifted INTEGER"), rows)
    fill(con, "whole_number", ("amount DOUBLE", "n INTEGER"), [(float(n), n) for n in range(1, LONGEST_AMOUNT + 1)])


def _later(day: int, months: int) -> int:
    return shift_months(date.fromordinal(day), months).toordinal()


def _months_needed(rule: Rule) -> set[int]:
    counted = [criterion for criterion in rule.criteria.values() if isinstance(criterion, Counted)]
    lengths = [c.persists for c in counted if c.persists] + [c.after.within for c in counted if c.after]
    return {length.months for length in lengths if length.months is not None}
