"""What the record holds for one criterion, as a sentence of a list: how many, the newest and the oldest date, and what.

The sentence follows the criterion's title: "Pain: recorded on 4 dates, newest 18 Jun 2025, oldest 19 Aug 2024
(Neuropathic pain)".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.search.evidence_text import SHOWN, WITHHELD, EvidenceRow, Spell


def say_rows(verb: str, rows: Iterable[EvidenceRow]) -> str:
    """`verb`: `recorded`, or `issued` of medicines."""
    newest = sorted(rows, key=lambda row: (-(row.last_day or 0), row.term))
    return f"{verb} {_how_often(newest)} ({_say_terms(newest)})"


def say_spells(spells: Iterable[Spell]) -> str:
    """`16 Aug 2026 to 27 Sep 2026, 43 days from 2 notes`. Of several, the newest, and when the oldest began."""
    newest, *others = sorted(spells, key=lambda spell: -spell.starts)
    if not others:
        return _say_spell(newest)
    oldest = plain_day(others[-1].starts, others[-1].starts)
    return f"{len(others) + 1} times, newest {_say_spell(newest)}; oldest from {oldest}"


def plain_day(first: int | None, last: int | None) -> str:
    """`16 Aug 2026`, `August 2026`, `2026` or `no date`, as exactly as the record knows it."""
    if first is None or last is None:
        return "no date"
    begins, ends = date.fromordinal(first), date.fromordinal(last)
    if begins == ends:
        return f"{begins.day} {begins:%b} {begins.year}"
    return f"{begins:%B} {begins.year}" if begins.month == ends.month else str(begins.year)


def _say_spell(spell: Spell) -> str:
    first, last = (plain_day(day, day) for day in (spell.starts, spell.ends - 1))
    return f"{first} to {last}, {spell.length}"


def _how_often(newest: Sequence[EvidenceRow]) -> str:
    """`on 4 dates, newest 18 Jun 2025, oldest 19 Aug 2024`, `once, 9 Jun 2026`, `2 times, without a date`."""
    days = list(dict.fromkeys((row.first_day, row.last_day) for row in newest if row.first_day is not None))
    exact = sum(first == last for first, last in days)
    vague = sum(row.first_day is None or row.first_day != row.last_day for row in newest)
    if not days:
        return f"{_times(vague)}, without a date"
    between = plain_day(*days[0])
    if len(days) > 1:
        oldest = min(days, key=lambda day: (day[0] or 0, day[1] or 0))
        between = f"newest {between}, oldest {plain_day(*oldest)}"
    more = f"; {_times(vague)} without an exact date" if exact and vague else ""
    return f"{_dates(exact) if exact else _times(vague)}, {between}{more}"


def _dates(number: int) -> str:
    return "once" if number == 1 else f"on {number} dates"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _say_terms(rows: Iterable[EvidenceRow]) -> str:
    terms = list(dict.fromkeys(WITHHELD if row.is_confidential else row.term for row in rows))
    more = f"; {len(terms) - SHOWN} more" if len(terms) > SHOWN else ""
    return "; ".join(terms[:SHOWN]) + more
