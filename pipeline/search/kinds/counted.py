"""SQL for `events` and `prescriptions`: rows in a window, enough of them and not too many, after another criterion."""

from __future__ import annotations

from datetime import date

from pipeline.dates import Duration
from pipeline.rules.criteria import After, Counted
from pipeline.rules.selection import Rows, ValueRange
from pipeline.search.doubt.readings import Reading, Variant, turned
from pipeline.search.doubt.windows import Window
from pipeline.search.step import Step

# A date known to the day. Others may be the same date as any other, so for a person they prove no second date.
EXACT_DAY = "CASE WHEN first_day = last_day THEN first_day END"
EVERYBODY = "SELECT person_row FROM person"
INEXACT = "CASE WHEN first_day = last_day THEN 0 ELSE 1 END"


def rows_in_window(variant: Variant, index: date) -> str:
    """The hits of a criterion that lie in its window, have its value and come after what they must come after."""
    return _rows(variant, variant.reading, index)


def rows_that_may_be_too_many(variant: Variant, index: date) -> str:
    """What counts towards `at_most` is what speaks against it: the rows of the other reading."""
    return _rows(variant, turned(variant.reading), index)


def _rows(variant: Variant, reading: Reading, index: date) -> str:
    conditions = [f"h.criterion = {variant.criterion_number}", "h.left_out = ''", _counts(variant, reading, index)]
    after = variant.criterion.after if isinstance(variant.criterion, Counted) else None
    table = "hits h"
    if after:
        table = f"hits h JOIN anchors_{reading}_v{variant.number} a ON a.person_row = h.person_row"
        conditions.append(_comes_after(reading))
    return f"SELECT {variant.number} AS variant, h.* FROM {table} WHERE {' AND '.join(conditions)}"


def _counts(variant: Variant, reading: Reading, index: date) -> str:
    """Whether a row lies in the criterion's window and has its value."""
    selection = variant.criterion.selection
    window = Window.of(selection, index).sql(reading)
    if isinstance(selection, Rows) and selection.value:
        return f"{window} AND {_has_value(selection.value, reading)}"
    return window


def _has_value(value: ValueRange, reading: Reading) -> str:
    """A row without a value has it for certain in no range, and possibly in any."""
    bounds = [(">=", value.at_least), ("<=", value.at_most)]
    inside = " AND ".join(f"amount {sign} {bound}" for sign, bound in bounds if bound is not None)
    return inside if reading == "for" else f"(amount IS NULL OR {inside})"


def anchor_steps(variant: Variant, criterion: Counted, anchor: Variant, index: date) -> list[Step]:
    """Steps `anchors_<reading>_v<n>`: the days that an `after` may start on (`lo`..`hi`) and ends on (`ends_lo`..)."""
    if not criterion.after:
        return []
    readings: list[Reading] = [variant.reading] if criterion.at_most is None else ["for", "against"]
    return [
        Step(f"anchors_{reading}_v{variant.number}", _anchors(criterion.after, anchor, reading, index))
        for reading in readings
    ]


def _anchors(after: After, anchor: Variant, reading: Reading, index: date) -> str:
    """Between which days the anchor's first or last date lies, given the rows that certainly and possibly count."""
    day = index.toordinal()
    certain, possible = _counts(anchor, "for", index), _counts(anchor, "against", index)
    if after.date == "first":
        lo = f"MIN(CASE WHEN {possible} THEN COALESCE(first_day, 0) END)"
        hi = f"MIN(CASE WHEN {certain} THEN last_day END)"
        widest = f"COALESCE({hi}, MAX(CASE WHEN {possible} THEN COALESCE(last_day, {day}) END))"
        low, high = lo, hi if reading == "for" else widest
    else:
        lo = f"MAX(CASE WHEN {certain} THEN first_day END)"
        hi = f"MAX(CASE WHEN {possible} THEN COALESCE(last_day, {day}) END)"
        widest = f"COALESCE({lo}, MIN(CASE WHEN {possible} THEN COALESCE(first_day, 0) END))"
        low, high = lo if reading == "for" else widest, hi
    inner = (
        f"SELECT person_row, {low} AS lo, {high} AS hi FROM hits "
        f"WHERE criterion = {anchor.criterion_number} AND left_out = '' GROUP BY person_row"
    )
    return _with_ends(inner, after.within)


def _with_ends(anchors: str, length: Duration) -> str:
    if length.days is not None:
        ends = f"n.lo + {length.days} AS lo_ends, n.hi + {length.days} AS hi_ends"
        return f"SELECT n.person_row, n.lo, n.hi, {ends} FROM ({anchors}) n WHERE n.lo IS NOT NULL AND n.hi IS NOT NULL"
    return (
        f"SELECT n.person_row, n.lo, n.hi, s.shifted AS lo_ends, t.shifted AS hi_ends FROM ({anchors}) n "
        f"LEFT JOIN month_shift s ON s.day = n.lo AND s.months = {length.months} "
        f"LEFT JOIN month_shift t ON t.day = n.hi AND t.months = {length.months} "
        "WHERE n.lo IS NOT NULL AND n.hi IS NOT NULL"
    )


def _comes_after(reading: Reading) -> str:
    """From the anchor to so long after it: wherever the anchor lies (for), or wherever it may lie (against)."""
    if reading == "for":
        return "h.first_day >= a.hi AND h.last_day <= a.lo_ends"
    return "COALESCE(h.last_day, a.lo) >= a.lo AND COALESCE(h.first_day, a.lo) <= a.hi_ends"


def counted_people(variant: Variant, criterion: Counted) -> str:
    """People with enough rows in the window (`matched`), far enough apart, and not too many (`ceiling`)."""
    if criterion.at_most is not None:
        return _bounded(variant, criterion, criterion.at_most)
    grouped = _grouped("matched", variant, f"{_number(criterion, variant.reading)} >= {criterion.least}")
    if criterion.persists is None:
        return f"SELECT person_row {grouped}"
    return _persisting(criterion.persists, variant.reading, grouped)


def _bounded(variant: Variant, criterion: Counted, most: int) -> str:
    """`at_most`, which holds for people without any row unless `at_least` is given as well."""
    over = f"{_number(criterion, turned(variant.reading))} > {most}"
    too_many = f"SELECT person_row {_grouped('ceiling', variant, over)}"
    enough = f"{_number(criterion, variant.reading)} >= {criterion.least}"
    people = f"SELECT person_row {_grouped('matched', variant, enough)}" if criterion.least else EVERYBODY
    return (
        f"SELECT e.person_row FROM ({people}) e LEFT JOIN ({too_many}) m ON m.person_row = e.person_row "
        "WHERE m.person_row IS NULL"
    )


def _grouped(table: str, variant: Variant, having: str) -> str:
    return f"FROM {table} WHERE variant = {variant.number} GROUP BY person_row HAVING {having}"


def _number(criterion: Counted, reading: Reading) -> str:
    """How many there are: certainly (for), or possibly (against), where each row in doubt may be another one."""
    if criterion.count in ("rows", "issues"):
        return "COUNT(*)"
    if criterion.count == "drugs":
        unknown = "COUNT(DISTINCT CASE WHEN drug IS NULL THEN code_id END)"
        certain, doubt = "COUNT(DISTINCT drug)", unknown
    else:
        certain, doubt = f"COUNT(DISTINCT {EXACT_DAY})", f"SUM({INEXACT})"
    if reading == "against":
        return f"({certain} + {doubt})"
    # Rows in doubt alone still prove one.
    return f"CASE WHEN {certain} >= 1 THEN {certain} ELSE 1 END"


def _persisting(length: Duration, reading: Reading, grouped: str) -> str:
    """First match + `length` <= last match. For a person between exact dates; against one between possible ones."""
    if reading == "for":
        ends, doubt = f"MIN({EXACT_DAY}) AS earliest, MAX({EXACT_DAY}) AS latest", "0"
    else:
        ends = "MIN(first_day) AS earliest, MAX(last_day) AS latest"
        doubt = "CASE WHEN COUNT(*) >= 2 AND SUM(CASE WHEN first_day IS NULL THEN 1 ELSE 0 END) >= 1 THEN 1 ELSE 0 END"
    several = grouped if reading == "for" else f"{grouped} AND COUNT(*) >= 2"
    inner = f"(SELECT person_row, {ends}, {doubt} AS undated {several}) f"
    if length.days is not None:
        return f"SELECT f.person_row FROM {inner} WHERE f.undated = 1 OR f.earliest + {length.days} <= f.latest"
    return (
        f"SELECT f.person_row FROM {inner} "
        f"LEFT JOIN month_shift s ON s.day = f.earliest AND s.months = {length.months} "
        "WHERE f.undated = 1 OR s.shifted <= f.latest"
    )
