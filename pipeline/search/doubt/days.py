"""The days that a row's date can be, in SQL: as early or as late as it may be, and whether it is exact.

`OLDEST` stands for an unknown date where the newest row is looked for: it is older than any day there is.
"""

from __future__ import annotations

from typing import Literal

from pipeline.dates import LAST_STAND_IN, NO_DAY_FROM, Duration
from pipeline.search.doubt.readings import Reading

OLDEST = 0
LONGEST_DAYS = 366  # the longest that a fit note is believed to last

# A date known to the day. Others may be the same date as any other, so for a person they prove no second date.
EXACT_DAY = "CASE WHEN first_day = last_day THEN first_day END"
INEXACT = "CASE WHEN first_day = last_day THEN 0 ELSE 1 END"
UNDATED = "first_day IS NULL"


def possible_days(day: str, precision: str, ends: str) -> tuple[str, str]:
    """The first and last day that a date of this precision can be. `ends` is the alias of its row of `calendar`."""
    first = f"CASE WHEN {precision} <> 'unknown' THEN {day} END"
    last = (
        f"CASE {precision} WHEN 'day' THEN {day} WHEN 'month' THEN {ends}.month_end "
        f"WHEN 'year' THEN {ends}.year_end END"
    )
    return first, last


def is_impossible() -> str:
    """1 where a row (r) of a person (p) has a day that cannot be; `x` is the practice, whose extract may not be older.

    An interval that only touches the day of birth or of the extract is possible.
    """
    return (
        f"CASE WHEN r.first_day <= {LAST_STAND_IN} OR r.first_day > x.extract_date OR r.last_day < p.born_from "
        "THEN 1 ELSE 0 END"
    )


def is_entered_in_future() -> str:
    """1 where a row (r) was entered after its practice's extract (x) was made, which cannot be."""
    return f"CASE WHEN r.recorded_on > x.extract_date AND r.recorded_on < {NO_DAY_FROM} THEN 1 ELSE 0 END"


def why_left_out(index: int) -> str:
    """Why a row does not count at all, or nothing: it is a test record's, or later than the index date."""
    return (
        "CASE WHEN is_test = 1 THEN 'test_record' "
        f"WHEN recorded_on > {index} AND recorded_on <= extract_date THEN 'recorded_later' "
        f"WHEN impossible = 0 AND first_day > {index} THEN 'after_index' ELSE '' END"
    )


def newest_day(reading: Reading) -> str:
    """The day that counts where the newest row is looked for: certainly as new as this, or possibly."""
    return f"COALESCE({'first_day' if reading == 'for' else 'last_day'}, {OLDEST})"


def day_of_work(index: int) -> str:
    """The day of a row about work, by its `side`: in work, the newest that is possible, otherwise the oldest.

    In work without a date is newer than anything: no other row may be thought to have come after it.
    """
    return f"CASE WHEN side = 'in_work' THEN COALESCE(last_day, {index + 1}) ELSE COALESCE(first_day, {OLDEST}) END"


def is_newer(reading: Reading) -> str:
    """Whether the wanted role's newest row (`this_day`) is newer than any other's (`other_day`): a tie is in doubt."""
    return f"this_day {'>' if reading == 'for' else '>='} COALESCE(other_day, {OLDEST - 1})"


def note_begins(reading: Reading) -> str:
    """The day from which a fit note's length is counted: against a person the last on which it may have begun."""
    return "n.first_day" if reading == "for" else "n.last_day"


def note_counts(reading: Reading) -> str:
    """Whether a fit note (n) counts, beside its coded length (c): for a person only exact, and where both may help."""
    if reading == "against":
        return "n.first_day IS NOT NULL"
    return "n.first_day = n.last_day AND n.may_help = 1 AND COALESCE(c.may_help, 1) = 1"


def length_counts(alias: str, index: int) -> str:
    """Whether a coded length certainly counts. Its date may be known so roughly that it lies after the index date."""
    return f"(COALESCE({alias}last_day, {index}) <= {index})"


def length_unknown(assume: Duration | None, reading: Reading) -> int:
    """How many days a note without a length lasts. Where nothing is assumed: its own for a person, the most against."""
    if assume is not None:
        return assume.days or 0
    return 1 if reading == "for" else LONGEST_DAYS


def longest_sql(one: str, other: str) -> str:
    """The later of two days, either of which may be NULL."""
    return f"CASE WHEN {other} IS NULL OR {one} > {other} THEN {one} ELSE {other} END"


def shortest_sql(one: str, other: str) -> str:
    """The earlier of two days, either of which may be NULL."""
    return f"CASE WHEN {other} IS NULL OR {one} < {other} THEN {one} ELSE {other} END"


def note_ends(reading: Reading) -> str:
    """When a fit note ends: by its lengths that certainly count, else as assumed, and by those that may, in doubt.

    For a person one that may count can only shorten what is assumed, against one it can only lengthen.
    """
    known = "COALESCE(certain_end, assumed_end)"
    if reading == "for":
        return f"CASE WHEN certain_end IS NULL AND doubtful_end < assumed_end THEN doubtful_end ELSE {known} END"
    return f"CASE WHEN doubtful_end > {known} THEN doubtful_end ELSE {known} END"


def span(reading: Reading) -> tuple[str, str, str]:
    """The earliest and latest day of some rows, and whether an undated one may lie further out than either."""
    if reading == "for":
        return f"MIN({EXACT_DAY})", f"MAX({EXACT_DAY})", "0"
    several = f"CASE WHEN COUNT(*) >= 2 AND SUM(CASE WHEN {UNDATED} THEN 1 ELSE 0 END) >= 1 THEN 1 ELSE 0 END"
    return "MIN(first_day)", "MAX(last_day)", several


def anchor_days(
    which: Literal["first", "last"], certain: str, possible: str, reading: Reading, index: int
) -> tuple[str, str]:
    """Between which days the first or last date of some rows lies. `certain`, `possible`: whether a row counts so.

    An undated row may be of any day up to the index date.
    """
    earliest, latest = f"COALESCE(first_day, {OLDEST})", f"COALESCE(last_day, {index})"
    if which == "first":
        low = f"MIN(CASE WHEN {possible} THEN {earliest} END)"
        high = f"MIN(CASE WHEN {certain} THEN last_day END)"
        return low, high if reading == "for" else f"COALESCE({high}, MAX(CASE WHEN {possible} THEN {latest} END))"
    low = f"MAX(CASE WHEN {certain} THEN first_day END)"
    high = f"MAX(CASE WHEN {possible} THEN {latest} END)"
    return low if reading == "for" else f"COALESCE({low}, MIN(CASE WHEN {possible} THEN {earliest} END))", high


def any_anchor(reading: Reading, index: int) -> tuple[str, str]:
    """Between which days each date of some rows lies. An undated one may be any, against a person."""
    if reading == "for":
        return "first_day", "last_day"
    return f"COALESCE(first_day, {OLDEST})", f"COALESCE(last_day, {index})"


def comes_after(reading: Reading) -> str:
    """Whether a row (h) lies from the anchor (a) to so long after it: wherever that is (for), or may be (against)."""
    if reading == "for":
        return "h.first_day >= a.hi AND h.last_day <= a.lo_ends"
    return "COALESCE(h.last_day, a.lo) >= a.lo AND COALESCE(h.first_day, a.lo) <= a.hi_ends"
