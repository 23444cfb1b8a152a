"""A window in words: counted back from the index date and, where that is known, with its days."""

from __future__ import annotations

from datetime import date

from pipeline.dates import shift
from pipeline.rules.describe.layout import say_date
from pipeline.rules.fields import Moment
from pipeline.rules.selection import Between, Selection


def say_window(selection: Selection, index: date | None) -> str:
    """`in the 12 months up to the index date (20 November 2025 to 20 November 2026)`."""
    if not (selection.within or selection.before or selection.between):
        return f"at any time up to {say_date(index) if index else 'the index date'}, dated or not"
    words = _relative(selection)
    return f"{words} ({_days(selection, index)})" if index else words


def say_since(length: Moment, index: date | None) -> str:
    """` (since 20 November 2025)`, or nothing where no index date is given."""
    return f" (since {say_date(_day(length, index))})" if index else ""


def _relative(selection: Selection) -> str:
    within, before, between = selection.within, selection.before, selection.between
    if between:
        return _between(between)
    if within and before:
        return f"from {within} to {before} before the index date"
    if within:
        return f"in the {within} up to the index date"
    return f"on or before the day {before} before the index date"


def _between(between: Between) -> str:
    start = _moment(between.start) if between.start else ""
    end = _moment(between.end) if between.end else "the index date"
    return f"from {start} to {end}" if start else f"on or before {end}"


def _moment(moment: Moment) -> str:
    return say_date(moment) if isinstance(moment, date) else f"the day {moment} before the index date"


def _days(selection: Selection, index: date) -> str:
    """The window's own days, read as a search reads them: none lies after the index date."""
    start = selection.between.start if selection.between else selection.within
    end = selection.between.end if selection.between else selection.before
    last = min(_day(end, index), index) if end else index
    if not start:
        return f"up to {say_date(last)}"
    first = _day(start, index)
    return f"{say_date(first)} to {say_date(last)}" if first <= last else "no day at all, on this index date"


def _day(moment: Moment, index: date) -> date:
    return moment if isinstance(moment, date) else shift(index, moment, -1)
