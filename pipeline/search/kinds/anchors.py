"""SQL for `after`: the days from which another criterion lets its rows count."""

from __future__ import annotations

from pipeline.dates import Duration
from pipeline.rules.criteria import After
from pipeline.rules.wording import readable
from pipeline.search.basis import Basis
from pipeline.search.doubt.days import anchor_days
from pipeline.search.doubt.readings import Variant, plain_variant
from pipeline.search.doubt.windows import row_counts
from pipeline.search.kinds.rows import own_rows, titled
from pipeline.search.step import Step


def anchor_step(variant: Variant, after: After, basis: Basis) -> Step:
    """Table `anchors`: the days that an `after` may start on (`lo`..`hi`), and end on (`lo_ends`..`hi_ends`)."""
    hits, anchor = basis.table("hits"), plain_variant(basis.rule, after.criterion)
    selection = anchor.criterion.selection
    certain, possible = (row_counts(selection, reading, basis.index) for reading in ("for", "against"))
    low, high = anchor_days(after.date, certain, possible, variant.reading, basis.index.toordinal())
    days = f"SELECT person_row, {low} AS lo, {high} AS hi FROM {hits} WHERE {own_rows(anchor)} GROUP BY person_row"
    shift = basis.table("month_shift")
    return Step(
        basis.criterion_table(variant, "anchors"),
        (hits,) if after.within.months is None else (hits, shift),
        f"The days from which {titled(variant)} may begin: between which the {after.date} date of "
        f"'{readable(after.criterion)}' lies, and {after.within} after each.",
        _with_ends(days, after.within, shift),
    )


def _with_ends(days: str, length: Duration, shift: str) -> str:
    known = "WHERE n.lo IS NOT NULL AND n.hi IS NOT NULL"
    if length.days is not None:
        ends = f"n.lo + {length.days} AS lo_ends, n.hi + {length.days} AS hi_ends"
        return f"SELECT n.person_row, n.lo, n.hi, {ends} FROM ({days}) n {known}"
    return (
        f"SELECT n.person_row, n.lo, n.hi, s.shifted AS lo_ends, t.shifted AS hi_ends FROM ({days}) n "
        f"LEFT JOIN {shift} s ON s.day = n.lo AND s.months = {length.months} "
        f"LEFT JOIN {shift} t ON t.day = n.hi AND t.months = {length.months} {known}"
    )
